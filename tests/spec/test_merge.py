from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bridge.spec.document import JsonObject
from bridge.spec.merge import merge_schemas

STRING = {"type": "string"}


def accepts(schema: JsonObject, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def an_object(required: list[str] | None = None, **properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def test_one_schema_is_returned_as_it_is() -> None:
    assert merge_schemas([STRING]) is STRING
    assert merge_schemas([STRING, {"type": "string"}]) is STRING


def test_schemas_that_differ_in_texts_only_become_the_first() -> None:
    first = an_object(a={"type": "string", "description": "The name.", "default": "x"})
    second = an_object(a={"type": "string", "description": "What it is called."})
    assert merge_schemas([first, second]) is first


def test_a_property_called_like_a_text_counts() -> None:
    first, second = an_object(description=STRING), an_object(title=STRING)
    assert set(merge_schemas([first, second])["properties"]) == {"description", "title"}


def test_objects_are_merged_property_by_property() -> None:
    first = an_object(["a", "b"], a=STRING, b={"type": "integer"})
    second = an_object(["b"], b={"type": "string"}, c=STRING)
    assert merge_schemas([{**first, "description": "One."}, {**second, "description": "Two."}]) == {
        "type": "object",
        "description": "One.",
        "properties": {"a": STRING, "b": {"anyOf": [{"type": "integer"}, STRING]}, "c": STRING},
        "required": ["b"],
    }


def test_arrays_are_merged_by_their_items() -> None:
    first = {"type": "array", "items": an_object(a=STRING)}
    second = {"type": "array", "items": an_object(b=STRING)}
    assert merge_schemas([first, second]) == {"type": "array", "items": an_object(a=STRING, b=STRING)}


@pytest.mark.parametrize(
    "keyword",
    [{"minProperties": 2}, {"additionalProperties": False}, {"not": {"required": ["a"]}}, {"enum": [{"a": "x"}]}],
)
def test_what_one_object_refuses_is_not_refused_for_the_other(keyword: JsonObject) -> None:
    merged = merge_schemas([{**an_object(a=STRING), **keyword}, an_object(a=STRING, b=STRING)])
    assert accepts(merged, {"a": "y"})
    assert accepts(merged, {"b": "y"})


def test_true_and_one_are_not_the_same() -> None:
    merged = merge_schemas([{"enum": [1]}, {"enum": [True]}])
    assert accepts(merged, 1)
    assert accepts(merged, True)


LEAVES = st.sampled_from(
    [
        STRING,
        {"type": "string", "description": "A text."},
        {"type": "string", "enum": ["a", "b"]},
        {"type": ["string", "null"]},
        {"type": "integer", "minimum": 2},
        {"type": "array", "items": STRING},
        {"anyOf": [STRING, {"type": "integer"}]},
        {},
    ]
)


def _objects(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    # A property that only some objects declare is merged as declared: so all declare the same ones here.
    properties = st.fixed_dictionaries({"a": inner, "b": inner})
    required = st.sampled_from([["a"], ["b"], ["a", "b"]])
    others: dict[str, Any] = {"required": required, "minProperties": st.just(1), "additionalProperties": st.just(False)}
    return st.fixed_dictionaries({"type": st.just("object"), "properties": properties}, optional=others)


SCHEMAS = st.recursive(
    LEAVES, lambda inner: _objects(inner) | st.builds(lambda i: {"type": "array", "items": i}, inner), max_leaves=5
)
VALUES = st.recursive(
    st.sampled_from(["a", "b", "c", None, 1, 2, True]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(st.lists(SCHEMAS, min_size=1, max_size=3), st.lists(VALUES, min_size=1, max_size=8))
def test_what_any_schema_takes_the_merged_one_takes(schemas: list[JsonObject], values: list[Any]) -> None:
    merged = merge_schemas(schemas)
    Draft202012Validator.check_schema(merged)
    for value in values:
        if any(accepts(schema, value) for schema in schemas):
            assert accepts(merged, value)
