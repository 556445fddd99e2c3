"""Example arguments: the document's own where they fit, else some that pass the tool's own check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.example import example_arguments
from bridge.catalogue.tool_spec import ToolAnnotations, ToolSpec
from tests.documents import operation

ANNOTATIONS = ToolAnnotations(read_only=False, destructive=False, idempotent=False)


def tool(method: str = "POST", path: str = "/things", **declared: Any) -> ToolSpec:
    return ToolSpec("acme_do", "Do it", "Does it.", operation(method, path, **declared), (), ANNOTATIONS)


def body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema, **more}}}


def parameter(name: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


def test_only_what_is_required_is_given() -> None:
    made = tool(
        parameters=[parameter("max", {"type": "integer"}, required=True), parameter("page", {"type": "integer"})],
        requestBody=body({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "x": {}}}),
    )
    assert example_arguments(made) == {"max": 1, "name": "text"}


def test_a_tool_without_required_arguments_is_called_with_none() -> None:
    assert example_arguments(tool("GET", parameters=[parameter("page", {"type": "integer"})])) == {}


@pytest.mark.parametrize(
    ("schema", "more", "expected"),
    [
        ({"type": "string"}, {"example": "Kim"}, "Kim"),
        ({"type": "string", "example": "Kim"}, {}, "Kim"),
        ({"type": "integer"}, {"example": "many"}, 1),
        ({"type": "integer", "default": 30}, {}, 30),
        ({"type": "string", "enum": ["b", "a"]}, {}, "b"),
        ({"type": "string", "format": "date"}, {}, "2026-01-31"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, {}, [1, 2]),
    ],
)
def test_the_example_of_the_document_goes_first_where_it_fits(
    schema: dict[str, Any], more: dict[str, Any], expected: Any
) -> None:
    assert example_arguments(tool("GET", parameters=[parameter("a", schema, required=True, **more)])) == {"a": expected}


def test_what_the_example_of_a_body_shows_is_given_though_it_is_optional() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "note": {"type": "string"}}}
    assert example_arguments(tool(requestBody=body(schema, example={"name": "Kim"}))) == {"name": "Kim"}


SCALARS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 3, "maxLength": 3},
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "integer", "minimum": 7, "maximum": 9},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "boolean"},
        {"type": "string", "nullable": True, "enum": ["a", None]},
    ]
)
SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items, "minItems": 1}, inner)
        | st.builds(lambda one, other: {"oneOf": [one, other]}, inner, inner)
        | st.builds(
            lambda properties: {"type": "object", "required": list(properties), "properties": properties},
            st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
        )
    ),
    max_leaves=6,
)


@given(st.lists(SCHEMAS, min_size=1, max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_examples_pass_the_check_of_their_own_tool(schemas: list[dict[str, Any]]) -> None:
    properties = {f"p{place}": schema for place, schema in enumerate(schemas)}
    made = tool(requestBody=body({"type": "object", "required": list(properties), "properties": properties}))
    example = example_arguments(made)
    assert example.keys() == properties.keys()
    ArgumentCheck(made).check(example)
