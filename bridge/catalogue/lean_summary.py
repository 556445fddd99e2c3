"""Deep schemas folded until a tool's listing fits: an inner object becomes the names of its properties.

A folded schema takes every value that the whole one takes; ``describe_tool`` and ``--schema full`` show the whole one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bridge.spec.document import JsonObject

POINTER: Final = "describe_tool shows all"
"""Where a model finds what was left out."""

_DEEPEST = 8
_SIZES = (2_000, 800, 300, 0)
"""Characters from which schemas are folded, in turn: large ones first, each level from the deepest up."""

_KEYS_CHARACTERS = 500
"""Characters of the list of properties of one folded object."""

_LONG_ENUM = 25
"""Values that an enumeration may have in a tool that is too large even when it is folded."""


def fitted(properties: Mapping[str, JsonObject], room: int) -> JsonObject:
    """Return the properties of an input schema, folded as far as it takes to fit.

    Args:
        properties: lean schemas, by the names of the arguments.
        room: characters that they may have as JSON.
    """
    found = dict(properties)
    for level in range(_DEEPEST, 0, -1):
        for least in _SIZES:
            if _size(found) <= room:
                return found
            found = {name: _folded(schema, 1, level, least) for name, schema in found.items()}
    if _size(found) > room:
        found = {name: _without_long_enum(schema) for name, schema in found.items()}
    if _size(found) > room:
        found = {name: _without_description(schema) for name, schema in found.items()}
    return found


def _size(schema: Any) -> int:
    return len(json.dumps(schema, ensure_ascii=False))


def _folded(schema: Any, depth: int, level: int, least: int) -> Any:
    """Fold the objects at a level, and further down, that have so many characters at least."""
    if isinstance(schema, bool):
        return schema
    if depth >= level and ("properties" in schema or "anyOf" in schema or "allOf" in schema):
        summary = _summary(schema)
        if summary is not None and _size(schema) > max(least, _size(summary)):
            return summary
    result = dict(schema)
    if "properties" in schema:
        inner = schema["properties"].items()
        result["properties"] = {name: _folded(entry, depth + 1, level, least) for name, entry in inner}
    if "items" in schema:
        result["items"] = _folded(schema["items"], depth, level, least)
    if "additionalProperties" in schema:
        result["additionalProperties"] = _folded(schema["additionalProperties"], depth + 1, level, least)
    for keyword in ("anyOf", "allOf"):
        if keyword in schema:
            result[keyword] = [_folded(entry, depth, level, least) for entry in schema[keyword]]
    return result


def _summary(schema: JsonObject) -> JsonObject | None:
    """Return the object without its properties, which the description names; None where there are none to name."""
    keys = dict(_keys(schema))
    if not keys:
        return None
    said = schema.get("description", "")
    listed = _listed(keys)
    kind = schema.get("type") or _common_type(schema)
    return {
        **({"type": kind} if kind else {}),
        "description": f"{said}. Keys: {listed}; {POINTER}" if said else f"Keys: {listed}; {POINTER}",
    }


def _common_type(schema: JsonObject) -> Any:
    """Return the type that all alternatives have, None where they differ."""
    kinds = [entry.get("type") if isinstance(entry, dict) else None for entry in schema.get("anyOf", ())]
    return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else None


def _keys(schema: JsonObject) -> Iterable[tuple[str, str]]:
    """Yield ``(name, what it takes)`` of the properties of an object, of all its alternatives and parts."""
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        star = "*" if name in required else ""
        yield name, f"{star}{_hint(inner)}"
    for keyword in ("anyOf", "allOf"):
        for entry in schema.get(keyword, ()):
            yield from _keys(entry if isinstance(entry, dict) else {})


def _hint(schema: JsonObject | bool) -> str:
    if isinstance(schema, bool):
        return ""
    values = schema.get("enum")
    if values:
        shown = "|".join(map(str, values))
        return f" ({shown})" if len(shown) <= 60 else ""
    kind = schema.get("type")
    return {
        "boolean": " (boolean)",
        "integer": " (integer)",
        "number": " (number)",
        "array": " []",
        "object": " {}",
    }.get(kind if isinstance(kind, str) else "", "")


def _listed(keys: Mapping[str, str]) -> str:
    whole = ", ".join(f"{name}{hint}" for name, hint in keys.items())
    if len(whole) <= _KEYS_CHARACTERS:
        return whole
    names = [f"{name}{'*' if hint.startswith('*') else ''}" for name, hint in keys.items()]
    shown = ", ".join(names)
    while len(shown) > _KEYS_CHARACTERS:
        names.pop()
        shown = f"{', '.join(names)} and {len(keys) - len(names)} more"
    return shown


def _without_long_enum(schema: JsonObject) -> JsonObject:
    if len(schema.get("enum", ())) <= _LONG_ENUM:
        return schema
    said = schema.get("description")
    rest = {key: value for key, value in schema.items() if key != "enum"}
    count = len(schema["enum"])
    return {**rest, "description": f"{f'{said}. ' if said else ''}One of {count} values; {POINTER}"}


def _without_description(schema: JsonObject) -> JsonObject:
    return {key: value for key, value in schema.items() if key != "description"}
