"""YAML -> JSON values: YAML 1.2's core schema and nothing else, aliases and merges written out within limits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from bridge.errors import SpecFormatError
from bridge.spec.limits import MAX_DEPTH, MAX_VALUES


def yaml_values(path: Path, text: str) -> tuple[Any, list[str]]:
    """Return the value of a YAML text, no two places of which share an object, and the keys that stand twice.

    Raises:
        SpecFormatError: it is nested or aliased beyond what a document needs.
        yaml.YAMLError: it is no YAML, or has what JSON has not.
        RecursionError: its merge keys are nested too deeply.
    """
    _check_events(path, text)
    loader = _JsonTypesLoader(text)
    try:
        value = loader.get_single_data()
    finally:
        loader.dispose()
    return _written_out(path, value), loader.repeated


def too_deep(path: Path) -> SpecFormatError:
    """Return the error for what is nested too deeply."""
    return SpecFormatError(f"{path}: nested too deeply to be an OpenAPI document (more than {MAX_DEPTH} levels)")


def too_many(path: Path, what: str = "it has") -> SpecFormatError:
    """Return the error for what has too many values."""
    return SpecFormatError(f"{path}: too large to be an OpenAPI document: {what} more than {MAX_VALUES:,} values")


def finite(text: str) -> float | None:
    """Return a number, None where JSON has none for it."""
    number = float(text)
    return number if math.isfinite(number) else None


LONGEST_INTEGER = 308
"""Digits of a whole number that still is a number for whoever computes with floats (IEEE 754 binary64)."""


def whole(text: str) -> int | None:
    """Return a whole number, None where it is too large to be one for everybody."""
    return int(text) if len(text) <= LONGEST_INTEGER else None


def _check_events(path: Path, text: str) -> None:
    """Refuse what libyaml's composer must not see: it recurses on the C stack, and builds all before it stops."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_JsonTypesLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise too_deep(path)
        if number > 2 * MAX_VALUES:  # keys are events too
            raise too_many(path)


def _written_out(path: Path, value: Any) -> Any:
    """Copy a value so that no two places share an object: what a repair changes at one, stays as it was at others."""
    counter = count(1)

    def copied(node: Any, depth: int) -> Any:
        if next(counter) > MAX_VALUES:
            raise too_many(path, "its YAML aliases stand for")
        if depth > MAX_DEPTH:
            raise too_deep(path)
        if isinstance(node, dict):
            return {key: copied(inner, depth + 1) for key, inner in node.items()}
        return [copied(inner, depth + 1) for inner in node] if isinstance(node, list) else node

    return copied(value, 0)


def _error(problem: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, problem, node.start_mark)


class _JsonTypesLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2's core schema, as OpenAPI asks for: no dates, no yes/no, no base 60; keys are strings."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own hook)
    yaml_constructors: dict[str | None, Any] = {}  # noqa: RUF012

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[str] = []
        self._merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Resolve merge keys (``<<``): what a mapping says itself goes before what it merges, each key once."""
        merges = [value for key, value in node.value if key.tag == "tag:yaml.org,2002:merge"]
        if not merges:
            return
        own = [entry for entry in node.value if entry[0].tag != "tag:yaml.org,2002:merge"]
        node.value = own  # before the others are looked at: a mapping that merges itself ends here
        said = {key.value for key, _ in own if isinstance(key, yaml.ScalarNode)}
        taken: dict[str, Any] = {}
        for merge in merges:
            # Of several in one list the first wins (YAML merge key, http://yaml.org/type/merge.html).
            for other in reversed(self._mappings(merge)):
                self.flatten_mapping(other)
                self._merged += len(other.value)
                if self._merged > MAX_VALUES:
                    raise _error(f"merge keys stand for more than {MAX_VALUES:,} values", node)
                taken |= {key.value: (key, value) for key, value in other.value if isinstance(key, yaml.ScalarNode)}
        node.value = [*(entry for name, entry in taken.items() if name not in said), *own]

    def _mappings(self, merge: yaml.Node) -> list[yaml.MappingNode]:
        found: list[yaml.MappingNode] = []
        for other in merge.value if isinstance(merge, yaml.SequenceNode) else [merge]:
            if not isinstance(other, yaml.MappingNode):
                raise _error("expected a mapping or list of mappings for merging", other)
            found.append(other)
        return found


def _mapping(loader: _JsonTypesLoader, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _error("a key is no text", key)
        if key.value in mapping:
            loader.repeated.append(f"{key.value!r} (line {key.start_mark.line + 1})")
        mapping[key.value] = loader.construct_object(value, deep=True)
    return mapping


def _sequence(loader: _JsonTypesLoader, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(value, deep=True) for value in node.value]


def _integer(_: _JsonTypesLoader, node: yaml.ScalarNode) -> int | None:
    text = str(node.value)
    base = {"0o": 8, "0x": 16}.get(text[:2])
    if base is None or len(text) > LONGEST_INTEGER:
        return whole(text)
    return int(text[2:], base)


def _number(_: _JsonTypesLoader, node: yaml.ScalarNode) -> float | None:
    text = str(node.value)
    return None if re.search(r"inf|nan", text, re.IGNORECASE) else finite(text)


def _checked(construct: Callable[[Any, Any], Any], kind: type[yaml.Node] = yaml.ScalarNode) -> Any:
    """Turn what does not fit its tag (``!!int abc``) into an error that names the place."""

    def constructed(loader: Any, node: Any) -> Any:
        try:
            if isinstance(node, kind):
                return construct(loader, node)
        except ValueError:
            pass
        raise _error(f"not of the type {node.tag[18:]}", node)

    return constructed


def _unknown(_: Any, node: yaml.Node) -> Any:
    raise _error(f"the tag {node.tag!r} is no type of JSON", node)


_TYPES: tuple[tuple[str, str, str, Any], ...] = (
    ("null", r"~|null|Null|NULL|", "~nN", lambda loader, node: None),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF", lambda loader, node: str(node.value).lower() == "true"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789", _integer),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
        _number,
    ),
    ("merge", r"<<", "<", lambda loader, node: str(node.value)),
)
"""``(type, plain scalars of this type, how they begin, constructor)``: YAML 1.2, section 10.3.2."""

for _type, _plain, _first, _construct in _TYPES:
    _tag = f"tag:yaml.org,2002:{_type}"
    _JsonTypesLoader.add_implicit_resolver(
        _tag, re.compile(f"^(?:{_plain})$"), [*_first, *([""] if _type == "null" else [])]
    )
    _JsonTypesLoader.add_constructor(_tag, _checked(_construct))
_JsonTypesLoader.add_constructor("tag:yaml.org,2002:str", _checked(lambda loader, node: str(node.value)))
_JsonTypesLoader.add_constructor("tag:yaml.org,2002:map", _checked(_mapping, yaml.MappingNode))
_JsonTypesLoader.add_constructor("tag:yaml.org,2002:seq", _checked(_sequence, yaml.SequenceNode))
_JsonTypesLoader.add_constructor(None, _unknown)
