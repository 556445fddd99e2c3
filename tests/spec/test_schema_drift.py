"""Our schema of a thing beside the vendor's: what differs, and what may."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.spec.document import JsonObject
from bridge.spec.schema_drift import schema_drift

TEXT: JsonObject = {"type": "string"}
WHOLE: JsonObject = {"type": "integer"}
NUMBER: JsonObject = {"type": "number"}


def drift(ours: Any, vendors: Any, *, is_sent: bool = True) -> list[tuple[str, str]]:
    return schema_drift(ours, vendors, is_sent=is_sent)


def thing(*required: str, **properties: Any) -> JsonObject:
    return {"type": "object", "properties": properties, **({"required": [*required]} if required else {})}


def listed(items: Any) -> JsonObject:
    return {"type": "array", "items": items}


def one_of(*schemas: Any, **more: Any) -> JsonObject:
    return {"anyOf": [*schemas], **more}


@pytest.mark.parametrize(
    ("ours", "vendors"),
    [
        (TEXT, TEXT),
        (WHOLE, NUMBER),
        (TEXT, {}),
        (TEXT, {"description": "Anything."}),
        ({**TEXT, "enum": ["a"]}, TEXT),
        ({"type": ["string", "null"]}, TEXT),
        (TEXT, {"type": ["string", "null"]}),
        (one_of(TEXT, {"type": "null"}), TEXT),
        (TEXT, one_of(WHOLE, TEXT)),
        (one_of(TEXT, WHOLE), {"type": ["string", "number"]}),
        (thing(a=TEXT), thing(a=TEXT, b=WHOLE)),
        (thing("a", a=TEXT), thing(a=TEXT)),
        (thing(a=TEXT), {"type": "object", "additionalProperties": TEXT}),
        (thing(a=TEXT, b=TEXT), {"allOf": [thing(a=TEXT), thing(b=TEXT)]}),
        ({"allOf": [thing(a=TEXT), thing(b=TEXT)]}, thing(a=TEXT, b=TEXT)),
        (thing(a=TEXT, b=WHOLE), one_of(thing(a=TEXT), thing(b=WHOLE))),
        (thing("a", a=TEXT, b=WHOLE), one_of(thing("a", a=TEXT), thing("a", "b", a=TEXT, b=WHOLE))),
        (listed(TEXT), listed({})),
        (listed(TEXT), {"type": "array"}),
        ({**TEXT, "enum": ["a", None]}, {**TEXT, "enum": ["a", "b"]}),
        ({**TEXT, "enum": ["a", "b"]}, one_of({**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["b"]})),
        ({"type": "object"}, thing(a=TEXT)),
        (thing(a=TEXT), {"properties": {"a": TEXT}}),
    ],
)
def test_what_says_the_same_or_less_is_no_drift(ours: Any, vendors: Any) -> None:
    assert drift(ours, vendors) == []


@pytest.mark.parametrize(
    ("ours", "vendors", "place", "what"),
    [
        (TEXT, WHOLE, "", "type string, officially integer"),
        (NUMBER, WHOLE, "", "type number, officially integer"),
        ({}, TEXT, "", "type any, officially string"),
        ({"type": ["string", "integer"]}, TEXT, "", "type integer or string, officially string"),
        (TEXT, one_of(WHOLE, thing()), "", "type string, officially integer or object"),
        (one_of(TEXT, WHOLE), TEXT, "", "type integer, officially string"),
        (thing(a=WHOLE), thing(a=TEXT), "/a", "type integer, officially string"),
        (thing(b=TEXT), thing(a=TEXT), "/b", "no such property officially"),
        (thing(b=TEXT), {"type": "object"}, "/b", "no such property officially"),
        (thing(a=TEXT), thing("a", a=TEXT), "/a", "not required, officially required"),
        (thing(), thing("a", a=TEXT), "/a", "not required, officially required"),
        (listed(thing(b=TEXT)), listed(thing(a=TEXT)), "[]/b", "no such property officially"),
        ({"type": "array"}, listed(TEXT), "[]", "type any, officially string"),
        ({"allOf": [thing(a=TEXT), thing(b=TEXT)]}, thing(a=TEXT), "/b", "no such property officially"),
        (thing(a=TEXT, b=TEXT), {"allOf": [thing(a=TEXT)]}, "/b", "no such property officially"),
        (thing(b=TEXT), one_of(thing(a=TEXT), thing(c=TEXT)), "/b", "no such property officially"),
        (thing(a=thing(b=listed(TEXT))), thing(a=thing(b=listed(WHOLE))), "/a/b[]", "type string, officially integer"),
        ({**TEXT, "enum": ["a", "c"]}, {**TEXT, "enum": ["a", "b"]}, "", "value c, officially a, b"),
        ({**TEXT, "enum": ["c"]}, {"enum": ["a", "b"]}, "", "value c, officially a, b"),
        (TEXT, {**TEXT, "enum": ["a"]}, "", "any value, officially a"),
        (
            {"type": "object", "additionalProperties": WHOLE},
            {"type": "object", "additionalProperties": TEXT},
            "/*",
            "type integer, officially string",
        ),
    ],
)
def test_what_the_vendor_does_not_say_is_drift(ours: Any, vendors: Any, place: str, what: str) -> None:
    assert drift(ours, vendors) == [(place, what)]


def test_of_an_answer_neither_required_properties_nor_open_values_matter() -> None:
    vendors = thing("a", a={**TEXT, "enum": ["x"]})
    assert drift(thing(), vendors, is_sent=False) == []
    assert drift(thing(a=TEXT), vendors, is_sent=False) == []
    assert drift(thing(a={**TEXT, "enum": ["y"]}), vendors, is_sent=False) == [("/a", "value y, officially x")]


def test_the_same_drift_in_several_alternatives_is_told_once() -> None:
    ours = one_of(thing("a", a=TEXT, z=TEXT), thing("b", b=TEXT, z=TEXT))
    assert drift(ours, thing(a=TEXT, b=TEXT)) == [("/z", "no such property officially")]
