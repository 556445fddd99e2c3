"""The values of a call -> the request that it makes: each value made ready for FastMCP's request director."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from bridge.catalogue.arguments import BODY, PlacedValues, flat_object
from bridge.catalogue.files import NO_FILES, FileAccess, read_file_argument
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError
from bridge.spec.operation_document import operation_document
from bridge.upstream.client import OutgoingRequest

_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "authorization"})
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
"""RFC 6265, section 4.1.1: cookie-octet."""


class RequestBuilder:
    """FastMCP's request director over a document of one operation, whose JSON body comes ready made."""

    def __init__(self, spec: ToolSpec, client: httpx2.AsyncClient, files: FileAccess = NO_FILES) -> None:
        self._spec = spec
        self._files = files
        self._shown: dict[tuple[str, str], str] = {
            (entry.place, entry.wire_name): entry.name for entry in spec.arguments.visible
        }
        # A seventh of all that FastMCP has to import, and only the first call needs it.
        from fastmcp.server.providers.openapi import OpenAPIProvider  # noqa: PLC0415

        document = operation_document(spec.operation, free_body=True)
        provider = OpenAPIProvider(document, client=client, validate_output=False)
        (tool,) = provider._tools.values()
        self._route, self._director = tool._route, tool._director
        places = self._route.parameter_map.items()
        self._flat_names = {(place["location"], place["openapi_name"]): flat for flat, place in places}
        self._flat_body = next((flat for flat, place in places if place["location"] == "body"), None)

    def build(self, values: PlacedValues, base_url: str) -> OutgoingRequest:
        """Return the request that the values make, without a token.

        Raises:
            ArgumentError: a value cannot be sent in its place.
        """
        try:
            request = self._director.build(self._route, self._flat(values), base_url)
            content = request.read()
        except (ValueError, httpx2.InvalidURL) as error:
            raise ArgumentError(f"{self._spec.name}: {error}") from None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OWN_HEADERS}
        body = self._spec.operation.body
        if values.has_body and values.body is None and body is not None:
            # The director takes null for no body at all.
            headers, content = {**headers, "content-type": body.media_type}, b"null"
        return OutgoingRequest(request.method, str(request.url), headers, content)

    def _flat(self, values: PlacedValues) -> dict[str, Any]:
        """Return the director's flat arguments."""
        flat: dict[str, Any] = {}
        for place, value in values.parameters.items():
            flat[self._flat_names[place]] = self._ready(*place, value)
        if values.has_body and self._flat_body is not None:
            flat[self._flat_body] = self._body(values.body)
        return flat

    def _ready(self, location: str, name: str, value: Any) -> Any:
        shown = self._shown.get((location, name), name)
        match location:
            case "path":
                return self._path_value(shown, _joined(value))
            case "header":
                text = _joined(value).strip(" ")
                if not _HEADER_VALUE.fullmatch(text):
                    raise ArgumentError(f"argument {shown!r}: a header value is one line of plain ASCII text")
                return text
            case "cookie":
                text = _joined(value)
                if not _COOKIE_VALUE.fullmatch(text):
                    raise ArgumentError(
                        f"argument {shown!r}: a cookie value has no spaces, quotes, commas, semicolons or backslashes"
                    )
                return text
            case _:
                return _query_value(value)

    def _path_value(self, name: str, text: str) -> str:
        if not text.strip():
            # The path would be that of another operation: of the collection instead of one entry.
            raise ArgumentError(f"argument {name!r} is empty; it is a part of the path")
        rule = self._spec.vendor.encode_twice
        return quote(text, safe="") if rule is not None and re.search(rule, text) else text

    def _body(self, body: Any) -> Any:
        declared = self._spec.operation.body
        if declared is None:
            return body
        if isinstance(body, str) and declared.schema.get("format") == "binary":
            return _Content(read_file_argument(self._shown.get(("body", BODY), BODY), body, self._files).content)
        if not isinstance(body, dict):
            return body
        match declared.essence:
            case "multipart/form-data":
                properties = flat_object(declared.schema).get("properties", {})
                return _Parts(
                    part for name, value in body.items() for part in self._parts(name, value, properties.get(name, {}))
                )
            case "application/x-www-form-urlencoded":
                return {name: _form_value(value) for name, value in body.items() if value is not None}
            case _:
                return body

    def _parts(self, name: str, value: Any, schema: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return the parts that a property becomes (OpenAPI 3.0.3, "Special Considerations for multipart Content").

        A file is ``(file name, content, media type)`` to the director, and so is an object or an array with objects,
        as JSON; an array of files or plain values is one part each; null is no part.
        """
        items = schema.get("items", {}) if isinstance(value, list) else {}
        entries = value if isinstance(value, list) else [value]
        if items.get("format") == "binary" or not any(isinstance(entry, dict | list) for entry in entries):
            return [(name, self._part(name, entry, items or schema)) for entry in entries if entry is not None]
        return [(name, (None, _json(value).encode(), "application/json"))]

    def _part(self, name: str, value: Any, schema: Mapping[str, Any]) -> Any:
        if schema.get("format") == "binary" and isinstance(value, str):
            file = read_file_argument(self._shown.get(("property", name), name), value, self._files)
            return file.filename, _Content(file.content), file.media_type
        return value


class _Content(bytes):
    """The bytes of a file; the director writes out all values for its log, which of a large file takes a second."""

    def __repr__(self) -> str:
        return f"<{len(self):,} bytes>"


class _Parts(dict[str, Any]):
    """The parts of a multipart body, as the director walks over them: a name may stand more than once."""

    def __init__(self, parts: Iterable[tuple[str, Any]]) -> None:
        self._parts = list(parts)
        super().__init__(self._parts)

    def items(self) -> Any:
        """Return all parts, in order."""
        return self._parts


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _scalar(value: Any) -> str:
    """Return a value as text: JSON, but for strings, which are what they are."""
    return value if isinstance(value, str) else _json(value)


def _joined(value: Any) -> str:
    """Return a path, header or cookie value (style simple and form, not exploded: OpenAPI 3.0.3, "Style Values")."""
    if isinstance(value, dict):
        return ",".join(f"{key},{_scalar(entry)}" for key, entry in value.items())
    return ",".join(map(_scalar, value)) if isinstance(value, list) else _scalar(value)


def _query_value(value: Any) -> Any:
    """Return a query value as the director takes it: scalars, lists and objects of scalars, no null in them."""
    if isinstance(value, dict):
        return {key: _flat_entry(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_flat_entry(entry) for entry in value if entry is not None]
    return value


def _form_value(value: Any) -> Any:
    return _query_value(value) if isinstance(value, list) else _flat_entry(value)


def _flat_entry(value: Any) -> Any:
    return _json(value) if isinstance(value, dict | list) else value
