"""The JSON Schema of ``overrides.yaml``, draft-07: what editors check and complete a YAML file with.

Keys and their descriptions are those of the tables that the loader reads with; a key without a shape here, or a shape
without a key, is a ``KeyError`` when the schema is made.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.catalogue.overrides import BASE_URL_KEYS, DEFAULT_MAX_LENGTH, NAMING_KEYS, SHORTEST_MAX_LENGTH, VENDOR_KEYS
from bridge.catalogue.overrides_synonyms import FEWEST
from bridge.catalogue.overrides_tools import (
    ANNOTATION_KEYS,
    ARGUMENT_NAME,
    LONGEST_NAME,
    PARAMETER_KEYS,
    TOOL_KEYS,
    TOOL_NAME,
)
from bridge.catalogue.parameter_override import ConfirmTool
from bridge.catalogue.selectors import ANY_METHOD, SELECTED_METHODS, SELECTED_PATH, SELECTOR_KEYS
from bridge.spec.document import JsonObject
from bridge.vendors import official_vendors

_FLAG: JsonObject = {"type": "boolean"}
_TEXT: JsonObject = {"type": "string", "pattern": r"\S"}
_URL: JsonObject = {"type": "string", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s{}?#@\\/:][^\s{}?#@\\]*$"}
_PATH_GLOB: JsonObject = {"type": "string", "pattern": r"^[/*]"}
_VENDOR_NAME = "^[a-z][a-z0-9_]*$"
"""What ``vendors.vendor_of_file`` makes of a file's name."""


def overrides_schema() -> JsonObject:
    """Return the schema of an override file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "overrides.yaml",
        "description": "Which operations become tools, and how those tools are named, described and marked; by vendor.",
        "type": ["object", "null"],
        "properties": {name: _reference("vendor") for name in official_vendors()},
        "patternProperties": {_VENDOR_NAME: _reference("vendor")},
        "additionalProperties": False,
        "definitions": {
            "vendor": _mapping(VENDOR_KEYS, _vendor_shapes()),
            "selector": {"anyOf": [_bare_selector(), _selector()]},
            "tool": _mapping(TOOL_KEYS, _tool_shapes()),
            "parameter": _parameter(),
            "base_url_rule": {
                **_mapping(BASE_URL_KEYS, {"document": _TEXT, "path": _PATH_GLOB, "url": _URL}, may_be_empty=False),
                "required": ["url"],
            },
        },
    }


def _reference(name: str) -> JsonObject:
    return {"$ref": f"#/definitions/{name}"}


def _mapping(keys: Mapping[str, str], shapes: Mapping[str, JsonObject], *, may_be_empty: bool = True) -> JsonObject:
    """Return the schema of a mapping with known keys.

    Args:
        keys: the loader's table of them, with their descriptions.
        shapes: the schema of each key's value.
        may_be_empty: whether nothing at all may stand there, which the loader reads as no keys.
    """
    if unknown := shapes.keys() - keys.keys():
        raise KeyError(f"the loader does not know {', '.join(sorted(unknown))}")
    return {
        "type": ["object", "null"] if may_be_empty else "object",
        "properties": {key: {"description": text, **shapes[key]} for key, text in keys.items()},
        "additionalProperties": False,
    }


def _named(definition: str) -> JsonObject:
    """Return the schema of a mapping whose keys are names that a person chose."""
    return {"type": ["object", "null"], "additionalProperties": _reference(definition)}


def _vendor_shapes() -> dict[str, JsonObject]:
    selectors: JsonObject = {"type": "array", "items": _reference("selector")}
    length: JsonObject = {
        "type": "integer",
        "minimum": SHORTEST_MAX_LENGTH,
        "maximum": LONGEST_NAME,
        "default": DEFAULT_MAX_LENGTH,
    }
    return {
        "include": selectors,
        "exclude": selectors,
        "tools": _named("tool"),
        "naming": _mapping(NAMING_KEYS, {"max_length": length}),
        "synonyms": {"type": "array", "items": {"type": "array", "items": _TEXT, "minItems": FEWEST}},
        "base_url": {"anyOf": [_URL, {"type": "array", "items": _reference("base_url_rule")}]},
    }


def _selector() -> JsonObject:
    text, method, path = _one_or_some(_TEXT), _one_or_some(_method()), _one_or_some(_PATH_GLOB)
    shapes = {
        **dict.fromkeys(("document", "tag", "operation", "scope"), text),
        "method": method,
        "path": path,
        "deprecated": _FLAG,
    }
    return {**_mapping(SELECTOR_KEYS, shapes, may_be_empty=False), "minProperties": 1}


def _one_or_some(schema: JsonObject) -> JsonObject:
    return {"anyOf": [schema, {"type": "array", "minItems": 1, "items": schema}]}


def _method() -> JsonObject:
    # The enum is for completion; the loader does not mind the case.
    return {
        "type": "string",
        "anyOf": [{"enum": [*SELECTED_METHODS, ANY_METHOD]}, {"pattern": f"^(?:{_any_case()})$"}],
    }


def _bare_selector() -> JsonObject:
    return {"type": "string", "pattern": rf"^(?:(?:{_any_case()}|\*)\s+)?(?:{SELECTED_PATH})$"}


def _any_case() -> str:
    """Return a pattern of the methods; a pattern of JSON Schema has no flag for the case."""
    return "|".join("".join(f"[{letter}{letter.lower()}]" for letter in method) for method in SELECTED_METHODS)


def _tool_shapes() -> dict[str, JsonObject]:
    return {
        "name": {"type": "string", "pattern": f"^{TOOL_NAME.pattern}$", "maxLength": LONGEST_NAME},
        "title": _TEXT,
        "description": _TEXT,
        "tags": {"type": "array", "items": _TEXT},
        "keywords": {"type": "array", "items": _TEXT},
        "pin": _FLAG,
        "confirm": {"enum": list(map(str, ConfirmTool))},
        "annotations": _mapping(ANNOTATION_KEYS, dict.fromkeys(ANNOTATION_KEYS, _FLAG)),
        "parameters": _named("parameter"),
    }


def _parameter() -> JsonObject:
    shapes: dict[str, JsonObject] = {
        "name": {"type": "string", "pattern": f"^{ARGUMENT_NAME.pattern}$", "maxLength": LONGEST_NAME},
        "description": _TEXT,
        "default": {},
        "hide": _FLAG,
        "value": {},
    }
    hidden: JsonObject = {"required": ["hide"], "properties": {"hide": {"const": True}}}
    return {**_mapping(PARAMETER_KEYS, shapes), "dependencies": {"value": hidden}}
