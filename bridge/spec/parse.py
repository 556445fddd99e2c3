"""Text -> JSON values: JSON as it is, YAML with JSON's types only, and nothing that would swell, overflow or hide."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from bridge.errors import SpecFormatError
from bridge.spec.invisible import has_invisible, visible_values
from bridge.spec.limits import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from bridge.spec.yaml_values import finite, too_deep, too_many, whole, yaml_values

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)  # possessive: nothing to go back to


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds.

    Attributes:
        value: of JSON's types.
        defects: ``(place, defect, repair)`` of what had to be read in some way.
    """

    value: Any
    defects: tuple[tuple[str, str, str], ...] = ()


def parse(path: Path, data: bytes) -> Parsed:
    """Read a JSON or YAML file: JSON where the name ends so or the text begins with ``{``.

    Of repeated keys the last holds. What JSON has no number for (``NaN``, ``.inf``), or not for everybody (400 digits),
    becomes null. Control and invisible characters are taken out of all texts.

    Raises:
        SpecFormatError: it is neither, or larger than a document needs to be (``limits``); names the place.
    """
    if len(data) > MAX_BYTES:
        raise too_large(path)
    text = _decoded(path, data)
    try:
        if path.suffix.lower() == ".json" or text.lstrip().startswith("{"):
            value, repeated = _json(path, text)
        else:
            value, repeated = yaml_values(path, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SpecFormatError(f"{path}{place}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SpecFormatError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise too_deep(path) from error
    gone = 0
    # In YAML any backslash may be the escape of such a character.
    if has_invisible(text) or (path.suffix.lower() != ".json" and "\\" in text):
        value, gone = visible_values(value)
    return Parsed(value, (*_repeated(repeated), *_gone(gone)))


def too_large(path: Path) -> SpecFormatError:
    """Return the error for a file of too many bytes."""
    return SpecFormatError(f"{path}: too large to be an OpenAPI document (more than {MAX_BYTES // 2**20} MB)")


def _repeated(keys: list[str]) -> list[tuple[str, str, str]]:
    return [("", f"key {key} stands {times + 1} times", "the last one holds") for key, times in Counter(keys).items()]


def _gone(characters: int) -> list[tuple[str, str, str]]:
    return [("", f"{characters:,} control or invisible characters in texts", "taken out")] if characters else []


def _decoded(path: Path, data: bytes) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in data[:2]:
        raise SpecFormatError(
            f"{path}: not UTF-8 text; it looks like UTF-16 without a byte order mark: save it as UTF-8"
        )
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        line = data[: error.start].count(b"\n") + 1
        place = f", line {line}" if name == "UTF-8" else ""
        raise SpecFormatError(f"{path}{place}: not {name} text (byte {error.start})") from error


def _json(path: Path, text: str) -> tuple[Any, list[str]]:
    _check_count(path, text)
    repeated: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counted = Counter(key for key, _ in pairs)
            repeated.extend(repr(key) for key, times in counted.items() for _ in range(times - 1))
        return found

    try:
        value = json.loads(
            text, object_pairs_hook=mapping, parse_int=whole, parse_float=finite, parse_constant=lambda _: None
        )
    except json.JSONDecodeError as error:
        if path.suffix.lower() != ".json":
            return yaml_values(path, text)  # a flow mapping
        raise SpecFormatError(f"{path}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from error
    _check_depth(path, value)
    if _SURROGATE.search(text):
        # Half a surrogate pair is no character and cannot be sent or stored as UTF-8.
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value, repeated


def _check_count(path: Path, text: str) -> None:
    """Refuse a text of too many values before they are made: each is worth many times its bytes."""
    if _marks(text, 0, len(text)) <= MAX_VALUES:
        return
    found, end = 0, 0
    for string in _STRING.finditer(text):
        found += _marks(text, end, string.start())
        end = string.end()
        if found > MAX_VALUES:
            break
    if found + _marks(text, end, len(text)) > MAX_VALUES:
        raise too_many(path)


def _marks(text: str, start: int, end: int) -> int:
    """Count what begins a value, or a key."""
    return sum(text.count(mark, start, end) for mark in ",[{")


def _check_depth(path: Path, value: Any) -> None:
    level = [value]
    for depth in count():
        if not level:
            return
        if depth > MAX_DEPTH:
            raise too_deep(path)
        level = [
            inner
            for node in level
            if isinstance(node, (dict, list))
            for inner in (node.values() if isinstance(node, dict) else node)
        ]
