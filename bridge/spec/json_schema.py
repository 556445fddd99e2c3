"""OpenAPI schema object -> JSON Schema that stands alone: no references, valid under Draft 2020-12 and Draft 7."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bridge.spec.document import Document, JsonObject
from bridge.spec.keywords import ANNOTATIONS, PLAIN_KEYWORDS, compiles

MAX_REPEATS = 2
"""How often a schema may stand inside itself before recursion is cut (the cut accepts anything of its type)."""

MAX_SIZE = 4_000
"""How many schema objects a schema may have with its references written out; the official ones have up to 830."""

TEXT_OF_ONE = 500
"""How many characters of texts, or values of an ``enum``, count like one more schema object: they repeat with it."""

MAX_WIDTH = 10 * MAX_SIZE
"""How many schema objects, beside each other on one level, a schema is left with when it is too large in depth."""

_LIMITS = (
    *((repeats, levels, MAX_SIZE) for repeats, levels in ((MAX_REPEATS, 48), (1, 48), (1, 12), (1, 6), (1, 4), (1, 2))),
    (1, 1, MAX_WIDTH),
)
"""``(repeats, levels, size)`` to try in turn until a schema stays within the size; beyond, only its type is left."""

_SINGLE = ("items", "additionalProperties", "contains", "propertyNames", "not")
_LISTED = ("allOf", "anyOf", "oneOf")
_INNER = frozenset({"properties", "patternProperties", *_SINGLE, *_LISTED})
_PASSED_OVER = frozenset(
    {"if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties"}
    | {
        "unevaluatedItems",
        "additionalItems",
        "prefixItems",
        "minContains",
        "maxContains",
        "$dynamicRef",
        "$recursiveRef",
    }
)
"""Keywords that refuse values and are left out: not in OpenAPI 3.0, or not the same under both drafts."""


class SchemaReader:
    """Turns the schemas of one document into JSON Schemas; what it returns is shared and must not be changed."""

    def __init__(self, document: Document) -> None:
        self._readings = [_Reading(document, *limits) for limits in _LIMITS]
        # The sandbox reads in a thread of its own what the server reads in another.
        self._lock = threading.Lock()

    def read(self, schema: Any) -> JsonObject:
        """Return the JSON Schema of an OpenAPI schema object; ``{}`` (anything) where there is none.

        Vendor extensions (``x-...``), ``example``, ``xml``, ``discriminator`` and ``externalDocs`` are left out;
        ``nullable`` becomes the type ``null``; ``oneOf`` becomes ``anyOf``; a ``$ref`` becomes what it points at, or
        ``{}`` where it dangles. The result accepts whatever the schema accepts, and more where alternatives overlap
        or where recursion or size make it be cut. It depends on the document and the schema alone, not on what was
        read before.
        """
        with self._lock:
            for reading in self._readings:
                found = reading.read(schema)
                if found is not None:
                    return found
            return self._readings[-1].stump(schema)


class _TooLargeError(Exception):
    """A schema with its references written out has more schema objects than it may."""


@dataclass(slots=True)
class _Node:
    """A schema read so far.

    Attributes:
        schema: the JSON Schema.
        size: how many schema objects it has, written out.
        height: how many levels of them, a reference being one.
        names: the references in it and in what they lead to.
        exact: whether it refuses whatever the original refuses; else it accepts more.
        levelled: whether a part was cut because it stood too deep.
    """

    schema: JsonObject = field(default_factory=dict)
    size: int = 1
    height: int = 1
    names: frozenset[str] = frozenset()
    exact: bool = True
    levelled: bool = False

    def take(self, inner: _Node) -> JsonObject:
        """Account for a schema that stands inside this one and return its JSON Schema."""
        self.size += inner.size
        self.height = max(self.height, inner.height + 1)
        self.names |= inner.names
        self.exact = self.exact and inner.exact
        self.levelled = self.levelled or inner.levelled
        return inner.schema


class _Reading:
    """Reads under one pair of limits.

    What a reference becomes is kept and used again only where no reference inside it is being read: elsewhere
    recursion is cut at another place. That it was too large is kept with the level where it stood and the references
    that were being read: where it stands no deeper, and no other ones are, it is too large again.
    """

    def __init__(self, document: Document, repeats: int, levels: int, max_size: int) -> None:
        self._document = document
        self._repeats = repeats
        self._levels = levels
        self._max_size = max_size
        self._done: dict[str, _Node] = {}
        self._open: list[str] = []
        self._large: dict[str, list[tuple[int, frozenset[str]]]] = {}

    def read(self, schema: Any) -> JsonObject | None:
        """Return the JSON Schema, None if it is larger than the limit."""
        self._open.clear()
        try:
            return self._any(schema, 1).schema
        except _TooLargeError:
            return None

    def _any(self, schema: Any, level: int) -> _Node:
        if isinstance(schema, bool):
            return _Node({} if schema else {"not": {}})
        if not isinstance(schema, dict):
            return _Node(exact=False)
        if level > self._levels and (isinstance(schema.get("$ref"), str) or not _INNER.isdisjoint(schema)):
            return _Node(self.stump(schema), exact=False, levelled=True)
        if isinstance(schema.get("$ref"), str):
            return self._reference(schema, level)
        return self._plain(schema, level)

    def _reference(self, schema: JsonObject, level: int) -> _Node:
        target = self._target(schema["$ref"], level)
        result = target.schema
        description = schema.get("description")
        if isinstance(description, str) and result.get("description") != description:
            result = {**result, "description": description}
        result = _with_null(result, schema)
        beside = {key for key in schema if not key.startswith("x-")} - ANNOTATIONS - {"$ref", "nullable", "example"}
        exact = target.exact and not beside
        return _Node(result, target.size, target.height, target.names, exact, target.levelled)

    def _target(self, name: str, level: int) -> _Node:
        done = self._done.get(name)
        if done and level + done.height - 1 <= self._levels and done.names.isdisjoint(self._open):
            return done
        target = self._document.resolve(name)
        if any(level <= deep and cut.issuperset(self._open) for deep, cut in self._large.get(name, ())):
            raise _TooLargeError
        if self._open.count(name) >= self._repeats:
            return _Node(self.stump(target), height=2, names=frozenset({name}), exact=False)
        cut = frozenset(self._open)
        self._open.append(name)
        try:
            inner = self._any(target, level + 1)
        except _TooLargeError:
            self._large.setdefault(name, []).append((level, cut))
            raise
        self._open.pop()
        found = _Node(inner.schema, inner.size, inner.height + 1, inner.names | {name}, inner.exact, inner.levelled)
        if not found.levelled and found.names.isdisjoint(self._open):
            self._done[name] = found
        return found

    def stump(self, target: Any) -> JsonObject:
        """Return no more of a schema than its type and what it is."""
        followed = self._document.follow(target)
        stump = {key: followed[key] for key in ("type", "description") if _holds(followed, key)}
        return _with_null(_with_items(stump), followed)

    def _plain(self, schema: JsonObject, level: int) -> _Node:
        node = _Node({key: value for key, value in schema.items() if key in PLAIN_KEYWORDS and _holds(schema, key)})
        node.size += sum(len(value) for value in node.schema.values() if isinstance(value, str | list)) // TEXT_OF_ONE
        node.exact = not any(
            key in _PASSED_OVER or (key in PLAIN_KEYWORDS and key not in node.schema) for key in schema
        )
        self._put_properties(node, schema, level)
        for keyword in _SINGLE:
            if keyword in schema:
                self._put_single(node, keyword, schema, level)
        for keyword in _LISTED:
            entries = schema.get(keyword)
            if isinstance(entries, list) and entries:
                self._put_listed(node, keyword, entries, level)
        node.schema = _with_null(_with_items(_single_alternative(node.schema)), schema)
        return node

    def _inner(self, node: _Node, schema: Any, level: int) -> JsonObject:
        result = node.take(self._any(schema, level + 1))
        if node.size > self._max_size:
            raise _TooLargeError
        return result

    def _put_properties(self, node: _Node, schema: JsonObject, level: int) -> None:
        properties = schema.get("properties")
        if isinstance(properties, dict):
            node.schema["properties"] = {name: self._inner(node, entry, level) for name, entry in properties.items()}
        patterns = schema.get("patternProperties")
        if isinstance(patterns, dict):
            kept = {name: self._inner(node, entry, level) for name, entry in patterns.items() if compiles(name)}
            if kept:
                node.schema["patternProperties"] = kept
            node.exact = node.exact and len(kept) == len(patterns)
        declared = schema.get("required")
        names = declared if isinstance(declared, list) else []
        required = self._required(names, properties if isinstance(properties, dict) else {})
        if required:
            node.schema["required"] = required
        node.exact = node.exact and len(required) == len(names)

    def _required(self, names: Iterable[Any], properties: JsonObject) -> list[str]:
        """Return what a request must hold: what is required and not read-only (OpenAPI 3.0, section 4.7.24.2)."""
        texts = dict.fromkeys(name for name in names if isinstance(name, str))
        return [name for name in texts if not self._document.follow(properties.get(name)).get("readOnly")]

    def _put_single(self, node: _Node, keyword: str, schema: JsonObject, level: int) -> None:
        inner = schema[keyword]
        patterns = schema.get("patternProperties")
        if keyword == "additionalProperties" and isinstance(patterns, dict) and not all(map(compiles, patterns)):
            return
        if keyword == "items" and "prefixItems" in schema:
            return  # what holds for the items after the first ones would hold for all
        if keyword == "contains" and "minContains" in schema:
            return
        if not isinstance(inner, (bool, dict)):
            node.exact = False
            return
        exact, node.exact = node.exact, True
        result: JsonObject | bool = inner if isinstance(inner, bool) else self._inner(node, inner, level)
        if keyword != "not" or node.exact:  # to refuse what an inexact schema accepts would refuse too much
            node.schema[keyword] = result
        node.exact = node.exact and exact

    def _put_listed(self, node: _Node, keyword: str, entries: list[Any], level: int) -> None:
        read = [self._inner(node, entry, level) for entry in entries]
        if keyword != "oneOf":
            node.schema[keyword] = read
        else:
            # The vendors' alternatives overlap: that a value fits several of them is no reason to refuse it.
            node.schema.setdefault("anyOf", read)
            node.exact = False


def _holds(schema: JsonObject, keyword: str) -> bool:
    return keyword in schema and PLAIN_KEYWORDS[keyword](schema[keyword])


def _with_items(schema: JsonObject) -> JsonObject:
    """Give an array ``items``, which OpenAPI 3.0 requires and some clients insist on."""
    kinds = schema.get("type")
    if "items" not in schema and (kinds == "array" or (isinstance(kinds, list) and "array" in kinds)):
        return {**schema, "items": {}}
    return schema


def _single_alternative(schema: JsonObject) -> JsonObject:
    """Lift the one entry of ``allOf``/``anyOf``/``oneOf``, a common way to give a reference a description."""
    for keyword in _LISTED:
        entries = schema.get(keyword)
        if entries and len(entries) == 1:
            rest = {key: value for key, value in schema.items() if key != keyword}
            if _independent(entries[0], rest):
                return {**entries[0], **rest}
    return schema


_SIBLINGS = frozenset({"properties", "patternProperties"})


def _independent(one: JsonObject, other: JsonObject) -> bool:
    """Tell whether the keywords of two schemas mean the same in one schema as side by side."""
    if not (one.keys() & other.keys()) <= {"description", "title", "type"}:
        return False
    if "type" in one and "type" in other and one["type"] != other["type"]:
        return False
    # additionalProperties speaks of the properties that are declared beside it, and of no others.
    for closed, declared in ((one, other), (other, one)):
        if "additionalProperties" in closed and not _SIBLINGS.isdisjoint(declared):
            return False
    return True


def _with_null(result: JsonObject, schema: JsonObject) -> JsonObject:
    """Add ``null`` where ``nullable: true`` allows it (OpenAPI 3.0, section 4.7.24)."""
    if schema.get("nullable") is not True:
        return result
    if any(keyword in result for keyword in (*_LISTED, "not", "const")):
        described: JsonObject = {key: result[key] for key in ("description", "title") if key in result}
        return {**described, "anyOf": [{k: v for k, v in result.items() if k not in described}, {"type": "null"}]}
    if "enum" in result and None not in result["enum"]:
        result = {**result, "enum": [*result["enum"], None]}
    kind = result.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return result if kind is None or "null" in kinds else {**result, "type": [*kinds, "null"]}
