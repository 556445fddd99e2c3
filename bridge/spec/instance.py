"""JSON Schema -> one instance: the same for the same schema, plausible, and valid as far as can be told.

Made for answers of the sandbox and for examples, so it never fails: what nothing can satisfy (an integer among texts,
a pattern that no candidate fits) gets the nearest value instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

from bridge.spec.all_of import merged
from bridge.spec.document import JsonObject
from bridge.spec.limits import MAX_FEWEST, MAX_LEAST

DEEPEST = 8
"""How many levels are filled with optional properties and entries; further down only what is required."""

_NUMBER_TRIES = 12

_ALTERNATIVES = (24, 8, 4)
"""How many alternatives are tried by depth, until one fits; further down two, and beyond ``DEEPEST`` one."""

_FORMATS = {
    "date-time": "2026-01-31T10:00:00Z",
    "datetime": "2026-01-31T10:00:00Z",
    "date": "2026-01-31",
    "YYYY-MM-DD": "2026-01-31",
    "MM-DD-YYYY": "01-31-2026",
    "time": "10:00:00Z",
    "duration": "PT30M",
    "email": "person@example.com",
    "idn-email": "person@example.com",
    "uuid": "8f14e45f-ceea-467f-a0e6-1d2b3c4d5e6f",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/example",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "dGV4dA==",
    "binary": "",
    "regex": ".*",
    "json-pointer": "/example",
}

_CANDIDATES = (
    *_FORMATS.values(),
    *("text", "Text", "TEXT", "a", "A", "1", "10", "123", "1234567890", "+12025550123", "12025550123", "1.0", "1.0.0"),
    *(
        "en",
        "en-US",
        "US",
        "0a1b2c3d",
        "00:00:5e:00:53:01",
        "00005E005301",
        "10:00",
        "#000000",
        "true",
        "text_1",
        "a-1",
    ),
    *("/example", "*", "$1", "sip:person@example.com"),
)
"""What is tried where a pattern must be met: cheaper and safer than to make texts from patterns."""


def instance(schema: JsonObject) -> Any:
    """Return an instance of a JSON Schema: examples, default and enum first, then the plainest value."""
    return _instance(schema, 0, 0)


def _instance(schema: JsonObject | bool, depth: int, variant: int) -> Any:
    """Return an instance; another ``variant`` gives another value, for arrays whose entries must differ."""
    if not isinstance(schema, dict):
        return {}  # `true`, and `false`, which nothing satisfies
    for value in _given(schema, variant):
        return value
    if "allOf" in schema:
        return _instance(merged(schema), depth, variant)
    for keyword in ("oneOf", "anyOf"):
        if schema.get(keyword):
            return _alternative(schema, keyword, depth, variant)
    kind = _kind(schema)
    if kind in ("object", "array"):
        return (_object if kind == "object" else _array)(schema, depth, variant)
    return _scalar(schema, kind, variant)


def _scalar(schema: JsonObject, kind: str, variant: int) -> Any:
    if kind in ("integer", "number"):
        return _number(schema, kind, variant)
    if kind == "boolean":
        return variant % 2 == 0
    return None if kind == "null" else _text(schema, variant)


def _given(schema: JsonObject, variant: int) -> list[Any]:
    """Return the value that the schema itself gives, if it is a valid one; ``const`` and ``enum`` in any case."""
    if "const" in schema:
        return [schema["const"]]
    examples = schema.get("examples")
    written = [*(examples if isinstance(examples, list) else ()), *([schema["default"]] if "default" in schema else ())]
    values = schema.get("enum") or ()
    for value in [*(written if not variant else ()), *values[variant:], *values[:variant]]:
        if fits(schema, value):
            return [value]
    return list(values[:1])


def _alternative(schema: JsonObject, keyword: str, depth: int, variant: int) -> Any:
    """Return an instance of the first alternative that the whole schema takes, else of the first that is not null."""
    rest = {key: value for key, value in schema.items() if key != keyword}
    alternatives = sorted(schema[keyword], key=lambda entry: entry == {"type": "null"})
    made = []
    is_valid = _checker(schema)
    tries = _ALTERNATIVES[depth] if depth < len(_ALTERNATIVES) else 2 if depth < DEEPEST else 1
    for alternative in alternatives[:tries]:
        made.append(_instance(merged({"allOf": [rest, alternative]}), depth, variant))
        if is_valid(made[-1]):
            return made[-1]
    return made[0]


_OBJECT = ("properties", "required", "additionalProperties", "minProperties", "maxProperties", "propertyNames")
_ARRAY = ("items", "minItems", "maxItems", "uniqueItems", "contains")
_NUMBER = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_TEXT = ("pattern", "format", "minLength", "maxLength", "description")


def _kind(schema: JsonObject) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((kind for kind in declared if kind != "null"), "null")
    if isinstance(declared, str):
        return declared
    for kind, keywords in (("object", _OBJECT), ("array", _ARRAY), ("number", _NUMBER), ("string", _TEXT)):
        if any(keyword in schema for keyword in keywords):
            return kind
    return "object"


def _object(schema: JsonObject, depth: int, variant: int) -> JsonObject:
    properties = schema.get("properties") or {}
    required = schema.get("required") or []
    optional = [name for name in properties if name not in required and depth < DEEPEST]
    names = [*required, *optional][: int(_limit(schema, "maxProperties", len(required) + len(optional)))]
    missing = _fewest(schema, "minProperties", depth) - len(names)
    names += [f"key{number}" for number in range(1, missing + 1)]
    other = schema.get("additionalProperties")
    inner = other if isinstance(other, dict) else {}
    return {name: _instance(properties.get(name, inner), depth + 1, variant) for name in names}


def _array(schema: JsonObject, depth: int, variant: int) -> list[Any]:
    usual = 1 if depth < DEEPEST and _limit(schema, "maxItems", 1) else 0
    length = max(_fewest(schema, "minItems", depth), usual)
    items, contained = schema.get("items") or {}, schema.get("contains")
    entries = [items] * length
    if isinstance(contained, dict) and entries:
        entries[0] = merged({"allOf": [items, contained]})
    return [_instance(entry, depth + 1, variant + place) for place, entry in enumerate(entries)]


def _number(schema: JsonObject, kind: str, variant: int) -> int | float:
    is_valid = _checker({"type": kind, **_only(schema, _NUMBER)})
    for candidate in _numbers(schema, variant):
        number = int(candidate) if float(candidate).is_integer() else candidate
        if is_valid(number):
            return number
    return _number(schema, kind, 0) if variant else 1


def _numbers(schema: JsonObject, variant: int) -> Iterator[int | float]:
    """Yield a small number, multiples of the step from the bounds on inwards, then fractions between the bounds."""
    yield 1 + variant
    step = _limit(schema, "multipleOf", 1) or 1
    low = max(_limit(schema, "minimum", -math.inf), _limit(schema, "exclusiveMinimum", -math.inf))
    high = min(_limit(schema, "maximum", math.inf), _limit(schema, "exclusiveMaximum", math.inf))
    if math.isfinite(low):
        yield from ((-(-low // step) + variant + count) * step for count in range(_NUMBER_TRIES))
    if math.isfinite(high):
        yield from ((high // step - variant - count) * step for count in range(_NUMBER_TRIES))
    if math.isfinite(low) and math.isfinite(high):
        yield low + (high - low) / (variant + 2)
    yield from ((variant + count) * step for count in range(_NUMBER_TRIES))


def _text(schema: JsonObject, variant: int) -> str:
    least, most = int(min(_limit(schema, "minLength", 0), MAX_LEAST)), _limit(schema, "maxLength", math.inf)
    is_valid = _checker(_only(schema, ("minLength", "maxLength", "pattern")))
    usual = _varied(_FORMATS.get(str(schema.get("format")), "text"), variant)
    for candidate in (usual, *(_varied(text, variant) for text in _CANDIDATES)):
        repeated = (candidate[:1] * max(least, 1), candidate[-1:] * max(least, 1))
        for text in (candidate, _cut(candidate, least, most), *repeated):
            if is_valid(text):
                return text
    return _text(schema, 0) if variant else _cut(usual, least, most)


def _varied(text: str, variant: int) -> str:
    """Return another text for another variant, of the same length where it begins with a digit."""
    if not variant:
        return text
    rest = text[1:] if variant < 10 and text[:1].isdigit() else text
    return f"{variant}{rest}"


def _cut(text: str, least: int, most: float) -> str:
    """Return a text brought to the allowed length."""
    long_enough = text + (text or "x") * least if len(text) < least else text
    return long_enough[: max(least, len(text) if len(text) <= most else int(most))]


def _limit(schema: JsonObject, keyword: str, otherwise: float) -> int | float:
    value = schema.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _fewest(schema: JsonObject, keyword: str, depth: int) -> int:
    """Return how many entries there have to be at least: fewer the deeper, since they multiply."""
    few = 2 if depth < DEEPEST else 1
    return int(min(_limit(schema, keyword, 0), max(few, MAX_FEWEST // 10**depth)))


def _only(schema: JsonObject, keywords: tuple[str, ...]) -> JsonObject:
    return {key: value for key, value in schema.items() if key in keywords}


def fits(schema: JsonObject, value: Any) -> bool:
    """Tell whether a value is valid; a schema that cannot be compiled takes nothing."""
    return _checker(schema)(value)


def _checker(schema: JsonObject) -> Callable[[Any], bool]:
    try:
        return jsonschema_rs.validator_for(schema).is_valid
    except (jsonschema_rs.ValidationError, ValueError):
        return lambda _: False
