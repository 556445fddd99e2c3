"""The input schema of a tool is one that every big MCP client takes."""

from __future__ import annotations

import re

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.arguments import arguments_of
from bridge.catalogue.schema import controls_of, input_schema
from tests.catalogue.builders import parameter, with_body
from tests.documents import junk_schemas, operation


def test_an_operation_without_arguments_takes_an_empty_object() -> None:
    schema = input_schema(arguments_of(operation()))
    assert schema == {"type": "object", "properties": {}, "additionalProperties": False}


def test_the_properties_are_the_arguments_in_their_order_and_no_others_are_taken() -> None:
    body = {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]}
    schema = input_schema(arguments_of(with_body(body, parameter("id", "path"), parameter("max"))))
    assert schema == {
        "type": "object",
        "properties": {"id": {"type": "string"}, "max": {"type": "string"}, "topic": {"type": "string"}},
        "additionalProperties": False,
        "required": ["id", "topic"],
    }
    assert list(schema["properties"]) == ["id", "max", "topic"]


def test_alternatives_of_a_body_stand_below_the_top() -> None:
    schema = input_schema(arguments_of(with_body({"anyOf": [{"type": "string"}, {"type": "array", "items": {}}]})))
    assert schema.keys() == {"type", "properties", "additionalProperties", "required"}
    assert "anyOf" in schema["properties"]["body"]


@given(junk_schemas(), junk_schemas(), st.booleans())
def test_any_declaration_gives_a_schema_that_is_valid_under_both_drafts(
    body: object, of_parameter: object, required: bool
) -> None:
    declared = parameter("a", schema=of_parameter, required=required)
    schema = input_schema(arguments_of(with_body(body, declared, required=required)))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert schema.keys() <= {"type", "properties", "additionalProperties", "required"}
    assert all(re.fullmatch("[A-Za-z0-9_.-]{1,64}", name) for name in schema["properties"])
    assert set(schema.get("required", ())) <= schema["properties"].keys()


def controls(method: str, *query: str) -> tuple[str, ...]:
    declared = operation(method=method, parameters=[parameter(name) for name in query])
    return controls_of(declared, arguments_of(declared))


def test_every_tool_can_select_a_part_of_its_result() -> None:
    assert controls("post") == ("_select", "_dry_run")
    assert controls("get") == ("_select",)


def test_what_answers_in_pages_takes_a_cursor_where_links_lead_on_and_can_fetch_all() -> None:
    assert controls("get", "max", "orgId") == ("_select", "_cursor", "_all_pages")
    assert controls("get", "next_page_token", "max") == ("_select", "_all_pages")
    assert controls("post", "max") == ("_select", "_dry_run")


def test_an_argument_of_the_vendor_keeps_its_name() -> None:
    assert controls("get", "_select") == ()


def test_our_own_arguments_stand_in_the_schema() -> None:
    declared = operation(method="get", parameters=[parameter("max")])
    schema = input_schema(arguments_of(declared), ("_select",))
    assert set(schema["properties"]) == {"max", "_select"}
