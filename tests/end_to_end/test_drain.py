"""SIGTERM: running calls end and are answered, new ones are refused, and the exit code is 0; on every transport."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bridge.server.drain import REFUSAL
from tests.end_to_end.clients import HTTP_WAYS, SECRET, SSE_WAYS, Way, connected, structured, text_of
from tests.program import HttpProgram, environ, serve_command
from tests.upstream_server import Answer, Upstream

TOKEN = f"{SECRET}-shop"
HEADERS = {"x-shop-access-token": TOKEN}
PLAIN = ("--overrides", "/dev/null", "--spec", "shop.yaml")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")


class Ending:
    """A server over HTTP that a test ends itself."""

    def __init__(self, folder: Path, upstream: Upstream, *more: str) -> None:
        self.program = HttpProgram(folder, *PLAIN, "--upstream", f"shop={upstream.url}", *more).wait()

    async def begin(self) -> None:
        """Send SIGTERM, and return once it has been heard."""
        self.program.terminate()
        async with httpx2.AsyncClient() as client:
            for _ in range(500):
                response = await client.get(f"{self.program.url}/health")
                if response.status_code == 503:
                    assert response.json()["status"] == "ending"
                    assert response.headers["retry-after"] == "5"
                    return
                await asyncio.sleep(0.02)
        raise AssertionError("it goes on as if nothing was")

    async def ended(self) -> int:
        """Return the exit code."""
        code, stdout = await asyncio.to_thread(self.program.end, told=True)
        assert stdout == b""
        return code


@pytest.fixture
def held(upstream: Upstream) -> Iterator[threading.Event]:
    """Hold back every answer of the vendor until this is set."""
    event = threading.Event()
    upstream.answer = lambda _: Answer(body={"done": True}, after=event)
    yield event
    event.set()


@pytest.mark.parametrize("way", [HTTP_WAYS[1], HTTP_WAYS[2], SSE_WAYS[1]], ids=str)
async def test_a_running_call_is_answered_and_a_new_one_refused(
    folder: Path, upstream: Upstream, held: threading.Event, way: Way
) -> None:
    server = Ending(folder, upstream)
    async with connected(way, server.program.url, HEADERS) as caller:
        running = asyncio.create_task(caller.call("shop_get_thing", {"id": "1"}))
        assert await asyncio.to_thread(upstream.arrived.wait, 10)
        await server.begin()
        refused = await caller.call("shop_create_thing", {"name": "new"})
        assert (refused.is_error, text_of(refused)) == (True, REFUSAL)
        await asyncio.sleep(1.2)  # sse-starlette would have cut the stream by now
        held.set()
        assert structured(await running)["body"] == {"done": True}
        assert await server.ended() == 0
    assert len(upstream.requests) == 1


async def test_what_does_not_end_in_time_is_cut_off(folder: Path, upstream: Upstream) -> None:
    upstream.answer = lambda _: Answer(hangs=True)
    server = Ending(folder, upstream, "--drain", "0.5")
    async with connected(HTTP_WAYS[2], server.program.url, HEADERS) as caller:
        running = asyncio.create_task(caller.call("shop_get_thing", {"id": "1"}))
        assert await asyncio.to_thread(upstream.arrived.wait, 10)
        await server.begin()
        assert await server.ended() == 0
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await asyncio.to_thread(upstream.left.wait, 10)
    assert any(line.endswith("ended: 1 call cut off after 0.5 s") for line in server.program.log)


class Stdio:
    """The server over stdio, spoken to in lines of JSON."""

    def __init__(self, folder: Path, upstream: Upstream, log: Path, *more: str) -> None:
        self.log = log
        command = serve_command(*PLAIN, "--upstream", f"shop={upstream.url}", *more)
        variables = environ(folder, {"SHOP_ACCESS_TOKEN": TOKEN})
        with log.open("w") as stderr:
            self.process = subprocess.Popen(
                command, cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr
            )
        about = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        self.send("initialize", about, id=0)
        assert self.receive()["id"] == 0
        self.send("notifications/initialized", {})

    def send(self, method: str, params: dict[str, Any], **more: Any) -> None:
        """Send a message."""
        assert self.process.stdin is not None
        message = {"jsonrpc": "2.0", "method": method, "params": params, **more}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self) -> Any:
        """Return the next message."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def call(self, number: int) -> None:
        """Call a tool."""
        self.send("tools/call", {"name": "shop_get_thing", "arguments": {"id": str(number)}}, id=number)

    def close(self) -> None:
        """Make an end of it whatever happened."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def logged(tmp_path: Path) -> Path:
    return tmp_path / "stderr"


def test_over_stdio_too(folder: Path, upstream: Upstream, held: threading.Event, logged: Path) -> None:
    server = Stdio(folder, upstream, logged)
    try:
        server.call(1)
        assert upstream.arrived.wait(10)
        server.process.send_signal(signal.SIGTERM)
        while "ending: 1 call to go" not in logged.read_text():
            assert server.process.poll() is None
        server.call(2)
        refused = server.receive()
        assert (refused["id"], refused["result"]["content"][0]["text"]) == (2, REFUSAL)
        held.set()
        answer = server.receive()
        assert (answer["id"], answer["result"]["structuredContent"]["body"]) == (1, {"done": True})
        assert server.process.wait(10) == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read() == b""
    finally:
        server.close()
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("busy", [False, True])
def test_over_stdio_it_ends_at_once_if_nothing_runs_and_in_time_if_something_does(
    folder: Path, upstream: Upstream, logged: Path, busy: bool
) -> None:
    upstream.answer = lambda _: Answer(hangs=True)
    server = Stdio(folder, upstream, logged, "--drain", "0.5")
    try:
        if busy:
            server.call(1)
            assert upstream.arrived.wait(10)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
    finally:
        server.close()
    assert ("ended: 1 call cut off after 0.5 s" in logged.read_text()) is busy
