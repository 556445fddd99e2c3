from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from bridge.spec.operation import Operation
from bridge.spec.operation_document import operation_document
from tests.documents import NOBODY, document, operation, reference


@pytest.fixture
def change() -> Operation:
    lent = document(components={"schemas": {"Thing": {"type": "object", "properties": {"next": reference("Thing")}}}})
    return operation(
        "PUT",
        "/things/{thingId}",
        of=lent,
        parameters=[
            {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string", "nullable": True}},
            {"name": "ids", "in": "query", "schema": {"type": "array"}, "style": "spaceDelimited", "explode": False},
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
        ],
        requestBody={
            "required": True,
            "content": {"multipart/form-data": {"schema": reference("Thing"), "encoding": {"next": {"explode": True}}}},
        },
        responses={
            "200": {"description": "Changed.", "content": {"application/json": {"schema": reference("Thing")}}},
            "204": {},
        },
    )


def declared(found: Operation, **options: bool) -> dict[str, Any]:
    document = operation_document(found, **options)
    (item,) = document["paths"].values()
    (result,) = item.values()
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize("options", [{}, {"free_body": True}, {"with_responses": True}])
def test_the_document_of_an_operation_is_valid_and_stands_alone(change: Operation, options: dict[str, bool]) -> None:
    found = operation_document(change, **options)
    validate(found)
    assert "$ref" not in json.dumps(found)
    assert found["servers"] == [{"url": "https://api.acme.example/v1"}]
    assert list(found["paths"]) == ["/things/{thingId}"]
    assert list(found["paths"]["/things/{thingId}"]) == ["put"]


def test_parameters_are_declared_as_they_are_sent(change: Operation) -> None:
    assert declared(change)["parameters"] == [
        {"name": "thingId", "in": "path", "required": True, "schema": {"type": ["string", "null"]}},
        {
            "name": "ids",
            "in": "query",
            "required": False,
            "schema": {"type": "array", "items": {}},
            "style": "spaceDelimited",
            "explode": False,
        },
        {
            "name": "filter",
            "in": "query",
            "required": False,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
    ]


def test_the_body_is_declared_with_or_without_its_schema(change: Operation) -> None:
    media = declared(change)["requestBody"]["content"]["multipart/form-data"]
    assert media["schema"]["type"] == "object"
    assert media["encoding"] == {"next": {"explode": True}}
    free = declared(change, free_body=True)["requestBody"]
    assert free == {"required": True, "content": {"multipart/form-data": {**media, "schema": {}}}}


def test_responses_are_declared_on_request_only(change: Operation) -> None:
    assert declared(change)["responses"] == {"default": {"description": ""}}
    responses = declared(change, with_responses=True)["responses"]
    assert list(responses) == ["200", "204"]
    assert responses["200"]["content"]["application/json"]["schema"]["type"] == "object"
    assert responses["204"] == {"description": ""}


def test_an_operation_without_body_and_host_is_declared_too() -> None:
    found = operation(of=document(vendor=NOBODY))
    assert "requestBody" not in declared(found)
    assert operation_document(found)["servers"] == [{"url": "/"}]
