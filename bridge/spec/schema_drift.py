"""Two JSON Schemas of one thing, ours and the vendor's -> where ours says what the vendor's does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.spec.all_of import merged
from bridge.spec.document import JsonObject

Found = tuple[str, str]
"""``(place, what)``; the place begins at the schema: ``/settings/languages[]``."""


def schema_drift(ours: JsonObject, vendors: JsonObject, *, is_sent: bool) -> list[Found]:
    """Return where our schema differs from the vendor's; nothing where it says the same or less.

    Compared are types (our ``integer`` is a ``number`` too; ``null`` is passed over), the names of properties, the
    values of ``enum`` and what is required. The vendor's schema may be wider: one without type takes anything, and
    of several alternatives one is enough.

    Args:
        ours: the schema to judge, as ``SchemaReader`` returns it.
        vendors: the schema to judge it by, as ``SchemaReader`` returns it.
        is_sent: whether the value goes to the vendor; else what is required, and values that ours leaves open, do not
            matter.
    """
    return list(dict.fromkeys(_Comparison(is_sent).differences("", ours, [vendors])))


def alternatives(schema: Any) -> list[JsonObject]:
    """Return what a schema allows as schemas without ``allOf`` and ``anyOf``; ``null`` is left out."""
    if not isinstance(schema, dict):
        return [{}]
    if "allOf" in schema:
        schema = merged(schema)
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    listed = [entry for entry in schema.get("anyOf") or () if not (isinstance(entry, dict) and _is_null(entry))]
    if not listed:
        return [] if _is_null(rest) else [rest]
    return [found for entry in listed for found in alternatives(merged({"allOf": [rest, entry]}))]


def _is_null(schema: JsonObject) -> bool:
    return schema.get("type") in ("null", ["null"])


def _kinds(schema: JsonObject) -> frozenset[str]:
    """Return the types that a schema takes, by what it declares or describes; none where it takes anything."""
    declared = schema.get("type")
    if declared is not None:
        return frozenset([declared] if isinstance(declared, str) else declared) - {"null"}
    for keyword, kind in (("properties", "object"), ("additionalProperties", "object"), ("items", "array")):
        if keyword in schema:
            return frozenset({kind})
    return frozenset()


def _takes(schema: JsonObject) -> frozenset[str]:
    kinds = _kinds(schema)
    return kinds | {"integer"} if "number" in kinds else kinds


class _Comparison:
    def __init__(self, is_sent: bool) -> None:
        self._is_sent = is_sent

    def differences(self, place: str, ours: JsonObject, vendors: Sequence[Any]) -> Iterator[Found]:
        """Yield where a schema differs from all of the vendor's."""
        allowed = [alternative for schema in vendors for alternative in alternatives(schema)]
        if allowed and all(_kinds(schema) or "enum" in schema for schema in allowed):
            for alternative in alternatives(ours):
                yield from self._of_alternative(place, alternative, allowed)

    def _of_alternative(self, place: str, ours: JsonObject, allowed: Sequence[JsonObject]) -> Iterator[Found]:
        kinds = _kinds(ours)
        fitting = [schema for schema in allowed if kinds and kinds <= (_takes(schema) or kinds)]
        if not fitting:
            yield place, f"type {_named(kinds)}, officially {_named(frozenset().union(*map(_kinds, allowed)))}"
            return
        yield from self._of_values(place, ours, fitting)
        if kinds == {"object"}:
            yield from self._of_object(place, ours, fitting)
        items = [schema["items"] for schema in fitting if "items" in schema]
        if kinds == {"array"} and items:
            yield from self.differences(f"{place}[]", ours.get("items", {}), items)

    def _of_values(self, place: str, ours: JsonObject, fitting: Sequence[JsonObject]) -> Iterator[Found]:
        if not all("enum" in schema for schema in fitting):
            return
        official = [value for schema in fitting for value in schema["enum"]]
        if "enum" not in ours and self._is_sent:
            yield place, f"any value, officially {_listed(official)}"
        others = [value for value in ours.get("enum", ()) if value is not None and value not in official]
        if others:
            yield place, f"value {_listed(others)}, officially {_listed(official)}"

    def _of_object(self, place: str, ours: JsonObject, fitting: Sequence[JsonObject]) -> Iterator[Found]:
        if self._is_sent:
            required = set[str].intersection(*(set(schema.get("required", ())) for schema in fitting))
            for name in sorted(required - set(ours.get("required", ()))):
                yield f"{place}/{name}", "not required, officially required"
        for name, inner in ours.get("properties", {}).items():
            named = [schema["properties"][name] for schema in fitting if name in schema.get("properties", {})]
            named = named or [schema["additionalProperties"] for schema in fitting if _has_others(schema)]
            if named:
                yield from self.differences(f"{place}/{name}", inner, named)
            else:
                yield f"{place}/{name}", "no such property officially"
        others = [schema["additionalProperties"] for schema in fitting if _has_others(schema)]
        if _has_others(ours) and others:
            yield from self.differences(f"{place}/*", ours["additionalProperties"], others)


def _has_others(schema: JsonObject) -> bool:
    return isinstance(schema.get("additionalProperties"), dict)


def _named(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds)) or "any"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(dict.fromkeys(map(str, values)))
