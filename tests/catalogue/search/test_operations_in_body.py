"""What a body says: its properties, and what one operation lets a caller choose."""

from __future__ import annotations

from typing import Any

from bridge.catalogue.search.operations_in_body import MOST_PROPERTIES, body_words, choices_of
from tests.catalogue.builders import with_body

CONTROL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "method": {"type": "string", "enum": ["recording.start", "participant.invite"]},
        "language": {"type": "string", "enum": ["en-US", "de-DE"]},
        "params": {
            "type": "object",
            "properties": {"contactList": {"type": "array", "items": {"properties": {"ext": {}}}}},
        },
    },
}


def test_what_a_caller_can_choose_comes_as_stems() -> None:
    assert choices_of(with_body(CONTROL, method="PATCH")) == [("record", "start"), ("participant", "invit")]


def test_choices_in_a_part_of_the_body_count_too() -> None:
    assert choices_of(with_body({"allOf": [CONTROL]}, method="PUT")) == choices_of(with_body(CONTROL, method="PUT"))


def test_other_enumerations_are_no_choices() -> None:
    assert choices_of(with_body({"properties": {"language": {"enum": ["en", "de"]}}})) == []
    assert choices_of(with_body({"properties": {"action": {"enum": [1, None]}, "status": {"enum": "on"}}})) == []


def test_properties_come_with_their_depth() -> None:
    found = list(body_words(with_body(CONTROL)))
    assert (0, ("method",)) in found
    assert (1, ("contact", "list")) in found
    assert (2, ("ext",)) in found


def test_a_huge_body_is_not_read_to_its_end() -> None:
    huge: dict[str, Any] = {"properties": {f"p{number}": {} for number in range(MOST_PROPERTIES * 2)}}
    assert len(list(body_words(with_body(huge)))) == MOST_PROPERTIES
