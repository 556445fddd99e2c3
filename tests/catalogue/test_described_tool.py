"""Full schemas for a model that asks: whole where they fit an answer, by parts where they do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.catalogue.described_tool import MOST_CHARACTERS, described
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError
from tests.documents import operation
from tests.tools import body, spec_of


def make(properties: dict[str, Any], name: str = "acme_make") -> ToolSpec:
    return spec_of(operation("POST", requestBody=body({"type": "object", "properties": properties})), name)


def large(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {f"{name}{n}": {"type": "string", "description": "So and so."} for n in range(3_000)},
    }


def test_small_tools_are_shown_whole() -> None:
    first, second = make({"a": {"type": "string"}}), make({"b": {"type": "string"}}, "acme_other")
    shown = described([first, second])
    assert [entry["inputSchema"] for entry in shown] == [first.input_schema, second.input_schema]


def test_of_tools_that_are_too_large_together_the_smaller_ones_are_whole() -> None:
    small, big = make({"a": {"type": "string"}}), make({"x": large("x"), "y": {"type": "string"}}, "acme_big")
    summed_up, whole = described([big, small])
    assert whole["inputSchema"] == small.input_schema
    assert (summed_up["name"], summed_up["optional"]) == ("acme_big", ["x", "y"])
    assert summed_up["notice"].endswith("ask for one argument at a time, such as part=x")
    assert len(json.dumps([summed_up, whole])) < MOST_CHARACTERS


def test_a_part_lies_in_objects_arrays_and_alternatives() -> None:
    leaf = {"type": "string", "minLength": 2}
    inner = {"type": "array", "items": {"anyOf": [{"type": "object", "properties": {"leaf": leaf}}, {"type": "null"}]}}
    (shown,) = described([make({"outer": {"type": "object", "properties": {"many": inner}}})], "outer.many.leaf")
    assert shown["schema"] == leaf


def test_a_name_with_a_dot_is_one_part() -> None:
    (shown,) = described([make({"a.b": {"type": "integer"}, "a": {"type": "object"}})], "a.b")
    assert shown["schema"] == {"type": "integer"}


def test_a_part_that_is_too_large_is_told_by_its_properties() -> None:
    (shown,) = described([make({"x": large("x")})], "x")
    assert len(shown["properties"]) == 3_000
    assert "ask for a part of it, such as part=x.x0" in shown["notice"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("outr", "acme_make has no 'outr'; did you mean 'outer'?"),
        ("outer.zz", "acme_make: outer has no 'zz'; there is inner"),
        ("outer.inner.x", "acme_make: outer.inner has no 'x'; there is nothing inside"),
    ],
)
def test_a_part_that_is_not_there_is_one_sentence(part: str, said: str) -> None:
    tool = make({"outer": {"type": "object", "properties": {"inner": {"type": "string"}}}})
    with pytest.raises(ArgumentError) as caught:
        described([tool], part)
    assert str(caught.value) == said
