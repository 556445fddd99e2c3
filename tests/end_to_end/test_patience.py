"""Waits are told, and end with the client that waits; on every transport and in both protocol eras."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.clients import (
    HTTP_WAYS,
    SECRET,
    SSE_WAYS,
    STDIO_WAYS,
    Caller,
    Way,
    connected,
    http_client,
    started,
    structured,
)
from tests.program import HttpProgram, environ, serve_command
from tests.upstream_server import Answer, Upstream

TOKEN = f"{SECRET}-shop"
HEADERS = {"x-shop-access-token": TOKEN}
WAYS = [*HTTP_WAYS[1:3], SSE_WAYS[1], STDIO_WAYS[3]]
THING = {"id": "1"}

Connect = Callable[[Way], AbstractAsyncContextManager[Caller]]


@pytest.fixture
def connect(request: pytest.FixtureRequest, folder: Path, upstream: Upstream, tmp_path: Path) -> Connect:
    """Return what connects in any way to a server that calls ``upstream``."""

    @asynccontextmanager
    async def connecting(way: Way) -> AsyncIterator[Caller]:
        if way.transport != "stdio":
            server: HttpProgram = request.getfixturevalue("two_vendors")
            async with connected(way, server.url, HEADERS) as caller:
                yield caller
            return
        command = serve_command("--overrides", "/dev/null", "--spec", "shop.yaml", "--upstream", f"shop={upstream.url}")
        variables = environ(folder, {"SHOP_ACCESS_TOKEN": TOKEN})
        with (tmp_path / "stderr").open("w") as log:
            async with started(way, command, folder, variables, log) as caller:
                yield caller

    return connecting


def refusing(upstream: Upstream, seconds: str) -> None:
    """Refuse the first request for some time."""
    upstream.answer = lambda _: Answer() if upstream.requests else Answer(429, headers={"retry-after": seconds})


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_a_wait_is_a_progress_notification_and_stands_in_the_result(
    connect: Connect, upstream: Upstream, way: Way
) -> None:
    refusing(upstream, "0.2")
    told: list[tuple[float, float | None, str | None]] = []

    async def keep(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with connect(way) as caller:
        result = structured(await caller.call("shop_get_thing", THING, keep))
    assert result["attempts"] == 2
    assert result["waited"] >= 0.19
    host = upstream.url.removeprefix("http://")
    assert told == [(0.001, None, f"waiting for {host}: it was sent too many requests with this token")]


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_a_call_that_is_given_up_while_it_waits_is_not_sent_again_and_holds_up_nobody(
    connect: Connect, upstream: Upstream, way: Way
) -> None:
    refusing(upstream, "1")
    waits = asyncio.Event()

    async def keep(progress: float, total: float | None, message: str | None) -> None:
        waits.set()

    async with connect(way) as caller:
        call = asyncio.create_task(caller.call("shop_delete_thing", THING, keep))
        await asyncio.wait_for(waits.wait(), 30)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert structured(await caller.call("shop_get_thing", THING))["status_code"] == 200
        assert [request.method for request in upstream.requests] == ["DELETE", "GET"]


@pytest.mark.parametrize("way", STDIO_WAYS[1:3], ids=str)
async def test_over_stdio_too_a_call_that_is_given_up_leaves_the_vendor(
    connect: Connect, upstream: Upstream, way: Way
) -> None:
    upstream.answer = lambda _: Answer(hangs=True)
    async with connect(way) as caller:
        call = asyncio.create_task(caller.call("shop_get_thing", THING))
        assert await asyncio.to_thread(upstream.arrived.wait, 30)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert await asyncio.to_thread(upstream.left.wait, 30)


MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def message(method: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params, **more}


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
async def test_without_sessions_a_client_that_goes_away_takes_its_call_along(
    stateless: HttpProgram, upstream: Upstream, version: str
) -> None:
    # In a session it does not: disconnection SHOULD NOT be interpreted as the client cancelling its request (MCP
    # 2025-11-25, Transports, Streamable HTTP).
    upstream.answer = lambda _: Answer(hangs=True)
    url = f"{stateless.url}/mcp"
    modern = version == "2026-07-28"
    headers = {**HEADERS, "accept": "application/json, text/event-stream", "mcp-protocol-version": version}
    async with http_client(headers) as client:
        if modern:
            client.headers |= {"mcp-method": "tools/call", "mcp-name": "shop_get_thing"}
        params = {"name": "shop_get_thing", "arguments": THING, **({"_meta": MODERN} if modern else {})}
        call = asyncio.create_task(client.post(url, json=message("tools/call", params, id=1)))
        assert await asyncio.to_thread(upstream.arrived.wait, 30)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    assert await asyncio.to_thread(upstream.left.wait, 30)
