from __future__ import annotations

from typing import Any

import pytest

from bridge.spec.document import Document
from bridge.spec.operation_repairs import plain_tag
from bridge.spec.repair import repair
from tests.documents import NOBODY, document, of_defect

FINE: dict[str, Any] = {
    "operationId": "list.things",
    "summary": "List things",
    "responses": {"200": {"description": "All."}},
}
TEXT = {"type": "string"}


def mended(
    path: str = "/things", method: str = "get", *, item: dict[str, Any] | None = None, **declared: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return an operation after repair, and the defects found in its document."""
    found = document(
        {path: {**(item or {}), method: {**FINE, **declared}}}, servers=[{"url": "https://api.acme.example/v1"}]
    )
    defects = [entry.defect for entry in repair(found)]
    return found.content["paths"][path][method], defects


def names(document: Document, path: str) -> list[str]:
    item = document.content["paths"][path]
    return [entry["name"] for owner in (item, item["get"]) for entry in owner.get("parameters", ())]


def test_a_sound_operation_is_left_as_it_is() -> None:
    assert mended() == (FINE, [])


# --- servers ----------------------------------------------------


def server_repairs(servers: Any, **given: Any) -> list[tuple[str, str]]:
    found = document({"/things": {"get": FINE}}, servers=servers, **given)
    return [(entry.defect, entry.repair) for entry in repair(found)]


@pytest.mark.parametrize("servers", [None, [], {}, "https://acme.example", 5, [None], ["https://acme.example"]])
def test_a_document_without_servers_takes_the_base_urls_of_the_vendor(servers: Any) -> None:
    assert server_repairs(servers) == [("no servers", "base URLs from specs/sources.yaml")]


def test_a_server_where_the_operations_do_not_live_is_named() -> None:
    (found,) = server_repairs([{"url": "https://old.acme.example/"}])
    assert found == (
        "server 'https://old.acme.example/' is not where the operations live",
        "sent to https://api.acme.example/v1",
    )


def test_the_server_of_a_core_document_is_not_questioned() -> None:
    assert server_repairs([{"url": "https://old.acme.example/"}], origin="core") == []


@pytest.mark.parametrize(
    ("servers", "defect"),
    [
        (None, "no servers"),
        ([{"url": "/v1"}], "server '/v1' is no absolute URL"),
        ([{}], "server 'None' is no absolute URL"),
    ],
)
def test_without_rules_and_without_a_server_no_call_can_be_made(servers: Any, defect: str) -> None:
    assert server_repairs(servers, vendor=NOBODY, origin="file") == [(defect, "no call can be made")]


# --- operations and their texts ---------------------------------


def test_what_should_be_an_operation_and_is_none_is_named() -> None:
    paths = {
        "/things": {"get": FINE, "put": None, "post": []},
        "/lost": {"$ref": "#/nowhere"},
        "/null": None,
        "things": {"get": FINE},
        "x-note": None,
    }
    found = repair(document(paths, servers=[{"url": "https://api.acme.example/v1"}]))
    assert [(entry.place, entry.defect) for entry in found] == [
        ("PUT /things", "operation that is no object"),
        ("POST /things", "operation that is no object"),
        ("/lost", "no path item"),
        ("/null", "no path item"),
        ("things", "path without a leading slash"),
    ]


def test_an_operation_id_used_twice_is_named_at_both_places() -> None:
    found = repair(document({"/a": {"get": FINE}, "/b": {"get": FINE, "post": {**FINE, "operationId": "other"}}}))
    assert [entry.place for entry in of_defect(found, "operationId 'list.things' is used 2 times")] == [
        "GET /a",
        "GET /b",
    ]


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("List Things", "operationId 'List Things' has spaces or punctuation"),
        ("listThings.", "operationId 'listThings.' has spaces or punctuation"),
        ("x" * 65, "operationId of 65 characters"),
        ("", "no operationId"),
        (None, "no operationId"),
        (5, "no operationId"),
    ],
)
def test_an_odd_operation_id_is_named(name: Any, defect: str) -> None:
    assert mended(operationId=name)[1] == [defect]


def test_tags_lose_doubled_spaces_and_part_numbers() -> None:
    operation, defects = mended(tags=["Calls  (1/2)", "Calls (2/2)", "Fine"])
    assert operation["tags"] == ["Calls", "Fine"]
    assert defects == ["tag 'Calls  (1/2)'", "tag 'Calls (2/2)'"]


@pytest.mark.parametrize(("tags", "expected"), [("Calls", ["Calls"]), (None, []), ({"name": "Calls"}, []), (5, [])])
def test_tags_that_are_no_list_are_read_as_one_or_passed_over(tags: Any, expected: list[str]) -> None:
    operation, defects = mended(tags=tags)
    assert operation["tags"] == expected
    assert defects == ["tags are no list"]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("Features:  Hunt Group", "Features: Hunt Group"),
        ("Settings (1/2)", "Settings"),
        ("24/7 Support", "24/7 Support"),
    ],
)
def test_a_plain_tag_is_for_people(tag: str, expected: str) -> None:
    assert plain_tag(tag) == expected


def test_an_operation_without_any_text_is_named() -> None:
    assert mended(summary="")[1] == ["neither summary nor description"]
    assert mended(summary=None, description="Things.")[1] == []


# --- parameters -------------------------------------------------


def test_a_path_parameter_that_is_not_declared_is_declared_once() -> None:
    operation, defects = mended("/things/{thingId}/copies/{thingId}")
    assert operation["parameters"] == [{"name": "thingId", "in": "path", "required": True, "schema": TEXT}]
    assert defects == ["path parameter not declared"]


def test_a_path_parameter_of_the_path_item_counts_as_declared() -> None:
    item = {"parameters": [{"name": "thingId", "in": "path", "required": True, "schema": TEXT}]}
    assert mended("/things/{thingId}", item=item)[1] == []


@pytest.mark.parametrize("required", [None, False, "true"])
def test_a_path_parameter_is_required(required: Any) -> None:
    parameter = {"name": "thingId", "in": "path", "required": required, "schema": TEXT}
    operation, defects = mended("/things/{thingId}", parameters=[parameter])
    assert operation["parameters"][0]["required"] is True
    assert defects == ["path parameter not required"]


def test_a_path_parameter_that_the_path_has_no_place_for_is_left_out() -> None:
    stray = {"name": "other", "in": "path", "required": True, "schema": TEXT}
    query = {"name": "other", "in": "query", "schema": TEXT}
    found = document({"/things": {"parameters": [stray], "get": {**FINE, "parameters": [stray, query]}}})
    assert len(of_defect(repair(found), "path parameter that the path does not have")) == 2
    assert names(found, "/things") == ["other"]


@pytest.mark.parametrize("name", ["Content-Length", "authorization", "HOST", "Cookie"])
def test_a_header_that_http_sets_is_no_argument(name: str) -> None:
    header = {"name": name, "in": "header", "schema": TEXT}
    kept = [{"name": "timezone", "in": "header", "schema": TEXT}, {"name": name, "in": "query", "schema": TEXT}]
    operation, defects = mended(item={"parameters": [header]}, parameters=[header, *kept])
    assert operation["parameters"] == kept
    assert defects == [f"header parameter {name!r}"] * 2


def test_paths_that_share_an_item_are_mended_each_for_itself() -> None:
    declared = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    item = {"get": {**FINE, "parameters": declared}}
    found = document(
        {"/b/{key}": {"$ref": "#/paths/~1a~1{id}"}, "/a/{id}": item, "/c/{id}": {"$ref": "#/paths/~1a~1{id}"}}
    )
    repair(found)
    assert [names(found, path) for path in ("/a/{id}", "/b/{key}", "/c/{id}")] == [["id"], ["key"], ["id"]]


@pytest.mark.parametrize("parameters", [None, {}, "text", 5, {"name": "q", "in": "query"}])
def test_parameters_that_are_no_list_are_passed_over(parameters: Any) -> None:
    operation, defects = mended("/things/{id}", parameters=parameters)
    assert [entry["name"] for entry in operation["parameters"]] == ["id"]
    assert defects == ["parameters are no list", "path parameter not declared"]


@pytest.mark.parametrize(
    "entry",
    [None, 5, "q", [], {}, {"name": "q"}, {"in": "query"}, {"name": 5, "in": "query"}, {"name": "q", "in": "body"}],
)
def test_a_parameter_that_cannot_be_read_costs_no_other(entry: Any) -> None:
    fine = {"name": "max", "in": "query", "schema": TEXT}
    operation, defects = mended(parameters=[entry, fine])
    assert operation["parameters"] == [fine]
    assert defects == ["parameter without name or location, or that leads nowhere"]


def test_a_query_parameter_that_is_an_object_is_named_and_kept() -> None:
    parameter = {"name": "filter", "in": "query", "schema": {"type": "object"}}
    operation, defects = mended(parameters=[parameter])
    assert operation["parameters"] == [parameter]
    assert defects == ["query parameter that is an object"]


# --- bodies -----------------------------------------------------


def body_of(content: Any, **schemas: Any) -> tuple[Any, list[str]]:
    """Return the content of a body after repair, and what was found."""
    declared = {**FINE, "requestBody": {"content": content}}
    found = document({"/things": {"post": declared}}, components={"schemas": schemas})
    defects = [entry.defect for entry in repair(found) if "requestBody" in entry.place]
    return found.content["paths"]["/things"]["post"].get("requestBody", {}).get("content"), defects


@pytest.mark.parametrize("body", [{}, {"description": "A thing."}, {"$ref": "#/nowhere"}, 5, [], "text"])
def test_a_body_without_content_is_no_body(body: Any) -> None:
    operation, defects = mended(method="post", requestBody=body)
    assert "requestBody" not in operation
    assert defects == ["requestBody without content"]


@pytest.mark.parametrize("content", [None, {}, [], ["application/json"], "application/json"])
def test_a_body_whose_content_is_empty_or_no_object_is_no_body(content: Any) -> None:
    assert body_of(content) == (None, ["requestBody without content"])


@pytest.mark.parametrize("media", [{"schema": TEXT}, {}, None])
def test_a_media_type_without_a_slash_is_read_as_json(media: Any) -> None:
    content, defects = body_of({"undefined": media})
    assert content == {"application/json": media}
    assert defects == ["media type 'undefined'"]


def test_a_media_type_without_a_slash_does_not_replace_the_real_one() -> None:
    content, _ = body_of({"undefined": {"schema": {"type": "integer"}}, "application/json": {"schema": TEXT}})
    assert content == {"application/json": {"schema": TEXT}}


@pytest.mark.parametrize("media_type", ["application/json-patch+json", "Application/JSON-Patch+JSON; charset=utf-8"])
def test_a_json_patch_declared_as_an_object_becomes_an_array(media_type: str) -> None:
    schema = {"type": "object", "properties": {"op": TEXT, "path": TEXT}}
    content, defects = body_of({media_type: {"schema": schema}})
    assert content[media_type]["schema"] == {"type": "array", "items": schema}
    assert defects == ["JSON Patch declared as an object"]


@pytest.mark.parametrize("schema", [{"type": "array", "items": {}}, {"properties": ["op", "path"]}, None])
def test_any_other_json_patch_is_left_as_it_is(schema: Any) -> None:
    content, _ = body_of({"application/json-patch+json": {"schema": schema}})
    assert content["application/json-patch+json"]["schema"] == schema


def test_a_file_of_a_multipart_body_is_marked_as_one() -> None:
    properties = {
        "file": {"type": "string", "description": "The picture."},
        "pic_file": {"type": "string", "format": "binary"},
        "files": {"type": "array", "items": {"type": "string"}},
        "profile": {"type": "string"},
    }
    content, defects = body_of({"multipart/form-data": {"schema": {"type": "object", "properties": properties}}})
    found = content["multipart/form-data"]["schema"]["properties"]
    assert found["file"] == {"type": "string", "format": "binary", "description": "The picture."}
    assert found["files"]["items"] == {"type": "string", "format": "binary"}
    assert found["profile"] == {"type": "string"}
    assert defects == ["file without format 'binary'"] * 2


def test_what_is_a_file_here_stays_a_text_elsewhere() -> None:
    schema = {"type": "object", "properties": {"file": {"$ref": "#/components/schemas/Text"}}}
    found = document(
        {"/things": {"post": {**FINE, "requestBody": {"content": {"multipart/form-data": {"schema": schema}}}}}},
        components={"schemas": {"Text": {"type": "string", "description": "Any text."}}},
    )
    repair(found)
    body = found.content["paths"]["/things"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert body["properties"]["file"] == {"type": "string", "format": "binary", "description": "Any text."}
    assert found.content["components"]["schemas"]["Text"] == {"type": "string", "description": "Any text."}


@pytest.mark.parametrize("schema", [None, {"properties": ["file"]}, {"properties": {"file": None}}])
def test_a_multipart_body_without_readable_files_is_left_as_it_is(schema: Any) -> None:
    content, defects = body_of({"multipart/form-data": {"schema": schema}})
    assert content == {"multipart/form-data": {"schema": schema}}
    assert defects == []


# --- responses --------------------------------------------------


@pytest.mark.parametrize("response", [{}, {"description": None}, {"content": {}}])
def test_a_response_without_description_is_given_an_empty_one(response: dict[str, Any]) -> None:
    operation, defects = mended(responses={"200": response})
    assert operation["responses"]["200"]["description"] == ""
    assert defects == ["response without description"]


@pytest.mark.parametrize("response", [None, "Fine.", {"$ref": "#/components/responses/Missing"}])
def test_a_response_that_cannot_be_read_is_tolerated(response: Any) -> None:
    assert mended(responses={"200": response})[1] == []


@pytest.mark.parametrize(
    ("responses", "defect"),
    [
        ({"302": {"description": "There."}}, "no 2xx response, only a redirect"),
        ({"404": {"description": "Gone."}}, "no 2xx response"),
        ({}, "no 2xx response"),
        (None, "no 2xx response"),
        ([], "no 2xx response"),
    ],
)
def test_an_operation_without_a_success_is_named(responses: Any, defect: str) -> None:
    assert mended(responses=responses)[1] == [defect]


@pytest.mark.parametrize("status", ["200", "204", "2XX", "default"])
def test_any_declared_success_will_do(status: str) -> None:
    assert mended(responses={status: {"description": "Fine."}})[1] == []


# --- OpenAPI 3.2 ------------------------------------------------


def test_methods_that_no_client_sends_are_passed_over_by_name() -> None:
    found = document({"/a": {"get": FINE, "query": FINE, "additionalOperations": {"LINK": FINE}}})
    lost = [(entry.place, entry.defect) for entry in repair(found) if entry.repair == "passed over: no client sends it"]
    assert lost == [("QUERY /a", "method 'QUERY'"), ("LINK /a", "method 'LINK'")]


def test_a_whole_query_string_becomes_the_parameters_that_it_holds() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {**TEXT, "description": "First."}, "b": TEXT}}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    operation, defects = mended(parameters=[{"name": "all", "in": "querystring", "content": content}])
    assert [(entry["name"], entry["in"], entry["required"]) for entry in operation["parameters"]] == [
        ("a", "query", True),
        ("b", "query", False),
    ]
    assert defects == ["the whole query string as one parameter"]


def test_a_query_string_that_is_no_form_is_left_out() -> None:
    entry = {"name": "all", "in": "querystring", "content": {"application/json": {"schema": TEXT}}}
    operation, defects = mended(parameters=[entry, {"name": "q", "in": "query", "schema": TEXT}])
    assert [entry["name"] for entry in operation["parameters"]] == ["q"]
    assert defects == ["the whole query string as one parameter"]


# --- too long ---------------------------------------------------


def test_texts_that_fill_a_context_are_cut_and_names_that_are_books_left_out() -> None:
    book = "word " * 10_000
    operation, defects = mended(
        description=book,
        operationId="a" * 1_001,
        tags=["fine", "t" * 1_001],
        parameters=[{"name": "q", "in": "query", "schema": TEXT, "description": book}],
        requestBody={"description": book, "content": {"text/plain": {"schema": TEXT}}},
    )
    assert len(operation["description"]) == len(operation["parameters"][0]["description"]) == 30_003
    assert "operationId" not in operation
    assert operation["tags"] == ["fine"]
    assert sorted(defects) == [
        *["description of more than 30,000 characters"] * 3,
        "operationId of 1,001 characters",
        "tag of more than 1,000 characters",
    ]


def test_a_path_that_is_a_book_is_passed_over() -> None:
    found = document({"/" + "a" * 1_000: {"get": FINE}, "/b": {"get": FINE}})
    assert [entry.repair for entry in repair(found) if entry.defect == "path of 1,001 characters"] == ["passed over"]
