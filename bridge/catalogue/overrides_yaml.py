"""One override file -> nodes that know their place; what is no YAML that we read becomes a ``Problem``.

The only module of this layer that knows PyYAML. It reads events and builds the nodes itself: the composer of libyaml
recurses in C, where a deeply nested file ends the process, and a few aliases can stand for millions of nodes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bridge.catalogue.overrides_nodes import Fields, Items, Leaf, Node, Place, Problem, shortened
from bridge.errors import OptionError

DEEPEST = 32
MOST_NODES = 100_000
LONGEST_NUMBER = 300

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# From a leading zero or plus, `0x1f`, `1_000` and `1:30` on, YAML 1.1 and 1.2 disagree: a number is what JSON takes.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_HINTS = (
    ("mapping values are not allowed", "put a text with ': ' in it in quotes"),
    ("expected alphabetic or numeric", "put a text that begins with '*' or '&' in quotes"),
    ("found undefined alias", "put a text that begins with '*' in quotes"),
    ("cannot start any token", "indent with spaces, and put a text that begins with '@', '%' or '`' in quotes"),
    ("did not find expected ','", "put a text with '{', '}', '[', ']' or ',' in quotes inside of brackets"),
)


def read_nodes(path: Path, file: str, problems: list[Problem]) -> Node | None:
    """Return what one override file holds, None where it is empty or no YAML that we read.

    Args:
        path: the file; a device or a pipe will do.
        file: how problems name it.
        problems: what is found is added here.

    Raises:
        OptionError: the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OptionError(f"the overrides {path} cannot be read: {error.strerror}") from error
    return _read(lambda: _decoded(data, file), file, problems)


def read_text(text: str, file: str, problems: list[Problem]) -> Node | None:
    """Return what a text holds, as ``read_nodes`` returns what a file does; ``file`` is what problems call it."""
    return _read(lambda: _decoded(text.encode("utf-8", "surrogateescape"), file), file, problems)


def _read(decoded: Callable[[], str], file: str, problems: list[Problem]) -> Node | None:
    try:
        return _parsed(decoded(), file, problems)
    except _UnreadableError as error:
        problems.append(Problem.at(error.place, "error", str(error)))
        return None


class _UnreadableError(Exception):
    """The file as a whole cannot be read; it never leaves this module."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def _decoded(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise _UnreadableError(_place_after(before, file), "not UTF-8 text") from error
    # PyYAML refuses these too, but the place that libyaml then tells is a number of bytes.
    if odd := yaml.reader.Reader.NON_PRINTABLE.search(text):
        place = _place_after(text[: odd.start()], file)
        raise _UnreadableError(place, f"not YAML: the character U+{ord(odd[0]):04X} is not allowed")
    return text


def _place_after(before: str, file: str) -> Place:
    line_start = before.rfind("\n") + 1
    return Place(file, before.count("\n") + 1, len(before) - line_start + 1)


def _parsed(text: str, file: str, problems: list[Problem]) -> Node | None:
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER), file, problems).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        message = _with_hint(f"not YAML: {error.problem}{f' {error.context}' if error.context else ''}")
        raise _UnreadableError(place, message) from error
    except yaml.YAMLError as error:
        raise _UnreadableError(Place(file, 1, 1), f"not YAML: {error}") from error


def _with_hint(message: str) -> str:
    hint = next((hint for sign, hint in _HINTS if sign in message), None)
    return f"{message}; {hint}" if hint else message


@dataclass(slots=True)
class _Builder:
    """Builds nodes from the events of one YAML stream."""

    events: Iterator[Any]
    file: str
    problems: list[Problem]
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    built: int = 0

    def document(self) -> Node | None:
        """Return the one document of the stream, None where there is none."""
        found: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    raise _UnreadableError(self._place(event), "a second YAML document: one file is one document")
                found = self._node(next(self.events), 0)
        return None if isinstance(found, Leaf) and found.value is None else found

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(str(event.anchor), place)
        if depth > DEEPEST:
            raise _UnreadableError(place, f"nested more than {DEEPEST} deep")
        self._count(1, place)
        before = self.built
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Leaf(self._scalar(event, place), place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Items(tuple(self._entries(event, depth)), place)
        else:
            node = self._mapping(event, place, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.built - before + 1)
        return node

    def _count(self, nodes: int, place: Place) -> None:
        self.built += nodes
        if self.built > MOST_NODES:
            raise _UnreadableError(place, f"more than {MOST_NODES} entries")

    def _aliased(self, anchor: str, place: Place) -> Node:
        if anchor not in self.anchors:
            raise _UnreadableError(place, _with_hint(f"not YAML: found undefined alias {anchor!r}"))
        node, size = self.anchors[anchor]
        self._count(size, place)
        return node

    def _entries(self, event: Any, depth: int) -> Iterator[Node]:
        self._check_tag(event, "seq")
        while not isinstance(entry := next(self.events), yaml.SequenceEndEvent):
            yield self._node(entry, depth + 1)

    def _mapping(self, event: Any, place: Place, depth: int) -> Fields:
        self._check_tag(event, "map")
        entries: dict[str, Node] = {}
        places: dict[str, Place] = {}
        while not isinstance(key_event := next(self.events), yaml.MappingEndEvent):
            key_place = self._place(key_event)
            key = self._key(key_event, depth)
            node = self._node(next(self.events), depth + 1)
            if key is None:
                self._error(key_place, "a key must be text, not a list or a mapping; put it in quotes")
            elif key == "<<":
                self._error(key_place, "merge keys ('<<') are not read; write the keys out")
            elif key in entries:
                self._error(
                    key_place, f"the key {shortened(key)!r} stands here twice, first in line {places[key].line}"
                )
            else:
                entries[key], places[key] = node, key_place
        return Fields(entries, places, place)

    def _key(self, event: Any, depth: int) -> str | None:
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None:
            self._check_tag(event, "str")
            return str(event.value)
        node = self._node(event, depth + 1)
        return str(event.value) if isinstance(event, yaml.ScalarEvent) else self._text(node)

    @staticmethod
    def _text(node: Node) -> str | None:
        return node.value if isinstance(node, Leaf) and isinstance(node.value, str) else None

    def _scalar(self, event: Any, place: Place) -> str | int | float | bool | None:
        text = str(event.value)
        self._check_tag(event, "str")
        if event.style or event.tag:  # in quotes, a block, or tagged `!!str`
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not _NUMBER.fullmatch(text):
            return text
        if _INTEGER.fullmatch(text) and len(text) <= LONGEST_NUMBER:
            return int(text)
        number = float(text)
        if not math.isfinite(number):
            self._error(place, "a number too large for JSON; put it in quotes if it is text")
        return number if math.isfinite(number) else text

    def _check_tag(self, event: Any, kind: str) -> None:
        if event.tag and event.tag not in ("!", f"tag:yaml.org,2002:{kind}"):
            self._error(
                self._place(event), f"the YAML tag {shortened(str(event.tag))!r} is not read; write plain values"
            )

    def _error(self, place: Place, message: str) -> None:
        self.problems.append(Problem.at(place, "error", message))
