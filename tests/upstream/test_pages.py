from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.controls import CURSOR
from bridge.errors import ArgumentError
from bridge.upstream.pages import cursor_of, next_page, query_of_cursor

URL = "https://webexapis.com/v1/people?max=2"


def test_a_next_link_of_the_same_operation_becomes_a_cursor_with_its_query_unchanged() -> None:
    link = '<https://webexapis.com/v1/people?max=2&cursor=bGF%3D&x=a+b>; rel="next"'
    found = next_page(URL, {"link": link}, {"items": []}, {"max": "max"})
    assert found is not None
    assert query_of_cursor(found[CURSOR]) == "max=2&cursor=bGF%3D&x=a+b"


@pytest.mark.parametrize(
    "link",
    [
        '<https://evil.example.com/v1/people?max=2&cursor=1>; rel="next"',
        '<http://webexapis.com/v1/people?cursor=1>; rel="next"',
        '<https://webexapis.com/v1/rooms?cursor=1>; rel="next"',
        '<https://webexapis.com/v1/people?cursor=1>; rel="prev"',
        '<https://webexapis.com/v1/people?max=2>; rel="next"',
        "<>; rel=next",
    ],
)
def test_a_link_that_leaves_the_operation_or_leads_nowhere_is_not_followed(link: str) -> None:
    assert next_page(URL, {"link": link}, {}, {}) is None


def test_of_several_links_the_next_one_counts() -> None:
    link = '</v1/people?cursor=0>; rel="prev", </v1/people?cursor=2>; title="a, b"; rel="last next"'
    found = next_page(URL, {"link": link}, {}, {})
    assert found == {CURSOR: cursor_of("cursor=2")}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"next_page_token": "abc", "page_number": 1, "page_count": 2}, {"next_page_token": "abc"}),
        ({"next_page_token": ""}, None),
        ({"page_number": 1, "page_count": 3}, {"page_number": 2}),
        ({"page_number": 3, "page_count": 3}, None),
        ({"meta": {"links": {"next": "/organization/o/team?page=2&pageSize=10&odd=1"}}}, {"page": 2, "pageSize": 10}),
        ({"links": {"next": {"href": "/a?page=next"}}}, {"page": "next"}),
        ({"meta": {"links": {"next": ""}}}, None),
        ([], None),
        (None, None),
        ("text", None),
    ],
)
def test_what_a_body_says_of_the_next_page_becomes_arguments(body: Any, expected: dict[str, Any] | None) -> None:
    names = {name: name for name in ("next_page_token", "page_number", "page", "pageSize")}
    assert next_page(URL, {}, body, names) == expected


def test_an_argument_keeps_the_name_that_the_overrides_gave_it() -> None:
    assert next_page(URL, {}, {"next_page_token": "t"}, {"next_page_token": "page"}) == {"page": "t"}


def test_a_token_that_the_operation_does_not_take_is_no_next_page() -> None:
    assert next_page(URL, {}, {"next_page_token": "t", "page_number": 1, "page_count": 2}, {}) is None


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#")))
def test_a_cursor_gives_back_its_query(query: str) -> None:
    assert query_of_cursor(cursor_of(query)) == query


def read(text: str) -> str:
    try:
        return query_of_cursor(text)
    except ArgumentError as error:
        return str(error)


@given(st.text())
def test_any_text_is_a_cursor_or_a_clear_error(text: str) -> None:
    found = read(text)
    assert "_cursor" in found or not set(found) & set("# \r\n\t")
