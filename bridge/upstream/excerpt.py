"""A part of a body that is too large, or of which only a part is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from bridge.controls import SELECT
from bridge.errors import ArgumentError
from bridge.upstream.response import Reading

MAX_CHARACTERS = 100_000
"""About 25,000 tokens, what Claude Code takes of a result."""

MAX_NAMED = 20


def select(body: Any, expression: str) -> Any:
    """Return what a JMESPath expression selects from a body.

    Raises:
        ArgumentError: the expression is none, or does not fit the body.
    """
    try:
        return jmespath.search(expression, body)
    except (JMESPathError, TypeError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ArgumentError(f"argument {SELECT!r}: not a JMESPath expression for this result: {reason}") from None


def shown(reading: Reading, arguments: Mapping[str, Any], limit: int) -> Reading:
    """Return what a client is shown of a good answer: what ``_select`` selects, and no more than ``limit`` characters.

    Raises:
        ArgumentError: ``_select`` is no JMESPath expression that fits.
    """
    if not reading.ok:
        return reading
    body = reading.structured["body"]
    if SELECT in arguments:
        body = select(body, arguments[SELECT])
    missing = ""
    if limit:
        body, missing = excerpt(body, limit)
    structured = {**reading.structured, "body": body}
    if missing:
        more = "; `next` goes on after this whole page" if "next" in structured else ""
        notice = f"cut to fit: {missing}{more}. Narrow it with filters, a smaller page, or {SELECT}"
        structured["notice"] = f"{structured['notice']}; {notice}" if "notice" in structured else notice
    return replace(reading, structured=structured)


def main_list(body: Any) -> list[Any] | None:
    """Return the list of things that a body is about: itself, or its longest top-level list; None if it has none."""
    if isinstance(body, list):
        return body
    lists = [value for value in body.values() if isinstance(value, list)] if isinstance(body, dict) else []
    return max(lists, key=len, default=None)


def excerpt(body: Any, limit: int = MAX_CHARACTERS) -> tuple[Any, str]:
    """Return a body of at most ``limit`` characters of JSON, and what is missing in words; empty if nothing is.

    Lists lose items from their end, the longest text first; where that is not enough, objects lose their largest
    properties. What stays is valid JSON, and every item that stays is whole.
    """
    if size_of(body) <= limit:
        return body, ""
    if isinstance(body, str):
        return body[: limit // 2], f"the text is cut: {limit // 2:,} of {len(body):,} characters"
    cut, missing = _cut(body, limit, "body")
    if size_of(cut) > limit:
        return None, f"the body is left out: it has {size_of(body):,} characters"
    return cut, "; ".join(missing)


def size_of(value: Any) -> int:
    """Return the characters of a value as JSON."""
    return len(json.dumps(value, ensure_ascii=False))


def _cut(value: Any, limit: int, place: str) -> tuple[Any, list[str]]:
    if isinstance(value, list):
        kept = _most(len(value), lambda count: size_of(value[:count]) <= limit)
        return value[:kept], [f"{place}: the first {kept:,} of {len(value):,} items"]
    if not isinstance(value, dict):
        return None, [f"{place} is left out"]
    sizes = {key: size_of(entry) for key, entry in value.items()}
    largest = max(sizes, key=lambda key: sizes[key], default=None)
    if largest is None:
        return value, []
    rest = {key: entry for key, entry in value.items() if key != largest}
    # What the others need, the key, its quotes and the comma.
    room = limit - size_of(rest) - len(largest) - 8
    if room > limit // 4 and isinstance(value[largest], (dict, list)):
        inner, missing = _cut(value[largest], room, f"{place}.{largest}")
        return {key: inner if key == largest else entry for key, entry in value.items()}, missing
    cut, missing = _cut(rest, limit, place) if size_of(rest) > limit else (rest, [])
    return cut, [f"{place}.{largest} is left out", *missing][:MAX_NAMED]


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to ``count`` that fits, by bisection."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
