"""What goes wrong inside a schema: one small function a defect.

Each check takes one schema object, mends it in place, and returns ``(defect, repair)`` or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache

from bridge.spec.document import JsonObject
from bridge.spec.keywords import JSON_TYPES, PLAIN_KEYWORDS, compiles
from bridge.spec.limits import MAX_ENUM, MAX_TEXT, MAX_VALUE_TEXT

Finding = tuple[str, str]
Check = Callable[[JsonObject], Finding | None]

_NAMED = ("properties", "patternProperties", "$defs")
_SINGLE = ("items", "not", "additionalProperties", "contains", "propertyNames", "if", "then", "else")
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_HOLDERS = frozenset((*_NAMED, *_SINGLE, *_LISTED))


def walk_schemas(root: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield ``(place, schema)`` for a schema and all that stand inside it; references are not followed."""
    stack: list[tuple[str, JsonObject]] = [("", root)]
    while stack:
        place, schema = stack.pop()
        yield place, schema
        if not _HOLDERS.isdisjoint(schema):
            stack.extend(reversed(list(_inner(place, schema))))


def _inner(place: str, schema: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for where, inner in _candidates(schema):
        if isinstance(inner, dict):
            yield f"{place}/{where}", inner


def _candidates(schema: JsonObject) -> Iterator[tuple[str, object]]:
    for keyword in _NAMED:
        named = schema.get(keyword)
        if isinstance(named, dict):
            prefix = "" if keyword == "properties" else f"{keyword}/"
            yield from ((f"{prefix}{name}", inner) for name, inner in named.items())
    yield from ((keyword, schema.get(keyword)) for keyword in _SINGLE)
    for keyword in _LISTED:
        listed = schema.get(keyword)
        if isinstance(listed, list):
            yield from ((f"{keyword}/{index}", inner) for index, inner in enumerate(listed))


def miswritten_type(schema: JsonObject) -> Finding | None:
    """``type: Integer``: type names are lower case (JSON Schema Core, section 4.2.1)."""
    if "type" not in schema:
        return None
    found = schema["type"]
    names = found if isinstance(found, list) else [found]
    lowered = [name.lower() for name in names if isinstance(name, str) and name.lower() in JSON_TYPES]
    if lowered == names and lowered:
        return None
    if len(lowered) == len(names) and lowered:
        schema["type"] = lowered if isinstance(found, list) else lowered[0]
        return f"type {found!r} is no JSON type", f"read as {schema['type']!r}"
    del schema["type"]
    return f"type {found!r} is no JSON type", "any type is taken"


def null_type(schema: JsonObject) -> Finding | None:
    """``type: null`` in OpenAPI 3.0, which knows only ``nullable``."""
    if schema.get("type") != "null":
        return None
    return "type 'null' is not in OpenAPI 3.0", "kept: only null is taken, as JSON Schema has it"


def array_without_items(schema: JsonObject) -> Finding | None:
    """An array without ``items`` (OpenAPI 3.0, section 4.7.24: required)."""
    if schema.get("type") != "array" or isinstance(schema.get("items"), (dict, bool)) or "prefixItems" in schema:
        return None
    schema["items"] = {}
    return "array without items", "items of any type are taken"


def enum_on_array(schema: JsonObject) -> Finding | None:
    """An ``enum`` written on an array instead of on its items: no array could ever be valid."""
    values = schema.get("enum")
    items = schema.get("items")
    if schema.get("type") != "array" or not isinstance(values, list) or any(isinstance(v, list) for v in values):
        return None
    if isinstance(items, dict) and "$ref" not in items:
        items.setdefault("enum", values)
    del schema["enum"]
    return "enum on an array instead of its items", "moved to the items"


def draft4_bound(schema: JsonObject) -> Finding | None:
    """``exclusiveMaximum: true``: Draft 4's form, valid in OpenAPI 3.0 only, unknown to JSON Schema today."""
    found = None
    for keyword, bound in (("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")):
        flag = schema.get(keyword)
        if not isinstance(flag, bool):
            continue
        del schema[keyword]
        if flag and bound in schema:
            schema[keyword] = schema.pop(bound)
        found = f"boolean {keyword}", "rewritten as the bound itself"
    return found


def repeated_entries(schema: JsonObject) -> Finding | None:
    """Duplicates in ``required`` or ``enum``, which must be unique."""
    found = []
    for keyword in ("required", "enum"):
        entries = schema.get(keyword)
        if not isinstance(entries, list):
            continue
        by_text: dict[str, object] = {}
        for entry in entries:
            by_text.setdefault(json.dumps(entry, sort_keys=True), entry)
        unique = list(by_text.values())
        if len(unique) < len(entries):
            schema[keyword] = unique
            found.append(keyword)
    return (f"duplicate entries in {' and '.join(found)}", "kept once") if found else None


def undeclared_required(schema: JsonObject) -> Finding | None:
    """``required`` names a property that is not declared: nobody could know what to send."""
    required, properties = schema.get("required"), schema.get("properties")
    if not isinstance(required, list):
        if "required" in schema:
            del schema["required"]
            return "required is no list", "passed over"
        return None
    if not isinstance(properties, dict) or any(keyword in schema for keyword in ("allOf", "anyOf", "oneOf", "$ref")):
        return None
    missing = [name for name in required if not isinstance(name, str) or name not in properties]
    if not missing:
        return None
    kept = [name for name in required if isinstance(name, str) and name in properties]
    if kept:
        schema["required"] = kept
    else:
        del schema["required"]
    return f"required names {', '.join(map(repr, missing))}, which is not declared", "not required"


_BRACKETS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)
_CLASS_THEN_HYPHEN = re.compile(r"(\\[dDwWsS])-(?!\])|\\.", re.DOTALL)


def unusable_pattern(schema: JsonObject) -> Finding | None:
    r"""A pattern such as ``[\d-_\s]``: a range cannot begin with a class (ECMA-262, 22.2.1.1)."""
    pattern = schema.get("pattern")
    if pattern is None:
        return None
    if isinstance(pattern, str):
        mended = _BRACKETS.sub(_with_plain_hyphens, pattern)
        if mended == pattern and compiles(pattern):
            return None
        if compiles(mended):
            schema["pattern"] = mended
            return f"pattern {pattern!r} is not valid in ECMA-262", f"read as {mended!r}"
    del schema["pattern"]
    return f"pattern {pattern!r} is no regular expression", "passed over"


def _with_plain_hyphens(brackets: re.Match[str]) -> str:
    if not brackets[0].startswith("["):
        return brackets[0]
    return _CLASS_THEN_HYPHEN.sub(lambda found: rf"{found[1]}\-" if found[1] else found[0], brackets[0])


_DATE_FORMAT = re.compile(r"(?=.*[yY]{2})[yYmMdDhHsSTZ:/. -]+")


def date_format_as_pattern(schema: JsonObject) -> Finding | None:
    """``pattern: YYYY-MM-DD``: a format meant for people, which as an expression no date fits."""
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or not _DATE_FORMAT.fullmatch(pattern):
        return None
    del schema["pattern"]
    return f"pattern {pattern!r} is a date format, no regular expression", "passed over"


def unfit_default(schema: JsonObject) -> Finding | None:
    """A ``default`` that the schema itself refuses, such as the text ``"false"`` for a boolean."""
    if "default" not in schema or schema["default"] is None:
        return None
    default, values, kind = schema["default"], schema.get("enum"), schema.get("type")
    fits = not isinstance(kind, str) or kind not in _PYTHON_TYPES or _is_of_type(default, kind)
    allowed = {json.dumps(value, sort_keys=True) for value in values} if isinstance(values, list) else None
    if fits and (allowed is None or json.dumps(default, sort_keys=True) in allowed):
        return None
    del schema["default"]
    return f"default {default!r}, which the schema refuses", "no default"


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}


def _is_of_type(value: object, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    return isinstance(value, _PYTHON_TYPES[kind]) or (kind == "integer" and isinstance(value, float) and value % 1 == 0)


def misused_keyword(schema: JsonObject) -> Finding | None:
    """``minLength: "5"``, ``description: null``: a value that the keyword cannot hold."""
    misused = [key for key, value in schema.items() if key in PLAIN_KEYWORDS and not PLAIN_KEYWORDS[key](value)]
    for keyword in misused:
        del schema[keyword]
    return (f"{' and '.join(misused)} with a value that cannot be", "passed over") if misused else None


def overlong_text(owner: JsonObject) -> Finding | None:
    """A description, title or summary that would fill a model's context on its own."""
    found = [key for key in ("summary", "title", "description") if len(_text(owner, key)) > MAX_TEXT]
    for key in found:
        owner[key] = f"{owner[key][:MAX_TEXT]}..."
    return (f"{' and '.join(found)} of more than {MAX_TEXT:,} characters", "cut") if found else None


def _text(owner: JsonObject, key: str) -> str:
    value = owner.get(key)
    return value if isinstance(value, str) else ""


def overlong_values(schema: JsonObject) -> Finding | None:
    """An ``enum`` of thousands, or a value of a keyword that is a book."""
    found: list[str] = [
        key for key in ("default", "const", "pattern", "examples") if key in schema and _is_book(schema[key])
    ]
    values = schema.get("enum")
    if isinstance(values, list) and (len(values) > MAX_ENUM or any(map(_is_book, values))):
        found.append("enum")
    for key in found:
        del schema[key]
    return (f"{' and '.join(found)} too long for a model to read", "left out: more is taken") if found else None


def _is_book(value: object) -> bool:
    """Tell whether a value is longer than any that is meant to be read, written as JSON."""
    text = value if isinstance(value, str) else json.dumps(value) if isinstance(value, list | dict) else ""
    return len(text) > MAX_VALUE_TEXT


_SUBJECTS: Mapping[Check, Collection[str]] = {
    overlong_text: ("summary", "title", "description"),
    overlong_values: ("default", "const", "pattern", "examples", "enum"),
    miswritten_type: ("type",),
    null_type: ("type",),
    array_without_items: ("type",),
    enum_on_array: ("enum",),
    draft4_bound: ("exclusiveMaximum", "exclusiveMinimum"),
    repeated_entries: ("required", "enum"),
    undeclared_required: ("required",),
    date_format_as_pattern: ("pattern",),
    unusable_pattern: ("pattern",),
    misused_keyword: PLAIN_KEYWORDS,
    unfit_default: ("default",),
}
"""Each check, in their order, and the keywords without all of which it finds nothing."""

SCHEMA_CHECKS = tuple(_SUBJECTS)

OLDER_ONLY = frozenset({null_type})
"""The checks of what OpenAPI 3.0 alone does not know."""


@lru_cache(maxsize=2048)
def checks_of(keywords: tuple[str, ...], *, newer: bool) -> tuple[Check, ...]:
    """Return the checks that may find something in a schema of these keywords; most schemas have few, and the same.

    Args:
        keywords: all of the schema.
        newer: whether the document's version is above 3.0.
    """
    return tuple(
        check
        for check, subjects in _SUBJECTS.items()
        if not (newer and check in OLDER_ONLY) and any(subject in keywords for subject in subjects)
    )
