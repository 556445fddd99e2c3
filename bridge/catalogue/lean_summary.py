"""Deep schemas folded until a tool's listing fits: an inner object becomes the names of its properties.

A folded schema takes every value that the whole one takes; ``describe_tool`` and ``--schema full`` show the whole one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bridge.spec.document import JsonObject

POINTER: Final = "describe_tool shows all"
"""Where a model finds what was left out."""

_KEYS_CHARACTERS = 500
"""Characters of the list of properties of one folded object."""

_LONG_ENUM = 25
"""Values that an enumeration may have in a tool that is too large even when it is folded."""


def fitted(properties: Mapping[str, JsonObject], room: int) -> JsonObject:
    """Return the properties of an input schema, folded as far as it takes to fit: the deepest and largest first.

    Args:
        properties: lean schemas, by the names of the arguments.
        room: characters that they may have as JSON.
    """
    found = dict(properties)
    excess = _size(found) - room
    if excess <= 0:
        return found
    for level in range(_height(found.values()), 0, -1):
        chosen = _worth_folding(found, level, excess)
        if chosen:
            found = {name: _folded(schema, chosen) for name, schema in found.items()}
            excess = _size(found) - room
        if excess <= 0:
            return found
    for shorter in (_without_long_enum, _without_description):
        found = {name: shorter(schema) for name, schema in found.items()}
        if _size(found) <= room:
            break
    return found


def _size(schema: Any) -> int:
    return len(json.dumps(schema, ensure_ascii=False))


def _height(schemas: Iterable[Any]) -> int:
    """Return how many levels of schemas there are at most, one inside the other."""
    return 1 + max((_height(_inside(schema)) for schema in schemas if isinstance(schema, dict)), default=-1)


def _inside(schema: JsonObject) -> list[Any]:
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return [*inner, *schema.get("anyOf", ()), *schema.get("allOf", ())]


def _worth_folding(properties: JsonObject, level: int, excess: int) -> dict[int, JsonObject]:
    """Return what the largest objects at a level are folded to, by their identity: as many as it takes to fit."""
    folds: list[tuple[int, int, JsonObject]] = []
    for schema in properties.values():
        for node in _at(schema, 1, level):
            summary = _summary(node)
            if summary is not None and (gain := _size(node) - _size(summary)) > 0:
                folds.append((gain, id(node), summary))
    chosen: dict[int, JsonObject] = {}
    for gain, node_id, summary in sorted(folds, key=lambda fold: -fold[0]):
        if excess <= 0:
            break
        chosen[node_id] = summary
        excess -= gain
    return chosen


def _at(schema: Any, depth: int, level: int) -> Iterator[JsonObject]:
    """Yield the outermost objects that stand so many levels of properties deep, or deeper."""
    if isinstance(schema, bool) or _INNER.isdisjoint(schema):
        return
    if depth >= level and not _WITH_KEYS.isdisjoint(schema):
        yield schema
        return
    for entry in schema.get("properties", {}).values():
        yield from _at(entry, depth + 1, level)
    yield from _at(schema.get("items", True), depth, level)
    yield from _at(schema.get("additionalProperties", True), depth + 1, level)
    for keyword in ("anyOf", "allOf"):
        for entry in schema.get(keyword, ()):
            yield from _at(entry, depth, level)


_WITH_KEYS = frozenset({"properties", "anyOf", "allOf"})
_INNER = _WITH_KEYS | {"items", "additionalProperties"}


def _folded(schema: Any, chosen: Mapping[int, JsonObject]) -> Any:
    """Return a schema in whose places the chosen ones stand."""
    if id(schema) in chosen:
        return chosen[id(schema)]
    if isinstance(schema, bool) or _INNER.isdisjoint(schema):
        return schema
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {name: _folded(entry, chosen) for name, entry in schema["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if keyword in schema:
            result[keyword] = _folded(schema[keyword], chosen)
    for keyword in ("anyOf", "allOf"):
        if keyword in schema:
            result[keyword] = [_folded(entry, chosen) for entry in schema[keyword]]
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
