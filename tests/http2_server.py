"""A vendor on loopback that speaks HTTP/2 over TLS, frame by frame as the test says."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, PingAckReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

from tests.tls import self_signed


@dataclass
class Http2Request:
    """A request as it came.

    Attributes:
        connection: the number of its connection, from 0 on.
        headers: as they stood on the wire, pseudo-headers first.
    """

    connection: int
    stream: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the one value of a header, None if there is none; it must not stand twice."""
        values = [value for entry, value in self.headers if entry == name]
        assert len(values) <= 1, (name, values)
        return values[0] if values else None

    @property
    def method(self) -> str:
        """Return the method."""
        return self.header(":method") or ""

    @property
    def path(self) -> str:
        """Return path and query."""
        return self.header(":path") or ""

    @property
    def token(self) -> str:
        """Return the bearer token."""
        return (self.header("authorization") or "").removeprefix("Bearer ")


class Peer:
    """One connection, the server's end."""

    def __init__(self, server: Http2Server, number: int, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.number = number
        self.open: set[int] = set()
        self.resets: dict[int, int] = {}
        """Streams that the client reset, and its reasons."""
        self.writer = writer
        config = H2Configuration(client_side=False, header_encoding="utf-8")
        self.h2 = H2Connection(config)
        self._requests: dict[int, Http2Request] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.pinged = asyncio.Event()
        """Set when the client answered a PING: it has read what was sent before."""
        self._windows = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Read until the client is gone."""
        self.h2.local_settings = Settings(client=False, initial_values=dict(self.server.settings))
        self.h2.initiate_connection()
        self.flush()
        try:
            while data := await reader.read(65536):
                for event in self.h2.receive_data(data):
                    self._handle(event)
                self.flush()
        except (ConnectionError, ProtocolError) as error:
            self.server.errors.append(error)
        finally:
            for task in self._tasks:
                task.cancel()
            self.writer.close()

    def flush(self) -> None:
        """Send what h2 has to send."""
        if not self.writer.is_closing():
            self.writer.write(self.h2.data_to_send())

    def _handle(self, event: Event) -> None:
        match event:
            case RequestReceived():
                self.open.add(event.stream_id)
                self.server.most_streams = max(self.server.most_streams, len(self.open))
                request = Http2Request(self.number, event.stream_id, [(str(n), str(v)) for n, v in event.headers])
                self._requests[event.stream_id] = request
                if self.server.at_head:
                    self._begin(request)
            case DataReceived():
                self._requests[event.stream_id].body += event.data
                if not self.server.holds_windows:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case StreamEnded():
                if not self.server.at_head:
                    self._begin(self._requests[event.stream_id])
            case StreamReset():
                self.open.discard(event.stream_id)
                self.resets[event.stream_id] = event.error_code
                self.server.reset.set()
            case PingAckReceived():
                self.pinged.set()
            case WindowUpdated():
                self._windows.set()

    def _begin(self, request: Http2Request) -> None:
        self.server.requests.append(request)
        self.server.arrived.set()
        task = asyncio.create_task(self._answer(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, request: Http2Request) -> None:
        await self.server.handle(self, request)

    def head(
        self, request: Http2Request, status: int = 200, headers: Mapping[str, str] | None = None, *, ends: bool = False
    ) -> None:
        """Send the head of an answer."""
        if ends:
            self.open.discard(request.stream)
        self.h2.send_headers(request.stream, [(":status", str(status)), *(headers or {}).items()], end_stream=ends)
        self.flush()

    async def data(self, request: Http2Request, body: bytes, *, ends: bool = True) -> None:
        """Send a body as the client's windows allow."""
        while True:
            size = min(self.h2.local_flow_control_window(request.stream), self.h2.max_outbound_frame_size, len(body))
            if body and size <= 0:
                self._windows.clear()
                await self._windows.wait()
                continue
            chunk, body = body[:size], body[size:]
            if ends and not body:
                self.open.discard(request.stream)
            self.h2.send_data(request.stream, chunk, end_stream=ends and not body)
            self.flush()
            await self.writer.drain()
            if not body:
                break

    async def answer(self, request: Http2Request, body: Any = None, status: int = 200, **headers: str) -> None:
        """Answer; underscores in the names of headers are dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        head = {"content-type": "application/json", "content-length": str(len(content)), **named}
        self.head(request, status, head, ends=request.method == "HEAD")
        if request.method != "HEAD":
            await self.data(request, content)

    def refuse(self, request: Http2Request, code: ErrorCodes = ErrorCodes.REFUSED_STREAM) -> None:
        """Reset a stream."""
        self.open.discard(request.stream)
        self.h2.reset_stream(request.stream, code)
        self.flush()

    async def ping(self) -> None:
        """Send PING and wait for the answer."""
        self.h2.ping(b"12345678")
        self.flush()
        await self.pinged.wait()

    def go_away(self, last_stream: int, code: ErrorCodes = ErrorCodes.NO_ERROR) -> None:
        """Send GOAWAY and go on with the streams up to the last one; h2 itself would not."""
        self.flush()
        self.writer.write(GoAwayFrame(0, last_stream_id=last_stream, error_code=code).serialize())

    def close(self) -> None:
        """Close the connection."""
        self.writer.close()


async def answered(peer: Peer, request: Http2Request) -> None:
    """Answer with ``{}``."""
    await peer.answer(request)


@dataclass
class Http2Server:
    """The server: ``requests`` came; ``handle`` says what each gets.

    Attributes:
        settings: what it tells clients.
        at_head: handle a request when its head is here, before its body.
        holds_windows: give no window back for the bodies that come.
    """

    handle: Callable[[Peer, Http2Request], Awaitable[None]] = answered
    settings: Mapping[SettingCodes, int] = field(default_factory=lambda: {SettingCodes.MAX_CONCURRENT_STREAMS: 128})
    at_head: bool = False
    holds_windows: bool = False
    url: str = ""
    requests: list[Http2Request] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    most_streams: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    reset: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def only(self) -> Http2Request:
        """Return the one request that came."""
        (request,) = self.requests
        return request

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(self, len(self.peers), writer)
        self.peers.append(peer)
        with contextlib.suppress(asyncio.CancelledError):
            await peer.serve(reader)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Http2Server]:
        """Listen on a free port."""
        listening = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self_signed(["h2"]))
        self.url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listening.close()
            for peer in self.peers:
                peer.close()
