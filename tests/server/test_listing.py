"""tools/list, ready made: what clients of both eras get, and that a call costs none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import mcp
import mcp_types
import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import StreamableHttpTransport
from fastmcp.tools.base import Tool
from mcp.client.streamable_http import streamable_http_client

from bridge.catalogue.listing_plan import ListingPlan
from bridge.catalogue.tool_spec import Catalogue, SchemaStyle, ToolSpec
from bridge.server.app import build_server
from bridge.server.http import http_app
from bridge.server.listing import ToolListing
from bridge.server.live import LiveCatalogue
from bridge.server.provider import CatalogueProvider
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import ACME, operation
from tests.tools import OneToken, body, catalogue_of, parameter, spec_of
from tests.upstream_server import running

ERAS = ["legacy", "2026-07-28"]
HEADERS = {ACME.token_header: "t"}


def specs() -> list[ToolSpec]:
    thing = body({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})
    return [
        spec_of(operation("GET", "/things/{id}", parameters=[parameter("id", "path")]), "acme_get"),
        spec_of(operation("POST", requestBody=thing), "acme_create"),
        spec_of(operation("DELETE", "/things/{id}", parameters=[parameter("id", "path")]), "acme_delete"),
    ]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return catalogue_of(specs())


@pytest.fixture(scope="module")
def server(catalogue: Catalogue, upstream_server: upstream_server.Upstream) -> FastMCP[None]:
    return build_server(LiveCatalogue(catalogue), Upstream(UpstreamClient(), OneToken(), {"acme": upstream_server.url}))


@pytest.fixture(scope="module")
def url(server: FastMCP[None]) -> Any:
    with running(http_app(server, [ACME], stateless=False)) as base:
        yield f"{base}/mcp"


def fastmcp_client(url: str, mode: Any) -> Client[StreamableHttpTransport]:
    return Client(StreamableHttpTransport(url, headers=HEADERS), mode=mode)


class TestToolListing:
    @pytest.mark.parametrize("mode", ERAS)
    async def test_fastmcps_client_sees_every_tool_whole(self, url: str, mode: str, catalogue: Catalogue) -> None:
        async with fastmcp_client(url, mode) as client:
            tools = await client.list_tools()
        shown = [tool.model_dump(by_alias=True, exclude_none=True, exclude_unset=True) for tool in tools]
        assert shown == [tool.listing() for tool in catalogue.tools]

    @pytest.mark.parametrize("mode", ERAS)
    async def test_the_official_client_sees_every_tool_on_one_page(
        self, url: str, mode: Any, catalogue: Catalogue
    ) -> None:
        http = httpx2.AsyncClient(headers=HEADERS)
        async with http, mcp.Client(streamable_http_client(url, http_client=http), mode=mode) as client:
            page = await client.list_tools()
        assert page.next_cursor is None
        shown = [tool.model_dump(by_alias=True, exclude_none=True, exclude_unset=True) for tool in page.tools]
        assert shown == [tool.listing() for tool in catalogue.tools]

    async def test_in_process_the_listing_is_the_same(self, server: FastMCP[None], catalogue: Catalogue) -> None:
        async with Client(server) as client:
            tools = await client.list_tools()
        assert [tool.name for tool in tools] == [tool.name for tool in catalogue.tools]

    @pytest.mark.parametrize("style", ["lean", "full"])
    async def test_what_fastmcp_would_list_itself_says_the_same(self, style: SchemaStyle) -> None:
        catalogue = catalogue_of(replace(spec, style=style) for spec in specs())
        server = build_server(LiveCatalogue(catalogue), Upstream(UpstreamClient(), OneToken()))
        own = [tool.to_mcp_tool(name=tool.name) for tool in await server.list_tools()]
        assert [(tool.name, tool.title, tool.description, tool.input_schema, tool.annotations) for tool in own] == [
            (
                *(entry["name"], entry["title"], entry["description"], entry["inputSchema"]),
                mcp_types.ToolAnnotations.model_validate(entry["annotations"]),
            )
            for entry in [tool.listing() for tool in catalogue.tools]
        ]
        closed = {"additionalProperties" in tool.input_schema for tool in own}
        assert closed == {style == "full"}

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_call_costs_no_listing(
        self, url: str, mode: str, upstream: upstream_server.Upstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listed: list[str] = []
        answered = ToolListing.__call__

        async def counted(self: ToolListing, ctx: Any, call_next: Any) -> Any:
            listed.extend([ctx.method] if ctx.method == "tools/list" else [])
            return await answered(self, ctx, call_next)

        async def listing_of_fastmcp(_: CatalogueProvider) -> list[Tool]:
            listed.append("provider")
            return []

        async with fastmcp_client(url, mode) as client:
            await client.list_tools()  # a client lists once by itself, for the output schemas
            monkeypatch.setattr(ToolListing, "__call__", counted)
            monkeypatch.setattr(CatalogueProvider, "_list_tools", listing_of_fastmcp)
            for number in range(3):
                result = await client.call_tool("acme_get", {"id": str(number)})
                assert result.structured_content == {"status_code": 200, "body": {}}
        assert [request.raw_path for request in upstream.requests] == ["/v1/things/0", "/v1/things/1", "/v1/things/2"]
        assert listed == []

    async def test_the_listing_is_made_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[ListingPlan] = []
        before = ListingPlan.to_listing

        def counted(self: ListingPlan) -> list[dict[str, Any]]:
            made.append(self)
            return before(self)

        monkeypatch.setattr(ListingPlan, "to_listing", counted)
        server = build_server(LiveCatalogue(catalogue_of(specs())), Upstream(UpstreamClient(), OneToken()))
        async with Client(server) as client:
            for _ in range(3):
                assert len(await client.list_tools()) == 3
        assert len(made) == 1

    def test_the_schema_of_one_tool_is_found_without_the_others(self, catalogue: Catalogue) -> None:
        server: FastMCP[None] = FastMCP("test")
        listing = ToolListing(LiveCatalogue(catalogue), server._mcp_server)
        assert listing.input_schema("acme_create") == catalogue.tool("acme_create").lean_schema
        assert listing.input_schema("acme_no") is None


@pytest.mark.parametrize("era", ERAS)
async def test_an_unknown_tool_is_an_error_that_names_the_nearest(era: str) -> None:
    server = build_server(LiveCatalogue(catalogue_of(specs())), Upstream(UpstreamClient(), OneToken(), {}))
    async with Client(server, mode=era) as client:
        result = await client.call_tool("acme_creat", {}, raise_on_error=False)
    assert result.is_error
    assert [block.text for block in result.content if block.type == "text"] == [
        "no tool 'acme_creat'; did you mean 'acme_create'?"
    ]
