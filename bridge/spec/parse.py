"""Text -> JSON values: JSON as it is, YAML with JSON's types only, and nothing that would swell or overflow later."""

from __future__ import annotations

import json
import math
import re
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from bridge.errors import SpecFormatError

MAX_DEPTH = 100
"""How deeply values may be nested; the deepest official document has 29 levels."""

MAX_VALUES = 1_000_000
"""How many values a YAML document may have once its aliases are written out; the largest official one has 116,000."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(path: Path, data: bytes) -> Any:
    """Return the value of a JSON or YAML file: JSON where the name ends so or the text begins with ``{``.

    Of repeated keys the last holds. What JSON has no number for (``NaN``, ``.inf``) becomes null.

    Raises:
        SpecFormatError: it is neither, or nested or aliased beyond what a document needs; names the place.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecFormatError(f"{path}: not UTF-8 text (byte {error.start})") from error
    try:
        if path.suffix.lower() == ".json" or text.lstrip().startswith("{"):
            return _json(path, text)
        return _yaml(path, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SpecFormatError(f"{path}{place}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SpecFormatError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise _too_deep(path) from error


def _too_deep(path: Path) -> SpecFormatError:
    return SpecFormatError(f"{path}: nested too deeply to be an OpenAPI document (more than {MAX_DEPTH} levels)")


def _json(path: Path, text: str) -> Any:
    try:
        value = json.loads(text, parse_float=_finite, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        if path.suffix.lower() != ".json":
            return _yaml(path, text)  # a flow mapping
        raise SpecFormatError(f"{path}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from error
    except ValueError as error:
        raise SpecFormatError(f"{path}: a number is too long to be read") from error
    _check_depth(path, value)
    if _SURROGATE.search(text):
        # Half a surrogate pair is no character and cannot be sent or stored as UTF-8.
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _check_depth(path: Path, value: Any) -> None:
    level = [value]
    for depth in count():
        if not level:
            return
        if depth > MAX_DEPTH:
            raise _too_deep(path)
        level = [
            inner
            for node in level
            if isinstance(node, (dict, list))
            for inner in (node.values() if isinstance(node, dict) else node)
        ]


def _yaml(path: Path, text: str) -> Any:
    depth = 0
    for event in yaml.parse(text, Loader=_JsonTypesLoader):
        # libyaml's composer recurses on the C stack: what is nested too deeply must not reach it.
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _too_deep(path)
    return _written_out(path, yaml.load(text, Loader=_JsonTypesLoader))  # noqa: S506 (a subclass of the safe loader)


def _written_out(path: Path, value: Any) -> Any:
    """Copy a value so that no two places share an object: what a repair changes at one, stays as it was at others."""
    counter = count(1)

    def copied(node: Any, depth: int) -> Any:
        if next(counter) > MAX_VALUES:
            raise SpecFormatError(f"{path}: its YAML aliases stand for more than {MAX_VALUES:,} values")
        if depth > MAX_DEPTH:
            raise _too_deep(path)
        if isinstance(node, dict):
            return {key: copied(inner, depth + 1) for key, inner in node.items()}
        return [copied(inner, depth + 1) for inner in node] if isinstance(node, list) else node

    return copied(value, 0)


class _JsonTypesLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2's core schema, as OpenAPI asks for: no dates, no yes/no, no base 60; keys are strings."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own hook)
    yaml_constructors: dict[str | None, Any] = {}  # noqa: RUF012

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Resolve merge keys (``<<``), keeping each key once, so that merges of merges cannot swell."""
        super().flatten_mapping(node)
        last = {key.value if isinstance(key, yaml.ScalarNode) else id(key): (key, value) for key, value in node.value}
        node.value = list(last.values())


def _error(problem: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, problem, node.start_mark)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _error("a key is no text", key)
        mapping[key.value] = loader.construct_object(value, deep=True)
    return mapping


def _sequence(loader: Any, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(value, deep=True) for value in node.value]


def _integer(loader: Any, node: yaml.ScalarNode) -> int:
    text = str(node.value)
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


def _number(loader: Any, node: yaml.ScalarNode) -> float | None:
    text = str(node.value)
    return None if re.search(r"inf|nan", text, re.IGNORECASE) else _finite(text)


def _checked(construct: Any, kind: type[yaml.Node] = yaml.ScalarNode) -> Any:
    """Turn what does not fit its tag (``!!int abc``) into an error that names the place."""

    def constructed(loader: Any, node: Any) -> Any:
        try:
            if isinstance(node, kind):
                return construct(loader, node)
        except ValueError:
            pass
        raise _error(f"not of the type {node.tag[18:]}", node)

    return constructed


def _unknown(loader: Any, node: yaml.Node) -> Any:
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
