"""Form bodies read as the JSON object that they stand for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from bridge.spec.document import JsonObject
from bridge.spec.operation import Body
from bridge.upstream.validation.wire_schema import mapped

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
FORMS = (MULTIPART, URLENCODED)


def form_schema(schema: JsonObject) -> JsonObject:
    """Return the schema of a form with files taken as they come: only that they are there can be checked."""
    return mapped(schema, lambda inner: {} if inner.get("format") == "binary" else inner)


def form_as_json(body: Body, content_type: str, data: bytes, *, with_empty_lists: bool = False) -> bytes:
    """Return a form as a JSON object: values by the type that the schema declares, a file as an empty text.

    A form that cannot be read comes back as it is; no JSON, it is then reported as such.

    Args:
        body: what is declared.
        content_type: the header, with the boundary.
        data: the form.
        with_empty_lists: take a list of which there is no field for an empty one.
    """
    try:
        fields = _multipart(content_type, data) if body.essence == MULTIPART else _urlencoded(data)
    except ValueError:
        return data
    schemas = dict(_property_schemas(body.schema))
    read = {name: _value(texts, schemas.get(name, {})) for name, texts in fields.lists()}
    absent = {name: schema for name, schema in schemas.items() if name not in read and "array" in _types(schema)}
    for name, schema in absent.items():
        if with_empty_lists and jsonschema_rs.is_valid(schema, []):
            read[name] = []
    return json.dumps(read).encode()


def _urlencoded(data: bytes) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(data.decode(), keep_blank_values=True))


def _multipart(content_type: str, data: bytes) -> MultiDict[str, str]:
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise ValueError("no boundary")
    fields, files = MultiPartParser().parse(BytesIO(data), boundary.encode(), len(data))
    read: MultiDict[str, str] = MultiDict(fields.items(multi=True))
    for name, file in files.items(multi=True):
        read.add(name, "")
        file.close()
    return read


def _property_schemas(schema: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(keyword, ()):
            if isinstance(inner, dict):
                yield from _property_schemas(inner)
    yield from schema.get("properties", {}).items()


def _value(texts: list[str], schema: JsonObject) -> Any:
    if "array" not in _types(schema):
        return _read(texts[0], schema)
    items = schema.get("items") or {}
    if len(texts) == 1 and isinstance(whole := _read(texts[0], {"type": "array"}), list):
        return whole
    return [_read(text, items) for text in texts]


def _read(text: str, schema: JsonObject) -> Any:
    """Return the value that a text stands for, the text itself where none of the declared type can be read."""
    kinds = _types(schema)
    if not kinds or "string" in kinds:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _types(schema: JsonObject) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)
