"""Instances of schemas: valid where they can be, the same every time, never a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bridge.spec.instance import instance
from tests.documents import junk_schemas, read_schema, reference

TRICKY: list[dict[str, Any]] = [
    {},
    {"type": ["null", "integer"], "minimum": 3},
    {"type": "null"},
    {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 3},
    {"type": "integer", "maximum": -7},
    {"type": "integer", "minimum": 9007199254740993},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
    {"type": "number", "minimum": 2.5, "multipleOf": 0.5, "maximum": 2.5},
    {"type": "integer", "multipleOf": 1.5, "minimum": 1},
    {"type": "string", "minLength": 10, "maxLength": 12},
    {"type": "string", "maxLength": 0},
    {"type": "string", "pattern": "^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$"},
    {"type": "string", "pattern": r"^\+[1-9]\d{1,14}$"},
    {"type": "string", "pattern": r"^\d{4}$", "minLength": 4, "maxLength": 4},
    {"type": "string", "format": "email", "maxLength": 60},
    {"type": "string", "format": "date-time", "examples": [5, "2020-01-01T00:00:00Z"]},
    {"type": "integer", "default": "none", "enum": [8, 9]},
    {"const": {"a": [1]}},
    {"enum": [None, "a"]},
    {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    {"type": "array", "items": {"type": "integer", "maximum": 5}, "minItems": 12, "uniqueItems": True},
    {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 7}, "minItems": 2},
    {"type": "array", "items": {}, "maxItems": 0},
    {"type": "object", "required": ["b"], "properties": {"a": {}, "b": {"type": "boolean"}}, "maxProperties": 1},
    {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
    {"type": "object", "required": ["undeclared"], "additionalProperties": {"type": "string", "minLength": 9}},
    {"allOf": [{"type": "object", "properties": {"a": {"minimum": 3}}}, {"properties": {"a": {"type": "integer"}}}]},
    {"allOf": [{"type": "number", "minimum": 1}, {"allOf": [{"type": "integer", "minimum": 5}, {"maximum": 5}]}]},
    {"allOf": [{"type": "array", "items": {"type": "string"}}, {"items": {"minLength": 7}, "minItems": 2}]},
    {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
    {"anyOf": [{"type": "null"}, {"type": "object", "required": ["x"]}]},
    {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 1}, "minItems": 4},
    {"type": "array", "items": {"type": "string", "pattern": "^only$", "enum": ["only"]}, "minItems": 2},
    {"oneOf": [{"required": ["a"]}, {"required": ["a", "b"]}], "properties": {"a": {"type": "string"}}},
    {"type": "object", "oneOf": [{"properties": {"kind": {"const": "x"}}, "required": ["kind"]}, {"required": ["n"]}]},
    {"anyOf": [{"type": "string", "maxLength": 2}], "oneOf": [{"type": "integer"}, {"minLength": 2}]},
]

SCALARS = st.one_of(
    st.builds(
        lambda low, span, kind: {"type": kind, "minimum": low, "maximum": low + span},
        st.integers(-1000, 1000),
        st.integers(0, 50),
        st.sampled_from(["integer", "number"]),
    ),
    st.builds(
        lambda least, span: {"type": "string", "minLength": least, "maxLength": least + span},
        st.integers(0, 40),
        st.integers(0, 5),
    ),
    st.builds(
        lambda step, low: {"type": "integer", "multipleOf": step, "minimum": low},
        st.integers(1, 50),
        st.integers(-99, 99),
    ),
    st.sampled_from([{"type": "boolean"}, {"type": ["string", "null"]}, {"enum": ["a", 1, None]}, {"type": "null"}]),
)


def arrays(inner: st.SearchStrategy[dict[str, Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """Return arrays that ask for up to so many entries; deep inside, only two at most are made (they multiply)."""
    return st.builds(lambda items, n: {"type": "array", "items": items, "minItems": n}, inner, st.integers(0, most))


def composed(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    objects = st.builds(
        lambda properties, required: {
            "type": "object",
            "properties": properties,
            "required": sorted(required & set(properties)),
        },
        st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
        st.sets(st.sampled_from("abcd")),
    )
    return st.one_of(
        objects,
        arrays(inner, 2),
        st.builds(lambda entries: {"anyOf": entries}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda entry: {"oneOf": [entry, {"type": "null"}]}, objects),
        st.builds(lambda entry, other: {"allOf": [entry, {"description": "more"}, other]}, objects, st.just({})),
    )


NESTED = st.recursive(SCALARS, composed, max_leaves=12)
SCHEMAS = NESTED | arrays(NESTED, 4)


@pytest.mark.parametrize("schema", TRICKY, ids=lambda schema: json.dumps(schema)[:70])
def test_an_instance_of_a_tricky_schema_is_valid(schema: dict[str, Any]) -> None:
    Draft202012Validator(schema).validate(instance(schema))


@given(SCHEMAS)
def test_an_instance_is_valid_and_the_same_every_time(schema: dict[str, Any]) -> None:
    made = instance(schema)
    Draft202012Validator(schema).validate(made)
    assert instance(json.loads(json.dumps(schema))) == made


@given(junk_schemas(("Node",)))
def test_no_schema_of_a_document_makes_it_fail(schema: Any) -> None:
    node = {"type": "object", "properties": {"child": reference("Node")}}
    json.dumps(instance(read_schema(schema, Node=node)))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "enum": ["a"], "default": "a", "examples": ["b"]}, "a"),
        ({"type": "string", "default": "b", "examples": ["a"]}, "a"),
        ({"type": "string", "default": "b"}, "b"),
        ({"type": "string", "format": "email"}, "person@example.com"),
        ({"type": "string", "format": "uri"}, "https://example.com/"),
        ({"type": "string", "format": "uuid"}, "8f14e45f-ceea-467f-a0e6-1d2b3c4d5e6f"),
        ({"type": "string", "format": "date-time"}, "2026-01-31T10:00:00Z"),
        ({"properties": {"a": {"type": "integer"}}}, {"a": 1}),
        ({"items": {"type": "boolean"}}, [True]),
    ],
)
def test_what_the_schema_suggests_comes_first(schema: dict[str, Any], expected: Any) -> None:
    assert instance(schema) == expected


def test_what_nothing_can_satisfy_gets_the_nearest_value() -> None:
    assert instance({"type": "integer", "enum": ["one"]}) == "one"
    assert isinstance(instance({"type": "string", "pattern": "^(?=a)b$"}), str)
    assert isinstance(instance({"type": "integer", "minimum": 5, "maximum": 4}), int)


def test_deep_schemas_end_at_what_is_required() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(30):
        schema = {"type": "object", "properties": {"next": schema, "list": {"type": "array", "items": {}}}}
    assert json.dumps(instance(schema)).count("next") == 8
