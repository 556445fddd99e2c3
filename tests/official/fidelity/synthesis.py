"""Values that a document allows: its own examples first, else made from the schema."""

from __future__ import annotations

import base64
import re
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from tests.official.fidelity.raw import Json, RawOperation, RawParameter, is_file

MAX_DEPTH = 5
FILE_BYTES = b"\x00\x01 a file \xff\xfe"
FORMATS = {
    "date-time": "2026-03-02T15:00:00Z",
    "date": "2026-03-02",
    "email": "dana.lee@example.com",
    "uuid": "3f2c1b7e-9a0d-4c55-8f1e-2b6d7c8e9f00",
    "uri": "https://example.com/a",
    "url": "https://example.com/a",
    "time": "15:00:00Z",
    "ipv4": "192.0.2.1",
    "hostname": "host.example.com",
}
CANDIDATES = (
    "example", "1", "12", "123", "1234567890", "a", "abc", "A", "ABCDEF", "+15550100", "15550100", "00:11:22:33:44:55",
    "001122334455", "https://example.com/a", "2026-03-02", "2026-03-02T15:00:00Z", "15:00", "15:00:00", "en", "en-US",
    "US", "3f2c1b7e-9a0d-4c55-8f1e-2b6d7c8e9f00", "192.0.2.1", "dana.lee@example.com", "0", "true", "#ABCDEF", "P1D",
)  # fmt: skip


class Unsynthesisable(Exception):  # noqa: N818 (said in the table, not raised to the caller)
    """No value was found that the document allows."""


def fits(schema: Json, value: Any) -> bool:
    """Tell whether a value is valid; a schema that is none itself refuses nothing."""
    try:
        return Draft202012Validator(schema).is_valid(value)
    except ValidationError:
        return True


def value_of(schema: Json, example: Any = None, *, everything: bool = False) -> Any:
    """Return a value that a schema allows.

    Raises:
        Unsynthesisable: none was found.
    """
    for candidate in (example, schema.get("example"), schema.get("default")):
        if candidate is not None and fits(schema, candidate) and not everything:
            return candidate
    made = _made(schema, 0, everything=everything)
    if not fits(schema, made):
        for candidate in (example, schema.get("example"), _made(schema, 0, everything=False)):
            if candidate is not None and fits(schema, candidate):
                return candidate
        raise Unsynthesisable(f"no value for {str(schema)[:200]}")
    return made


def _made(schema: Json, depth: int, *, everything: bool) -> Any:
    fixed = schema.get("enum") or [schema.get("const")]
    if fixed[0] is not None:
        return fixed[0]
    example = schema.get("example")
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((entry for entry in kind if entry != "null"), "null")
    if kind not in ("object", "array") and example is not None and fits(schema, example):
        return example
    merged = _merged(schema)
    if kind == "object" or (kind is None and merged.get("properties")):
        return _object(merged, depth, everything=everything)
    for keyword in ("oneOf", "anyOf", "allOf"):
        if schema.get(keyword):
            return _made(schema[keyword][0], depth + 1, everything=everything)
    return _array(schema, depth, everything=everything) if kind == "array" else _scalar(schema, kind)


def _array(schema: Json, depth: int, *, everything: bool) -> list[Any]:
    count = max(schema.get("minItems", 0), 1 if depth < MAX_DEPTH else 0)
    return [_made(schema.get("items") or {}, depth + 1, everything=everything) for _ in range(count)]


def _merged(schema: Json) -> Json:
    properties = dict(schema.get("properties") or {})
    required = list(schema.get("required") or ())
    parts = [*schema.get("allOf", ()), *schema.get("oneOf", ())[:1], *schema.get("anyOf", ())[:1]]
    for part in map(_merged, parts):
        properties.update(part["properties"])
        required += part["required"]
    return {"properties": properties, "required": required}


def _object(schema: Json, depth: int, *, everything: bool) -> Json:
    names = schema["properties"] if everything and depth < MAX_DEPTH else schema["required"]
    properties = schema["properties"]
    return {name: _made(properties.get(name, {}), depth + 1, everything=everything) for name in names}


def _scalar(schema: Json, kind: Any) -> Any:
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        value = max(low, 1) if schema.get("maximum", 1) >= 1 else schema["maximum"]
        step = schema.get("multipleOf")
        return -(-value // step) * step if step else value
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    return _text(schema)


def _text(schema: Json) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000)
    first = FORMATS.get(str(schema.get("format")))
    for candidate in filter(None, (first, *CANDIDATES)):
        text = candidate.ljust(least, candidate[-1])[:most]
        if fits(schema, text):
            return text
    return "example".ljust(least, "x")[:most]


def parameter_value(parameter: RawParameter, *, everything: bool) -> Any:
    """Return a value for a parameter; an example that is written as text is read as what the schema asks for."""
    example = parameter.example
    kind = parameter.schema.get("type")
    if isinstance(example, str) and kind in ("integer", "number") and re.fullmatch(r"-?\d+", example):
        example = int(example)
    if isinstance(example, str) and kind == "boolean":
        example = {"true": True, "false": False}.get(example.lower())
    if isinstance(example, str) and kind == "array" and not fits(parameter.schema, example):
        example = [example]
    value = value_of(parameter.schema, example, everything=False)
    return [value_of(parameter.schema.get("items") or {})] if value == [] and everything else value


def body_value(operation: RawOperation, *, everything: bool) -> Any:
    """Return a body: the document's example, or made; files as they arrive at the vendor."""
    schema = operation.body_schema
    value = declared_part(operation, value_of(schema, operation.body_example, everything=everything))
    if isinstance(value, dict) and operation.media_type == "multipart/form-data":
        properties = schema.get("properties") or {}
        return {name: _with_files(name, entry, properties.get(name, {})) for name, entry in value.items()}
    return value


def declared_part(operation: RawOperation, body: Any) -> Any:
    """Return a body without the properties that only examples have: the document does not declare them."""
    declared = flat_properties(operation.body_schema)
    if declared is None or not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name in declared}


def flat_properties(schema: Json) -> Json | None:
    """Return the properties of an object, those of its ``allOf`` included; None for any other schema."""
    several = len(schema.get("anyOf", ())) > 1
    if several or schema.get("additionalProperties"):
        return None
    found: Json = dict(schema.get("properties") or {})
    for part in [*schema.get("allOf", ()), *schema.get("anyOf", ())]:
        inner = flat_properties(part)
        if inner is None:
            return None
        found |= inner
    return found or None


def _with_files(name: str, value: Any, schema: Json) -> Any:
    if is_file("multipart/form-data", name, schema):
        files = [FILE_BYTES, FILE_BYTES[::-1]][: schema.get("maxItems", 2)]
        return files if schema.get("type") == "array" else FILE_BYTES
    return value


def as_argument(value: Any) -> Any:
    """Return a value as a model gives it: a file as base64 text."""
    if isinstance(value, list) and value and all(isinstance(entry, bytes) for entry in value):
        return [as_argument(entry) for entry in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
