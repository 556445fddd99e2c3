"""The nodes of an override file, each of which knows its place, and the problems that are found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity = Literal["error", "warning", "note"]
JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file as a person would name it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, or something worth knowing, in an override file; ``str(problem)`` is the one line to print."""

    severity: Severity
    message: str
    file: str
    line: int
    column: int

    @classmethod
    def at(cls, place: Place, severity: Severity, message: str) -> Problem:
        """Make the problem that a place has."""
        return cls(severity, " ".join(message.splitlines()), place.file, place.line, place.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, number, boolean or null."""

    value: str | int | float | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    entries: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; keys are texts, whatever they look like."""

    entries: Mapping[str, Node]
    key_places: Mapping[str, Place]
    place: Place


Node: TypeAlias = Leaf | Items | Fields


def plain(node: Node) -> JsonValue:
    """Return the JSON value that a node writes."""
    if isinstance(node, Items):
        return [plain(entry) for entry in node.entries]
    if isinstance(node, Fields):
        return {key: plain(entry) for key, entry in node.entries.items()}
    return node.value


def described(node: Node) -> str:
    """Return what a node is, in words: ``the text 'yes'``, ``the number 5``, ``a list``."""
    if isinstance(node, Fields):
        return "a mapping"
    if isinstance(node, Items):
        return "a list"
    if node.value is None:
        return "an empty value"
    if isinstance(node.value, bool):
        return str(node.value).lower()
    if isinstance(node.value, str):
        return f"the text {shortened(node.value)!r}"
    return f"the number {shortened(str(node.value))}"


def shortened(text: str) -> str:
    """Return a text, cut where it is too long to be quoted in a message."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}..."
