"""Two JSON Schemas of one thing, before and now -> what changed for whoever fills it in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.spec.document import JsonObject

MAX_DEPTH = 32
MAX_SHOWN = 60

_WORDS = frozenset({"description", "title", "example", "examples", "$comment", "deprecated", "readOnly", "writeOnly"})
"""Keywords that change no value."""
_LOOKED_INTO = frozenset(
    {"type", "enum", "required", "properties", "items", "$defs", "anyOf", "oneOf", "allOf", "additionalProperties"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Attributes:
        place: where: ``query max``, ``body /settings/languages[]``; empty for the operation itself.
        what: in words.
        breaking: whether what was right before may be wrong now.
    """

    place: str
    what: str
    breaking: bool

    def __str__(self) -> str:
        return f"{self.place} {self.what}".strip()


def schema_changes(before: Any, now: Any, place: str) -> list[Change]:
    """Return what changed between two schemas, each change once; nothing where only words did.

    Compared are types, ``enum``, properties and which are required, all the way down; of other keywords only that they
    changed. The place of a change is a path below ``place``: ``body /settings/languages[]``.
    """
    return list(dict.fromkeys(_changes(before, now, place, 0)))


def _changes(before: Any, now: Any, place: str, depth: int) -> Iterator[Change]:
    if before == now or depth > MAX_DEPTH:
        return
    if not isinstance(before, dict) or not isinstance(now, dict):
        yield Change(place, f"takes {_shown(now)} now, not {_shown(before)}", now is False)
        return
    if _kinds(before) != _kinds(now):
        yield from _types(before, now, place)
        return
    yield from _enums(before.get("enum"), now.get("enum"), place)
    yield from _properties(before, now, place, depth)
    yield from _inner(before, now, place, depth)
    yield from _others(before, now, place)


def _types(before: JsonObject, now: JsonObject, place: str) -> Iterator[Change]:
    old, new = _kinds(before), _kinds(now)
    wider = not new or (bool(old) and old <= new)
    said = " or ".join(sorted(new)) or "anything"
    yield Change(place, f"is {said} now, not {' or '.join(sorted(old)) or 'anything'}", not wider)


def _kinds(schema: JsonObject) -> frozenset[str]:
    declared = schema.get("type")
    if isinstance(declared, str):
        return frozenset({declared})
    return frozenset(map(str, declared)) if isinstance(declared, list) else frozenset()


def _enums(before: Any, now: Any, place: str) -> Iterator[Change]:
    if before == now:
        return
    if not isinstance(before, list) or not isinstance(now, list):
        said = f"takes only {_shown(now)} now" if isinstance(now, list) else "takes other values too now"
        yield Change(place, said, isinstance(now, list))
        return
    if gone := [value for value in before if value not in now]:
        yield Change(place, f"takes no {_values(gone)} any more", True)
    if new := [value for value in now if value not in before]:
        yield Change(place, f"takes {_values(new)} too", False)


def _values(values: Sequence[Any]) -> str:
    return ", ".join(map(_shown, values))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def _properties(before: JsonObject, now: JsonObject, place: str, depth: int) -> Iterator[Change]:
    old, new = _mapping(before, "properties"), _mapping(now, "properties")
    was, is_now = _names(before), _names(now)
    for name in old:
        if name not in new:
            yield Change(_below(place, name), "is gone", True)
    for name in new:
        if name not in old:
            needed = name in is_now
            yield Change(_below(place, name), "is new and required" if needed else "is new", needed)
    for name in (*was, *(name for name in is_now if name not in was)):
        if (name in was) != (name in is_now) and (name in old) == (name in new):
            said = "is required now" if name in is_now else "is not required any more"
            yield Change(_below(place, name), said, name in is_now)
    for name in old:
        if name in new:
            yield from _changes(old[name], new[name], _below(place, name), depth + 1)


def _mapping(schema: JsonObject, keyword: str) -> Mapping[str, Any]:
    found = schema.get(keyword)
    return found if isinstance(found, dict) else {}


def _names(schema: JsonObject) -> dict[str, None]:
    found = schema.get("required")
    return dict.fromkeys(map(str, found)) if isinstance(found, list) else {}


def _below(place: str, name: str) -> str:
    head, slash, path = place.partition("/")
    return f"{head}/{path}/{name}" if slash else f"{place} /{name}".strip()


def _inner(before: JsonObject, now: JsonObject, place: str, depth: int) -> Iterator[Change]:
    for keyword, ending in (("items", "[]"), ("additionalProperties", "/*")):
        if keyword in before and keyword in now:
            yield from _changes(before[keyword], now[keyword], f"{place}{ending}", depth + 1)
        elif keyword in before or keyword in now:
            narrower = keyword in now and now[keyword] is not True
            yield Change(f"{place}{ending}", "is described now" if keyword in now else "may be anything", narrower)
    old, new = _mapping(before, "$defs"), _mapping(now, "$defs")
    for name in old:
        if name in new:
            yield from _changes(old[name], new[name], f"{place} ({name})".strip(), depth + 1)
    for keyword in ("anyOf", "oneOf", "allOf"):
        yield from _alternatives(before.get(keyword), now.get(keyword), place, depth)


def _alternatives(before: Any, now: Any, place: str, depth: int) -> Iterator[Change]:
    if before == now:
        return
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for old, new in zip(before, now, strict=True):
            yield from _changes(old, new, place, depth + 1)
    else:
        fewer = isinstance(before, list) and isinstance(now, list) and len(now) < len(before)
        yield Change(place, "has other alternatives", fewer)


def _others(before: JsonObject, now: JsonObject, place: str) -> Iterator[Change]:
    for keyword in sorted(before.keys() | now.keys()):
        if keyword in _WORDS or keyword in _LOOKED_INTO or keyword.startswith("x-"):
            continue
        old, new = before.get(keyword), now.get(keyword)
        if old != new:
            said = f"has {keyword} {_shown(new)} now" if keyword in now else f"has no {keyword} any more"
            yield Change(place, f"{said}, not {_shown(old)}" if keyword in before and keyword in now else said, False)
