"""Schemas as a check of requests needs them: as lenient as the wire and the vendors are."""

from __future__ import annotations

from collections.abc import Callable

from bridge.spec.document import JsonObject

_SINGLE = ("items", "not", "additionalProperties", "contains", "propertyNames")
_LISTED = ("allOf", "anyOf", "oneOf")


def mapped(schema: JsonObject, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
    """Return a copy of a schema with ``change`` applied to all that stand inside it, then to itself."""
    if not isinstance(schema, dict):
        return schema  # `true` or `false`
    copy = dict(schema)
    if isinstance(properties := schema.get("properties"), dict):
        copy["properties"] = {name: mapped(inner, change) for name, inner in properties.items()}
    for keyword in _SINGLE:
        if isinstance(inner := schema.get(keyword), dict):
            copy[keyword] = mapped(inner, change)
    for keyword in _LISTED:
        if isinstance(listed := schema.get(keyword), list):
            copy[keyword] = [mapped(inner, change) for inner in listed]
    return change(copy)


def fitting_any(schema: JsonObject) -> JsonObject:
    """Read every ``oneOf`` as ``anyOf``: alternatives of the official documents overlap, and the vendors take both."""
    return mapped(schema, _any_of)


def _any_of(schema: JsonObject) -> JsonObject:
    if "oneOf" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "oneOf"}
    if "anyOf" in rest:
        return {**rest, "allOf": [*rest.get("allOf", ()), {"anyOf": schema["oneOf"]}]}
    return {**rest, "anyOf": schema["oneOf"]}


def on_the_wire(schema: JsonObject) -> JsonObject:
    """Return the schema of a value that travels as text: no null, and one type to read it as, or none."""
    return mapped(fitting_any(schema), _one_type)


def _one_type(schema: JsonObject) -> JsonObject:
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    real = [kind for kind in kinds if kind != "null"]
    if len(real) == 1:
        return {**schema, "type": real[0]}
    return {key: value for key, value in schema.items() if key != "type"}
