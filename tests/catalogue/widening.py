"""Proof that one schema takes every value that another takes, keyword by keyword.

``narrowings(full, lean)`` is empty only if each keyword of ``lean`` follows from ``full``: a value that ``full`` takes
is then taken by ``lean``. It may fail to see that a keyword follows; it never sees one that does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from bridge.spec.document import JsonObject
from bridge.spec.keywords import ANNOTATIONS

Schema = JsonObject | bool


def widens(full: Schema, lean: Schema) -> bool:
    """Tell whether ``lean`` certainly takes every value that ``full`` takes."""
    return not narrowings(full, lean)


def narrowings(full: Schema, lean: Schema, place: str = "#") -> list[str]:
    """Return the places of ``lean`` that do not follow from ``full``."""
    if lean is True or lean == {} or full is False:
        return []
    if lean is False:
        return [f"{place}: refuses everything"]
    stated = {} if full is True else full
    return [
        problem
        for keyword in lean
        if keyword not in ANNOTATIONS
        for problem in _RULES.get(keyword, _same)(stated, lean, keyword, place)
    ]


Rule = Callable[[JsonObject, JsonObject, str, str], list[str]]


def _parts(full: JsonObject) -> Iterator[JsonObject]:
    """Yield schemas that a value of ``full`` fits, each: ``full`` itself and the entries of its ``allOf``."""
    yield full
    for entry in full.get("allOf", ()):
        if isinstance(entry, dict):
            yield from _parts(entry)


def _failed(lean: JsonObject, keyword: str, place: str) -> list[str]:
    return [f"{place}/{keyword}: {json.dumps(lean[keyword])[:200]}"]


def _same(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    said = any(keyword in part and _equal(part[keyword], lean[keyword]) for part in _parts(full))
    return [] if said else _failed(lean, keyword, place)


def _equal(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _type(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    allowed = _kinds(lean["type"])
    if "number" in allowed:
        allowed |= {"integer"}
    if any("type" in part and _kinds(part["type"]) <= allowed for part in _parts(full)):
        return []
    # Every alternative may say what the schema itself does not.
    if _each_alternative(full, lambda entry: not _type(entry, lean, keyword, place)):
        return []
    return _failed(lean, keyword, place)


def _kinds(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


def _each_alternative(full: JsonObject, holds: Callable[[JsonObject], bool]) -> bool:
    return any(
        part.get("anyOf") and all(isinstance(entry, dict) and holds(entry) for entry in part["anyOf"])
        for part in _parts(full)
    )


def _enum(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    allowed = {json.dumps(value, sort_keys=True) for value in lean["enum"]}
    for part in _parts(full):
        values = part["enum"] if "enum" in part else [part["const"]] if "const" in part else None
        if values is not None and {json.dumps(value, sort_keys=True) for value in values} <= allowed:
            return []
    return _failed(lean, keyword, place)


def _at_least(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    said = any(keyword in part and part[keyword] >= lean[keyword] for part in _parts(full))
    return [] if said else _failed(lean, keyword, place)


def _at_most(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    said = any(keyword in part and part[keyword] <= lean[keyword] for part in _parts(full))
    return [] if said else _failed(lean, keyword, place)


def _required(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    said = {name for part in _parts(full) for name in part.get("required", ())}
    return [] if set(lean["required"]) <= said else _failed(lean, keyword, place)


def _properties(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    found: list[str] = []
    for name, inner in lean["properties"].items():
        tried = [narrowings(_property(part, name), inner, f"{place}/{name}") for part in _parts(full)]
        if all(tried):
            found.extend(tried[0])
    return found


def _property(full: JsonObject, name: str) -> Schema:
    """Return a schema that every value of a property fits."""
    if name in full.get("properties", {}):
        found: Schema = full["properties"][name]
        return found
    if "patternProperties" in full:
        return True
    rest: Schema = full.get("additionalProperties", True)
    return rest


def _additional(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    """Check the values of names that ``lean`` does not declare: those that ``full`` declares, and all others."""
    if "patternProperties" in full or "patternProperties" in lean:
        if all(_equal(full.get(key), lean.get(key)) for key in ("patternProperties", keyword)):
            return [] if full.get("properties", {}).keys() <= lean.get("properties", {}).keys() else [f"{place}: names"]
        return _failed(lean, keyword, place)
    undeclared = [name for name in full.get("properties", {}) if name not in lean.get("properties", {})]
    schemas = [*(full["properties"][name] for name in undeclared), full.get("additionalProperties", True)]
    return [problem for schema in schemas for problem in narrowings(schema, lean[keyword], f"{place}/*")]


def _items(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    tried = [narrowings(part.get("items", True), lean["items"], f"{place}/items") for part in _parts(full)]
    return [] if not all(tried) else tried[0]


def _any_of(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    """Check that whatever ``full`` takes fits an alternative: all of ``full`` one, or each of its alternatives one."""

    def fits(schema: Schema) -> bool:
        return any(widens(schema, entry) for entry in lean["anyOf"])

    if any(fits(part) for part in _parts(full)) or _each_alternative(full, fits):
        return []
    return _failed(lean, keyword, place)


def _all_of(full: JsonObject, lean: JsonObject, keyword: str, place: str) -> list[str]:
    return [
        problem
        for index, entry in enumerate(lean["allOf"])
        if not any(widens(part, entry) for part in _parts(full))
        for problem in narrowings(full, entry, f"{place}/allOf/{index}")
    ]


_RULES: dict[str, Rule] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _any_of,
    "allOf": _all_of,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _at_least),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _at_most),
}
"""How each keyword may follow; all others must stand in ``full`` word for word."""
