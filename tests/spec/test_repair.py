from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.spec.operation import operations_of
from bridge.spec.repair import Repair, repair
from bridge.spec.response import responses_of
from tests.documents import ACME, JSON, document, junk_schemas, of_defect, reference, repairs

FINE: dict[str, Any] = {
    "operationId": "getThing",
    "summary": "Get a thing",
    "parameters": [{"name": "thingId", "in": "path", "required": True, "schema": {"type": "string"}}],
    "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": {}}}}}},
    "responses": {"200": {"description": "The thing."}},
}
SERVERS = [{"url": "https://api.acme.example/v1"}]


def test_a_repair_names_document_place_defect_and_cure() -> None:
    paths = {"/things/{id}": {"get": {**FINE, "parameters": []}}}
    assert repairs(paths, servers=SERVERS) == [
        Repair("acme/shop", "GET /things/{id} parameters/id", "path parameter not declared", "declared as a string")
    ]


def test_a_defect_in_a_schema_is_named_by_its_path() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "Integer"}}}}
    content = {"application/json": {"schema": schema}}
    found = repairs({"/a": {"get": {**FINE, "parameters": [], "requestBody": {"content": content}}}}, servers=SERVERS)
    assert [entry.place for entry in found] == ["GET /a requestBody/application/json/a/items"]


def test_a_second_repair_finds_only_what_is_tolerated() -> None:
    found = document({"/a/{id}": {"get": {"tags": "A", "requestBody": {}, "responses": {"200": {}}}}})
    assert len(repair(found)) > len(repair(found))
    assert {entry.defect for entry in repair(found)} == {
        "no servers",
        "no operationId",
        "neither summary nor description",
    }


def test_a_named_schema_is_mended_once_however_often_it_is_used() -> None:
    content = {"application/json": {"schema": reference("A")}}
    paths = {path: {"post": {**FINE, "parameters": [], "requestBody": {"content": content}}} for path in ("/a", "/b")}
    found = repairs(paths, components={"schemas": {"A": {"type": "Integer"}}})
    assert [entry.place for entry in of_defect(found, "type 'Integer'")] == ["components/schemas/A"]


def test_schemas_that_only_references_lead_to_are_mended_too() -> None:
    content = {"application/json": {"schema": {"$ref": "#/definitions/A"}}}
    found = document(
        {"/a": {"post": {**FINE, "parameters": [], "requestBody": {"content": content}}}},
        extensions={"definitions": {"A": {"items": {"$ref": "#/definitions/B"}}, "B": {"type": "Integer"}}},
    )
    assert [entry.place for entry in of_defect(repair(found), "type 'Integer'")] == ["definitions/B"]
    assert found.content["definitions"]["B"] == {"type": "integer"}


@pytest.mark.parametrize("target", ["#/components/schemas/Missing", "#", ""])
def test_a_reference_that_leads_nowhere_is_named(target: str) -> None:
    found = repairs({}, components={"schemas": {"A": {"items": {"$ref": target}}}})
    (entry,) = of_defect(found, "leads nowhere")
    assert entry.place == "components/schemas/A/items"
    assert entry.repair == "anything is taken"


def test_recursive_schemas_are_walked_to_their_end() -> None:
    schemas = {"A": {"items": reference("B")}, "B": {"items": reference("A")}, "C": reference("C")}
    assert of_defect(repairs({}, components={"schemas": schemas}), "type") == []


@pytest.mark.parametrize(("version", "count"), [("3.0.3", 1), ("3.1.0", 0)])
def test_the_type_null_is_a_defect_of_openapi_3_0_only(version: str, count: int) -> None:
    found = repairs({}, components={"schemas": {"A": {"type": "null"}}}, openapi=version)
    assert len(of_defect(found, "type 'null'")) == count


# --- whatever a document holds, no other operation pays for it --

KEYS = [
    "operationId",
    "summary",
    "description",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
]
CONTENT = JSON | st.dictionaries(
    st.sampled_from(["application/json", "multipart/form-data", "application/json-patch+json", "undefined"]),
    JSON | st.fixed_dictionaries({}, optional={"schema": junk_schemas("A"), "example": JSON, "encoding": JSON}),
    max_size=2,
)
CARRIER = JSON | st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["thingId", "file", "Host"]) | JSON,
        "in": st.sampled_from(["path", "query", "header", "cookie", "body"]) | JSON,
        "required": JSON,
        "schema": junk_schemas("A"),
        "content": CONTENT,
        "examples": JSON,
        "description": JSON,
        "headers": JSON,
        "style": JSON,
        "explode": JSON,
        "variables": JSON,
        "url": st.just("https://{a}.acme.example") | JSON,
        "$ref": st.sampled_from(["#/components/parameters/P", "#/nowhere", "#/paths/~1odd"]),
    },
)
PLACES: dict[str, Any] = {key: JSON | CARRIER | st.lists(CARRIER, max_size=2) for key in KEYS}
PLACES["responses"] = JSON | st.dictionaries(st.sampled_from(["200", "2XX", "default", "x"]), CARRIER, max_size=2)
PLACES |= {"x-extensions": JSON, "x-rate-limit-label": JSON, "deprecated": JSON}
OPERATION = JSON | st.fixed_dictionaries({}, optional=PLACES)
ITEM = JSON | st.fixed_dictionaries(
    {}, optional={"get": OPERATION, "post": OPERATION, "parameters": PLACES["parameters"], "$ref": JSON}
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)
@given(ITEM, ITEM, CARRIER, junk_schemas("A"), st.fixed_dictionaries({}, optional={"servers": JSON, "security": JSON}))
def test_a_bad_operation_costs_no_other(odd: Any, odder: Any, shared: Any, schema: Any, top: dict[str, Any]) -> None:
    paths = {"/odd": odd, "/odd/{thingId}": odder, "/things/{thingId}": {"post": FINE}}
    found = document(paths, components={"schemas": {"A": schema}, "parameters": {"P": shared}}, **top)
    for entry in repair(found):
        assert entry.defect
        assert entry.repair
    other = document({"/odd": odder}, name="depot")
    repair(other)
    operations = operations_of([found, other])
    for operation in operations:
        seen: list[Any] = [
            operation.summary,
            operation.description,
            operation.tags,
            operation.operation_ids,
            operation.scopes,
        ]
        seen += [operation.rate_label, operation.deprecated, operation.parameters, operation.body]
        assert len([*seen, *responses_of(operation)]) >= 9
        assert operation.path.count("{") == sum(entry.location == "path" for entry in operation.parameters)
    fine = next(operation for operation in operations if operation.key == "POST /things/{thingId}")
    assert fine.vendor is ACME
    assert [(entry.name, entry.schema) for entry in fine.parameters] == [("thingId", {"type": "string"})]
    assert fine.body is not None
    assert json.loads(json.dumps(fine.body.schema)) == {"type": "object", "properties": {"a": {}}}


def test_what_reading_had_to_decide_is_reported_first() -> None:
    found = replace(document({"/a": {"get": FINE}}), defects=(("", "key 'a' stands 2 times", "the last one holds"),))
    assert repair(found)[0] == Repair("acme/shop", "", "key 'a' stands 2 times", "the last one holds")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("#/nowhere", "leads nowhere"),
        ("https://evil.example/a.yaml#/A", "leads out of the document, and is never fetched"),
    ],
)
def test_a_reference_that_cannot_be_followed_says_why(target: str, why: str) -> None:
    content = {"application/json": {"schema": {"$ref": target}}}
    found = repairs({"/a": {"post": {**FINE, "parameters": [], "requestBody": {"content": content}}}})
    assert of_defect(found, f"reference {target!r} {why}")


def test_media_types_by_reference_are_written_out() -> None:
    media = {"schema": {"type": "string"}, "example": "a"}
    content = {"application/json": {"$ref": "#/components/mediaTypes/Text"}}
    paths = {"/a": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}}}
    found = document(paths, components={"mediaTypes": {"Text": media}}, extensions={"openapi": "3.2.0"})
    assert not of_defect(repair(found), "response without description")
    (operation,) = operations_of([found])
    assert operation.body is not None
    assert (operation.body.schema, operation.body.example) == ({"type": "string"}, "a")
    assert responses_of(operation)[0].content["application/json"].schema == {"type": "string"}
