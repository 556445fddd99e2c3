"""Deep schemas are folded until they fit, and what is folded is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.catalogue.lean_summary import POINTER, fitted
from bridge.spec.document import JsonObject
from tests.catalogue.widening import narrowings

DEEP: JsonObject = {
    "settings": {
        "type": "object",
        "description": "Rules of the house",
        "properties": {
            f"part{number}": {
                "type": "object",
                "properties": {
                    "enabled": {"type": "boolean"},
                    "mode": {"type": "string", "enum": ["ON", "OFF"]},
                    "people": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}},
                    "text": {"type": "string", "description": "Some words about it"},
                },
                "required": ["mode"],
            }
            for number in range(20)
        },
    },
    "name": {"type": "string"},
}


def size(schema: Any) -> int:
    return len(json.dumps(schema))


def test_what_fits_stays_whole() -> None:
    assert fitted(DEEP, size(DEEP)) == DEEP


@pytest.mark.parametrize("room", [8_000, 5_000, 3_000, 900, 400])
def test_it_is_folded_until_it_fits_and_takes_what_it_took(room: int) -> None:
    found = fitted(DEEP, room)
    assert size(found) <= room
    assert found["name"] == DEEP["name"]
    assert narrowings({"properties": DEEP}, {"properties": found}) == []


def test_a_folded_object_names_its_properties_and_where_all_is_shown() -> None:
    part = fitted(DEEP, 5_000)["settings"]["properties"]["part0"]
    expected = f"Keys: enabled (boolean), mode* (ON|OFF), people [], text; {POINTER}"
    assert part == {"type": "object", "description": expected}


def test_many_properties_are_named_as_far_as_there_is_room() -> None:
    wide: JsonObject = {"type": "object", "properties": {f"property_{n}": {"type": "string"} for n in range(300)}}
    said = fitted({"a": wide}, 1_000)["a"]["description"]
    assert said.startswith("Keys: property_0, property_1, ")
    assert said.endswith(f" more; {POINTER}")


def test_alternatives_are_folded_together() -> None:
    one = {"type": "object", "properties": {f"a{n}": {"type": "string"} for n in range(50)}}
    other = {"type": "object", "properties": {f"b{n}": {"type": "string"} for n in range(50)}}
    found = fitted({"body": {"anyOf": [one, other]}}, 700)["body"]
    assert found["type"] == "object"
    assert "a0" in found["description"]
    assert narrowings({"anyOf": [one, other]}, found) == []


def test_a_long_enumeration_goes_only_where_nothing_else_helps() -> None:
    zones: JsonObject = {"type": "string", "enum": [f"Zone/{number}" for number in range(600)]}
    assert fitted({"zone": zones}, 9_000) == {"zone": zones} or size({"zone": zones}) > 9_000
    assert fitted({"zone": zones}, 1_000)["zone"] == {
        "type": "string",
        "description": f"One of 600 values; {POINTER}",
    }
