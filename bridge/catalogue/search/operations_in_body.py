"""What the body of an operation says about it: its properties, and the many things that one operation can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.catalogue.search.stemming import stem, stems_of
from bridge.catalogue.search.synonyms import Phrase
from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation

MOST_PROPERTIES = 600
DEEPEST = 5
MOST_CHOICES = 40

_CHOOSING = frozenset(map(stem, ("action", "method", "operation", "command", "event", "status")))
"""The properties by which a caller chooses what an operation does (``method: participant.invite``)."""


def choices_of(operation: Operation) -> list[Phrase]:
    """Return what an operation that does many things can do, each as stems: participant invite, recording start."""
    if operation.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return []
    found: list[Phrase] = []
    properties = list(_properties(operation.body.schema)) if operation.body else []
    parameters = [(parameter.name, parameter.schema) for parameter in operation.parameters]
    for name, schema in (*properties, *parameters):
        if (stems := stems_of(name)) and stems[-1] in _CHOOSING:
            found.extend(stems_of(value) for value in _enumerated(schema) if value)
    return [words for words in found if words][:MOST_CHOICES]


def body_words(operation: Operation) -> Iterator[tuple[int, Phrase]]:
    """Yield the stems of each property of the body, with how deep it stands; 0 is the top."""
    if operation.body is None:
        return
    for count, (depth, name) in enumerate(_names(operation.body.schema, 0)):
        if count == MOST_PROPERTIES:
            return
        yield depth, stems_of(name)


def _properties(schema: JsonObject) -> Iterator[tuple[str, Any]]:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        yield from properties.items()
    for part in _parts(schema):
        if isinstance(part, dict):
            yield from _properties(part)


def _parts(schema: JsonObject) -> list[Any]:
    found: list[Any] = []
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(keyword)
        if isinstance(parts, list):
            found.extend(parts)
    return found


def _names(schema: Any, depth: int) -> Iterator[tuple[int, str]]:
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    for name, inner in _properties(schema):
        yield depth, name
        yield from _names(inner, depth + 1)
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _names(items, depth)


def _enumerated(schema: Any) -> list[str]:
    values = schema.get("enum") if isinstance(schema, dict) else None
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
