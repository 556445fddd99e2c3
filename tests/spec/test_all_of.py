"""``allOf`` merged: one schema that takes what all of them take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.spec.all_of import merged
from bridge.spec.instance import fits


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([{"minimum": 1, "maximum": 9}, {"minimum": 3, "maximum": 5}], {"minimum": 3, "maximum": 5}),
        ([{"type": ["string", "null"]}, {"type": "string"}], {"type": "string"}),
        ([{"type": "number"}, {"type": "integer"}], {"type": "integer"}),
        ([{"enum": ["a", "b"]}, {"enum": ["b", "c"]}], {"enum": ["b"]}),
        ([{"required": ["a"]}, {"required": ["b", "a"]}], {"required": ["a", "b"]}),
        ([{"pattern": "^a"}, {"pattern": "b$"}], {"pattern": "^a"}),
        ([{"uniqueItems": False}, {"uniqueItems": True}], {"uniqueItems": True}),
        (
            [{"properties": {"a": {"minLength": 1}}}, {"properties": {"a": {"maxLength": 3}, "b": {}}}],
            {"properties": {"a": {"minLength": 1, "maxLength": 3}, "b": {}}},
        ),
        ([{"allOf": [{"minItems": 1}]}, {"minItems": 2}], {"minItems": 2}),
        ([{"items": {"minimum": 1}}, {"items": {"maximum": 2}}], {"items": {"minimum": 1, "maximum": 2}}),
        ([{"additionalProperties": False}, {"additionalProperties": {}}], {"additionalProperties": False}),
        ([{"anyOf": [{"minimum": 1}]}, {"anyOf": [{"maximum": 2}]}], {"anyOf": [{"minimum": 1, "maximum": 2}]}),
    ],
)
def test_keywords_are_merged_one_by_one(entries: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert merged({"allOf": entries}) == expected


def test_what_stands_beside_the_list_counts_too() -> None:
    assert merged({"minimum": 2, "allOf": [{"minimum": 1, "title": "A number"}]}) == {"minimum": 2, "title": "A number"}


def test_a_schema_without_the_keyword_stays_as_it_is() -> None:
    assert merged({"type": "string"}) == {"type": "string"}


BOUNDS = st.fixed_dictionaries(
    {}, optional={"type": st.just("integer"), "minimum": st.integers(-3, 3), "maximum": st.integers(-3, 3)}
)


@given(st.lists(BOUNDS, max_size=3), st.integers(-4, 4))
def test_bounds_take_what_all_entries_take(entries: list[dict[str, Any]], value: int) -> None:
    assert fits(merged({"allOf": entries}), value) is all(fits(entry, value) for entry in entries)
