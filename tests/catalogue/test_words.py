"""Identifiers come apart into words, and are cut down to those that say most."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.words import Vocabulary, shorten, singular, split_words

NOTHING_KNOWN = Vocabulary([])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("listPeople", "list people"),
        ("getZRAccountProfile", "get zr account profile"),
        ("list_draft_emails", "list draft emails"),
        ("List Admin Audit Events", "list admin audit events"),
        ("retrieve a user's call-park (v2)", "retrieve a user call park v2"),
        ("Update the person\N{RIGHT SINGLE QUOTATION MARK}s hours", "update the person hours"),
        ("Delete number(s) and box(es)", "delete numbers and boxs"),
        ("listCallerIDs", "list caller ids"),
        ("getIDsForURLs", "get ids for urls"),
        ("groupSCIM2Delete", "group scim2 delete"),
        ("getStep1Registration", "get step1 registration"),
        ("registration2", "registration 2"),
        ("Crème brûlée", "creme brulee"),
        ("日本語", ""),
        ("-- // --", ""),
        ("", ""),
    ],
)
def test_words_are_told_apart_by_case_digits_and_punctuation(text: str, words: str) -> None:
    assert split_words(text) == words.split()


@given(st.text())
def test_any_text_gives_words_of_lower_case_letters_and_digits(text: str) -> None:
    assert all(re.fullmatch("[a-z0-9]+", word) for word in split_words(text))


def test_words_run_together_come_apart_where_the_vendor_writes_them_apart() -> None:
    vocabulary = Vocabulary(["List all stream ingestions", "Get a stream", "Delete the ingestions"])
    assert vocabulary.segment("liststreamingestions") == ["list", "stream", "ingestions"]
    assert vocabulary.segment("deleteastream") == ["delete", "a", "stream"]


@pytest.mark.parametrize("word", ["stream", "ingestions", "unrecognizable", "liststreamingest"])
def test_words_that_are_short_known_or_not_made_of_known_ones_stay_whole(word: str) -> None:
    assert Vocabulary(["List all stream ingestions"]).segment(word) == [word]


def test_a_word_says_less_the_more_texts_it_stands_in() -> None:
    vocabulary = Vocabulary(["get a room", "get a desk", "get the key"])
    assert vocabulary.information("get") < vocabulary.information("a") < vocabulary.information("key")
    assert vocabulary.information("key") < vocabulary.information("never")


def test_a_term_is_two_words_that_mostly_stand_together() -> None:
    vocabulary = Vocabulary([f"{verb} a hunt group" for verb in ("get", "list", "delete")] + ["get a group"] * 2)
    assert vocabulary.terms(["get", "hunt", "group", "members"]) == {1}


def test_a_term_may_have_a_filler_in_its_middle() -> None:
    vocabulary = Vocabulary([f"{verb} music on hold of a person" for verb in ("get", "list", "delete")])
    assert vocabulary.terms(["get", "music", "on", "hold"]) == {1, 2}


def test_generic_words_make_no_terms() -> None:
    vocabulary = Vocabulary(["get gadget details"] * 5)
    assert 1 not in vocabulary.terms(["get", "gadget", "details"])


@pytest.mark.parametrize(
    ("word", "one"), [("rooms", "room"), ("people", "person"), ("dns", "dns"), ("gas", "gas"), ("room", "room")]
)
def test_a_plural_says_the_same_as_its_singular(word: str, one: str) -> None:
    assert singular(word) == one


@pytest.mark.parametrize(
    ("text", "room", "short"),
    [
        ("get a schedule of a team", 40, "get_a_schedule_of_a_team"),
        ("get a schedule of a team", 20, "get_schedule_of_team"),
        ("get a schedule of a team", 19, "get_schedule_team"),
        ("get a schedule of a team", 16, "get_schedule"),
        ("update specific details of the shared dialing plan of the tower", 30, "update_shared_plan_tower"),
    ],
)
def test_articles_go_first_then_other_fillers_then_what_says_least(text: str, room: int, short: str) -> None:
    vocabulary = Vocabulary(["the dialing plan of a schedule", "another plan", "one more plan"])
    assert "_".join(shorten(text.split(), [], room, vocabulary)) == short


def test_the_verb_and_the_object_stay() -> None:
    vocabulary = Vocabulary(["remove wombats", "remove all wombats", "unheard phrase of peculiar rarities"])
    words = ["remove", "unheard", "phrase", "wombats", "of", "peculiar", "rarities"]
    assert shorten(words, [], 20, vocabulary)[0] == "remove"
    assert "wombats" in shorten(words, [], 20, vocabulary)


def test_a_term_is_dropped_as_a_whole_rather_than_broken() -> None:
    texts = [f"{verb} hunt group" for verb in ("get", "list", "update", "delete")]
    vocabulary = Vocabulary([*texts, "get forwarding", "list forwarding", "get blue forwarding"])
    found = shorten(["update", "blue", "hunt", "group", "forwarding", "settings"], [], 24, vocabulary)
    assert ("hunt" in found) == ("group" in found)


def test_words_to_tell_it_apart_by_are_added_and_stay() -> None:
    words = ["list", "available", "members", "of", "the", "organization"]
    assert shorten(words, ["rooms"], 60, NOTHING_KNOWN)[-1] == "rooms"
    short = shorten(words, ["rooms", "members"], 20, NOTHING_KNOWN)
    assert "_".join(short) == "list_members_rooms"


def test_words_to_tell_it_apart_by_are_not_said_twice() -> None:
    assert shorten(["list", "rooms"], ["room", "people", "persons"], 40, NOTHING_KNOWN) == ["list", "rooms", "persons"]


def test_a_word_that_does_not_fit_is_cut() -> None:
    assert shorten(["x" * 50], [], 10, NOTHING_KNOWN) == ["x" * 10]


_WORDS = st.lists(st.text("abcd", min_size=1, max_size=12) | st.sampled_from(["a", "of", "the", "list"]), max_size=40)


@given(_WORDS.filter(bool), _WORDS, st.integers(7, 60))
def test_any_words_are_cut_to_the_room_there_is(words: list[str], told: list[str], room: int) -> None:
    short = "_".join(shorten(words, told, room, Vocabulary([" ".join(words)])))
    assert 0 < len(short) <= room
    assert short.startswith(words[0][:room])
    assert re.fullmatch("[a-z]+(?:_[a-z]+)*", short)
