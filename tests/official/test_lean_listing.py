"""The lean listing of all official operations: it fits, every client takes it, and it refuses no call that is valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from bridge.catalogue.overrides_tools import LONGEST_DESCRIPTION
from bridge.catalogue.tool_spec import MOST_TOKENS, Catalogue
from bridge.spec.document import JsonObject
from bridge.spec.instance import instance
from tests.catalogue.widening import narrowings

pytestmark = [pytest.mark.official, pytest.mark.xdist_group("official_lean_listing")]

BARE_FASTMCP = 18_342_414
"""Characters of bare FastMCP 4.1.2's tools/list over the same documents (``benchmarks/listing`` measures it)."""


def inner(schema: Any) -> Iterator[JsonObject]:
    """Yield a schema and all schemas inside it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in ("items", "additionalProperties", "not"):
        yield from inner(schema.get(keyword))
    for keyword in ("allOf", "anyOf"):
        for entry in schema.get(keyword, ()):
            yield from inner(entry)
    for entry in schema.get("properties", {}).values():
        yield from inner(entry)


def test_every_keyword_of_a_lean_schema_follows_from_the_full_one(official_catalogue: Catalogue) -> None:
    assert len(official_catalogue.tools) == 3_500
    assert {
        tool.name: found
        for tool in official_catalogue.tools
        if (found := narrowings(tool.input_schema, tool.lean_schema))
    } == {}


def test_calls_that_are_valid_stay_valid(official_catalogue: Catalogue) -> None:
    checked = 0
    for tool in official_catalogue.tools:
        call = instance(tool.input_schema)
        least = {name: call[name] for name in tool.input_schema.get("required", ()) if name in call}
        full, lean = Draft202012Validator(tool.input_schema), Draft202012Validator(tool.lean_schema)
        for arguments in (call, least, {**call, "_select": "a"}):
            if full.is_valid(arguments):
                checked += 1
                assert lean.is_valid(arguments), tool.name
    assert checked > 10_000


def test_no_tool_is_over_its_limit(official_catalogue: Catalogue) -> None:
    assert [tool.name for tool in official_catalogue.tools if tool.tokens > MOST_TOKENS] == []
    assert [tool.name for tool in official_catalogue.tools if len(tool.lean_description) > LONGEST_DESCRIPTION] == []
    assert [tool.name for tool in official_catalogue.tools if not tool.lean_description] == []


def test_the_listing_is_a_sixth_of_what_bare_fastmcp_lists(official_catalogue: Catalogue) -> None:
    shown = ("name", "title", "description", "inputSchema")
    characters = sum(
        len(json.dumps(tool.listing()[key], ensure_ascii=False)) for tool in official_catalogue.tools for key in shown
    )
    assert characters * 6 <= BARE_FASTMCP


def test_every_client_takes_the_schemas(official_catalogue: Catalogue) -> None:
    for tool in official_catalogue.tools:
        schema = tool.lean_schema
        assert schema["type"] == "object", tool.name
        assert schema.keys() <= {"type", "properties", "required"}, tool.name
        assert set(schema.get("required", ())) <= schema["properties"].keys(), tool.name
        assert [key for key in schema["properties"] if not re.fullmatch("[A-Za-z0-9_.-]{1,64}", key)] == [], tool.name
        for entry in inner(schema):
            kinds = entry.get("type", ())
            assert "items" in entry or "array" not in ([kinds] if isinstance(kinds, str) else kinds), tool.name
            assert not {"$ref", "title", "examples", "oneOf"} & entry.keys(), tool.name


def test_no_description_has_decoration_or_what_meta_has(official_catalogue: Catalogue) -> None:
    texts = {
        entry["description"]: tool.name
        for tool in official_catalogue.tools
        if not tool.described
        for entry in inner(tool.lean_schema)
        if "description" in entry
    }
    texts |= {tool.lean_description: tool.name for tool in official_catalogue.tools if not tool.described}
    decorated = re.compile(r"\]\(|\*\*|</?(?:b|br|p|a|div)\b|&\w+;|Rate Limit Label|Granular Scopes|spark-admin:")
    assert {name: text for text, name in texts.items() if decorated.search(text)} == {}
