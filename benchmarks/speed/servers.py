"""The servers that are compared, and how each is started."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.speed.process import PYTHON, environment
from benchmarks.speed.rpc import Connection, Era, HttpConnection, StdioConnection

IMPORT_ONLY = (PYTHON, "-c", "from fastmcp import FastMCP; import os; os._exit(0)")
"""What no server that is made with FastMCP goes below, if it imports FastMCP before it answers."""

SMALL = {"personId": "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x"}
"""What the measured tool is called with."""

_HEADERS = {"x-webex-access-token": "benchmark"}
_READY_SECONDS = 120


@dataclass(frozen=True)
class Place:
    """Where a run finds what it needs.

    Attributes:
        documents: the store of official documents.
        upstream: the URL of the vendor on loopback.
        home: the folder that stands for the user's home; caches go there.
    """

    documents: Path
    upstream: str
    home: Path


@dataclass(frozen=True)
class Server:
    """One way of serving.

    Attributes:
        name: as the tables show it.
        command: without what says over which transport.
        tool: the name that GET /people/{personId} has there.
        times: how many of it run, each on a port of its own, with the callers shared among them.
        proxy: the tool that calls a tool by its name, where the listing does not show them all.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    tool: str
    proxy: str = ""
    stdio: tuple[str, ...] = ("stdio",)
    http: tuple[str, ...] = ("{port}",)
    tail: tuple[str, ...] = field(default=())
    times: int = 1

    def over_stdio(self) -> tuple[str, ...]:
        """Return the command that serves over stdio."""
        return (*self.command, *self.stdio, *self.tail)

    def over_http(self, port: int) -> tuple[str, ...]:
        """Return the command that serves over HTTP."""
        return (*self.command, *(part.format(port=port) for part in self.http), *self.tail)


def ours(place: Place, spec: str = "webex", *options: str, mode: str = "full") -> Server:
    """Return our server with its defaults, argument validation, token handling and audit log among them."""
    options = ("--mode", mode, "--audit-log", "-", *options)
    return Server(
        name=" ".join(["ours", *options]),
        command=(
            *(PYTHON, "cli.py", "serve", "--spec", spec, "--specs-dir", str(place.documents)),
            *("--upstream", f"webex={place.upstream}", *options),
        ),
        environ=environment(place.home, WEBEX_ACCESS_TOKEN="benchmark"),
        tool="webex_get_person",
        stdio=("--transport", "stdio"),
        http=("--transport", "http", "--port", "{port}", "--log-level", "warning"),
    )


def ours_searching(place: Place, spec: str = "webex", *options: str) -> Server:
    """Return our server with search tools in the place of the listing."""
    return replace(ours(place, spec, *options, mode="search"), proxy="call_tool")


def bare(place: Place, spec: str = "webex", mode: str = "full") -> Server:
    """Return bare FastMCP over the same documents."""
    vendor, _, name = spec.partition("/")
    documents = sorted(map(str, (place.documents / vendor).glob(f"*{name}.json")))
    return Server(
        name="bare FastMCP" if mode == "full" else f"FastMCP {mode}",
        command=(PYTHON, "-m", "benchmarks.speed.bare", place.upstream),
        environ=environment(place.home, FASTMCP_LOG_LEVEL="ERROR", FASTMCP_CHECK_FOR_UPDATES="off"),
        tool="Get_Person_Details",
        proxy="call_tool" if mode != "full" else "",
        tail=(mode, *documents),
    )


@contextmanager
def running_vendor(*, tls: bool = False) -> Iterator[str]:
    """Run the vendor on loopback; its CPU is nobody's."""
    module = "benchmarks.speed.tls_vendor" if tls else "benchmarks.speed.vendor"
    process = subprocess.Popen([PYTHON, "-m", module], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@dataclass(frozen=True)
class Running:
    """A server that runs: its process, and how to reach it."""

    server: Server
    era: Era
    pid: int
    port: int = 0
    stdio: StdioConnection | None = None

    async def connection(self) -> Connection:
        """Return a connection that has said hello: over stdio always the same one."""
        if self.stdio is not None:
            return self.stdio
        connection = HttpConnection(self.port, self.era, _HEADERS)
        await connection.open()
        return connection


@asynccontextmanager
async def running(server: Server, transport: str, era: Era) -> AsyncIterator[Running]:
    """Run a server over ``stdio`` or ``http``."""
    if transport == "stdio":
        async with StdioConnection(server.over_stdio(), server.environ, era) as connection:
            await connection.open()
            yield Running(server, era, connection.pid, stdio=connection)
        return
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *server.over_http(port),
        env=dict(server.environ),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _listening(port, process)
        yield Running(server, era, process.pid, port)
    finally:
        process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def _listening(port: int, process: asyncio.subprocess.Process) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        if process.returncode is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise RuntimeError("the server does not listen")
