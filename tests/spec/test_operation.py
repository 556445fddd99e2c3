from __future__ import annotations

from typing import Any

import pytest

from bridge.spec.document import Document
from bridge.spec.operation import Body, Operation, Parameter, operations_of
from bridge.spec.repair import repair
from tests.documents import NOBODY, document, operation, reference

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def operations(*documents: Document) -> dict[str, Operation]:
    for found in documents:
        repair(found)
    return {entry.key: entry for entry in operations_of(documents)}


def body(content: Any, **declared: Any) -> Body | None:
    return operation("POST", requestBody={"content": content, **declared}).body


# --- what an operation says of itself ---------------------------


def test_an_operation_says_what_it_is() -> None:
    found = operation(
        "PATCH",
        "/things",
        operationId="change thing",
        summary="Change\n  a thing ",
        description=" Changes it.\n",
        tags=["Things", "Other", "Things"],
        deprecated=True,
    )
    assert (found.key, found.identity) == ("PATCH /things", "PATCH https://api.acme.example/v1/things")
    assert (found.summary, found.description) == ("Change a thing", "Changes it.")
    assert (found.tags, found.operation_ids) == (("Things", "Other"), ("change thing",))
    assert found.deprecated
    assert (found.documents, found.document_names) == (("acme/shop",), ("shop",))


@pytest.mark.parametrize("declared", [{}, {"summary": None, "description": 5, "tags": None, "operationId": None}])
def test_an_operation_that_says_nothing_is_one_still(declared: dict[str, Any]) -> None:
    found = operation(**declared)
    assert (found.summary, found.description, found.tags, found.operation_ids) == ("", "", (), ())
    assert (found.deprecated, found.scopes, found.rate_label) == (False, (), None)
    assert (found.parameters, found.body) == ((), None)


# --- where it lives ---------------------------------------------

SERVER = {
    "url": "https://{region}.acme.example/{base}/",
    "variables": {"region": {"default": "eu"}, "base": {"default": "v2"}},
}


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        ([SERVER], "https://eu.acme.example/v2"),
        ([{**SERVER, "variables": {"region": {"default": "us"}, "base": None}}], "https://us.acme.example"),
        ([{**SERVER, "variables": None}], "https://.acme.example"),
        ([{"url": None}, {"url": "https://acme.example"}], "https://acme.example"),
        (["https://acme.example"], ""),
        ([], ""),
        (None, ""),
        ("https://acme.example", ""),
    ],
)
def test_without_rules_the_server_of_the_document_is_the_base_url(servers: Any, expected: str) -> None:
    assert operation(of=document(vendor=NOBODY, origin="file", servers=servers)).base_url == expected


def test_the_nearest_server_wins() -> None:
    found = document(
        {
            "/a": {
                "get": {"servers": [{"url": "https://a.example/"}]},
                "servers": [{"url": "https://b.example"}],
                "put": {},
            },
            "/b": {"get": {}},
        },
        vendor=NOBODY,
        servers=[{"url": "https://c.example"}],
    )
    assert {key: entry.base_url for key, entry in operations(found).items()} == {
        "GET /a": "https://a.example",
        "PUT /a": "https://b.example",
        "GET /b": "https://c.example",
    }


def test_the_rules_of_the_vendor_hold_whatever_the_document_declares() -> None:
    assert operation(servers=[{"url": "https://old.example"}]).base_url == "https://api.acme.example/v1"


# --- parameters -------------------------------------------------


def test_a_parameter_is_read_as_declared() -> None:
    declared = {
        "name": "ids",
        "in": "query",
        "required": True,
        "description": "Which.",
        "schema": {"type": "array", "items": TEXT},
        "style": "pipeDelimited",
        "explode": False,
        "deprecated": True,
        "example": ["a"],
    }
    (found,) = operation(parameters=[declared]).parameters
    schema = {"type": "array", "items": TEXT}
    assert found == Parameter("ids", "query", True, schema, "Which.", "pipeDelimited", False, False, True, ["a"])


def test_what_is_no_style_and_no_flag_is_not_taken_for_one() -> None:
    declared = {"name": "q", "in": "query", "style": 5, "explode": "true", "required": "yes", "deprecated": 1}
    assert operation(parameters=[declared]).parameters == (Parameter("q", "query", False, {}),)


def test_the_parameter_of_an_operation_replaces_that_of_its_path_item() -> None:
    item = {
        "parameters": [{"name": "q", "in": "query", "schema": TEXT}, {"name": "q", "in": "header", "schema": TEXT}],
        "get": {"parameters": [{"name": "q", "in": "query", "schema": NUMBER}, {"name": "c", "in": "cookie"}]},
    }
    found = operations(document({"/a": item}))["GET /a"]
    assert [(entry.name, entry.location, entry.schema) for entry in found.parameters] == [
        ("q", "query", NUMBER),
        ("q", "header", TEXT),
        ("c", "cookie", {}),
    ]


@pytest.mark.parametrize("media", [{"schema": {"type": "object"}}, {}, None])
def test_a_parameter_with_content_travels_as_json(media: Any) -> None:
    (found,) = operation(parameters=[{"name": "q", "in": "query", "content": {"application/json": media}}]).parameters
    assert found.json is (media is not None)
    assert found.schema == ((media or {}).get("schema") or {})


def test_a_referenced_parameter_is_read() -> None:
    lent = document(components={"parameters": {"Max": {"name": "max", "in": "query", "schema": NUMBER}}})
    (found,) = operation(of=lent, parameters=[{"$ref": "#/components/parameters/Max"}]).parameters
    assert (found.name, found.schema) == ("max", NUMBER)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"example": 0, "schema": {"example": 2}}, 0),
        ({"examples": {"one": {"summary": "None."}, "two": {"value": 1}}, "schema": {"example": 2}}, 1),
        ({"examples": {"one": {"$ref": "#/components/examples/Three"}}}, 3),
        ({"examples": {"one": None}, "schema": {"example": 2}}, 2),
        ({"examples": [4], "schema": {"examples": [5, 6]}}, 5),
        ({"schema": {"examples": {}}}, None),
        ({"schema": reference("Name")}, "Ada"),
        ({}, None),
    ],
)
def test_the_nearest_example_is_taken(declared: dict[str, Any], expected: Any) -> None:
    lent = document(components={"examples": {"Three": {"value": 3}}, "schemas": {"Name": {"example": "Ada"}}})
    (found,) = operation(of=lent, parameters=[{"name": "q", "in": "query", **declared}]).parameters
    assert found.example == expected


# --- bodies -----------------------------------------------------


def test_a_body_is_read_as_declared() -> None:
    media: dict[str, Any] = {
        "schema": {"type": "object"},
        "example": {"a": 1},
        "encoding": {"a": {"contentType": "text/plain"}},
    }
    found = body({"Application/JSON; charset=utf-8": media}, required=True, description="A thing.")
    assert found == Body(
        "Application/JSON; charset=utf-8", True, {"type": "object"}, "A thing.", media["encoding"], {"a": 1}
    )
    assert found.essence == "application/json"


@pytest.mark.parametrize(
    ("media_types", "chosen"),
    [
        (["application/xml", "application/json"], "application/json"),
        (["text/plain", "application/json;charset=UTF-8"], "application/json;charset=UTF-8"),
        (["multipart/form-data", "application/json-patch+json"], "application/json-patch+json"),
        (["multipart/form-data", "application/json"], "application/json"),
        (["application/x-www-form-urlencoded", "text/csv"], "application/x-www-form-urlencoded"),
    ],
)
def test_of_several_media_types_json_is_chosen_else_the_first(media_types: list[str], chosen: str) -> None:
    found = body({name: {"schema": {"type": "object"}} for name in media_types})
    assert found is not None
    assert found.media_type == chosen


def test_where_multipart_carries_a_file_multipart_is_chosen() -> None:
    file = {"type": "object", "properties": {"picture": {"type": "string", "format": "binary"}}}
    with_file = {"multipart/form-data": {"schema": file}}
    found = [body({"application/json": {"schema": {"properties": ["picture"]}}, **with_file})]
    found += [body({"application/json": {"schema": file}, **with_file})]
    found += [body({"application/json": {"schema": file}, "multipart/form-data": {"schema": {"properties": {}}}})]
    chosen = [entry and entry.media_type for entry in found]
    assert chosen == ["multipart/form-data", "multipart/form-data", "application/json"]


@pytest.mark.parametrize("media", [None, [], "schema", {"schema": None}, {"schema": [], "encoding": []}])
def test_a_media_type_without_a_readable_schema_takes_anything(media: Any) -> None:
    assert body({"application/json": media}) == Body("application/json", False, {})


# --- the same operation in several documents --------------------


def two(first: dict[str, Any], second: dict[str, Any], path: str = "/a") -> Operation:
    found = operations(document({path: {"post": first}}), document({path: {"post": second}}, name="depot"))
    assert len(found) == 1
    return found[f"POST {path}"]


def test_an_operation_of_several_documents_comes_once_and_named_by_the_first() -> None:
    found = two(
        {"operationId": "one", "summary": "First", "tags": ["A"], "deprecated": True},
        {"operationId": "two", "summary": "Second", "description": "More.", "tags": ["B", "A"]},
    )
    assert (found.operation_ids, found.summary, found.description) == (("one", "two"), "First", "More.")
    assert (found.tags, found.deprecated) == (("A", "B"), False)
    assert (found.documents, found.document_names) == (("acme/shop", "acme/depot"), ("shop", "depot"))


def test_the_same_path_at_two_hosts_is_two_operations() -> None:
    first = document({"/a": {"get": {}}}, vendor=NOBODY, servers=[{"url": "https://a.example"}])
    second = document({"/a": {"get": {}}}, vendor=NOBODY, servers=[{"url": "https://b.example"}])
    found = operations_of([first, second])
    assert [entry.identity for entry in found] == ["GET https://a.example/a", "GET https://b.example/a"]


def test_operations_come_in_the_order_of_the_documents() -> None:
    first = document({"/b": {"get": {}}, "/a": {"get": {}}})
    second = document({"/c": {"get": {}}, "/b": {"get": {}}}, name="depot")
    assert list(operations(first, second)) == ["GET /b", "GET /a", "GET /c"]


def test_parameters_of_several_documents_are_all_taken() -> None:
    found = two(
        {"parameters": [{"name": "a", "in": "query", "required": True, "schema": TEXT, "deprecated": True}]},
        {
            "parameters": [
                {"name": "a", "in": "query", "required": True, "schema": NUMBER},
                {"name": "b", "in": "query", "required": True, "schema": TEXT},
            ]
        },
    )
    assert found.parameters == (
        Parameter("a", "query", True, {"anyOf": [TEXT, NUMBER]}),
        Parameter("b", "query", False, TEXT),
    )


def json_body(required: bool = True, **properties: Any) -> dict[str, Any]:
    media = {"schema": {"type": "object", "properties": properties}}
    return {"requestBody": {"required": required, "content": {"application/json": media}}}


def test_the_body_of_several_documents_takes_what_any_takes() -> None:
    found = two(json_body(a=TEXT), json_body(a=TEXT, b=NUMBER)).body
    assert found is not None
    assert found.required
    assert found.schema["properties"] == {"a": TEXT, "b": NUMBER}


@pytest.mark.parametrize("other", [{}, json_body(required=False, a=TEXT)])
def test_a_body_is_optional_where_one_document_does_without(other: dict[str, Any]) -> None:
    found = two(json_body(a=TEXT), other).body
    assert found is not None
    assert not found.required


def test_bodies_of_other_media_types_are_not_mixed_in() -> None:
    form = {"requestBody": {"content": {"text/csv": {"schema": TEXT}}}}
    found = two(json_body(a=TEXT), form).body
    assert found is not None
    assert (found.essence, found.schema["properties"]) == ("application/json", {"a": TEXT})


def test_scopes_and_rate_label_of_several_documents_are_alternatives() -> None:
    found = two(
        {"security": [{"oauth": ["a:read", "b:read"]}]},
        {"security": [{"oauth": ["b:read", "c:read"]}], "x-rate-limit-label": "HEAVY"},
    )
    assert found.scopes == ("a:read", "b:read", "c:read")
    assert found.rate_label == "HEAVY"
