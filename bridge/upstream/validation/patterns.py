"""The patterns of a vendor's document, matched in bounded time.

``jsonschema`` matches with Python's ``re``, which some patterns keep busy for ever: ``^(a+)+$`` takes years over forty
a's and a b. The engine of jsonschema-rs, which checks the arguments too, is linear for all patterns without
backreferences and lookaround, and gives up on others after a million steps (tens of milliseconds); it then says no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from bridge.spec.document import JsonObject

_KEPT = 1024
"""Compiled patterns that are kept; all official documents together have 40."""


@lru_cache(_KEPT)
def _matcher(pattern: str) -> Callable[[str], bool]:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid
    except (jsonschema_rs.ValidationError, ValueError):
        return lambda _: True


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text has a match of a pattern in it; if the pattern is none, everything has."""
    try:
        return _matcher(pattern)(text)
    except ValueError:  # a lone surrogate, which no pattern speaks of
        return False


def _pattern(validator: Any, pattern: str, instance: Any, _: JsonObject) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not fits(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: dict[str, Any], instance: Any, _: JsonObject
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "object"):
        for pattern, inner in patterns.items():
            for name, value in instance.items():
                if fits(pattern, name):
                    yield from validator.descend(value, inner, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, additional: Any, instance: Any, schema: JsonObject
) -> Iterator[ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    patterns, known = schema.get("patternProperties", {}), schema.get("properties", {})
    extras = [name for name in instance if name not in known and not any(fits(each, name) for each in patterns)]
    if isinstance(additional, dict):
        for name in extras:
            yield from validator.descend(instance[name], additional, path=name)
    elif not additional and extras:
        yield ValidationError(f"unexpected: {', '.join(map(repr, extras))}")


BoundedValidator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    },
)
"""jsonschema's validator of Draft 2020-12; ``unevaluatedProperties`` is in no schema that is checked."""
