"""What people and models ask, over the built-in core: the right tool among the first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.search import SearchIndex
from bridge.catalogue.tool_spec import Catalogue
from tests.catalogue.builders import declared_paths, overrides, stored

_SOME = settings(max_examples=60, deadline=None)


def names(index: SearchIndex, *queries: str, limit: int = 5) -> list[str]:
    return [hit.name for hit in index.search(queries, limit=limit)]


@pytest.mark.parametrize(
    ("query", "tool"),
    [
        ("update call forwarding of a person", "webex_update_person_call_forwarding"),
        ("updateCallForwarding person", "webex_update_person_call_forwarding"),
        ("kick somebody out of the running meeting", "zoom_control_live_meeting"),
        ("who joined yesterday's webinar", "zoom_list_past_webinar_participants"),
        ("delete a scheduled zoom meeting", "zoom_delete_meeting"),
        ("reset Bob's voice mail PIN", "webex_reset_person_voicemail_pin"),
        ("create a space in Webex", "webex_create_room"),
    ],
)
def test_everyday_words_find_their_tool(index: SearchIndex, query: str, tool: str) -> None:
    assert tool in names(index, query, limit=3)


def test_a_named_vendor_comes_first(index: SearchIndex) -> None:
    assert names(index, "list users in zoom")[0].startswith("zoom_")
    assert names(index, "list users in webex")[0].startswith("webex_")


def test_several_queries_are_fused(index: SearchIndex) -> None:
    fused = names(index, "list people", "list licenses", limit=6)
    assert {names(index, "list people")[0], names(index, "list licenses")[0]} <= set(fused)


def test_the_same_query_twice_changes_nothing(index: SearchIndex) -> None:
    assert index.search(["list people"] * 2) == index.search(["list people"])


def test_keep_narrows_what_is_found_before_the_list_is_cut(index: SearchIndex) -> None:
    found = index.search(["list users"], limit=5, keep=lambda name: name.startswith("webex_"))
    assert len(found) == 5
    assert all(hit.name.startswith("webex_") for hit in found)


def test_matched_are_words_of_the_request(index: SearchIndex) -> None:
    (hit,) = index.search(["kick Bob out of the live meeting"], limit=1)
    assert "meeting" in hit.matched
    assert "bob" not in hit.matched


@pytest.mark.parametrize("query", ["", " ", "?!", "xyzzy", "the of and", "\N{SNOWMAN}"])
def test_what_says_nothing_finds_nothing(index: SearchIndex, query: str) -> None:
    assert index.search([query]) == []


def test_no_queries_find_nothing(index: SearchIndex) -> None:
    assert index.search([]) == []


_WORDS = st.lists(
    st.sampled_from(
        ["list", "user", "Bob", "kick", "out", "zoom", "my", "meetings", "a@b.example", "+1 555 0100", "911"]
    )
)


@_SOME
@given(text=st.text(max_size=200) | _WORDS.map(" ".join), limit=st.integers(0, 30))
def test_any_text_gets_a_ranked_list(index: SearchIndex, core: Catalogue, text: str, limit: int) -> None:
    hits = index.search([text], limit=limit)
    assert len(hits) <= limit
    assert len({hit.name for hit in hits}) == len(hits)
    assert all(hit.name in core.by_name and hit.score > 0 and hit.matched for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert index.search([text], limit=limit) == hits


@_SOME
@given(st.lists(_WORDS.map(" ".join), max_size=3), st.integers(0, 10))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(index: SearchIndex, queries: list[str], limit: int) -> None:
    assert index.search(queries, limit=limit) == index.search(queries, limit=30)[:limit]


def test_the_overrides_add_synonyms_of_a_vendor_and_keywords_of_a_tool(tmp_path: Path) -> None:
    paths = declared_paths(
        [("GET", "/orders", "listOrders", "List orders"), ("GET", "/boxes", "listBoxes", "List boxes")]
    )
    documents = [stored(tmp_path, {"shop": paths})]

    def found(text: str, query: str) -> list[str]:
        return names(SearchIndex.build(build_catalogue(documents, overrides(tmp_path, text))), query, limit=1)

    assert found("acme: {}", "gizmos") == []
    assert found("acme: {synonyms: [[gizmo, order]]}", "gizmos") == ["acme_list_orders"]
    assert found("acme: {tools: {GET /boxes: {keywords: [crate]}}}", "which crates") == ["acme_list_boxes"]


def test_synonyms_hold_for_the_tools_of_their_vendor_only(core: Catalogue) -> None:
    vendors = [
        replace(entry, synonyms=(("gizmo", "meeting"),)) if entry.vendor.name == "webex" else entry
        for entry in core.vendors
    ]
    found = SearchIndex.build(Catalogue(tuple(vendors), ())).search(["delete a gizmo"], limit=30)
    assert found[0].name == "webex_delete_meeting"
    assert all(hit.name.startswith("webex_") for hit in found)
