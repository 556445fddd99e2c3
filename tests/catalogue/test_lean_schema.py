"""A lean schema says in few characters what a model needs, and takes whatever the full one takes."""

from __future__ import annotations

from hypothesis import given
from jsonschema_rs import Draft202012Validator

from bridge.catalogue.arguments import arguments_of
from bridge.catalogue.lean_schema import lean_input_schema
from bridge.catalogue.schema import input_schema
from bridge.catalogue.tool_spec import MOST_TOKENS, Catalogue
from bridge.spec.document import JsonObject
from bridge.spec.instance import instance
from bridge.spec.operation import Operation
from tests.catalogue.builders import parameter, with_body
from tests.catalogue.widening import narrowings
from tests.documents import junk_schemas

ROOM = 10_000


def lean(of: Operation, **given: object) -> JsonObject:
    values: dict[str, object] = {"told": frozenset(), "room": ROOM, **given}
    return lean_input_schema(arguments_of(of), (), **values)  # type: ignore[arg-type]


def properties(*declared: JsonObject, **body: JsonObject) -> JsonObject:
    """Return the lean properties of an operation with these parameters and these properties of its body."""
    found: JsonObject = lean(with_body({"type": "object", "properties": body}, *declared))["properties"]
    return found


def test_types_enumerations_formats_and_limits_stay() -> None:
    schema = {
        "type": "string",
        "enum": ["a", "b"],
        "format": "date",
        "pattern": "^a",
        "maxLength": 3,
        "default": "a",
    }
    assert properties(a=schema)["a"] == schema


def test_titles_and_what_says_nothing_go() -> None:
    schema = {"type": "array", "title": "A", "minItems": 0, "uniqueItems": False, "items": {"type": "string"}}
    assert properties(a=schema)["a"] == {"type": "array", "items": {"type": "string"}}


def test_a_title_stands_in_for_a_description() -> None:
    assert properties(a={"type": "string", "title": "Colour of the roof"})["a"]["description"] == "Colour of the roof"


def test_what_is_read_only_stays_only_where_other_names_are_refused() -> None:
    inner: JsonObject = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}
    assert properties(a=inner)["a"]["properties"] == {}
    assert "id" in properties(a={**inner, "additionalProperties": False})["a"]["properties"]


def test_alternatives_that_say_the_same_become_one() -> None:
    inner: JsonObject = {"type": "object", "properties": {"b": {"type": "string"}}}
    alternatives: JsonObject = {"anyOf": [{**inner, "title": "index0"}, {**inner, "title": "index1"}]}
    assert properties(a=alternatives)["a"] == inner


def test_the_top_is_an_open_object_with_what_is_required() -> None:
    schema = lean(with_body({"type": "object", "properties": {"b": {"type": "string"}}}, parameter("id", "path")))
    assert schema == {
        "type": "object",
        "properties": {"id": {"type": "string"}, "b": {"type": "string"}},
        "required": ["id"],
    }


def test_a_description_that_a_person_wrote_stays_as_it_is() -> None:
    text = "The [unique](https://example.com) identifier of the room."
    of = with_body({}, parameter("roomId", "path", description=text))
    assert lean(of, described=["roomId"])["properties"]["roomId"]["description"] == text
    assert "description" not in lean(of)["properties"]["roomId"]


@given(junk_schemas(), junk_schemas())
def test_any_declaration_gives_a_schema_that_takes_what_the_full_one_takes(body: object, of_parameter: object) -> None:
    of = with_body(body, parameter("a", schema=of_parameter))
    full = input_schema(arguments_of(of))
    for room in (ROOM, 200):
        schema = lean(of, room=room)
        assert narrowings(full, schema) == []
        assert schema["type"] == "object"
        assert schema.keys() <= {"type", "properties", "required"}


def test_every_call_of_the_core_that_is_valid_stays_valid(core: Catalogue) -> None:
    for tool in core.tools:
        assert narrowings(tool.input_schema, tool.lean_schema) == [], tool.name
        call = instance(tool.input_schema)
        assert not Draft202012Validator(tool.input_schema).is_valid(call) or (
            Draft202012Validator(tool.lean_schema).is_valid(call)
        ), tool.name


def test_no_tool_of_the_core_is_over_its_limit(core: Catalogue) -> None:
    assert max(tool.tokens for tool in core.tools) <= MOST_TOKENS
    assert max(len(tool.lean_description) for tool in core.tools) <= 1_024
