"""Another catalogue while the server runs: all or nothing, clients told, calls in flight undisturbed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import anyio
import mcp_types
import pytest
from fastmcp import Client
from fastmcp.client.messages import MessageHandler

from bridge.catalogue.permissions import Permissions, Rule, restricted
from bridge.catalogue.tool_spec import Catalogue
from bridge.errors import OverridesError
from bridge.server.app import build_server, reloads_of
from bridge.server.live import LiveCatalogue
from bridge.server.reload import Reloads
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, catalogue_of, spec_of
from tests.upstream_server import Answer


def catalogue(*names: str) -> Catalogue:
    return catalogue_of([spec_of(operation("GET", f"/{name}"), name) for name in names])


class Told(MessageHandler):
    """A client that counts how often it is told of another list."""

    def __init__(self) -> None:
        self.times = 0
        self.came = anyio.Event()

    async def on_tool_list_changed(self, message: mcp_types.ToolListChangedNotification) -> None:
        self.times += 1
        self.came.set()


def served(live: LiveCatalogue, load: Callable[[], Catalogue], url: str = "") -> tuple[Any, Reloads]:
    calls = Upstream(UpstreamClient(), OneToken(), {"acme": url})
    server = build_server(live, calls)
    return server, reloads_of(server, live, calls, load)


class TestReload:
    async def test_a_session_is_told_lists_and_calls_what_is_new(self, upstream: upstream_server.Upstream) -> None:
        told = Told()
        live = LiveCatalogue(catalogue("acme_a", "acme_b"))
        server, reloads = served(live, lambda: catalogue("acme_b", "acme_c"), upstream.url)
        async with Client(server, mode="legacy", message_handler=told) as client, reloads.running():
            assert [tool.name for tool in await client.list_tools()] == ["acme_a", "acme_b"]
            reloads.ask()
            with anyio.fail_after(10):
                await told.came.wait()
            assert [tool.name for tool in await client.list_tools()] == ["acme_b", "acme_c"]
            gone = await client.call_tool("acme_a", raise_on_error=False)
            assert not (await client.call_tool("acme_c")).is_error
        async with Client(server, mode="legacy") as client:
            assert str(client.instructions).startswith("2 tools of Acme")
        assert told.times == 1
        assert "no tool 'acme_a'; did you mean 'acme_" in str(gone.content)

    async def test_a_session_that_has_ended_is_not_told(self) -> None:
        told, live = Told(), LiveCatalogue(catalogue("acme_a"))
        server, reloads = served(live, lambda: catalogue("acme_b"))
        async with Client(server, mode="legacy", message_handler=told):
            assert await reloads.reload()
        assert await reloads.reload()
        assert told.times == 1

    async def test_what_cannot_be_loaded_leaves_everything_as_it_was(self, caplog: pytest.LogCaptureFixture) -> None:
        def broken() -> Catalogue:
            raise OverridesError("the overrides have errors:\nmine.yaml:3:1: error: unknown key 'tolls'")

        told, before = Told(), catalogue("acme_a")
        live = LiveCatalogue(before)
        server, reloads = served(live, broken)
        async with Client(server, mode="legacy", message_handler=told) as client:
            assert not await reloads.reload()
            assert [tool.name for tool in await client.list_tools()] == ["acme_a"]
        assert live.catalogue is before
        assert told.times == 0
        assert "not reloaded, what was served before still is: the overrides have errors:\nmine.yaml:3:1" in caplog.text

    async def test_a_failure_of_our_own_does_not_end_the_server(self, caplog: pytest.LogCaptureFixture) -> None:
        def broken() -> Catalogue:
            raise KeyError("x")

        live = LiveCatalogue(catalogue("acme_a"))
        _, reloads = served(live, broken)
        async with reloads.running():
            reloads.ask()
            while "the bridge itself failed" not in caplog.text:
                await asyncio.sleep(0.01)
        assert list(live.catalogue.by_name) == ["acme_a"]

    async def test_a_call_in_flight_ends_well(self, upstream: upstream_server.Upstream) -> None:
        upstream.answer = lambda _: Answer(200, {"ok": True}, together=2)
        live = LiveCatalogue(catalogue("acme_a"))
        server, reloads = served(live, lambda: catalogue("acme_b"), upstream.url)
        async with Client(server) as client:
            calling = asyncio.create_task(client.call_tool("acme_a"))
            await asyncio.to_thread(upstream.arrived.wait, 10)
            assert await reloads.reload()
            assert not calling.done()
            await client.call_tool("acme_b")
            assert (await calling).structured_content == {"status_code": 200, "body": {"ok": True}}

    async def test_many_requests_while_one_is_answered_are_one(self) -> None:
        loaded: list[int] = []

        def load() -> Catalogue:
            loaded.append(1)
            if len(loaded) == 1:
                for _ in range(5):
                    reloads.ask()
            return catalogue(f"acme_{len(loaded)}")

        live = LiveCatalogue(catalogue("acme_a"))
        _, reloads = served(live, load)
        reloads.ask()  # before it runs
        async with reloads.running():
            while "acme_2" not in live.catalogue.by_name:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
        assert len(loaded) == 2

    async def test_what_a_new_catalogue_lets_through_holds_for_its_tools(
        self, upstream: upstream_server.Upstream
    ) -> None:
        live = LiveCatalogue(catalogue("acme_a"))
        server, reloads = served(
            live, lambda: restricted(catalogue("acme_a", "acme_b"), Permissions(deny=(Rule("acme_a"),))), upstream.url
        )
        async with Client(server) as client:
            assert await reloads.reload()
            assert [tool.name for tool in await client.list_tools()] == ["acme_b"]
            assert (await client.call_tool("acme_a", raise_on_error=False)).is_error

    async def test_how_much_changed_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "bridge")
        live = LiveCatalogue(catalogue("acme_a", "acme_b"))
        _, reloads = served(live, lambda: catalogue("acme_b", "acme_c", "acme_d"))
        await reloads.reload()
        assert "reloaded: 3 tools, 2 new, 1 gone" in caplog.text
