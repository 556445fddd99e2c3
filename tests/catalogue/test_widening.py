"""The proof sees what is narrower, and takes what is wider."""

from __future__ import annotations

from typing import Any

import pytest

from tests.catalogue.widening import narrowings, widens

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("full", "lean"),
    [
        ({"type": "string", "maxLength": 3}, {"type": "string"}),
        ({"type": "integer"}, {"type": "number"}),
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"const": "a"}, {"enum": ["a", "b"]}),
        ({"minimum": 3, "maximum": 5}, {"minimum": 2, "maximum": 6}),
        ({"required": ["a", "b"]}, {"required": ["b"]}),
        ({"properties": {"a": TEXT, "b": TEXT}}, {"properties": {"a": TEXT}}),
        ({"properties": {"a": TEXT}, "additionalProperties": False}, {"properties": {"a": TEXT, "b": TEXT}}),
        ({"type": "array", "items": {"type": "integer"}}, {"type": "array", "items": {}}),
        ({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"anyOf": [{"type": "object"}, {"type": "object"}]}, {"type": "object"}),
        ({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"required": ["a", "b"]}),
        (False, {"type": "string"}),
        ({"type": "string"}, True),
        ({"type": "string", "description": "A"}, {"type": "string", "description": "B"}),
    ],
)
def test_what_is_wider_passes(full: Any, lean: Any) -> None:
    assert widens(full, lean)


@pytest.mark.parametrize(
    ("full", "lean"),
    [
        ({}, {"type": "string"}),
        (True, {"type": "string"}),
        ({"type": "number"}, {"type": "integer"}),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}),
        ({"enum": [1]}, {"enum": ["1"]}),
        ({"minLength": 1}, {"minLength": 2}),
        ({"maximum": 5}, {"maximum": 4}),
        ({"pattern": "^a"}, {"pattern": "^ab"}),
        ({"required": ["a"]}, {"required": ["b"]}),
        ({"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}),
        ({"properties": {"a": TEXT}}, {"properties": {"a": TEXT}, "additionalProperties": False}),
        ({"properties": {"a": TEXT}, "additionalProperties": False}, {"additionalProperties": False}),
        ({"type": "array"}, {"type": "array", "items": TEXT}),
        ({"anyOf": [TEXT, {"type": "null"}]}, {"anyOf": [TEXT]}),
        ({"anyOf": [TEXT, {"type": "null"}]}, {"type": "string"}),
        ({"allOf": [TEXT]}, {"allOf": [TEXT, {"maxLength": 1}]}),
        ({"type": "string"}, False),
        ({"uniqueItems": False}, {"uniqueItems": True}),
    ],
)
def test_what_is_narrower_is_told_with_its_place(full: Any, lean: Any) -> None:
    assert not widens(full, lean)
    assert all(problem.startswith("#") for problem in narrowings(full, lean))
