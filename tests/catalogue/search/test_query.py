"""What a request asks for: parts, action, whose, which vendor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.search.query import LITERAL, MOST_WORDS, Query, read_query
from bridge.catalogue.search.spelling import Speller
from bridge.catalogue.search.synonyms import shipped_synonyms


def read(text: str) -> Query:
    return read_query(text, shipped_synonyms())


def said(query: Query) -> list[str]:
    return [" ".join(part.words) for part in query.parts]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("who joined the meeting", "read"),
        ("list users", "read"),
        ("give me the users", "read"),
        ("I need to see the users", "read"),
        ("set up a hunt group", "create"),
        ("invite Ann to the space", "create"),
        ("turn call waiting off for Bob", "update"),
        ("enable recording", "update"),
        ("kick Bob out of the room", "delete"),
        ("get rid of the old queue", "delete"),
        ("schedule a meeting", "create"),
    ],
)
def test_the_first_verb_says_what_is_asked_for(text: str, action: str) -> None:
    assert read(text).actions.get(action) == 1.0  # type: ignore[call-overload]


def test_a_thing_that_is_also_a_verb_is_a_verb_at_the_beginning_only() -> None:
    assert read("schedules of a location").actions == {}
    assert "read" in read("show the schedule").actions
    assert "create" not in read("show the schedule").actions


def test_parts_are_the_longest_known_phrases_without_fillers() -> None:
    assert said(read("please show me the hold music of our call queue")) == ["hold music", "call queue"]


def test_literals_are_no_parts_but_an_address_is_a_user_and_a_number_a_phone_number() -> None:
    query = read("give +1 415 555 0100 to ann@example.com")
    assert [part.phrase for part in query.parts if part.counts == LITERAL] == [("user",), ("phon", "number")]


def test_an_upper_case_did_is_a_direct_number() -> None:
    assert "direct number" in said(read("assign a DID to Ann"))
    assert "direct number" not in said(read("did Ann call"))


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("list my devices", {"me", "device"}),
        ("show me the devices", {"device"}),
        ("call forwarding of a workspace", {"workspace"}),
        ("voicemail of a virtual line at a location", {"virtual line", "location"}),
    ],
)
def test_scopes_are_those_that_are_mentioned(text: str, scopes: set[str]) -> None:
    assert read(text).scopes == scopes


def test_synonyms_imply_scopes_without_mentioning_them() -> None:
    query = read("forward calls of a colleague")
    assert "person" in query.implied


def test_vendors_and_areas_are_named() -> None:
    query = read("list queues in Webex Contact Center")
    assert query.vendors == {"webex"}
    assert "webex/contact-center" in query.named
    assert read("list users in Zoom and Webex").vendors == {"zoom", "webex"}


@pytest.mark.parametrize(
    ("text", "shape"), [("list all users", "list"), ("details of a user", "item"), ("users", "other")]
)
def test_many_or_one_is_asked_for(text: str, shape: str) -> None:
    assert read(text).shape == shape


def test_a_speller_forgives_slips() -> None:
    query = read_query("list webniars", shipped_synonyms(), Speller(["webinar"]))
    assert query.parts[0].phrase == ("webinar",)
    assert query.parts[0].words == ("webniars",)


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    query = read(text)
    assert len(query.parts) <= MOST_WORDS + 3
    assert all(part.phrase for part in query.parts)
