"""What a search answers: a line a tool that a model can act on, ten of them in at most 1,500 tokens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.catalogue.search_answer import search_answer, tool_line
from bridge.catalogue.tool_spec import CHARACTERS_PER_TOKEN, Catalogue, ToolSpec
from tests.documents import operation
from tests.tools import body, parameter, spec_of

MAX_TOKENS = 1_500


def post(schema: dict[str, Any], **more: Any) -> ToolSpec:
    return spec_of(
        operation("POST", requestBody=body({"type": "object", **schema}, required=True), **more), "acme_make"
    )


class TestToolLine:
    def test_it_says_what_a_call_needs_and_what_it_does(self) -> None:
        spec = spec_of(
            operation("GET", "/things/{id}", parameters=[parameter("id", "path"), parameter("max")]), "acme_get"
        )
        assert tool_line(spec) == "acme_get(id: string, ...) reads: Do it"

    @pytest.mark.parametrize(
        ("schema", "shown"),
        [
            ({"type": "integer"}, "integer"),
            ({"type": "string", "format": "date-time"}, "string (date-time)"),
            ({"type": "string", "enum": ["a", "b"]}, '"a"|"b"'),
            ({"type": "string", "enum": list("abcdefgh")}, "string"),
            ({"type": "array", "items": {"type": "string"}}, "string[]"),
            ({"type": ["string", "null"]}, "string|null"),
            ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "any"),
        ],
    )
    def test_types_are_words(self, schema: dict[str, Any], shown: str) -> None:
        assert (
            tool_line(post({"required": ["x"], "properties": {"x": schema}})) == f"acme_make(x: {shown}) writes: Do it"
        )

    def test_what_deletes_destroys_or_is_deprecated_says_so(self) -> None:
        delete = spec_of(operation("DELETE", deprecated=True), "acme_gone")
        assert tool_line(delete) == "acme_gone() deletes, deprecated: Do it"
        wipe = post({"properties": {}})
        wipe = replace(wipe, annotations=replace(wipe.annotations, destructive=True))
        assert " writes, destructive: " in tool_line(wipe)

    def test_very_many_required_arguments_are_counted(self) -> None:
        names = [f"argument_{number}" for number in range(60)]
        line = tool_line(post({"required": names, "properties": {name: {"type": "string"} for name in names}}))
        assert len(line) < 560
        assert "more required, see describe_tool" in line


def test_ten_tools_take_at_most_1500_tokens(core: Catalogue) -> None:
    lines = sorted(core.tools, key=lambda tool: len(tool_line(tool)), reverse=True)
    assert len(search_answer(lines[:10])) <= MAX_TOKENS * CHARACTERS_PER_TOKEN
