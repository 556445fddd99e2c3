"""Who is told of another list of tools: sessions over HTTP and SSE, and streams that asked for it; nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import httpx2
import mcp
import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import SSETransport, StreamableHttpTransport
from mcp.client.streamable_http import streamable_http_client
from mcp.server.lowlevel import Server
from mcp.shared.subscriptions import ToolsListChanged
from starlette.applications import Starlette

from bridge.catalogue.tool_spec import Catalogue
from bridge.server.app import build_server, reloads_of
from bridge.server.http import http_app
from bridge.server.live import LiveCatalogue
from bridge.server.reload import Reloads
from bridge.server.sessions import Sessions
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests.documents import ACME, operation
from tests.server.test_reload import Told
from tests.tools import OneToken, catalogue_of, spec_of
from tests.upstream_server import running

HEADERS = {ACME.token_header: "t"}


def catalogue(name: str) -> Catalogue:
    return catalogue_of([spec_of(operation("GET", f"/{name}"), name)])


class Served:
    """A server over HTTP whose catalogue is another one each time that it is asked to reload."""

    def __init__(self) -> None:
        live = LiveCatalogue(catalogue("acme_0"))
        calls = Upstream(UpstreamClient(), OneToken(), {})
        server = build_server(live, calls)
        self.count = 0
        self.reloads: Reloads = reloads_of(server, live, calls, self._load)
        self.app: Starlette = http_app(server, [ACME], stateless=False, reloads=self.reloads)
        self.url = ""

    def _load(self) -> Catalogue:
        self.count += 1
        return catalogue(f"acme_{self.count}")


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    with running(made.app) as made.url:
        yield made


@pytest.mark.parametrize("transport", ["http", "sse"])
async def test_a_session_is_told_and_lists_anew(served: Served, transport: str) -> None:
    told = Told()
    way: Any = (
        StreamableHttpTransport(f"{served.url}/mcp", headers=HEADERS)
        if transport == "http"
        else SSETransport(f"{served.url}/sse", headers=HEADERS)
    )
    async with Client(way, mode="legacy", message_handler=told) as client:
        assert [tool.name for tool in await client.list_tools()] == ["acme_0"]
        await _told(served, told)
        assert [tool.name for tool in await client.list_tools()] == [f"acme_{served.count}"]


async def _told(served: Served, told: Told) -> None:
    """Ask until it arrives: a client opens its stream for notifications some time after it has begun."""
    with anyio.fail_after(20):
        while not told.times:
            served.reloads.ask()
            with anyio.move_on_after(0.5):
                await told.came.wait()


async def test_the_sessionless_era_is_told_on_the_stream_that_asked_for_it(served: Served) -> None:
    http = httpx2.AsyncClient(headers=HEADERS)
    way = streamable_http_client(f"{served.url}/mcp", http_client=http)
    async with http, mcp.Client(way, mode="2026-07-28") as client, client.listen(tools_list_changed=True) as listening:
        served.reloads.ask()
        with anyio.fail_after(20):
            assert await anext(aiter(listening)) == ToolsListChanged()
        assert [tool.name for tool in (await client.list_tools()).tools] == ["acme_1"]


async def test_a_client_that_has_stopped_reading_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck:
        async def send_tool_list_changed(self) -> None:
            await anyio.sleep_forever()

    class Broken:
        async def send_tool_list_changed(self) -> None:
            raise RuntimeError

    class Well:
        times = 0

        async def send_tool_list_changed(self) -> None:
            self.times += 1

    monkeypatch.setattr("bridge.server.sessions.TELLING_SECONDS", 0.05)
    sessions = Sessions(Server("test"))
    well: Any = Well()
    broken: list[Any] = [Stuck(), Broken()]
    sessions._connections.update([*broken, well])
    with anyio.fail_after(5):
        await sessions.tell_tools_changed()
    assert well.times == 1


def test_clients_of_both_eras_are_promised_that_they_are_told() -> None:
    server: FastMCP[None] = FastMCP("test")
    Sessions(server._mcp_server)
    for version in (None, "2026-07-28"):
        tools = server._mcp_server.get_capabilities(
            server._mcp_server.notification_options, protocol_version=version
        ).tools
        assert tools is not None
        assert tools.list_changed
