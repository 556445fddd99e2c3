"""search_tools, describe_tool, call_tool, call_write_tool, through a real client in both protocol eras."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import mcp_types
import pytest
from fastmcp import Client
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.listing_plan import Mode
from bridge.catalogue.own_tools import CALL_TOOL, CALL_WRITE_TOOL, DESCRIBE_TOOL, OWN_NAMES, SEARCH_TOOLS
from bridge.catalogue.tool_spec import ToolSpec
from bridge.server.app import build_server
from bridge.server.live import LiveCatalogue
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, body, catalogue_of, parameter, spec_of

ERAS = ["legacy", "2026-07-28"]


def named(name: str, title: str, method: str, path: str, **declared: Any) -> ToolSpec:
    parameters = [parameter("id", "path")] if "{id}" in path else []
    made = operation(method, path, parameters=[*parameters, *declared.pop("parameters", [])], **declared)
    spec = spec_of(made, name)
    return ToolSpec(name, title, f"{title}.", made, ("Boxes",) if "box" in name else ("Keys",), spec.annotations)


def tools() -> list[ToolSpec]:
    deep = {
        "type": "object",
        "required": ["label"],
        "properties": {
            "label": {"type": "string"},
            "lid": {"type": "object", "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}}},
        },
    }
    return [
        named("acme_get_box", "Get a box", "GET", "/boxes/{id}"),
        named("acme_list_boxes", "List boxes", "GET", "/boxes", parameters=[parameter("max")]),
        named("acme_create_box", "Create a box", "POST", "/boxes", requestBody=body(deep, required=True)),
        named("acme_delete_box", "Delete a box", "DELETE", "/boxes/{id}"),
        named("acme_list_keys", "List keys", "GET", "/keys"),
    ]


@asynccontextmanager
async def searching(
    upstream: upstream_server.Upstream | None = None, mode: Any = "legacy", specs: Sequence[ToolSpec] = ()
) -> AsyncIterator[Client[Any]]:
    hosts = {"acme": upstream.url} if upstream else {}
    live = LiveCatalogue(catalogue_of(specs or tools()), Mode.SEARCH)
    async with Client(build_server(live, Upstream(UpstreamClient(), OneToken(), hosts)), mode=mode) as client:
        yield client


async def answer(client: Client[Any], name: str, arguments: Mapping[str, Any]) -> mcp_types.CallToolResult:
    return await client.call_tool_mcp(name, dict(arguments))


def text(result: mcp_types.CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, mcp_types.TextContent)
    return block.text


class TestTheListing:
    @pytest.mark.parametrize("mode", ERAS)
    async def test_our_own_tools_stand_first_with_what_a_client_may_know_of_them(self, mode: Any) -> None:
        async with searching(mode=mode) as client:
            shown = {tool.name: tool for tool in await client.list_tools()}
        assert tuple(shown) == OWN_NAMES
        marks = {name: tool.annotations for name, tool in shown.items()}
        reads = {name: mark.read_only_hint for name, mark in marks.items() if mark}
        assert reads == {SEARCH_TOOLS: True, DESCRIBE_TOOL: True, CALL_TOOL: True, CALL_WRITE_TOOL: False}
        write = marks[CALL_WRITE_TOOL]
        assert write is not None
        assert write.destructive_hint is True


class TestSearch:
    @pytest.mark.parametrize("mode", ERAS)
    async def test_it_answers_with_a_line_a_tool(self, mode: Any) -> None:
        async with searching(mode=mode) as client:
            result = await answer(client, SEARCH_TOOLS, {"queries": ["get a box", "box"], "limit": 2})
        lines = text(result).splitlines()
        assert not result.is_error
        assert lines[0] == "acme_get_box(id: string) reads: Get a box"
        assert len(lines) == 3
        assert CALL_WRITE_TOOL in lines[2]

    async def test_one_query_needs_no_list(self) -> None:
        async with searching() as client:
            assert "acme_list_keys" in text(await answer(client, SEARCH_TOOLS, {"queries": "list keys"}))

    async def test_filters_leave_out_what_they_do_not_name(self) -> None:
        async with searching() as client:
            reading = text(await answer(client, SEARCH_TOOLS, {"queries": "delete box", "read_only": True}))
            tagged = text(await answer(client, SEARCH_TOOLS, {"queries": ["list keys"], "tags": ["key*"]}))
            nothing = text(
                await answer(client, SEARCH_TOOLS, {"queries": "delete box", "read_only": True, "tags": ["Keys"]})
            )
        assert "acme_delete_box" not in reading
        assert "acme_get_box" in reading
        assert [line.partition("(")[0] for line in tagged.splitlines()[:-1]] == ["acme_list_keys"]
        assert "fewer filters" in nothing

    async def test_a_tag_that_no_tool_has_is_an_error_with_the_nearest(self) -> None:
        async with searching() as client:
            result = await answer(client, SEARCH_TOOLS, {"queries": "list", "tags": ["Boxxes"]})
        assert result.is_error
        assert text(result) == "search_tools: no tool has the tag 'Boxxes'; did you mean 'Boxes'?"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({}, "argument 'queries' is required"),
            ({"queries": []}, "argument 'queries'"),
            ({"query": "x"}, "unknown argument 'query'; did you mean 'queries'?"),
            ({"queries": "x", "limit": 0}, "argument 'limit'"),
        ],
    )
    async def test_a_mistake_is_one_sentence(self, arguments: dict[str, Any], said: str) -> None:
        async with searching() as client:
            result = await answer(client, SEARCH_TOOLS, arguments)
        assert result.is_error
        assert said in text(result)

    @given(st.lists(st.text(max_size=80), min_size=1, max_size=3))
    async def test_no_text_breaks_it(self, queries: list[str]) -> None:
        async with searching() as client:
            result = await answer(client, SEARCH_TOOLS, {"queries": queries})
        assert not result.is_error


class TestDescribe:
    async def test_it_shows_the_full_schema(self) -> None:
        async with searching() as client:
            result = await answer(client, DESCRIBE_TOOL, {"names": ["acme_create_box", "acme_get_box"]})
        create, get = json.loads(text(result))
        assert create["inputSchema"] == tools()[2].input_schema
        assert get["name"] == "acme_get_box"
        assert "_meta" not in get

    async def test_a_part_is_shown_alone(self) -> None:
        async with searching() as client:
            result = await answer(client, DESCRIBE_TOOL, {"names": "acme_create_box", "part": "lid.colour"})
        assert json.loads(text(result)) == [
            {"name": "acme_create_box", "part": "lid.colour", "schema": {"type": "string", "enum": ["red", "blue"]}}
        ]

    async def test_a_name_that_is_not_there_is_an_error_with_the_nearest(self) -> None:
        async with searching() as client:
            result = await answer(client, DESCRIBE_TOOL, {"names": ["acme_creat_box"]})
        assert result.is_error
        assert text(result).startswith("no tool 'acme_creat_box'; the nearest are acme_create_box")


class TestCall:
    @pytest.mark.parametrize("mode", ERAS)
    async def test_each_of_the_two_calls_what_is_its_own(self, upstream: upstream_server.Upstream, mode: Any) -> None:
        async with searching(upstream, mode) as client:
            read = await answer(client, CALL_TOOL, {"name": "acme_get_box", "arguments": {"id": "a/b"}})
            made = await answer(client, CALL_WRITE_TOOL, {"name": "acme_create_box", "arguments": {"label": "x"}})
        assert [read.is_error, made.is_error] == [False] * 2
        assert read.structured_content == {"status_code": 200, "body": {}}
        seen = [(request.method, request.raw_path) for request in upstream.requests]
        assert seen == [("GET", "/v1/boxes/a%2Fb"), ("POST", "/v1/boxes")]

    async def test_what_destroys_is_not_done_through_another_tool_without_a_persons_consent(
        self, upstream: upstream_server.Upstream
    ) -> None:
        async with searching(upstream) as client:
            refused = await answer(client, CALL_WRITE_TOOL, {"name": "acme_delete_box", "arguments": {"id": "1"}})
        assert refused.is_error
        assert "Call acme_delete_box by its own name, not through call_write_tool" in text(refused)
        assert upstream.requests == []

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_client_that_was_allowed_one_cannot_reach_the_other(
        self, upstream: upstream_server.Upstream, mode: Any
    ) -> None:
        async with searching(upstream, mode) as client:
            write = await answer(client, CALL_TOOL, {"name": "acme_delete_box", "arguments": {"id": "1"}})
            read = await answer(client, CALL_WRITE_TOOL, {"name": "acme_get_box", "arguments": {"id": "1"}})
        assert write.is_error
        assert text(write) == "acme_delete_box deletes: call it with call_write_tool; nothing was sent"
        assert read.is_error
        assert text(read) == "acme_get_box reads: call it with call_tool; nothing was sent"
        assert upstream.requests == []

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_tool_that_is_not_listed_is_called_by_its_own_name_too(
        self, upstream: upstream_server.Upstream, mode: Any
    ) -> None:
        async with searching(upstream, mode) as client:
            result = await answer(client, "acme_get_box", {"id": "1"})
        assert not result.is_error
        assert upstream.only.raw_path == "/v1/boxes/1"

    async def test_arguments_are_checked_as_they_are_by_its_own_name(self, upstream: upstream_server.Upstream) -> None:
        async with searching(upstream) as client:
            result = await answer(client, CALL_TOOL, {"name": "acme_get_box", "arguments": {"idd": "1"}})
        assert result.is_error
        assert "unknown argument 'idd'; did you mean 'id'?" in text(result)
        assert upstream.requests == []

    async def test_arguments_as_json_text_are_read(self, upstream: upstream_server.Upstream) -> None:
        async with searching(upstream) as client:
            result = await answer(client, CALL_TOOL, {"name": "acme_get_box", "arguments": '{"id": "7"}'})
        assert not result.is_error
        assert upstream.only.raw_path == "/v1/boxes/7"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({"name": "acme_get_box", "id": "1"}, "call_tool: put 'id' into 'arguments'"),
            ({"name": "acme_get_box", "arguments": "{"}, "argument 'arguments'"),
            ({"name": "acme_get_box", "arguments": [1]}, "argument 'arguments'"),
            ({"arguments": {}}, "argument 'name' is required"),
            ({"name": SEARCH_TOOLS}, "search_tools is called by its own name, not through call_tool"),
            ({"name": "acme_box_get"}, "no tool 'acme_box_get'; the nearest are acme_"),
        ],
    )
    async def test_a_mistake_is_one_sentence(
        self, upstream: upstream_server.Upstream, arguments: dict[str, Any], said: str
    ) -> None:
        async with searching(upstream) as client:
            result = await answer(client, CALL_TOOL, arguments)
        assert result.is_error
        assert said in text(result)
        assert upstream.requests == []

    async def test_in_full_mode_they_are_not_there(self) -> None:
        live = LiveCatalogue(catalogue_of(tools()), Mode.FULL)
        async with Client(build_server(live, Upstream(UpstreamClient(), OneToken(), {}))) as client:
            result = await answer(client, CALL_TOOL, {"name": "acme_get_box"})
        assert result.is_error
        assert text(result).startswith("no tool 'call_tool'")
