"""The keywords of a schema that hold a plain value, and what values each may hold."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

JSON_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


@cache
def compiles(pattern: str) -> bool:
    """Tell whether a pattern is a regular expression, to Python and to those who match it in bounded time."""
    from jsonschema_rs import Draft202012Validator, ValidationError  # noqa: PLC0415 (only documents need it)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
        Draft202012Validator({"pattern": pattern})
    except (re.error, OverflowError, RecursionError, ValidationError, ValueError):
        return False
    return True


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _type(value: Any) -> bool:
    names = value if isinstance(value, list) else [value]
    known = all(isinstance(name, str) and name in JSON_TYPES for name in names)
    return known and 0 < len(names) == len(set(names))


PLAIN_KEYWORDS: dict[str, Callable[[Any], bool]] = {
    "type": _type,
    "enum": lambda value: isinstance(value, list) and bool(value),
    "const": lambda _: True,
    "default": lambda _: True,
    "examples": lambda value: isinstance(value, list),
    **dict.fromkeys(("description", "title", "format"), _text),
    "pattern": lambda value: isinstance(value, str) and compiles(value),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly", "uniqueItems"), _flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    "multipleOf": lambda value: _number(value) and value > 0,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _size),
}
"""By keyword, whether a value is one that JSON Schema lets it hold (Draft 2020-12 and Draft 7 alike)."""

ANNOTATIONS = frozenset(
    {"description", "title", "default", "examples", "deprecated", "readOnly", "writeOnly", "format"}
)
"""The keywords that say something about a value and refuse none."""
