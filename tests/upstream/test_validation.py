"""Requests against operations: what is found wrong, in which words, and what is let through."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.spec.operation import Operation
from bridge.upstream.validation import PlainRequest, RequestValidator
from tests.documents import JSON, NOBODY, document, junk_schemas, operation

BASE = "https://api.acme.example/v1"


def query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


def json_body(schema: dict[str, Any], media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}, **more}


def problems(checked: Operation, url: str = "/things", *, strict: bool = False, **more: Any) -> list[str]:
    """Return what is wrong with a request that httpx2 builds."""
    sent = httpx2.Request(checked.method, f"{BASE}{url}", **more)
    request = PlainRequest(sent.method, str(sent.url), dict(sent.headers), sent.read())
    return RequestValidator(checked).problems(request, strict=strict)


def body_problems(schema: dict[str, Any], value: Any) -> list[str]:
    return problems(operation("POST", requestBody=json_body(schema)), json=value)


class TestParameters:
    def test_a_number_above_the_maximum_is_named_with_both_numbers(self) -> None:
        listing = operation(parameters=[query("max", {"type": "integer", "maximum": 1000})])
        assert problems(listing, "/things?max=2000") == [
            "query parameter 'max': 2000 is greater than the maximum of 1000"
        ]
        assert problems(listing, "/things?max=1000") == []

    def test_text_where_a_number_is_declared_is_refused(self) -> None:
        listing = operation(parameters=[query("max", {"type": "integer"})])
        assert problems(listing, "/things?max=many") == ["query parameter 'max' must be an integer"]

    def test_a_missing_required_parameter_is_named(self) -> None:
        listing = operation(parameters=[query("from", {"type": "string"}, required=True)])
        assert problems(listing) == ["query parameter 'from' is required"]

    def test_texts_are_not_repeated_but_what_is_allowed_is(self) -> None:
        listing = operation(parameters=[query("kind", {"type": "string", "enum": ["a", "b"]})])
        assert problems(listing, "/things?kind=secret") == ["query parameter 'kind' must be one of 'a', 'b'"]

    @pytest.mark.parametrize("text", ["5", "5.0", "-0.0", "5e0", "1e%2B22"])
    def test_an_integer_is_read_however_json_writes_it(self, text: str) -> None:
        listing = operation(parameters=[query("max", {"type": "integer"})])
        assert problems(listing, f"/things?max={text}") == []

    @pytest.mark.parametrize("text", ["5.5", "1e400", "NaN", "-Infinity", "0x5", "5.0.0"])
    def test_what_is_no_whole_number_is_no_integer(self, text: str) -> None:
        listing = operation(parameters=[query("max", {"type": "integer"})])
        assert problems(listing, f"/things?max={text}") == ["query parameter 'max' must be an integer"]

    @pytest.mark.parametrize(
        "declared", [{"schema": {"type": "array"}}, {"schema": {"type": "object"}, "style": "deepObject"}]
    )
    def test_a_required_list_that_is_absent_may_be_an_empty_one(self, declared: dict[str, Any]) -> None:
        listing = operation(parameters=[query("ids", **declared, required=True)])
        assert problems(listing) == []
        assert problems(listing, strict=True) == ["query parameter 'ids' is required"]

    def test_a_list_that_must_not_be_empty_is_missed(self) -> None:
        listing = operation(parameters=[query("ids", {"type": "array", "minItems": 1}, required=True)])
        assert problems(listing) == ["query parameter 'ids' is required"]

    def test_a_nullable_number_is_read_as_a_number(self) -> None:
        listing = operation(parameters=[query("max", {"type": "integer", "nullable": True})])
        assert problems(listing, "/things?max=5") == []
        assert problems(listing, "/things?max=x") == ["query parameter 'max' must be an integer"]

    def test_an_empty_text_is_sent_as_zoom_clients_do(self) -> None:
        listing = operation(parameters=[query("next_page_token", {"type": "string"})])
        assert problems(listing, "/things?next_page_token=") == []

    def test_an_empty_text_is_refused_where_the_schema_wants_characters(self) -> None:
        listing = operation(parameters=[query("name", {"type": "string", "minLength": 1})])
        assert problems(listing, "/things?name=") == ["query parameter 'name' must not be empty"]

    @pytest.mark.parametrize(
        ("style", "text"),
        [
            ({}, "id=1&id=2"),
            ({"explode": False}, "id=1,2"),
            ({"explode": False}, "id=1%2C2"),
            ({"style": "pipeDelimited", "explode": False}, "id=1%7C2"),
            ({"style": "spaceDelimited", "explode": False}, "id=1%202"),
        ],
    )
    def test_arrays_are_read_in_every_style(self, style: dict[str, Any], text: str) -> None:
        schema = {"type": "array", "items": {"type": "integer", "maximum": 2}, "minItems": 2}
        listing = operation(parameters=[query("id", schema, **style)])
        assert problems(listing, f"/things?{text}", strict=True) == []
        assert problems(listing, f"/things?{text.replace('2', '9', 1) if '2C' not in text else 'id=1,9'}") != []

    def test_a_deep_object_is_read_by_its_properties(self) -> None:
        schema = {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}
        listing = operation(parameters=[query("filter", schema, style="deepObject")])
        assert problems(listing, "/things?filter[size]=5", strict=True) == []
        assert problems(listing, "/things?filter[size]=big") == ["query parameter 'filter' must be an integer"]

    def test_an_exploded_object_travels_under_the_names_of_its_properties(self) -> None:
        schema = {
            "type": "object",
            "required": ["size"],
            "properties": {"size": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}}},
        }
        listing = operation(parameters=[query("dto", schema, required=True)])
        assert problems(listing, "/things?size=5&tags=a", strict=True) == []
        assert problems(listing, "/things?tags=a") == ["query parameter 'size' is required"]

    def test_an_object_without_declared_properties_takes_any_name(self) -> None:
        listing = operation(parameters=[query("filter", {"type": "object"})])
        assert problems(listing, "/things?colour=red", strict=True) == []

    def test_a_parameter_of_json_text_is_read_as_json(self) -> None:
        schema = {"type": "object", "properties": {"size": {"type": "integer"}}}
        declared = {"name": "filter", "in": "query", "content": {"application/json": {"schema": schema}}}
        listing = operation(parameters=[declared])
        assert problems(listing, '/things?filter={"size":5}') == []
        assert problems(listing, '/things?filter={"size":"x"}') == [
            "query parameter 'filter', 'size' must be an integer"
        ]

    def test_overlapping_alternatives_are_taken(self) -> None:
        either = {"oneOf": [{"type": "string", "format": "email"}, {"type": "string"}]}
        assert problems(operation(parameters=[query("to", either)]), "/things?to=person@example.com") == []

    def test_cookies_are_checked(self) -> None:
        cookie = {"name": "visits", "in": "cookie", "schema": {"type": "integer"}}
        counted = operation(parameters=[cookie])
        assert problems(counted, headers={"Cookie": "visits=5"}) == []
        assert problems(counted, headers={"Cookie": "visits=x"}) == ["cookie parameter 'visits' must be an integer"]

    def test_no_header_value_shows_in_a_problem(self) -> None:
        numbers = {"name": "Pin", "in": "header", "schema": {"type": "integer", "maximum": 10}}
        texts = {"name": "password", "in": "header", "schema": {"type": "string", "maxLength": 3}}
        found = problems(operation(parameters=[numbers, texts]), headers={"Pin": "987654", "Password": "s3cr3t"})
        assert found == [
            "header parameter 'Pin': the value is greater than the maximum of 10",
            "header parameter 'password': the value is longer than the maximum of 3 characters",
        ]


class TestPaths:
    def test_an_encoded_slash_stays_inside_its_value(self) -> None:
        schema = {"type": "string", "pattern": "^/a/b$"}
        reading = operation(path="/things/{id}/parts", parameters=[{"name": "id", "in": "path", "schema": schema}])
        assert problems(reading, "/things/%2Fa%2Fb/parts") == []
        assert problems(reading, "/things/%2Fa%2Fc/parts") == [
            "path parameter 'id': the value does not match the pattern ^/a/b$"
        ]

    def test_the_host_and_what_precedes_the_path_do_not_matter(self) -> None:
        reading = operation(path="/things/{id}")
        for url in ("http://127.0.0.1:4000/v1/things/7", "https://proxy.example/a/b/things/7"):
            assert RequestValidator(reading).problems(PlainRequest("GET", url)) == []

    def test_a_document_without_servers_is_checked_all_the_same(self) -> None:
        reading = operation(path="/things/{id}", of=document(vendor=NOBODY, origin="file"))
        assert reading.base_url == ""
        assert RequestValidator(reading).problems(PlainRequest("GET", "http://localhost/things/7")) == []

    def test_an_empty_value_is_refused(self) -> None:
        assert problems(operation(path="/things/{id}/parts"), "/things//parts") == [
            "path parameter 'id' must not be empty"
        ]

    def test_a_value_beside_fixed_text_is_found(self) -> None:
        exporting = operation(
            path="/flows/{id}:export", parameters=[{"name": "id", "in": "path", "schema": {"type": "integer"}}]
        )
        assert problems(exporting, "/flows/5:export") == []
        assert problems(exporting, "/flows/5%3Aexport") == []
        assert problems(exporting, "/flows/x:export") == ["path parameter 'id' must be an integer"]

    @pytest.mark.parametrize(
        ("style", "explode", "text"),
        [("label", False, ".5"), ("label", True, ".5"), ("matrix", False, ";id=5"), ("matrix", True, ";id=5")],
    )
    def test_label_and_matrix_styles_are_read(self, style: str, explode: bool, text: str) -> None:
        declared = {"name": "id", "in": "path", "schema": {"type": "integer"}, "style": style, "explode": explode}
        reading = operation(path="/things/{id}", parameters=[declared])
        assert problems(reading, f"/things/{text}") == []
        assert problems(reading, f"/things/{text.replace('5', 'x')}") == ["path parameter 'id' must be an integer"]

    def test_another_path_or_method_is_named(self) -> None:
        checker = RequestValidator(operation(path="/things/{id}"))
        assert checker.problems(PlainRequest("GET", f"{BASE}/people/7")) == ["the path does not fit /things/{id}"]
        assert checker.problems(PlainRequest("PUT", f"{BASE}/things/7")) == ["the method is PUT, not GET"]


class TestBodies:
    def test_a_missing_property_is_named(self) -> None:
        schema = {"type": "object", "required": ["topic", "type"], "properties": {"topic": {}, "type": {}}}
        assert body_problems(schema, {"type": 2}) == ["body property 'topic' is required"]

    def test_a_nested_property_is_named_by_its_path(self) -> None:
        person = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}
        schema = {"type": "object", "properties": {"people": {"type": "array", "items": person}}}
        assert body_problems(schema, {"people": [{}, {"age": -1}]}) == [
            "body property 'people[1].age': -1 is less than the minimum of 0"
        ]

    @pytest.mark.parametrize(
        ("schema", "value", "sentence"),
        [
            ({"type": "string"}, 1, "must be a string"),
            ({"type": "string", "nullable": True}, 1, "must be a string or null"),
            ({"type": "string", "minLength": 3}, "ab", ": the value is shorter than the minimum of 3 characters"),
            ({"type": "string", "pattern": "^a$"}, "b", ": the value does not match the pattern ^a$"),
            ({"type": "integer", "multipleOf": 5}, 7, ": 7 is not a multiple of 5"),
            ({"type": "array", "items": {}, "maxItems": 1}, [1, 2], ": there are more entries than the maximum of 1"),
            ({"type": "array", "items": {}, "uniqueItems": True}, [1, 1], ": the entries must differ"),
            ({"type": "string", "enum": [f"n{n}" for n in range(25)]}, "x", "and 5 more"),
            ({"not": {"type": "string"}}, "x", ": the value does not fit the schema (not)"),
        ],
    )
    def test_each_rule_has_its_words(self, schema: dict[str, Any], value: Any, sentence: str) -> None:
        (found,) = body_problems({"type": "object", "properties": {"it": schema}}, {"it": value})
        assert found.startswith("body property 'it'")
        assert sentence in found

    def test_an_undeclared_property_is_named_where_none_may_be(self) -> None:
        schema = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
        assert body_problems(schema, {"a": 1, "b": 2}) == ["body property 'b' is not declared"]

    def test_of_several_alternatives_the_nearest_is_explained(self) -> None:
        by_name = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
        by_number = {"type": "object", "properties": {"n": {}, "day": {}}, "required": ["n", "day"]}
        schema = {"oneOf": [{"type": "string"}, by_number, by_name]}
        assert body_problems(schema, {}) == ["body property 'name' is required"]

    def test_a_body_of_the_wrong_type_is_named_as_a_whole(self) -> None:
        assert body_problems({"type": "array", "items": {}}, {}) == ["the body must be an array"]

    def test_a_local_date_time_is_taken_as_zoom_takes_it(self) -> None:
        schema = {"type": "object", "properties": {"start_time": {"type": "string", "format": "date-time"}}}
        assert body_problems(schema, {"start_time": "2026-01-31T10:00:00"}) == []

    def test_a_required_body_must_come(self) -> None:
        creating = operation("POST", requestBody=json_body({"type": "object"}, required=True))
        assert problems(creating) == ["a body is required"]
        assert problems(operation("POST", requestBody=json_body({"type": "object"}))) == []

    def test_what_is_no_json_is_reported_without_its_text(self) -> None:
        creating = operation("POST", requestBody=json_body({"type": "object"}))
        found = problems(creating, content=b"s3cr3t", headers={"Content-Type": "application/json"})
        assert found == ["the body cannot be read as the media type that is declared"]

    @pytest.mark.parametrize("declared", ["application/json", "application/json;charset=UTF-8"])
    @pytest.mark.parametrize("sent", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
    def test_a_charset_makes_no_difference(self, declared: str, sent: str) -> None:
        creating = operation("POST", requestBody=json_body({"type": "object"}, declared))
        assert problems(creating, content=b"{}", headers={"Content-Type": sent}) == []

    def test_another_media_type_is_refused(self) -> None:
        creating = operation("POST", requestBody=json_body({"type": "object"}))
        assert problems(creating, content=b"{}", headers={"Content-Type": "text/plain"}) == [
            "the body must be application/json, not text/plain"
        ]

    def test_a_json_patch_is_read_as_json(self) -> None:
        step = {"type": "object", "required": ["op"], "properties": {"op": {"type": "string"}}}
        patch = json_body({"type": "array", "items": step}, "application/json-patch+json")
        patching = operation("PATCH", requestBody=patch)
        headers = {"Content-Type": "application/json-patch+json"}
        assert problems(patching, content=b'[{"op":"add"}]', headers=headers) == []
        assert problems(patching, content=b"[{}]", headers=headers) == ["body property '[0].op' is required"]

    def test_bytes_are_taken_as_they_come(self) -> None:
        octets = json_body({"type": "string", "format": "binary"}, "application/octet-stream")
        uploading = operation("POST", requestBody=octets)
        headers = {"Content-Type": "application/octet-stream"}
        assert problems(uploading, content=b"\xff\x00", headers=headers) == []


class TestForms:
    FORM: dict[str, Any] = json_body(
        {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "part": {"type": "integer", "maximum": 10},
                "default": {"type": "boolean"},
                "settings": {"type": "object", "properties": {"size": {"type": "integer"}}},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
            },
        },
        "multipart/form-data",
    )

    def upload(self, **parts: Any) -> list[str]:
        return problems(operation("POST", requestBody=self.FORM), files=parts)

    def test_a_file_and_fields_of_every_type_are_read(self) -> None:
        file = ("sound.wav", b"RIFF\r\n--\r\n\xff\x00", "audio/wav")
        fields = {"part": "3", "default": "true", "settings": '{"size": 5}', "tags": "a"}
        assert self.upload(file=file, **{name: (None, text) for name, text in fields.items()}) == []

    def test_a_missing_file_is_named(self) -> None:
        assert self.upload(part=(None, "3")) == ["body property 'file' is required"]

    @pytest.mark.parametrize(
        ("name", "text", "problem"),
        [
            ("part", "11", "body property 'part': 11 is greater than the maximum of 10"),
            ("part", "many", "body property 'part' must be an integer"),
            ("default", "True", "body property 'default' must be a boolean"),
            ("settings", "{'size': 5}", "body property 'settings' must be an object"),
            ("settings", '{"size": "big"}', "body property 'settings.size' must be an integer"),
        ],
    )
    def test_a_wrong_field_is_named(self, name: str, text: str, problem: str) -> None:
        assert self.upload(file=("a", b"a"), **{name: (None, text)}) == [problem]

    def test_a_required_list_without_fields_may_be_an_empty_one(self) -> None:
        tags = {"type": "array", "items": {"type": "string"}}
        schema = {
            "type": "object",
            "required": ["tags", "names"],
            "properties": {"tags": tags, "names": {**tags, "minItems": 1}},
        }
        uploading = operation("POST", requestBody=json_body(schema, "multipart/form-data"))
        name = [("names", (None, "a"))]
        assert problems(uploading, files=name) == []
        assert problems(uploading, files=[("tags", (None, "a"))]) == ["body property 'names' is required"]
        sent = httpx2.Request("POST", f"{BASE}/things", files=name)
        request = PlainRequest("POST", str(sent.url), dict(sent.headers), sent.read())
        assert RequestValidator(uploading).problems(request, strict=True) == ["body property 'tags' is required"]

    def test_a_required_form_or_file_without_anything_in_it_is_no_missing_body(self) -> None:
        for media_type in ("application/x-www-form-urlencoded", "application/octet-stream"):
            uploading = operation("POST", requestBody=json_body({}, media_type, required=True))
            assert problems(uploading) == []
            assert problems(uploading, strict=True) == ["a body is required"]
        assert problems(operation("POST", requestBody=json_body({}, required=True))) == ["a body is required"]

    def test_a_repeated_field_is_an_array(self) -> None:
        uploading = operation("POST", requestBody=self.FORM)
        tags = [("tags", (None, tag)) for tag in "abc"]
        assert problems(uploading, files=[("file", ("a", b"a")), *tags]) == [
            "body property 'tags': there are more entries than the maximum of 2"
        ]
        assert problems(uploading, files=[("file", ("a", b"a")), ("tags", (None, '["a", "b"]'))]) == []

    @pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x=y"])
    def test_a_form_that_cannot_be_read_is_reported(self, content_type: str) -> None:
        uploading = operation("POST", requestBody=self.FORM)
        assert problems(uploading, content=b"--nothing", headers={"Content-Type": content_type}) != []

    def test_an_urlencoded_form_is_read(self) -> None:
        schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
        creating = operation("POST", requestBody=json_body(schema, "application/x-www-form-urlencoded"))
        assert problems(creating, data={"n": "5"}) == []
        assert problems(creating, data={"n": "x"}) == ["body property 'n' must be an integer"]


class TestStrict:
    def test_an_undeclared_query_parameter_is_named_with_the_nearest(self) -> None:
        listing = operation(parameters=[query("max", {"type": "integer"})])
        assert problems(listing, "/things?maxx=5") == []
        assert problems(listing, "/things?maxx=5", strict=True) == [
            "query parameter 'maxx' is not declared; did you mean 'max'?"
        ]

    def test_a_body_where_none_is_taken_is_reported(self) -> None:
        assert problems(operation("DELETE"), json={}) == []
        assert problems(operation("DELETE"), json={}, strict=True) == ["a body is sent, but the operation takes none"]


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
def test_every_method_can_be_checked(method: str) -> None:
    assert problems(operation(method)) == []


def test_declared_security_is_not_checked() -> None:
    schemes = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    secured = operation(of=document(components=schemes, security=[{"token": []}]), security=[{"token": []}])
    assert problems(secured) == []


def test_a_request_does_not_show_its_headers_and_body() -> None:
    shown = repr(PlainRequest("POST", BASE, {"Authorization": "Bearer s3cr3t"}, b"s3cr3t"))
    assert "s3cr3t" not in shown


@given(st.dictionaries(st.sampled_from(["name", "size", "tags", "other"]), st.none() | st.text() | st.integers()))
def test_whatever_is_sent_gets_sentences(value: dict[str, Any]) -> None:
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "size": {"oneOf": [{"type": "integer"}, {"enum": ["big"]}]}},
    }
    found = body_problems(schema, value)
    assert all(problem.startswith(("body property", "the body")) for problem in found)
    valid = isinstance(value.get("name"), str) and (
        "size" not in value or isinstance(value["size"], int) or value["size"] == "big"
    )
    assert valid == (found == []), json.dumps(value)


@given(junk_schemas(), JSON)
def test_no_schema_of_a_document_makes_it_fail(schema: Any, value: Any) -> None:
    declared = operation("POST", parameters=[query("a", schema)], requestBody=json_body(schema))
    for sent in (value, {"a": value}, [value]):
        problems(declared, "/things?a=1&a=x", json=sent, strict=True)


@pytest.mark.parametrize("path", ["/things/%252Fx%252By%253D%253D", "/things/ab%252F%252Fcdefg", "/things/plain"])
def test_a_path_value_that_is_encoded_twice_is_measured_as_it_was_given(path: str) -> None:
    vendor = replace(NOBODY, encode_twice="^/|//")
    declared = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 10}}
    checked = operation("GET", "/things/{id}", of=document(vendor=vendor), parameters=[declared])
    assert problems(checked, path) == []
