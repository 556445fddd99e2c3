"""The catalogue as a FastMCP provider: tools are made when they are asked for, once, and for what is exposed only."""

from __future__ import annotations

from fastmcp import Client, FastMCP

from bridge.catalogue.tool_spec import Catalogue
from bridge.server.live import LiveCatalogue
from bridge.server.provider import CatalogueProvider
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, catalogue_of, spec_of


def two_tools() -> Catalogue:
    return catalogue_of([spec_of(operation(), "acme_list"), spec_of(operation("POST"), "acme_create")])


def provider_of(catalogue: Catalogue, url: str = "http://127.0.0.1:9") -> CatalogueProvider:
    return CatalogueProvider(LiveCatalogue(catalogue), Upstream(UpstreamClient(), OneToken(), {"acme": url}))


class TestCatalogueProvider:
    async def test_it_lists_the_catalogue_in_order(self) -> None:
        assert [tool.name for tool in await provider_of(two_tools()).list_tools()] == ["acme_list", "acme_create"]

    async def test_a_tool_is_made_once(self) -> None:
        provider = provider_of(two_tools())
        tool = provider.tool("acme_list")
        assert tool is not None
        assert tool.name == "acme_list"
        assert provider.tool("acme_list") is tool
        assert await provider.get_tool("acme_list") is tool

    async def test_what_is_not_exposed_is_not_there(self) -> None:
        provider = provider_of(two_tools())
        assert provider.tool("acme_delete") is None
        assert await provider.get_tool("acme_delete") is None

    async def test_the_vendor_client_is_open_while_the_server_runs_and_closed_after_it(
        self, upstream: upstream_server.Upstream
    ) -> None:
        client = UpstreamClient()
        provider = CatalogueProvider(LiveCatalogue(two_tools()), Upstream(client, OneToken(), {"acme": upstream.url}))
        server: FastMCP[None] = FastMCP("test", providers=[provider])
        for _ in range(2):  # a server may be started again
            async with Client(server) as caller:
                assert not (await caller.call_tool("acme_list")).is_error
                http = client.http
                assert not http.is_closed
            assert http.is_closed
        assert len(upstream.requests) == 2
