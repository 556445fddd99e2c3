"""SIGHUP to the real command: overrides and documents read anew, clients told, a bad file refused."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import fastmcp
import httpx2
import mcp
import pytest
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from mcp.client.streamable_http import streamable_http_client

from tests.program import SHOP, HttpProgram, environ, serve_command
from tests.server.test_reload import Told
from tests.upstream_server import Answer, Upstream

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP")

HEADERS = {"x-shop-access-token": "t"}
ALL = ["shop_list_things", "shop_create_thing", "shop_get_thing", "shop_delete_thing", "shop_set_picture"]
READING = ["shop_list_things", "shop_get_thing"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with a document and overrides that let everything through."""
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "mine.yaml").write_text("shop: {}\n", "utf-8")
    return tmp_path


def serving(upstream: Upstream) -> tuple[str, ...]:
    return "--spec", "shop.yaml", "--overrides", "mine.yaml", "--upstream", f"shop={upstream.url}"


@pytest.fixture
def program(place: Path, upstream: Upstream) -> Iterator[HttpProgram]:
    running = HttpProgram(place, *serving(upstream))
    try:
        yield running.wait()
    finally:
        ended = running.end()
    assert ended == (0, b"")


async def told(client: Told, pid: int) -> None:
    """Send SIGHUP until the client is told: it opens its stream some time after the session has begun."""
    client.came = anyio.Event()
    with anyio.fail_after(60):
        while not client.came.is_set():
            os.kill(pid, signal.SIGHUP)
            with anyio.move_on_after(2):
                await client.came.wait()


async def logged(lines: Callable[[], list[str]], text: str) -> None:
    """Wait for a line of the log."""
    with anyio.fail_after(60):
        while not any(text in line for line in lines()):
            await anyio.sleep(0.05)


async def names(client: fastmcp.Client[Any]) -> list[str]:
    return [tool.name for tool in await client.list_tools()]


async def goes_through_it(client: fastmcp.Client[Any], told_of: Told, pid: int, place: Path, log: Any) -> None:
    """Narrow the overrides, break them, mend them, and take an operation out of the document."""
    assert await names(client) == ALL
    (place / "mine.yaml").write_text("shop: {include: [{method: GET}]}\n", "utf-8")
    await told(told_of, pid)
    assert await names(client) == READING
    gone = await client.call_tool("shop_delete_thing", {"id": "1"}, raise_on_error=False)
    assert "no tool 'shop_delete_thing'; did you mean 'shop_" in str(gone.content)

    (place / "mine.yaml").write_text("shop: {inclood: []}\n", "utf-8")
    os.kill(pid, signal.SIGHUP)
    await logged(log, "not reloaded, what was served before still is: the overrides have errors:")
    await logged(log, "mine.yaml:1:8: error: unknown key 'inclood'")
    assert await names(client) == READING

    (place / "mine.yaml").write_text("shop: {}\n", "utf-8")
    (place / "shop.yaml").write_text(SHOP.replace("    post:", "    patch:"), "utf-8")
    await told(told_of, pid)
    assert await names(client) == ALL
    assert (await client.call_tool("shop_create_thing", {"name": "x"})).structured_content is not None


async def test_over_streamable_http(program: HttpProgram, place: Path, upstream: Upstream) -> None:
    told_of = Told()
    way = StreamableHttpTransport(f"{program.url}/mcp", headers=HEADERS)
    async with fastmcp.Client(way, mode="legacy", message_handler=told_of) as client:
        await goes_through_it(client, told_of, program.pid, place, lambda: list(program.log))
    assert upstream.only.method == "PATCH"


@asynccontextmanager
async def over_stdio(place: Path, upstream: Upstream, told_of: Told) -> AsyncIterator[tuple[Any, int]]:
    """Start the command as a client does, and tell its process id."""
    command = shlex.join(serve_command(*serving(upstream)))
    script = f"echo $$ > pid; exec {command} 2> log"
    variables = environ(place, {"SHOP_ACCESS_TOKEN": "t"})
    way = StdioTransport("/bin/sh", ["-c", script], env=variables, cwd=str(place), keep_alive=False)
    async with fastmcp.Client(way, mode="legacy", message_handler=told_of) as client:
        yield client, int((place / "pid").read_text("utf-8"))


async def test_over_stdio(place: Path, upstream: Upstream) -> None:
    told_of = Told()
    async with over_stdio(place, upstream, told_of) as (client, pid):
        await goes_through_it(client, told_of, pid, place, lambda: (place / "log").read_text("utf-8").splitlines())
    assert upstream.only.method == "PATCH"


async def test_a_call_in_flight_ends_well(program: HttpProgram, place: Path, upstream: Upstream) -> None:
    upstream.answer = lambda _: Answer(200, {"ok": True}, together=2)
    told_of = Told()
    way = StreamableHttpTransport(f"{program.url}/mcp", headers=HEADERS)
    async with fastmcp.Client(way, mode="legacy", message_handler=told_of) as client:
        calling = asyncio.create_task(client.call_tool("shop_create_thing", {"name": "x"}))
        assert await asyncio.to_thread(upstream.arrived.wait, 30)
        (place / "mine.yaml").write_text("shop: {include: [{method: GET}]}\n", "utf-8")
        await told(told_of, program.pid)
        assert await names(client) == READING
        assert not calling.done()
        await client.call_tool("shop_list_things")
        assert (await calling).structured_content == {"status_code": 200, "body": {"ok": True}}


async def test_a_stream_that_waits_to_be_told_does_not_hold_up_the_end(place: Path, upstream: Upstream) -> None:
    program = HttpProgram(place, *serving(upstream)).wait()
    http = httpx2.AsyncClient(headers=HEADERS)
    way = streamable_http_client(f"{program.url}/mcp", http_client=http)
    try:
        async with (
            http,
            mcp.Client(way, mode="2026-07-28") as client,
            client.listen(tools_list_changed=True) as told_of,
        ):
            with anyio.fail_after(8):  # less than the grace that open requests have
                assert await asyncio.to_thread(program.end) == (0, b"")
                assert [event async for event in told_of] == []
    finally:
        program.end()
