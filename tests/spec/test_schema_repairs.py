from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.spec import schema_repairs
from bridge.spec.document import JsonObject
from bridge.spec.schema_repairs import (
    OLDER_ONLY,
    SCHEMA_CHECKS,
    Finding,
    checks_of,
    date_format_as_pattern,
    unfit_default,
    walk_schemas,
)
from tests.documents import junk_schemas

Check = Callable[[JsonObject], Finding | None]


@pytest.mark.parametrize(
    ("check", "schema", "mended", "defect"),
    [
        (
            "overlong_text",
            {"title": "t" * 30_001},
            {"title": "t" * 30_000 + "..."},
            "title of more than 30,000 characters",
        ),
        ("overlong_values", {"enum": [*range(1_001)]}, {}, "enum too long for a model to read"),
        ("overlong_values", {"enum": ["a", "b" * 1_001]}, {}, "enum too long"),
        ("overlong_values", {"default": "b" * 1_001, "const": 1}, {"const": 1}, "default too long"),
        ("overlong_values", {"pattern": "b" * 1_001, "examples": [["c"] * 500]}, {}, "pattern and examples too long"),
        ("miswritten_type", {"type": "Integer"}, {"type": "integer"}, "type 'Integer' is no JSON type"),
        ("miswritten_type", {"type": "text"}, {}, "type 'text' is no JSON type"),
        ("miswritten_type", {"type": None}, {}, "type None is no JSON type"),
        ("miswritten_type", {"type": []}, {}, "type [] is no JSON type"),
        ("miswritten_type", {"type": ["String", "null"]}, {"type": ["string", "null"]}, "is no JSON type"),
        ("miswritten_type", {"type": ["string", "text"]}, {}, "is no JSON type"),
        ("null_type", {"type": "null"}, {"type": "null"}, "type 'null' is not in OpenAPI 3.0"),
        ("array_without_items", {"type": "array"}, {"type": "array", "items": {}}, "array without items"),
        ("array_without_items", {"type": "array", "items": []}, {"type": "array", "items": {}}, "array without items"),
        (
            "enum_on_array",
            {"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]},
            {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
            "enum on an array",
        ),
        (
            "enum_on_array",
            {"type": "array", "items": {"$ref": "#/x"}, "enum": ["a"]},
            {"type": "array", "items": {"$ref": "#/x"}},
            "enum on an array",
        ),
        (
            "draft4_bound",
            {"maximum": 5, "exclusiveMaximum": True},
            {"exclusiveMaximum": 5},
            "boolean exclusiveMaximum",
        ),
        ("draft4_bound", {"minimum": 5, "exclusiveMinimum": False}, {"minimum": 5}, "boolean exclusiveMinimum"),
        ("draft4_bound", {"exclusiveMinimum": True}, {}, "boolean exclusiveMinimum"),
        ("repeated_entries", {"required": ["a", "b", "a"]}, {"required": ["a", "b"]}, "duplicate entries in required"),
        ("repeated_entries", {"enum": [1, True, 1.0, 1]}, {"enum": [1, True, 1.0]}, "duplicate entries in enum"),
        (
            "undeclared_required",
            {"required": ["a", "b"], "properties": {"a": {}}},
            {"required": ["a"], "properties": {"a": {}}},
            "required names 'b', which is not declared",
        ),
        ("undeclared_required", {"required": ["b"], "properties": {}}, {"properties": {}}, "required names 'b'"),
        ("undeclared_required", {"required": [["b"]], "properties": {}}, {"properties": {}}, "required names ['b']"),
        ("undeclared_required", {"required": True}, {}, "required is no list"),
        (
            "unusable_pattern",
            {"pattern": r"^[a-z\d-_\s]+$"},
            {"pattern": r"^[a-z\d\-_\s]+$"},
            "is not valid in ECMA-262",
        ),
        ("unusable_pattern", {"pattern": "["}, {}, "pattern '[' is no regular expression"),
        ("unusable_pattern", {"pattern": "a{99999999999}"}, {}, "is no regular expression"),
        ("unusable_pattern", {"pattern": 5}, {}, "pattern 5 is no regular expression"),
        ("misused_keyword", {"minLength": "5", "title": None}, {}, "minLength and title with a value that cannot be"),
        ("misused_keyword", {"enum": "a", "default": "a"}, {"default": "a"}, "enum with a value that cannot be"),
    ],
)
def test_a_defect_is_mended_and_named(check: str, schema: JsonObject, mended: JsonObject, defect: str) -> None:
    run: Check = getattr(schema_repairs, check)
    found = run(schema)
    assert found is not None
    assert defect in found[0]
    assert found[1]
    assert schema == mended


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string", "enum": ["a", "A"], "minLength": 0, "pattern": "^a-z$"},
        {"type": ["string", "null"]},
        {"type": "array", "items": {"type": "string"}, "enum": [["a"], []]},
        {"type": "array", "prefixItems": [{}]},
        {"maximum": 5, "exclusiveMaximum": 5},
        {"enum": [0, False, "0", None, [0], [False]]},
        {"required": ["a"]},
        {"required": ["a"], "properties": {}, "allOf": [{"properties": {"a": {}}}]},
        {"pattern": r"^\d-\d$"},
        {"pattern": r"[\d-]"},
        {"pattern": r"[\\d-z]"},
        {"pattern": r"\[\d-x\]"},
        {"pattern": "[[a]"},
    ],
)
def test_a_sound_schema_is_left_as_it_is(schema: JsonObject) -> None:
    before = copy.deepcopy(schema)
    assert [check(schema) for check in SCHEMA_CHECKS] == [None] * len(SCHEMA_CHECKS)
    assert schema == before


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a1", True), ("a-_ 1", True), ("a!", False)],
)
def test_a_mended_pattern_takes_the_hyphen_as_a_hyphen(text: str, fits: bool) -> None:
    schema: JsonObject = {"pattern": r"^[a-z\d-_\s]+$"}
    schema_repairs.unusable_pattern(schema)
    assert bool(re.search(schema["pattern"], text)) is fits


def test_every_schema_inside_another_is_walked_with_its_place() -> None:
    schema = {
        "properties": {"a": {"items": {}}, "b": True},
        "patternProperties": {"^x": {}},
        "additionalProperties": {"not": {}},
        "allOf": [{"oneOf": [{}, False]}],
        "prefixItems": [{}],
        "if": {},
        "required": ["a"],
    }
    assert [place for place, _ in walk_schemas(schema)] == [
        "",
        "/a",
        "/a/items",
        "/patternProperties/^x",
        "/additionalProperties",
        "/additionalProperties/not",
        "/if",
        "/allOf/0",
        "/allOf/0/oneOf/0",
        "/prefixItems/0",
    ]


def test_a_property_called_like_a_keyword_is_a_property() -> None:
    schema: JsonObject = {"properties": {"items": {"type": "string"}, "properties": {"type": "string"}}}
    assert [place for place, _ in walk_schemas(schema)] == ["", "/items", "/properties"]


@settings(max_examples=60)
@given(junk_schemas())
def test_any_schema_is_mended_once_and_then_sound(schema: Any) -> None:
    if not isinstance(schema, dict):
        return
    for _, inner in walk_schemas(schema):
        for check in SCHEMA_CHECKS:
            check(inner)
    known = {"null_type"}
    again = [
        check.__name__
        for _, inner in walk_schemas(schema)
        for check in SCHEMA_CHECKS
        if check(inner) and check.__name__ not in known
    ]
    assert again == []


@settings(max_examples=60)
@given(junk_schemas(), st.booleans())
def test_the_checks_that_a_schemas_keywords_call_for_find_all_that_all_checks_find(schema: Any, newer: bool) -> None:
    if not isinstance(schema, dict):
        return
    other = copy.deepcopy(schema)
    found = [check(schema) for check in checks_of(tuple(schema), newer=newer)]
    every = [check(other) for check in SCHEMA_CHECKS if not (newer and check in OLDER_ONLY)]
    assert list(filter(None, found)) == list(filter(None, every))
    assert schema == other


@pytest.mark.parametrize("pattern", ["YYYY-MM-DDTHH:MM:SSZ", "yyyy-MM-dd HH:mm:ss"])
def test_a_date_format_written_as_a_pattern_is_passed_over(pattern: str) -> None:
    schema = {"type": "string", "pattern": pattern}
    assert date_format_as_pattern(schema) is not None
    assert schema == {"type": "string"}


@pytest.mark.parametrize("pattern", ["^[yY]es$", "T", "S+", r"\\d{4}-\\d{2}"])
def test_a_pattern_that_is_an_expression_is_kept(pattern: str) -> None:
    schema = {"type": "string", "pattern": pattern}
    assert date_format_as_pattern(schema) is None
    assert schema["pattern"] == pattern


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "boolean", "default": "false"},
        {"type": "string", "enum": ["a", "b"], "default": ""},
        {"type": "integer", "default": True},
        {"type": "array", "default": "a"},
    ],
)
def test_a_default_that_the_schema_refuses_is_dropped(schema: JsonObject) -> None:
    assert unfit_default(schema) is not None
    assert "default" not in schema


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "default": 5.0},
        {"type": "string", "enum": ["a", "b"], "default": "a"},
        {"type": "string", "default": None},
        {"default": {"any": 1}},
        {"type": ["string", "null"], "default": 3},
    ],
)
def test_a_default_that_may_be_right_is_kept(schema: JsonObject) -> None:
    assert unfit_default(schema) is None
    assert "default" in schema
