"""What changed between two schemas, in words, and whether it breaks what was right before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from bridge.spec.schema_changes import MAX_DEPTH, schema_changes
from tests.documents import junk_schemas


def said(before: Any, now: Any, place: str = "body") -> list[tuple[str, bool]]:
    return [(str(change), change.breaking) for change in schema_changes(before, now, place)]


def record(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


TEXT, NUMBER = {"type": "string"}, {"type": "number"}


@pytest.mark.parametrize(
    ("before", "now", "changes"),
    [
        (TEXT, {**TEXT, "description": "Better.", "title": "A", "example": "x", "x-note": 1}, []),
        (TEXT, NUMBER, [("body is number now, not string", True)]),
        (TEXT, {"type": ["string", "null"]}, [("body is null or string now, not string", False)]),
        ({"type": ["string", "null"]}, TEXT, [("body is string now, not null or string", True)]),
        ({}, TEXT, [("body is string now, not anything", True)]),
        (TEXT, {}, [("body is anything now, not string", False)]),
        (
            {"enum": ["a", "b"]},
            {"enum": ["b", "c"]},
            [('body takes no "a" any more', True), ('body takes "c" too', False)],
        ),
        (TEXT, {**TEXT, "enum": ["a"]}, [('body takes only ["a"] now', True)]),
        ({**TEXT, "enum": ["a"]}, TEXT, [("body takes other values too now", False)]),
        (record(a=TEXT), record(b=TEXT), [("body /a is gone", True), ("body /b is new", False)]),
        (record(), record(["b"], b=TEXT), [("body /b is new and required", True)]),
        (record(a=TEXT), record(["a"], a=TEXT), [("body /a is required now", True)]),
        (record(["a"], a=TEXT), record(a=TEXT), [("body /a is not required any more", False)]),
        (
            record(a=record(b={"type": "array", "items": TEXT})),
            record(a=record(b={"type": "array", "items": NUMBER})),
            [("body /a/b[] is number now, not string", True)],
        ),
        (
            {"type": "object", "additionalProperties": TEXT},
            {"type": "object", "additionalProperties": NUMBER},
            [("body/* is number now, not string", True)],
        ),
        ({"type": "array"}, {"type": "array", "items": TEXT}, [("body[] is described now", True)]),
        ({"type": "array", "items": TEXT}, {"type": "array"}, [("body[] may be anything", False)]),
        (
            {"anyOf": [TEXT, NUMBER]},
            {"anyOf": [TEXT, {"type": "integer"}]},
            [("body is integer now, not number", True)],
        ),
        ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT]}, [("body has other alternatives", True)]),
        ({"anyOf": [TEXT]}, {"anyOf": [TEXT, NUMBER]}, [("body has other alternatives", False)]),
        ({"default": 1}, {"default": 2}, [("body has default 2 now, not 1", False)]),
        ({"maxLength": 5}, {}, [("body has no maxLength any more", False)]),
        (
            {"$ref": "#/$defs/N", "$defs": {"N": record(a=TEXT)}},
            {"$ref": "#/$defs/N", "$defs": {"N": record()}},
            [("body (N) /a is gone", True)],
        ),
        (True, False, [("body takes false now, not true", True)]),
    ],
)
def test_a_change_is_said_once_with_its_place(before: Any, now: Any, changes: list[tuple[str, bool]]) -> None:
    assert said(before, now) == changes
    assert said(now, now) == []


def test_long_values_are_shortened() -> None:
    ((text, _),) = said({}, {"pattern": "x" * 500})
    assert len(text) < 120


@given(junk_schemas(), junk_schemas())
def test_of_whatever_schemas_equal_ones_have_no_changes_and_no_pair_fails(before: Any, now: Any) -> None:
    assert schema_changes(before, before, "body") == []
    for change in schema_changes(before, now, "body"):
        assert change.place.startswith("body")
        assert change.what


def test_depth_has_an_end() -> None:
    before, now = TEXT, NUMBER
    for _ in range(MAX_DEPTH + 5):
        before, now = record(a=before), record(a=now)
    assert said(before, now) == []
