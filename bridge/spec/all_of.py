"""``allOf`` merged into one schema, for whoever makes an instance of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from bridge.spec.document import JsonObject
from bridge.spec.limits import MAX_ALTERNATIVES


def merged(schema: JsonObject) -> JsonObject:
    """Return a schema without ``allOf`` that takes what the schema and all entries of its ``allOf`` take.

    Keywords are merged one by one; what cannot be merged (two patterns, say) is taken from the first that has it.
    """
    result = {key: value for key, value in schema.items() if key != "allOf"}
    for entry in schema.get("allOf") or ():
        if isinstance(entry, dict):
            result = _both(result, merged(entry) if "allOf" in entry else entry)
    return result


def _both(first: JsonObject, second: JsonObject) -> JsonObject:
    result = dict(first)
    for key, value in second.items():
        result[key] = _MERGES.get(key, _first)(result[key], value) if key in result else value
    return result


def _first(first: Any, _: Any) -> Any:
    return first


def _properties(first: Mapping[str, JsonObject], second: Mapping[str, JsonObject]) -> JsonObject:
    result = dict(first)
    for name, inner in second.items():
        result[name] = merged({"allOf": [result[name], inner]}) if name in result else inner
    return result


def _schema(first: Any, second: Any) -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        return merged({"allOf": [first, second]})
    return False if first is False or second is False else second if first is True else first


def _types(first: Any, second: Any) -> Any:
    one, other = ([kinds] if isinstance(kinds, str) else list(kinds) for kinds in (first, second))
    common = [kind for kind in one if kind in other]
    if not common and {"number", "integer"} <= {*one, *other}:
        return "integer"
    return common[0] if len(common) == 1 else common or first


def _greatest(first: Any, second: Any) -> Any:
    return max(first, second) if _numbers(first, second) else first


def _least(first: Any, second: Any) -> Any:
    return min(first, second) if _numbers(first, second) else first


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _alternatives(first: list[JsonObject], second: list[JsonObject]) -> list[JsonObject]:
    pairs = islice(((one, other) for one in first for other in second), MAX_ALTERNATIVES)
    return [merged({"allOf": [one, other]}) for one, other in pairs]


_MERGES: dict[str, Callable[[Any, Any], Any]] = {
    "properties": _properties,
    "required": lambda first, second: list(dict.fromkeys([*first, *second])),
    "type": _types,
    "enum": lambda first, second: [value for value in first if value in second] or first,
    "items": _schema,
    "additionalProperties": _schema,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "uniqueItems": lambda first, second: first or second,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _greatest),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _least),
}
