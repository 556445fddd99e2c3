"""Full input schema -> lean input schema: what a model reads, in a third of the characters.

A lean schema takes every value that the full one takes, and may take more: types, enumerations, formats, limits and
what is required stay; descriptions are cut to what a model needs; titles, examples and what only answers have go. The
arguments of a call are checked against the full schema.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bridge.catalogue.arguments import Arguments
from bridge.catalogue.lean_summary import fitted
from bridge.catalogue.lean_text import lean_note, written_note
from bridge.catalogue.prose import known_stems, stems
from bridge.controls import LEAN_CONTROL_SCHEMAS
from bridge.spec.document import JsonObject

_KEPT = (
    *("enum", "const", "format", "pattern", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
    *("uniqueItems", "deprecated", "required", "not", "propertyNames", "contains", "patternProperties"),
)
_VACUOUS: Mapping[str, Any] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), 0),
    **dict.fromkeys(("uniqueItems", "deprecated"), False),
    "default": None,
}
"""Values that say no more than the absence of their keyword."""

_LIMITS = frozenset({"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"})

_CHARACTERS = {1: 100, 2: 70}
_CHARACTERS_DEEP = 55
"""Characters of a description by level, an argument being level 1."""

_ENOUGH = 2
"""New words that make a first sentence worth reading."""

_ENVELOPE = len('{"type": "object", "properties": ')


def lean_input_schema(
    arguments: Arguments,
    controls: Collection[str],
    *,
    told: frozenset[str],
    room: int,
    described: Collection[str] = (),
    ours: bool = False,
) -> JsonObject:
    """Return the lean input schema of a tool.

    It is open at its top: unknown arguments are refused all the same when a tool is called.

    Args:
        arguments: the vendor's.
        controls: the names of our own that are listed.
        told: stems of the words that name, title and path of the tool tell.
        room: characters that it may have as JSON.
        described: the names of arguments whose descriptions a person wrote: they stay as they are.
        ours: whether the document was written for models, by us: its descriptions are not cut.
    """
    schemas = LeanSchemas(ours=ours)
    properties = {
        argument.name: schemas.argument(argument.name, argument.schema, told, written=argument.name in described)
        for argument in arguments.visible
    }
    properties |= {name: LEAN_CONTROL_SCHEMAS[name] for name in controls}
    required = [argument.name for argument in arguments.visible if argument.required]
    rest = sum(len(name) + 4 for name in required) + len(', "required": []')
    schema: JsonObject = {"type": "object", "properties": fitted(properties, room - rest - _ENVELOPE)}
    if required:
        schema["required"] = required
    return schema


class LeanSchemas:
    """Makes lean schemas.

    Args:
        ours: whether descriptions were written for models, and are not cut.
    """

    def __init__(self, *, ours: bool = False) -> None:
        self._ours = ours

    def argument(self, name: str, schema: JsonObject, told: frozenset[str], *, written: bool = False) -> JsonObject:
        """Return the lean schema of an argument.

        Args:
            name: the argument's.
            schema: its full schema.
            told: stems of the words that the tool tells already.
            written: whether its description is a person's, and stays as it is.
        """
        lean = self._lean(schema, known_stems([name]), told, 1)
        return {**lean, "description": schema["description"]} if written else lean

    def _any(
        self, schema: JsonObject | bool, names: frozenset[str], told: frozenset[str], level: int
    ) -> JsonObject | bool:
        return schema if isinstance(schema, bool) else self._lean(schema, names, told, level)

    def _lean(self, schema: JsonObject, names: frozenset[str], told: frozenset[str], level: int) -> JsonObject:
        result: JsonObject = {"type": schema["type"]} if "type" in schema else {}
        note = self._note(schema, names | told, level)
        if note:
            result["description"] = note
        for keyword in _KEPT:
            if keyword in schema and not _is_vacuous(keyword, schema[keyword]):
                result[keyword] = schema[keyword]
        if "properties" in schema:
            result["properties"] = self._properties(schema, names, level)
        if "items" in schema:
            result["items"] = self._any(schema["items"], names, told | stems(note), level)
        closing = schema.get("additionalProperties", True)
        if closing not in (True, {}):
            result["additionalProperties"] = self._any(closing, names, told, level + 1)
        for keyword in ("anyOf", "allOf"):
            if keyword in schema:
                self._put_listed(result, keyword, schema[keyword], names, level)
        return result

    def _note(self, schema: JsonObject, known: frozenset[str], level: int) -> str:
        text = schema.get("description") or schema.get("title") or ""
        if not text or ("description" not in schema and " " not in text):
            return ""  # a title of one word is a name
        if self._ours:
            return written_note(text, known)
        values = schema.get("enum") or ()
        return lean_note(
            text,
            known,
            limit=_CHARACTERS.get(level, _CHARACTERS_DEEP),
            enough=_ENOUGH,
            enum=frozenset(map(str, values)),
            is_number=schema.get("type") in ("integer", "number"),
            has_default="default" in schema,
            has_limits=not _LIMITS.isdisjoint(schema),
        )

    def _properties(self, schema: JsonObject, names: frozenset[str], level: int) -> JsonObject:
        is_open = schema.get("additionalProperties", True) is True and "patternProperties" not in schema
        return {
            name: self._any(inner, names | stems(name), frozenset(), level + 1)
            for name, inner in schema["properties"].items()
            # What only answers have is not for calls; where other names are refused it has to stand all the same.
            if not (is_open and isinstance(inner, dict) and inner.get("readOnly") is True)
        }

    def _put_listed(
        self, result: JsonObject, keyword: str, entries: list[JsonObject | bool], names: frozenset[str], level: int
    ) -> None:
        lean: list[JsonObject | bool] = []
        for entry in entries:
            made = self._any(entry, names, frozenset(), level)
            if made not in lean:
                lean.append(made)
        if len(lean) == 1 and isinstance(lean[0], dict) and result.keys() <= {"description"}:
            result.update(lean[0] | result)
        else:
            result[keyword] = lean


def _is_vacuous(keyword: str, value: Any) -> bool:
    return keyword in _VACUOUS and value == _VACUOUS[keyword] and type(value) is type(_VACUOUS[keyword])
