from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from bridge.spec.structure import declared_operations, each_operation, each_schema_root, entries, properties_of
from tests.documents import JSON, document

GET: dict[str, Any] = {"get": {"responses": {}}}


def keys(paths: Any) -> list[str]:
    return [site.key for site in each_operation(document(paths))]


def test_operations_come_in_the_order_of_paths_and_then_of_methods() -> None:
    paths: dict[str, Any] = {"/b": {"patch": {}, "get": {}}, "/a": {"delete": {}, "put": {}, "post": {}}}
    assert keys(paths) == ["GET /b", "PATCH /b", "PUT /a", "POST /a", "DELETE /a"]


def test_every_http_method_of_openapi_is_an_operation() -> None:
    methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
    assert keys({"/a": {method: {} for method in methods}}) == [f"{method.upper()} /a" for method in methods]


@pytest.mark.parametrize("item", [None, [], "text", 5, {"$ref": "#/nowhere"}, {"$ref": "#/paths/~1odd"}, {"get": None}])
def test_a_path_item_that_cannot_be_read_costs_no_other(item: Any) -> None:
    assert keys({"/odd": item, "/fine": GET}) == ["GET /fine"]


@pytest.mark.parametrize("path", ["x-note", "people", ""])
def test_what_does_not_begin_with_a_slash_is_no_path(path: str) -> None:
    assert keys({path: GET, "/fine": GET}) == ["GET /fine"]


def test_other_keys_of_a_path_item_are_no_operations() -> None:
    item = {"summary": "A", "parameters": [], "servers": [], "x-get": {}, "GET": {}, **GET}
    assert keys({"/a": item}) == ["GET /a"]


def test_a_path_item_may_be_a_reference() -> None:
    assert keys({"/a": {"$ref": "#/paths/~1b"}, "/b": GET}) == ["GET /a", "GET /b"]


def test_the_roots_of_schemas_are_named_by_their_place() -> None:
    schema = {"schema": {"type": "string"}}
    content = {"content": {"application/json": schema}}
    found = document(
        {
            "/carts": {
                "parameters": [{"name": "shop", "in": "query", **schema}],
                "post": {
                    "parameters": [{"name": "q", "in": "query", **schema}, {"$ref": "#/components/parameters/Page"}],
                    "requestBody": content,
                    "responses": {"200": {**content, "headers": {"Link": schema}}},
                },
            }
        },
        components={
            "schemas": {"Cart": {"type": "object"}},
            "parameters": {"Page": {"name": "page", "in": "query", **schema}},
            "requestBodies": {"Cart": content},
            "responses": {"Cart": content},
        },
    )
    assert [place for place, _ in each_schema_root(found)] == [
        "components/schemas/Cart",
        "components/parameters/Page",
        "components/requestBodies/Cart/application/json",
        "components/responses/Cart/application/json",
        "POST /carts parameters/shop",
        "POST /carts parameters/q",
        "POST /carts parameters/page",
        "POST /carts requestBody/application/json",
        "POST /carts responses/200/application/json",
        "POST /carts responses/200/headers/Link",
    ]


def test_a_body_that_only_a_reference_leads_to_has_its_schema() -> None:
    body = {"content": {"application/json": {"schema": {"type": "array"}}}}
    found = document({"/a": {"post": {"requestBody": {"$ref": "#/x-bodies/A"}}}}, extensions={"x-bodies": {"A": body}})
    assert [place for place, _ in each_schema_root(found)] == ["POST /a requestBody/application/json"]


@given(JSON, JSON, JSON)
def test_any_junk_where_things_should_stand_is_passed_over(item: Any, owner: Any, components: Any) -> None:
    odd = {"parameters": owner, "requestBody": owner, "responses": owner}
    found = document(
        {"/odd": item, "/odder": {**odd, "get": odd}, "/fine": {"get": {}}},
        components={"schemas": components, "parameters": components, "responses": {"A": components}},
    )
    assert "GET /fine" in [site.key for site in each_operation(found)]
    assert all(isinstance(root, dict) for _, root in each_schema_root(found))


@pytest.mark.parametrize("value", [None, "text", {"a": 1}, 5])
def test_what_is_no_list_or_no_object_is_read_as_an_empty_one(value: Any) -> None:
    assert entries({"parameters": value}, "parameters") == []
    assert properties_of({"properties": [value]}) == {}
    assert entries({}, "parameters") == []
    assert properties_of({}) == {}


def test_operations_that_cannot_be_read_are_counted_too() -> None:
    paths: dict[str, Any] = {
        "/a": {"get": None, "post": {}, "x-get": {}},
        "/b": None,
        "/c": {"$ref": "#/paths/~1a"},
        "d": GET,
    }
    assert declared_operations(document(paths)) == 5
    assert len(keys(paths)) == 2
