from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from bridge.spec.document import JsonObject
from bridge.spec.json_schema import MAX_SIZE, SchemaReader
from tests.documents import JSON, document, junk_schemas, read_schema, reference


def accepts(schema: JsonObject, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def each_schema(schema: Any) -> Iterator[JsonObject]:
    """Yield a JSON Schema and all that stand inside it; in what is not JSON Schema's (enum, default) none do."""
    if isinstance(schema, dict):
        yield schema
        for key, inner in schema.items():
            if key in ("properties", "patternProperties"):
                for entry in inner.values():
                    yield from each_schema(entry)
            elif key in ("allOf", "anyOf", "oneOf"):
                for entry in inner:
                    yield from each_schema(entry)
            elif key in ("items", "additionalProperties", "contains", "propertyNames", "not"):
                yield from each_schema(inner)


def size(schema: JsonObject) -> int:
    return sum(1 for _ in each_schema(schema))


@pytest.mark.parametrize("nothing", [None, True, {}, "text", 5, [], reference("Missing"), {"$ref": "other.yaml#/A"}])
def test_where_there_is_no_schema_anything_is_taken(nothing: Any) -> None:
    assert read_schema(nothing) == {}


def test_a_schema_of_nothing_takes_nothing() -> None:
    assert read_schema(False) == {"not": {}}


def test_what_json_schema_does_not_know_is_left_out() -> None:
    schema: JsonObject = {
        "type": "string",
        "format": "email",
        "example": "a@b.example",
        "xml": {},
        "discriminator": {},
        "externalDocs": {},
        "x-note": 1,
    }
    assert read_schema(schema) == {"type": "string", "format": "email"}


def test_keywords_with_values_that_cannot_be_are_left_out() -> None:
    schema: JsonObject = {
        "type": "Text",
        "minLength": "5",
        "enum": [],
        "description": None,
        "pattern": "[",
        "maximum": True,
    }
    assert read_schema({**schema, "title": "Name"}) == {"title": "Name"}


def test_a_property_may_be_called_like_a_keyword() -> None:
    schema = {"type": "object", "properties": {"example": {"type": "string"}, "$ref": {"type": "string"}}}
    assert read_schema(schema) == schema


def test_a_reference_becomes_what_it_leads_to() -> None:
    schemas = {"Cart": {"type": "object", "properties": {"owner": reference("Person")}}, "Person": {"type": "string"}}
    assert read_schema(reference("Cart"), **schemas) == {"type": "object", "properties": {"owner": {"type": "string"}}}


def test_the_description_beside_a_reference_is_the_nearer_one() -> None:
    person = {"type": "string", "description": "A person."}
    assert read_schema({**reference("Person"), "description": "The owner."}, Person=person) == {
        "type": "string",
        "description": "The owner.",
    }
    assert read_schema(reference("Person"), Person=person)["description"] == "A person."


def test_read_only_properties_are_not_required() -> None:
    schema = {
        "required": ["id", "name", "owner", "name", 5],
        "properties": {"id": {"readOnly": True}, "name": {}, "owner": reference("Id")},
    }
    assert read_schema(schema, Id={"type": "string", "readOnly": True})["required"] == ["name"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array"},
        {"type": ["array", "null"]},
        {"type": "array", "nullable": True},
        {"type": "array", "items": None},
        {"type": "array", "items": [{"type": "string"}]},
        {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
    ],
)
def test_an_array_always_has_items(schema: JsonObject) -> None:
    found = read_schema(schema)
    assert found["items"] == {}
    assert accepts(found, ["a"])


# --- null -------------------------------------------------------


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "enum": ["a", "b"]},
        {"enum": ["a"]},
        {"const": "a"},
        {"type": "string", "const": "a"},
        {"type": ["string", "integer"]},
        {"type": "string", "not": {"enum": ["b"]}},
        {"allOf": [reference("Name")]},
        {"type": "string", "allOf": [reference("Name")]},
        {"type": "string", "allOf": [reference("Name"), {"minLength": 1}]},
        {"allOf": [reference("Name")], "description": "A name."},
        {"oneOf": [reference("Name"), {"type": "integer"}]},
        {"type": "string", "anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]},
        reference("Name"),
        reference("Choice"),
    ],
)
def test_what_is_nullable_takes_null_and_all_that_it_took(schema: JsonObject) -> None:
    schemas = {"Name": {"type": "string", "minLength": 1}, "Choice": {"type": "string", "enum": ["a"]}}
    plain = read_schema(schema, **schemas)
    nullable = read_schema({**schema, "nullable": True}, **schemas)
    assert not accepts(plain, None)
    assert accepts(nullable, None)
    values: list[Any] = ["a", "b", "", 1, {}, []]
    for value in values:
        assert accepts(nullable, value) == accepts(plain, value)


def test_null_is_not_added_twice() -> None:
    assert read_schema({"type": ["string", "null"], "enum": ["a", None], "nullable": True}) == {
        "type": ["string", "null"],
        "enum": ["a", None],
    }


@pytest.mark.parametrize("flag", [False, None, "true", 1])
def test_only_true_makes_a_schema_nullable(flag: Any) -> None:
    assert read_schema({"type": "string", "nullable": flag}) == {"type": "string"}


# --- one alternative --------------------------------------------


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_the_only_alternative_is_lifted(keyword: str) -> None:
    cart = {"type": "object", "description": "A cart.", "properties": {"id": {"type": "string"}}}
    schema = {keyword: [reference("Cart")], "description": "The new cart."}
    assert read_schema(schema, Cart=cart) == {**cart, "description": "The new cart."}


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ({"properties": {"b": {}}}, {"properties": {"a": {}}}),
        ({"additionalProperties": False}, {"properties": {"a": {}}}),
        ({"properties": {"a": {}}}, {"additionalProperties": False}),
        ({"type": "integer"}, {"type": "number"}),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"maximum": 5}, {"maximum": 3}),
        ({"patternProperties": {"^a": {}}}, {"additionalProperties": False}),
    ],
)
def test_the_only_alternative_is_not_lifted_where_that_would_change_the_meaning(
    outer: JsonObject, inner: JsonObject
) -> None:
    assert read_schema({**outer, "allOf": [inner]}) == {**outer, "allOf": [inner]}


VALUES: tuple[Any, ...] = (None, True, 0, 3, 5, "", "a", "ab", [], ["a"], [1], {}, {"a": 1}, {"a": "a"}, {"b": 1})
VALUES += ({"a": 1, "b": "b"}, {"ab": 1}, [[], {}], {"a": None})

_LEAVES: list[JsonObject] = [
    {},
    {"type": "string"},
    {"type": "object"},
    {"type": ["object", "null"]},
    {"minimum": 2},
    {"enum": ["a", 3, None]},
    {"required": ["a"]},
    {"additionalProperties": False},
    {"minLength": 1},
]


def sound_schemas() -> st.SearchStrategy[JsonObject]:
    """Return schemas without defects, whose meaning JSON Schema itself tells."""

    def larger(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
        listed = st.lists(inner, min_size=1, max_size=2)
        named = st.dictionaries(st.sampled_from(["a", "b"]), inner, min_size=1, max_size=2)
        optional: dict[str, st.SearchStrategy[Any]] = {
            "type": st.sampled_from(["object", "array", "string", ["object", "string"]]),
            "required": st.sampled_from([["a"], ["a", "b"]]),
            "properties": named,
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, min_size=1, max_size=1),
            "additionalProperties": inner | st.booleans(),
            "items": inner,
            "not": inner,
            "contains": inner,
            "propertyNames": inner,
            **dict.fromkeys(("allOf", "anyOf"), listed),
        }
        return st.fixed_dictionaries({}, optional=optional)

    return st.recursive(st.sampled_from(_LEAVES), larger, max_leaves=6)


@given(sound_schemas())
def test_a_sound_schema_keeps_its_meaning(schema: JsonObject) -> None:
    found = read_schema(schema)
    for value in VALUES:
        assert accepts(found, value) == accepts(schema, value)


def test_a_value_that_fits_several_alternatives_is_not_refused() -> None:
    assert read_schema({"oneOf": [{"type": "string"}, {"minLength": 2}]}) == {
        "anyOf": [{"type": "string"}, {"minLength": 2}]
    }


LOOSENED: list[JsonObject] = [
    {"oneOf": [{"type": "string"}, {"maxLength": 2}], "anyOf": [{"type": "integer"}, {"type": "string"}]},
    {"not": {"oneOf": [{"type": "string"}, {"type": "object"}]}},
    {"prefixItems": [{"type": "string"}], "items": False},
    {"patternProperties": {"[": {}}, "additionalProperties": False},
    {"patternProperties": {"^a": {}}, "additionalProperties": False},
    {"not": {"if": {"type": "string"}, "then": {"minLength": 2}}},
    {"not": {"required": ["a"], "properties": {"a": {"readOnly": True}}}},
    {"contains": {"type": "string"}, "minContains": 0},
    {"oneOf": [{"dependentRequired": {"a": ["b"]}, "type": "object"}, {"type": "object", "required": ["a"]}]},
]


@pytest.mark.parametrize("schema", LOOSENED)
def test_what_cannot_be_said_in_both_drafts_is_never_refused(schema: JsonObject) -> None:
    found = read_schema(schema)
    usable = {key: value for key, value in schema.items() if "[" not in (value if isinstance(value, dict) else ())}
    for value in VALUES:
        if accepts(usable, value):
            assert accepts(found, value), value
            assert Draft7Validator(found).is_valid(value), value


# --- recursion and size -----------------------------------------

LEAF = {"type": "object", "properties": {"next": reference("Leaf"), "name": {"type": "string"}}}


def test_recursion_ends_in_a_schema_that_takes_anything_of_its_type() -> None:
    inner = {"type": "object", "properties": {"next": {"type": "object"}, "name": {"type": "string"}}}
    assert read_schema(reference("Leaf"), Leaf=LEAF) == {**inner, "properties": {**inner["properties"], "next": inner}}  # type: ignore[dict-item]


def test_a_cut_array_has_items_and_a_cut_nullable_takes_null() -> None:
    tree = {"type": "array", "items": reference("Tree"), "nullable": True, "description": "A tree."}
    found = read_schema(reference("Tree"), Tree=tree)
    assert found["items"]["items"] == {"type": ["array", "null"], "description": "A tree.", "items": {}}


@pytest.mark.parametrize("schemas", [{"A": reference("A")}, {"A": reference("B"), "B": reference("A")}])
def test_references_that_lead_in_a_circle_take_anything(schemas: JsonObject) -> None:
    assert read_schema(reference("A"), **schemas) == {}


def test_what_is_cut_is_not_refused_by_a_negation_or_an_exclusive_choice() -> None:
    node: JsonObject = {
        "type": "object",
        "properties": {"next": {"oneOf": [reference("Node"), {"type": "object", "required": ["end"]}]}},
        "required": ["next"],
        "not": {"properties": {"next": {"not": reference("Node")}}, "required": ["next", "stop"]},
    }
    found = read_schema(reference("Node"), Node=node)
    assert accepts(found, {"next": {"next": {"next": {"next": {"end": 1}}}}})


def mutual(width: int, fan: int) -> JsonObject:
    """Return ``width`` object schemas, each with ``fan`` references to each of all of them."""
    names = [f"N{place}" for place in range(width)]
    properties = {f"{name}_{copy}": reference(name) for name in names for copy in range(fan)}
    return {name: {"type": "object", "properties": {**properties, "id": {"type": "string"}}} for name in names}


@pytest.mark.parametrize(("width", "fan"), [(1, 60), (2, 10), (3, 5), (8, 1), (30, 2)])
def test_schemas_that_hold_each_other_stay_bounded(width: int, fan: int) -> None:
    found = read_schema(reference("N0"), **mutual(width, fan))
    assert size(found) <= MAX_SIZE
    assert found["properties"]["id"] == {"type": "string"}
    assert set(found["properties"]) == {f"N{place}_{copy}" for place in range(width) for copy in range(fan)} | {"id"}


def test_schemas_that_double_at_each_level_stay_bounded() -> None:
    doubling = {
        f"D{n}": {"type": "object", "properties": {"a": reference(f"D{n + 1}"), "b": reference(f"D{n + 1}")}}
        for n in range(40)
    }
    found = read_schema(reference("D0"), **doubling)
    assert 3 <= size(found) <= MAX_SIZE


def test_a_long_chain_of_references_is_cut_and_not_a_crash() -> None:
    chain = {f"C{n}": {"type": "object", "properties": {"next": reference(f"C{n + 1}")}} for n in range(3_000)}
    links: JsonObject = {f"L{n}": reference(f"L{n + 1}") for n in range(3_000)}
    assert read_schema(reference("C0"), **chain)["type"] == "object"
    assert read_schema(reference("L0"), **links) == {}


def test_a_large_schema_without_recursion_keeps_all_its_properties() -> None:
    wide = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(MAX_SIZE * 2)}}
    assert read_schema(wide) == wide


def test_schemas_nested_as_deeply_as_a_document_may_be_are_read() -> None:
    schema: JsonObject = {"type": "string"}
    for _ in range(90):
        schema = {"type": "array", "items": schema}
    Draft202012Validator.check_schema(read_schema(schema))


GRAPHS = st.dictionaries(
    st.sampled_from("ABCD"),
    st.lists(
        st.tuples(st.sampled_from(["properties", "items", "anyOf", "not", "$ref"]), st.sampled_from("ABCDE")),
        max_size=4,
    ),
    min_size=2,
)


def graph_schema(edges: list[tuple[str, str]]) -> JsonObject:
    schema: JsonObject = {"type": "object"}
    for keyword, name in edges:
        if keyword == "properties":
            schema.setdefault("properties", {})[name.lower()] = reference(name)
        elif keyword == "anyOf":
            schema.setdefault("anyOf", []).append(reference(name))
        elif keyword == "$ref":
            schema = {**reference(name), "description": name}
        else:
            schema[keyword] = reference(name)
    return schema


@given(GRAPHS, st.permutations("ABCD"))
def test_what_is_read_does_not_depend_on_what_was_read_before(
    graph: dict[str, list[tuple[str, str]]], order: list[str]
) -> None:
    schemas = {name: graph_schema(edges) for name, edges in graph.items()}
    shared = SchemaReader(document(components={"schemas": schemas}))
    for name in [*order, *order]:
        alone = SchemaReader(document(components={"schemas": schemas}))
        assert shared.read(reference(name)) == alone.read(reference(name))


def test_deep_schemas_read_the_same_whether_their_parts_were_read_before_or_not() -> None:
    chain = {f"C{n}": {"type": "object", "properties": {"next": reference(f"C{n + 1}")}} for n in range(60)}
    shared = SchemaReader(document(components={"schemas": chain}))
    backwards = [shared.read(reference(f"C{n}")) for n in reversed(range(60))]
    alone = [
        SchemaReader(document(components={"schemas": chain})).read(reference(f"C{n}")) for n in reversed(range(60))
    ]
    assert backwards == alone


# --- any schema whatever ----------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(junk_schemas("AB"), junk_schemas("AB"), junk_schemas("AB"))
def test_any_schema_becomes_one_that_is_valid_under_both_drafts_and_stands_alone(a: Any, b: Any, schema: Any) -> None:
    found = SchemaReader(document(components={"schemas": {"A": a, "B": b}})).read(schema)
    Draft202012Validator.check_schema(found)
    Draft7Validator.check_schema(found)
    for inner in each_schema(found):
        assert "$ref" not in inner
        assert not any(key.startswith("x-") for key in inner)
        if "array" in json.dumps(inner.get("type")):
            assert "items" in inner


@given(JSON)
def test_any_json_is_read_as_some_schema(schema: Any) -> None:
    Draft202012Validator.check_schema(read_schema(schema))
