"""Values on the wire, as a real server gets them: paths, queries, headers, bodies."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest

from tests.documents import ACME, document
from tests.tools import body, call, parameter, text_of
from tests.upstream_server import Request, Upstream

UUIDS = replace(ACME, encode_twice="^/|//")
OBJECT = {"type": "object", "properties": {"a": {}, "b": {}}}


async def sent(upstream: Upstream, arguments: dict[str, Any], /, *args: Any, **declared: Any) -> Request:
    """Return the request that a call made."""
    upstream.reset()
    result = await call(upstream.url, arguments, *args, **declared)
    assert not result.is_error, text_of(result)
    return upstream.only


async def refused(upstream: Upstream, arguments: dict[str, Any], /, *args: Any, **declared: Any) -> str:
    """Return the sentence by which a call was refused before anything was sent."""
    result = await call(upstream.url, arguments, *args, **declared)
    assert result.is_error
    assert upstream.requests == []
    return text_of(result)


class TestPaths:
    @pytest.mark.parametrize(
        ("value", "on_the_wire"),
        [
            ("abc", "abc"),
            ("a/b", "a%2Fb"),
            ("a b", "a%20b"),
            ("a+b", "a%2Bb"),
            ("a%2Fb", "a%252Fb"),
            ("Y2lzY28=/zz==", "Y2lzY28%3D%2Fzz%3D%3D"),
            ("é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80"),
            ("me@acme.example", "me%40acme%2Eexample"),
            ("?a=1#b;c", "%3Fa%3D1%23b%3Bc"),
            ("{other}", "%7Bother%7D"),
            ("...", "%2E%2E%2E"),
            ("/abc==", "%2Fabc%3D%3D"),
        ],
    )
    async def test_a_value_is_one_segment_percent_encoded_once(
        self, upstream: Upstream, value: str, on_the_wire: str
    ) -> None:
        declared = {"parameters": [parameter("id", "path")]}
        request = await sent(upstream, {"id": value}, "GET", "/things/{id}/parts", **declared)
        assert request.raw_path == f"/v1/things/{on_the_wire}/parts"
        assert request.query == ""

    @pytest.mark.parametrize(
        ("value", "on_the_wire"),
        [
            ("/abc==", "%252Fabc%253D%253D"),
            ("ab//c.d==", "ab%252F%252Fc%2Ed%253D%253D"),
            ("a/b==", "a%2Fb%3D%3D"),
            ("abc==", "abc%3D%3D"),
        ],
    )
    async def test_what_the_vendor_wants_so_is_encoded_twice(
        self, upstream: Upstream, value: str, on_the_wire: str
    ) -> None:
        declared = {"parameters": [parameter("id", "path")], "of": document(vendor=UUIDS)}
        request = await sent(upstream, {"id": value}, "GET", "/meetings/{id}", **declared)
        assert request.raw_path == f"/v1/meetings/{on_the_wire}"

    @pytest.mark.parametrize("value", ["..", ".", "a/../b", "../x", "%2e%2e", "..%2f..", "a\\..\\b", "%252e%252e/"])
    async def test_a_value_that_leads_elsewhere_is_refused_in_a_sentence(self, upstream: Upstream, value: str) -> None:
        said = await refused(
            upstream, {"id": value}, "GET", "/things/{id}", parameters=[parameter("id", "path")], of=document()
        )
        assert said == "acme_do: Path parameter 'id' cannot contain dot segments"

    @pytest.mark.parametrize("value", ["", " ", "\n"])
    async def test_an_empty_value_is_refused_because_it_names_the_whole_collection(
        self, upstream: Upstream, value: str
    ) -> None:
        declared = {"parameters": [parameter("id", "path")]}
        said = await refused(upstream, {"id": value}, "DELETE", "/things/{id}", **declared)
        assert said == "argument 'id' is empty; it is a part of the path"

    @pytest.mark.parametrize(
        ("value", "schema", "on_the_wire"),
        [
            (7, {"type": "integer"}, "7"),
            (12345678901234567890, {"type": "integer"}, "12345678901234567890"),
            (True, {"type": "boolean"}, "true"),
            (["a", 1, False], {"type": "array", "items": {}}, "a%2C1%2Cfalse"),
            ({"a": 1, "b": "x"}, {"type": "object"}, "a%2C1%2Cb%2Cx"),
        ],
    )
    async def test_values_that_are_no_strings_stand_as_openapi_says(
        self, upstream: Upstream, value: Any, schema: Any, on_the_wire: str
    ) -> None:
        declared = {"parameters": [parameter("id", "path", schema)]}
        request = await sent(upstream, {"id": value}, "GET", "/things/{id}", **declared)
        assert request.raw_path == f"/v1/things/{on_the_wire}"

    async def test_the_same_name_in_path_query_header_and_body_goes_to_each_place(self, upstream: Upstream) -> None:
        declared = {
            "parameters": [parameter("id", "path"), parameter("id", "query"), parameter("id", "header")],
            "requestBody": body({"type": "object", "properties": {"id": {"type": "string"}}}),
        }
        values = {"id": "p", "id_query": "q", "id_header": "h", "id_body": "b"}
        request = await sent(upstream, values, "PUT", "/things/{id}", **declared)
        assert (request.raw_path, request.query, request.header("id")) == ("/v1/things/p", "id=q", "h")
        assert request.json == {"id": "b"}


ARRAY = {"type": "array", "items": {}}


class TestQueries:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("a b", "a b"),
            ("a+b&c=d", "a+b&c=d"),
            ("50%", "50%"),
            ("é😀", "é😀"),
            ("", ""),
            (True, "true"),
            (False, "false"),
            (0, "0"),
            (9007199254740993, "9007199254740993"),
            (0.1, "0.1"),
        ],
    )
    async def test_a_value_arrives_as_it_was_given(self, upstream: Upstream, value: Any, expected: str) -> None:
        request = await sent(upstream, {"q": value}, "GET", parameters=[{"name": "q", "in": "query", "schema": {}}])
        assert request.pairs == [("q", expected)]

    async def test_a_plus_is_never_left_to_be_read_as_a_space(self, upstream: Upstream) -> None:
        request = await sent(upstream, {"q": "+49 30"}, "GET", parameters=[parameter("q")])
        assert "%2B49" in request.query

    @pytest.mark.parametrize(
        ("style", "value", "expected"),
        [
            ({}, ["a", "b,c", 1, True], [("q", "a"), ("q", "b,c"), ("q", "1"), ("q", "true")]),
            ({"style": "form", "explode": True}, ["a"], [("q", "a")]),
            ({"style": "form", "explode": False}, ["a", 1, True], [("q", "a,1,true")]),
            ({"style": "pipeDelimited"}, ["a", "b"], [("q", "a|b")]),
            ({"style": "spaceDelimited", "explode": False}, ["a", "b"], [("q", "a b")]),
            ({}, ["a", None, "b"], [("q", "a"), ("q", "b")]),
            ({"explode": False}, ["a", None], [("q", "a")]),
            ({}, [], []),
            ({"explode": False}, [], []),
            ({}, [{"a": 1}, ["x"]], [("q", '{"a": 1}'), ("q", '["x"]')]),
        ],
    )
    async def test_an_array_goes_as_style_and_explode_say(
        self, upstream: Upstream, style: dict[str, Any], value: list[Any], expected: list[tuple[str, str]]
    ) -> None:
        request = await sent(upstream, {"q": value}, "GET", parameters=[parameter("q", schema=ARRAY, **style)])
        assert request.pairs == expected

    @pytest.mark.parametrize(
        ("style", "value", "expected"),
        [
            ({}, {"a": 1, "b": True}, [("a", "1"), ("b", "true")]),
            ({"style": "deepObject"}, {"a": "x", "b": "y z"}, [("q[a]", "x"), ("q[b]", "y z")]),
            ({"style": "form", "explode": False}, {"a": 1, "b": 2}, [("q", "a,1,b,2")]),
            ({"style": "deepObject"}, {"a": None, "b": [1]}, [("q[b]", "[1]")]),
            ({}, {}, []),
        ],
    )
    async def test_an_object_goes_as_style_and_explode_say(
        self, upstream: Upstream, style: dict[str, Any], value: Any, expected: list[tuple[str, str]]
    ) -> None:
        declared = [parameter("q", schema={"type": "object"}, **style)]
        assert (await sent(upstream, {"q": value}, "GET", parameters=declared)).pairs == expected

    async def test_a_parameter_declared_as_json_travels_as_json(self, upstream: Upstream) -> None:
        declared = {"name": "q", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}
        request = await sent(upstream, {"q": {"a": ["é", None]}}, "GET", parameters=[declared])
        assert request.pairs == [("q", '{"a": ["é", null]}')]

    async def test_null_is_not_sent(self, upstream: Upstream) -> None:
        declared = [parameter("q", schema={"type": ["string", "null"]}), parameter("r")]
        of = document(openapi="3.1.0")
        assert (await sent(upstream, {"q": None, "r": "1"}, "GET", parameters=declared, of=of)).query == "r=1"

    async def test_odd_names_arrive(self, upstream: Upstream) -> None:
        declared = [parameter("filter[name]"), parameter("$top"), parameter("a b")]
        request = await sent(upstream, {"filter_name_": "x", "_top": "1", "a_b": "y"}, "GET", parameters=declared)
        assert request.pairs == [("filter[name]", "x"), ("$top", "1"), ("a b", "y")]


class TestHeadersAndCookies:
    @pytest.mark.parametrize(
        ("value", "schema", "expected"),
        [
            ("Europe/Berlin", {}, "Europe/Berlin"),
            ("  padded ", {}, "padded"),
            ("", {}, ""),
            (True, {}, "true"),
            (7, {}, "7"),
            (["a", 1], {}, "a,1"),
        ],
    )
    async def test_a_declared_header_is_sent(self, upstream: Upstream, value: Any, schema: Any, expected: str) -> None:
        declared = [{"name": "timezone", "in": "header", "schema": schema}]
        assert (await sent(upstream, {"timezone": value}, "GET", parameters=declared)).header("timezone") == expected

    @pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "a\rb", "a\x00b", "a\tb", "é", "\x7f"])
    async def test_a_header_value_of_more_than_a_line_of_ascii_is_refused(self, upstream: Upstream, value: str) -> None:
        said = await refused(upstream, {"x-note": value}, "GET", parameters=[parameter("x-note", "header")])
        assert said == "argument 'x-note': a header value is one line of plain ASCII text"

    @pytest.mark.parametrize("name", ["Authorization", "Host", "Content-Length", "Content-Type", "Cookie", "Accept"])
    async def test_headers_that_are_http_or_ours_are_no_arguments(self, upstream: Upstream, name: str) -> None:
        said = await refused(upstream, {name: "x"}, "GET", parameters=[parameter(name, "header")])
        assert said == f"acme_do: unknown argument '{name}'; this tool takes none"

    async def test_a_declared_cookie_is_sent(self, upstream: Upstream) -> None:
        declared = [parameter("session", "cookie")]
        assert (await sent(upstream, {"session": "abc"}, "GET", parameters=declared)).header("cookie") == "session=abc"

    @pytest.mark.parametrize("value", ["a; admin=1", "a b", 'a"', "a,b", "é", "a\r\nb"])
    async def test_a_cookie_value_that_would_be_more_than_one_is_refused(self, upstream: Upstream, value: str) -> None:
        said = await refused(upstream, {"session": value}, "GET", parameters=[parameter("session", "cookie")])
        assert said.startswith("argument 'session': a cookie value has no spaces")


class TestJsonBodies:
    @pytest.mark.parametrize(
        "values", [{"a": 1, "b": {"c": [None]}}, {"a": None}, {"a": 9007199254740993, "b": "é"}, {"a": [], "b": {}}]
    )
    async def test_an_object_goes_as_given_nulls_and_big_numbers_included(
        self, upstream: Upstream, values: dict[str, Any]
    ) -> None:
        request = await sent(upstream, values, "PATCH", requestBody=body(OBJECT))
        assert request.json == values
        assert request.header("content-type") == "application/json"

    @pytest.mark.parametrize(
        ("value", "schema"),
        [
            ([1, {"a": None}], {"type": "array", "items": {}}),
            ([], {"type": "array", "items": {}}),
            ({"any": "thing"}, {"type": "object"}),
            ({}, {"type": "object"}),
            ("text", {"type": "string"}),
            (0, {"type": "integer"}),
            (False, {"type": "boolean"}),
            (None, {"nullable": True, "type": "object"}),
        ],
    )
    async def test_any_other_body_is_one_argument(self, upstream: Upstream, value: Any, schema: Any) -> None:
        request = await sent(upstream, {"body": value}, requestBody=body(schema, required=True))
        assert json.loads(request.body) == value
        assert request.header("content-type") == "application/json"
        assert request.header("content-length") == str(len(request.body))

    @pytest.mark.parametrize(
        "media_type", ["application/json-patch+json", "application/json;charset=UTF-8", "application/merge-patch+json"]
    )
    async def test_the_media_type_is_the_declared_one_and_stands_once(
        self, upstream: Upstream, media_type: str
    ) -> None:
        patch = [{"op": "replace", "path": "/a", "value": None}]
        schema = {"type": "array", "items": {"type": "object"}}
        request = await sent(upstream, {"body": patch}, "PATCH", requestBody=body(schema, media_type))
        assert request.header("content-type") == media_type
        assert request.json == patch

    async def test_a_delete_takes_a_body(self, upstream: Upstream) -> None:
        request = await sent(upstream, {"a": "x"}, "DELETE", requestBody=body(OBJECT))
        assert (request.method, request.json) == ("DELETE", {"a": "x"})

    async def test_an_optional_body_without_arguments_is_not_sent(self, upstream: Upstream) -> None:
        request = await sent(upstream, {}, requestBody=body(OBJECT))
        assert request.body == b""
        assert request.header("content-type") is None

    async def test_a_required_body_without_arguments_is_an_empty_object(self, upstream: Upstream) -> None:
        assert (await sent(upstream, {}, requestBody=body(OBJECT, required=True))).json == {}

    async def test_a_query_parameter_called_body_is_not_the_body(self, upstream: Upstream) -> None:
        declared = {"parameters": [parameter("body")], "requestBody": body({"type": "array", "items": {}})}
        request = await sent(upstream, {"body": "q", "body_body": [1]}, **declared)
        assert (request.query, request.json) == ("body=q", [1])

    @pytest.mark.parametrize("value", ["\ud800", "ok \udfff"])
    async def test_half_a_character_is_refused_in_a_sentence(self, upstream: Upstream, value: str) -> None:
        assert "surrogates not allowed" in await refused(upstream, {"a": value}, requestBody=body(OBJECT))


def parts_of(request: Request) -> list[Message]:
    """Return the parts of a multipart body."""
    content_type = request.header("content-type")
    assert content_type is not None
    assert content_type.startswith("multipart/form-data; boundary=")
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + request.body)
    payload = message.get_payload()
    assert isinstance(payload, list)
    return [part for part in payload if isinstance(part, Message)]


def shown(part: Message) -> tuple[Any, Any, str, Any]:
    """Return name, file name, media type (empty if none is declared) and content of a part."""
    name = part.get_param("name", header="content-disposition")
    media_type = part.get_content_type() if part["content-type"] else ""
    return name, part.get_filename(), media_type, part.get_payload(decode=True)


BINARY = {"type": "string", "format": "binary"}
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
FORM = {
    "type": "object",
    "properties": {
        "file": BINARY,
        "files": {"type": "array", "items": BINARY},
        "name": {"type": "string", "nullable": True},
        "on": {"type": "boolean"},
        "size": {"type": "integer"},
        "tags": {"type": "array", "items": {}},
        "more": {"type": "object"},
    },
}


class TestForms:
    @pytest.mark.parametrize(
        ("given", "filename", "media_type", "content"),
        [
            (base64.b64encode(PNG).decode(), "file.bin", "application/octet-stream", PNG),
            (f"data:image/png;base64,{base64.b64encode(PNG).decode()}", "file.png", "image/png", PNG),
            ("data:text/csv,a%2Cb%0A", "file.csv", "text/csv", b"a,b\n"),
        ],
    )
    async def test_a_file_has_name_media_type_and_its_bytes(
        self, upstream: Upstream, given: str, filename: str, media_type: str, content: bytes
    ) -> None:
        request = await sent(upstream, {"file": given}, requestBody=body(FORM, "multipart/form-data"))
        assert [shown(part) for part in parts_of(request)] == [("file", filename, media_type, content)]

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"name": "é", "on": True, "size": 3}, [("name", "é"), ("on", "true"), ("size", "3")]),
            ({"name": None, "size": 0}, [("size", "0")]),
            ({"name": "", "on": False}, [("name", ""), ("on", "false")]),
            ({"tags": ["a", "b"]}, [("tags", "a"), ("tags", "b")]),
            ({"tags": [1, True, None]}, [("tags", "1"), ("tags", "true")]),
            ({"tags": [], "size": 1}, [("size", "1")]),
        ],
    )
    async def test_plain_values_are_one_part_each_and_null_is_none(
        self, upstream: Upstream, values: dict[str, Any], expected: list[tuple[str, str]]
    ) -> None:
        request = await sent(upstream, values, requestBody=body(FORM, "multipart/form-data"))
        assert [shown(part) for part in parts_of(request)] == [
            (name, None, "", content.encode()) for name, content in expected
        ]

    @pytest.mark.parametrize(("name", "value"), [("more", {"a": ["é", None]}), ("tags", [{"a": 1}, "x"])])
    async def test_an_object_is_a_json_part(self, upstream: Upstream, name: str, value: Any) -> None:
        request = await sent(upstream, {name: value}, requestBody=body(FORM, "multipart/form-data"))
        (part,) = parts_of(request)
        assert shown(part)[:3] == (name, None, "application/json")
        assert json.loads(shown(part)[3]) == value

    async def test_several_files_are_parts_of_one_name(self, upstream: Upstream) -> None:
        values = {"files": ["data:text/plain,one", "data:text/plain,two"], "name": "n"}
        request = await sent(upstream, values, requestBody=body(FORM, "multipart/form-data"))
        assert [shown(part)[0::3] for part in parts_of(request)] == [
            ("files", b"one"),
            ("files", b"two"),
            ("name", b"n"),
        ]

    async def test_a_file_is_found_in_a_form_put_together_by_all_of(self, upstream: Upstream) -> None:
        schema = {"allOf": [FORM, {"type": "object", "properties": {"note": {"type": "string"}}}]}
        request = await sent(upstream, {"file": "AAEC", "note": "n"}, requestBody=body(schema, "multipart/form-data"))
        assert [shown(part)[0::3] for part in parts_of(request)] == [("file", b"\x00\x01\x02"), ("note", b"n")]

    async def test_what_is_no_file_is_refused(self, upstream: Upstream) -> None:
        said = await refused(upstream, {"file": "not base64!"}, requestBody=body(FORM, "multipart/form-data"))
        assert said == "argument 'file': a file is given as base64 text or as a data: URI"

    async def test_a_file_that_is_refused_is_named_as_the_caller_knows_it(self, upstream: Upstream) -> None:
        declared = {"parameters": [parameter("file")], "requestBody": body(FORM, "multipart/form-data")}
        assert (await refused(upstream, {"file_body": "not base64!"}, **declared)).startswith("argument 'file_body': ")

    async def test_a_file_can_be_the_whole_body(self, upstream: Upstream) -> None:
        declared = body(BINARY, "application/octet-stream", required=True)
        request = await sent(upstream, {"body": base64.b64encode(PNG).decode()}, requestBody=declared)
        assert request.body == PNG
        assert request.header("content-type") == "application/octet-stream"

    async def test_text_can_be_the_whole_body(self, upstream: Upstream) -> None:
        declared = body({"type": "string"}, "text/plain; charset=utf-8", required=True)
        request = await sent(upstream, {"body": "é\n"}, requestBody=declared)
        assert request.body == "é\n".encode()
        assert request.header("content-type") == "text/plain; charset=utf-8"

    async def test_a_url_encoded_form(self, upstream: Upstream) -> None:
        values = {"name": "a b&c", "on": True, "size": 0, "tags": ["x", "y"], "more": {"k": 1}}
        declared = body(FORM, "application/x-www-form-urlencoded")
        request = await sent(upstream, {**values}, requestBody=declared)
        assert request.header("content-type") == "application/x-www-form-urlencoded"
        assert request.body == b"name=a+b%26c&on=true&size=0&tags=x&tags=y&more=%7B%22k%22%3A+1%7D"

    async def test_null_is_no_field_of_a_form(self, upstream: Upstream) -> None:
        request = await sent(
            upstream, {"name": None, "size": 1}, requestBody=body(FORM, "application/x-www-form-urlencoded")
        )
        assert request.body == b"size=1"


class TestMethods:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
    async def test_every_method_of_openapi_is_sent(self, upstream: Upstream, method: str) -> None:
        request = await sent(upstream, {"id": "1"}, method, "/things/{id}", parameters=[parameter("id", "path")])
        assert (request.method, request.raw_path) == (method, "/v1/things/1")
