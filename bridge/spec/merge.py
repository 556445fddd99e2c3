"""JSON Schemas of several declarations of one thing -> one JSON Schema that takes what any of them takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bridge.spec.document import JsonObject
from bridge.spec.keywords import ANNOTATIONS

_BY_PROPERTY = frozenset({"type", "properties", "required"})


def merge_schemas(schemas: Sequence[JsonObject]) -> JsonObject:
    """Return a JSON Schema that takes what any of the schemas takes; texts are those of the first.

    Objects are merged property by property, where a property that only some declare keeps its declared schema: a
    schema's silence about it is no promise that any value will do.
    """
    first = schemas[0]
    by_meaning: dict[str, JsonObject] = {}
    for schema in schemas:
        by_meaning.setdefault(_meaning(schema), schema)
    distinct = list(by_meaning.values())
    if len(distinct) == 1:
        return first
    if all(_plain_object(schema) for schema in distinct):
        return _merged_object(first, distinct)
    if all(_array_of_items(schema) for schema in distinct):
        return {**first, "items": merge_schemas([schema["items"] for schema in distinct])}
    described = {"description": first["description"]} if "description" in first else {}
    return {**described, "anyOf": distinct}


def _meaning(schema: JsonObject) -> str:
    """Return a key that is the same for schemas that differ in texts only."""
    return json.dumps(_constraints(schema), sort_keys=True)


def _constraints(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    kept: JsonObject = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties"):
            kept[key] = {name: _constraints(inner) for name, inner in value.items()}
        elif isinstance(value, list) and key in ("allOf", "anyOf", "oneOf"):
            kept[key] = [_constraints(inner) for inner in value]
        elif key in ("items", "additionalProperties", "contains", "propertyNames", "not"):
            kept[key] = _constraints(value)
        elif key not in ANNOTATIONS or key == "format":
            kept[key] = value
    return kept


def _plain_object(schema: JsonObject) -> bool:
    """Tell whether a schema says no more than what properties an object has and which of them it must have."""
    return schema.get("type") == "object" and "properties" in schema and schema.keys() <= _BY_PROPERTY | ANNOTATIONS


def _array_of_items(schema: JsonObject) -> bool:
    return schema.get("type") == "array" and "items" in schema and schema.keys() <= {"type", "items"} | ANNOTATIONS


def _merged_object(first: JsonObject, distinct: Sequence[JsonObject]) -> JsonObject:
    properties: dict[str, list[JsonObject]] = {}
    for schema in distinct:
        for name, inner in schema["properties"].items():
            properties.setdefault(name, []).append(inner)
    merged = {**first, "properties": {name: merge_schemas(inner) for name, inner in properties.items()}}
    required = [n for n in merged.pop("required", ()) if all(n in schema.get("required", ()) for schema in distinct)]
    return {**merged, "required": required} if required else merged
