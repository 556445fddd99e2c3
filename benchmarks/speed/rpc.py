"""Raw JSON-RPC over stdio and HTTP, in both protocol eras: the one client that speaks to every server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self

_LIMIT = 256 * 1024 * 1024
_CLIENT = {"name": "benchmark", "version": "1"}

Json = dict[str, Any]


class Era(StrEnum):
    """How client and server come to know each other."""

    HANDSHAKE = "2025-11-25"
    SESSIONLESS = "2026-07-28"


class Connection(Protocol):
    """One client of one server."""

    async def open(self) -> None:
        """Say hello, as the era wants it."""

    async def request(self, method: str, params: Mapping[str, Any]) -> bytes:
        """Send a request and return the answer, a JSON-RPC response, as it came."""

    async def close(self) -> None:
        """Hang up."""


async def call(connection: Connection, tool: str, arguments: Mapping[str, Any]) -> bytes:
    """Call a tool.

    Raises:
        RuntimeError: the answer is an error.
    """
    answer = await connection.request("tools/call", {"name": tool, "arguments": arguments})
    if b'"isError":true' in answer or b'"result"' not in answer:
        raise RuntimeError(f"{tool}: {answer[:500]!r}")
    return answer


async def list_tools(connection: Connection) -> bytes:
    """Ask for the listing.

    Raises:
        RuntimeError: the answer is none, or goes on on another page.
    """
    answer = await connection.request("tools/list", {})
    if b'"tools":' not in answer or b'"nextCursor"' in answer[-200:]:
        raise RuntimeError(f"no whole listing: {answer[:500]!r}")
    return answer


def _message(number: int | None, method: str, params: Mapping[str, Any], era: Era) -> bytes:
    message: Json = {"jsonrpc": "2.0", "method": method, "params": dict(params)}
    if number is not None:
        message["id"] = number
        if era is Era.SESSIONLESS:
            message["params"]["_meta"] = {
                "io.modelcontextprotocol/protocolVersion": era.value,
                "io.modelcontextprotocol/clientInfo": _CLIENT,
                "io.modelcontextprotocol/clientCapabilities": {},
            }
    return json.dumps(message).encode()


def _hello() -> Json:
    return {"protocolVersion": Era.HANDSHAKE.value, "capabilities": {}, "clientInfo": _CLIENT}


class StdioConnection:
    """A server that is started, and spoken to over its standard streams."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], era: Era) -> None:
        self._command = command
        self._environ = environ
        self._era = era
        self._number = 0
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Return the process."""
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=dict(self._environ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LIMIT,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Shake hands, where the era does."""
        if self._era is Era.HANDSHAKE:
            await self.request("initialize", _hello())
            self._write(_message(None, "notifications/initialized", {}, self._era))

    async def request(self, method: str, params: Mapping[str, Any]) -> bytes:
        """Send a request and return the answer."""
        self._number += 1
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[self._number] = answer
        self._write(_message(self._number, method, params, self._era))
        return await answer

    def _write(self, line: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            number = _id_of(line)
            if number is not None:
                self._waiting.pop(number).set_result(line)
        for answer in self._waiting.values():
            answer.set_exception(RuntimeError(f"{self._command} ended"))

    async def close(self) -> None:
        """End the server, as a client does: by the end of its input."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._reader is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader


def _id_of(line: bytes) -> int | None:
    """Return the id of a response, None for what is none; megabytes are not parsed for it."""
    start = b'{"jsonrpc":"2.0","id":'
    if line.startswith(start):
        digits = line[len(start) : len(start) + 20].partition(b",")[0]
        if digits.isdigit():
            return int(digits)
    number = json.loads(line).get("id")
    return number if isinstance(number, int) else None


class HttpConnection:
    """One keep-alive connection to a server at ``http://127.0.0.1:<port>/mcp``."""

    def __init__(self, port: int, era: Era, headers: Mapping[str, str]) -> None:
        self._port = port
        self._era = era
        self._number = 0
        self._headers = {
            "host": f"127.0.0.1:{port}",
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            **headers,
        }

    async def open(self) -> None:
        """Connect, and shake hands where the era does."""
        await self._connect()
        if self._era is Era.HANDSHAKE:
            self._number += 1
            headers, _ = await self._exchange(_message(self._number, "initialize", _hello(), self._era), {})
            if session := headers.get("mcp-session-id"):
                self._headers["mcp-session-id"] = session
            self._headers["mcp-protocol-version"] = self._era.value
            await self._exchange(_message(None, "notifications/initialized", {}, self._era), {})

    async def request(self, method: str, params: Mapping[str, Any]) -> bytes:
        """Send a request and return the answer."""
        self._number += 1
        extra: dict[str, str] = {}
        if self._era is Era.SESSIONLESS:
            extra = {"mcp-protocol-version": self._era.value, "mcp-method": method}
            if method == "tools/call":
                extra["mcp-name"] = params["name"]
        headers, body = await self._exchange(_message(self._number, method, params, self._era), extra)
        return _last_event(body) if headers.get("content-type", "").startswith("text/event-stream") else body

    async def _connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=_LIMIT)

    async def _exchange(self, content: bytes, extra: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
        lines = [f"{name}: {value}" for name, value in {**self._headers, **extra}.items()]
        if self._reader.at_eof():  # the server hung up while another one had its turn
            await self._connect()
        head = "\r\n".join(["POST /mcp HTTP/1.1", *lines, f"content-length: {len(content)}", "", ""])
        self._writer.write(head.encode() + content)
        status, *fields = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        body = await self._body(headers)
        if status.split()[1] not in ("200", "202"):
            raise RuntimeError(f"{status}: {body[:500]!r}")
        return headers, body

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", 0)))
        chunks = []
        while size := int(await self._reader.readline(), 16):
            chunks.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return b"".join(chunks)

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


def _last_event(stream: bytes) -> bytes:
    data = [line[6:] for line in stream.splitlines() if line.startswith(b"data: ")]
    return data[-1]
