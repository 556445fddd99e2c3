"""Operations become arguments that a model sees, and their values a request, each under its own name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.arguments import Arguments, PlacedValues, arguments_of, flat_object, parameter_names
from bridge.spec.document import JsonObject
from tests.catalogue.builders import changed, parameter, with_body
from tests.documents import operation


def obj(*required: str, **properties: Any) -> JsonObject:
    """Return an object schema."""
    schema: JsonObject = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def seen(arguments: Arguments) -> list[tuple[str, str, str]]:
    """Return ``(name, place, wire name)`` of what a model sees."""
    return [(argument.name, argument.place, argument.wire_name) for argument in arguments.visible]


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def test_parameters_come_first_then_the_properties_of_the_body() -> None:
    found = arguments_of(with_body(obj("title", title=TEXT, done=TEXT), parameter("roomId", "path"), parameter("max")))
    assert seen(found) == [
        ("roomId", "path", "roomId"),
        ("max", "query", "max"),
        ("title", "property", "title"),
        ("done", "property", "done"),
    ]
    assert [argument.required for argument in found.visible] == [True, False, True, False]


def test_a_parameter_brings_its_description_deprecation_and_example() -> None:
    declared = parameter("max", schema=NUMBER, description="At most.", deprecated=True, example=5)
    (found,) = arguments_of(operation(parameters=[declared])).visible
    assert found.schema == {"type": "integer", "description": "At most.", "deprecated": True}
    assert found.example == 5


def test_a_property_named_as_a_parameter_is_called_after_the_body() -> None:
    found = arguments_of(with_body(obj(id=TEXT, name=TEXT), parameter("id", "path")))
    assert seen(found) == [("id", "path", "id"), ("id_body", "property", "id"), ("name", "property", "name")]
    assert found.place({"id": "1", "id_body": "2"}) == PlacedValues({("path", "id"): "1"}, True, {"id": "2"})


def test_a_property_that_is_already_called_so_keeps_its_name() -> None:
    found = arguments_of(with_body(obj(id=TEXT, id_body=TEXT), parameter("id", "path")))
    assert seen(found) == [("id", "path", "id"), ("id_body_2", "property", "id"), ("id_body", "property", "id_body")]


def test_of_two_parameters_with_one_name_the_later_is_called_after_its_place() -> None:
    found = arguments_of(operation(path="/a/{id}", parameters=[parameter("id", "path"), parameter("id", "header")]))
    assert [argument.name for argument in found.visible] == ["id", "id_header"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("urn:ietf:params:Name", "urn_ietf_params_Name"),
        ("a b[c]", "a_b_c_"),
        ("größe", "gr__e"),
        ("x" * 70, "x" * 64),
        ("$filter", "_filter"),
        ("a.b-c_D9", "a.b-c_D9"),
        ("", "_"),
    ],
)
def test_characters_that_clients_refuse_become_underscores_and_the_vendor_gets_its_own_name(
    name: str, shown: str
) -> None:
    found = arguments_of(with_body(obj(**{name: TEXT})))
    assert seen(found) == [(shown, "property", name)]
    assert found.place({shown: "v"}).body == {name: "v"}


def test_names_that_come_out_alike_stay_apart() -> None:
    found = arguments_of(with_body(obj(**{"a:b": TEXT, "a/b": TEXT, "a_b": TEXT})))
    assert [argument.name for argument in found.visible] == ["a_b", "a_b_body", "a_b_body_2"]


def test_an_array_or_a_text_is_one_argument_body() -> None:
    found = arguments_of(with_body({"type": "array", "items": NUMBER}))
    assert seen(found) == [("body", "body", "body")]
    assert found.visible[0].required
    assert found.place({"body": [1]}) == PlacedValues({}, True, [1])


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [obj(a=TEXT), obj(b=TEXT)]},
        {**obj(a=TEXT), "anyOf": [obj("a"), obj("b")]},
        {**obj(a=TEXT), "additionalProperties": TEXT},
        {**obj(a=TEXT), "patternProperties": {"^x": TEXT}},
        {"allOf": [obj(a=TEXT), {"oneOf": [obj(b=TEXT), obj(c=TEXT)]}]},
        {"type": "object"},
        {},
    ],
    ids=["oneOf", "anyOf", "any name", "names of a pattern", "allOf with oneOf", "no properties", "anything"],
)
def test_an_object_that_is_more_than_its_properties_is_one_argument_body(schema: JsonObject) -> None:
    of = with_body(schema)
    found = arguments_of(of)
    assert seen(found) == [("body", "body", "body")]
    assert of.body is not None
    assert found.visible[0].schema == of.body.schema
    assert flat_object(schema) == schema


def test_a_whole_body_brings_its_description() -> None:
    content = {"application/json": {"schema": {"type": "array", "items": {}}}}
    found = arguments_of(operation("POST", requestBody={"description": "All of them.", "content": content}))
    assert found.visible[0].schema["description"] == "All of them."


def test_all_of_objects_are_one_object() -> None:
    found = arguments_of(with_body({"allOf": [obj("a", a=TEXT), obj(b=NUMBER), {"required": ["b"]}], **obj(c=TEXT)}))
    assert [(argument.name, argument.required) for argument in found.visible] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]


def test_a_property_that_is_declared_twice_must_fit_both() -> None:
    limited = {"type": "string", "maxLength": 3}
    (found,) = arguments_of(with_body({"allOf": [obj(a=TEXT), obj(a=limited)]})).visible
    assert found.schema == {"allOf": [TEXT, limited]}


def test_what_is_read_only_is_never_required() -> None:
    read_only = {"type": "string", "readOnly": True}
    schema = {"allOf": [obj(id=read_only, name=TEXT), {"required": ["id", "name"]}]}
    found = arguments_of(with_body(schema))
    assert {argument.name: argument.required for argument in found.visible} == {"id": False, "name": True}


def test_what_is_required_but_not_declared_is_no_argument() -> None:
    found = arguments_of(with_body(obj("ghost", "name", name=TEXT)))
    assert [argument.name for argument in found.visible] == ["name"]


def test_the_example_of_a_body_is_shared_out() -> None:
    content = {"application/json": {"schema": obj(a=TEXT, b=TEXT), "example": {"a": "x"}}}
    found = arguments_of(operation("POST", requestBody={"content": content}))
    assert [argument.example for argument in found.visible] == ["x", None]


def test_an_operation_without_a_body_sends_none() -> None:
    found = arguments_of(operation(parameters=[parameter("max")]))
    assert found.place({"max": 3}) == PlacedValues({("query", "max"): 3}, False, None)


def test_a_required_body_of_optional_properties_is_sent_empty() -> None:
    assert arguments_of(with_body(obj(a=TEXT))).place({}) == PlacedValues({}, True, {})


def test_an_optional_body_of_which_nothing_is_given_is_not_sent() -> None:
    assert arguments_of(with_body(obj(a=TEXT), required=False)).place({}) == PlacedValues({}, False, None)
    assert arguments_of(with_body({"type": "array"}, required=False)).place({}) == PlacedValues({}, False, None)


def test_null_in_a_property_or_a_body_stays_null() -> None:
    assert arguments_of(with_body(obj(a=TEXT))).place({"a": None}).body == {"a": None}
    assert arguments_of(with_body({})).place({"body": None}) == PlacedValues({}, True, None)


def test_a_parameter_that_is_null_is_not_sent() -> None:
    found = arguments_of(operation(parameters=[parameter("max"), parameter("X-Trace", "header")]))
    assert found.place({"max": None, "X-Trace": None}).parameters == {}


def test_a_parameter_declared_with_content_travels_as_json_text() -> None:
    declared = {"name": "filter", "in": "query", "content": {"application/json": {"schema": obj(a=NUMBER)}}}
    found = arguments_of(operation(parameters=[declared]))
    assert found.place({"filter": {"a": "ö"}}).parameters == {("query", "filter"): '{"a": "ö"}'}
    assert found.place({"filter": None}).parameters == {}


def test_a_hidden_parameter_with_a_constant_is_sent_and_not_seen() -> None:
    declared = {"name": "filter", "in": "query", "content": {"application/json": {"schema": {}}}}
    of = with_body(obj("kind", kind=TEXT, name=TEXT), parameter("orgId"), declared)
    constants = {
        "kind": changed(hide=True, value=None),
        "orgId": changed(hide=True, value="me"),
        "filter": changed(hide=True, value=[1]),
    }
    found = arguments_of(of, constants)
    assert [argument.name for argument in found.visible] == ["name"]
    assert found.place({"name": "x"}) == PlacedValues(
        {("query", "orgId"): "me", ("query", "filter"): "[1]"}, True, {"kind": None, "name": "x"}
    )


def test_a_hidden_whole_body_with_a_constant_is_sent() -> None:
    found = arguments_of(with_body({"type": "array"}), {"body": changed(hide=True, value=[1])})
    assert found.place({}) == PlacedValues({}, True, [1])


def test_what_is_hidden_without_a_constant_is_left_out() -> None:
    hidden = {"orgId": changed(hide=True), "a": changed(hide=True)}
    found = arguments_of(with_body(obj("a", a=TEXT), parameter("orgId")), hidden)
    assert found.visible == ()
    assert found.place({}) == PlacedValues({}, True, {})
    whole = arguments_of(with_body({"type": "array"}), {"body": changed(hide=True)})
    assert whole.place({}) == PlacedValues({}, False, None)


def test_a_default_of_the_overrides_is_shown_and_sent_unless_something_is_given() -> None:
    of = with_body(obj("size", size=NUMBER), parameter("max", schema=NUMBER))
    found = arguments_of(of, {"max": changed(default=10), "size": changed(default=None)})
    assert [(argument.required, argument.schema["default"]) for argument in found.visible] == [
        (False, 10),
        (False, None),
    ]
    assert found.place({}) == PlacedValues({("query", "max"): 10}, True, {"size": None})
    assert found.place({"max": 3, "size": 4}) == PlacedValues({("query", "max"): 3}, True, {"size": 4})


def test_a_default_of_the_document_is_shown_and_not_sent() -> None:
    found = arguments_of(operation(parameters=[parameter("max", schema={"type": "integer", "default": 5})]))
    assert found.visible[0].schema["default"] == 5
    assert found.place({}).parameters == {}


def test_overrides_change_names_and_descriptions_and_not_the_document() -> None:
    of = operation(parameters=[parameter("max", description="Vendor's.")])
    found = arguments_of(of, {"max": changed(name="limit", description="Ours.")})
    assert (found.visible[0].name, found.visible[0].schema["description"]) == ("limit", "Ours.")
    assert found.place({"limit": 1}).parameters == {("query", "max"): 1}
    assert arguments_of(of).visible[0].schema["description"] == "Vendor's."


def test_a_name_that_people_gave_stands_and_what_was_called_so_yields() -> None:
    of = with_body(obj(id=TEXT, kind=TEXT), parameter("name"), parameter("max"))
    found = arguments_of(of, {"max": changed(name="name"), "kind": changed(name="id")})
    assert seen(found) == [
        ("name_query", "query", "name"),
        ("name", "query", "max"),
        ("id_body", "property", "id"),
        ("id", "property", "kind"),
    ]


def test_a_name_for_a_parameter_and_a_property_of_one_name_is_the_parameters() -> None:
    found = arguments_of(with_body(obj(id=TEXT), parameter("id", "path")), {"id": changed(name="thing")})
    assert seen(found) == [("thing", "path", "id"), ("thing_body", "property", "id")]


def test_an_optional_body_may_be_left_out_with_what_it_requires() -> None:
    found = arguments_of(with_body(obj("a", a=TEXT, b=TEXT), parameter("id", "path"), required=False))
    assert found.optional_body({"id": "1"}) == {"a"}
    assert found.optional_body({"id": "1", "b": "x"}) == frozenset()


def test_a_required_body_may_not_be_left_out() -> None:
    assert arguments_of(with_body(obj("a", a=TEXT))).optional_body({}) == frozenset()
    assert arguments_of(operation()).optional_body({}) == frozenset()


@pytest.mark.parametrize("override", [changed(default="x"), changed(hide=True, value="x")], ids=["default", "constant"])
def test_an_optional_body_in_which_something_is_sent_anyway_may_not_be_left_out(override: Any) -> None:
    found = arguments_of(with_body(obj("a", a=TEXT, b=TEXT), required=False), {"b": override})
    assert found.optional_body({}) == frozenset()


def test_overrides_may_speak_of_every_name_of_the_vendor_once() -> None:
    of = with_body(obj(**{"id": TEXT, "a:b": TEXT}), parameter("id", "path"))
    assert parameter_names(of) == ["id", "a:b"]


def test_an_argument_is_found_by_its_name() -> None:
    found = arguments_of(operation(parameters=[parameter("max")]))
    assert found.named("max") is found.visible[0]
    assert found.named("min") is None


_NAMES = st.sampled_from(["id", "id_body", "id_query", "a b", "a:b", "a_b", "body", "", "x" * 64, "x" * 70]) | st.text(
    max_size=8
)


@given(st.lists(_NAMES, max_size=6), st.lists(_NAMES, max_size=6, unique=True), st.data())
def test_any_names_become_valid_unique_ones_and_reach_the_vendor_as_they_were(
    parameters: list[str], properties: list[str], data: st.DataObject
) -> None:
    declared = [parameter(name, data.draw(st.sampled_from(["query", "header"]))) for name in parameters]
    of = with_body(obj(**dict.fromkeys(properties, TEXT)), *declared)
    shown = st.text("abid_.-", min_size=1, max_size=64)
    given_names = data.draw(st.dictionaries(st.sampled_from([*parameters, *properties, "?"]), shown))
    found = arguments_of(of, {name: changed(name=other) for name, other in given_names.items()})
    names = [argument.name for argument in found.visible]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", name) for name in names)
    placed = found.place({name: str(count) for count, name in enumerate(names)})
    for count, argument in enumerate(found.visible):
        if argument.place == "property":
            assert placed.body[argument.wire_name] == str(count)
        elif argument.place != "body":
            assert placed.parameters[argument.place, argument.wire_name] == str(count)
