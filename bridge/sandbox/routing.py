"""Method and raw path -> the operations that live there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit

from bridge.errors import nearest
from bridge.spec.operation import Operation

_TEMPLATE = re.compile(r"\{[^{}]+\}")


@dataclass(slots=True)
class _Node:
    """One segment of the paths: what may follow it, and the operations that end here, by method."""

    fixed: dict[str, _Node] = field(default_factory=dict)
    templated: dict[str, tuple[re.Pattern[str], _Node]] = field(default_factory=dict)
    operations: dict[str, list[Operation]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """What lives at a path.

    Attributes:
        operations: those of the method, at the most literal path that has the method; empty if none has it.
        methods: all methods that the path has; empty if nothing lives there.
    """

    operations: Sequence[Operation]
    methods: Sequence[str]


def served_path(operation: Operation) -> str:
    """Return the path template at which an operation is served: that of its base URL and its own."""
    return urlsplit(operation.base_url).path.rstrip("/") + operation.path


class Router:
    """Finds operations in a tree of path segments: one step a segment, however many operations there are."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations
        self._root = _Node()
        for operation in operations:
            self._leaf(served_path(operation)).operations.setdefault(operation.method, []).append(operation)

    def _leaf(self, template: str) -> _Node:
        node = self._root
        for segment in template.split("/"):
            fixed = _TEMPLATE.split(segment)
            if len(fixed) == 1:
                node = node.fixed.setdefault(segment, _Node())
                continue
            shape = "{}".join(fixed)
            if shape not in node.templated:
                pattern = re.compile("(?s:.+)".join(map(re.escape, fixed)))
                node.templated[shape] = (pattern, _Node())
                # The more fixed text, the more particular: `{flowId}:export` is asked before `{flowId}`.
                by_length = sorted(node.templated.items(), key=lambda entry: -len(entry[0]))
                node.templated = dict(by_length)
            node = node.templated[shape][1]
        return node

    def match(self, method: str, raw_path: str) -> Match:
        """Return what lives at a path as it was sent, percent-encoded: an encoded slash stays inside its segment."""
        segments = [unquote(segment) for segment in raw_path.split("/")]
        methods: dict[str, None] = {}
        for leaf in _leaves(self._root, segments, 0):
            if method in leaf.operations:
                return Match(leaf.operations[method], (method,))
            methods.update(dict.fromkeys(leaf.operations))
        return Match((), tuple(methods))

    @cached_property
    def _paths(self) -> Mapping[str, None]:
        return dict.fromkeys(map(served_path, self._operations))

    def nearest_path(self, raw_path: str) -> str | None:
        """Return the path template most like a path, None if none is like it."""
        return nearest(unquote(raw_path), self._paths)


def _leaves(node: _Node, segments: Sequence[str], place: int) -> Iterator[_Node]:
    """Yield the nodes that a path leads to, literal segments first."""
    if place == len(segments):
        if node.operations:
            yield node
        return
    segment = segments[place]
    if segment in node.fixed:
        yield from _leaves(node.fixed[segment], segments, place + 1)
    for pattern, inner in node.templated.values():
        if pattern.fullmatch(segment):
            yield from _leaves(inner, segments, place + 1)
