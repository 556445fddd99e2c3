from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ArgumentError
from bridge.upstream.excerpt import excerpt, main_list, select, size_of

ITEMS = [{"id": number, "name": "x" * 50} for number in range(100)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=6), inner, max_size=6),
    max_leaves=60,
)


def test_a_body_within_the_limit_is_left_as_it_is() -> None:
    assert excerpt({"items": ITEMS}) == ({"items": ITEMS}, "")


def test_a_large_list_loses_whole_items_from_its_end() -> None:
    cut, missing = excerpt({"items": ITEMS, "total": 100}, 2_000)
    assert cut["total"] == 100
    assert 0 < len(cut["items"]) < 100
    assert cut["items"] == ITEMS[: len(cut["items"])]
    assert missing == f"body.items: the first {len(cut['items'])} of 100 items"


def test_a_large_list_inside_is_found() -> None:
    cut, missing = excerpt({"a": {"b": ITEMS, "c": 1}}, 1_000)
    assert cut["a"]["c"] == 1
    assert "body.a.b" in missing


def test_a_large_property_that_is_no_list_is_left_out_and_named() -> None:
    cut, missing = excerpt({"text": "x" * 5_000, "id": 1}, 500)
    assert (cut, missing) == ({"id": 1}, "body.text is left out")


def test_a_text_is_cut_and_says_so() -> None:
    cut, missing = excerpt("x" * 5_000, 1_000)
    assert len(cut) == 500
    assert missing == "the text is cut: 500 of 5,000 characters"


@given(JSON, st.integers(min_value=20, max_value=400))
def test_what_is_left_is_valid_within_the_limit_and_says_what_is_missing(body: Any, limit: int) -> None:
    cut, missing = excerpt(body, limit)
    assert size_of(cut) <= limit
    assert json.loads(json.dumps(cut)) == cut
    assert bool(missing) == (size_of(body) > limit)


@pytest.mark.parametrize(
    ("body", "expected"),
    [([1, 2], [1, 2]), ({"a": [1], "items": [1, 2]}, [1, 2]), ({"a": 1}, None), (None, None), ("text", None)],
)
def test_the_list_that_a_body_is_about_is_the_longest(body: Any, expected: list[Any] | None) -> None:
    assert main_list(body) == expected


def test_a_jmespath_expression_selects() -> None:
    assert select({"items": ITEMS}, "items[:2].id") == [0, 1]


@pytest.mark.parametrize("expression", ["items[", "", "length(id)", "sum(@)"])
def test_a_wrong_expression_is_a_clear_error(expression: str) -> None:
    with pytest.raises(ArgumentError, match="_select"):
        select({"id": 1}, expression)
