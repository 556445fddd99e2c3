"""MCP over standard input and output: read and written by the event loop, without threads."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Any, Self, cast

import anyio
from fastmcp import FastMCP
from fastmcp.server.context import reset_transport, set_transport
from mcp.server.stdio import stdio_server
from mcp.shared._stream_protocols import ReadStream, WriteStream
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCRequest, JSONRPCResponse, jsonrpc_message_adapter

from bridge.server.opening import Opening, loop_can_wait
from bridge.server.ready_listing import ReadyListing

HIGH_WATER = 1024 * 1024
"""Bytes that wait for a slow client before an answer waits too."""

FINISH_SECONDS = 5
"""How long a client may take to read the last answers."""


async def serve_stdio(server: FastMCP[Any], opening: Opening | None = None) -> None:
    """Serve until the client closes its end, as ``FastMCP.run_stdio_async`` does, over streams of our own.

    Args:
        server: the MCP server.
        opening: what was read and answered before.
    """
    token = set_transport("stdio")
    low_level = server._mcp_server
    try:
        async with server._lifespan_manager(), standard_streams(opening) as (incoming, outgoing):
            await low_level.run(incoming, outgoing, low_level.create_initialization_options())
    finally:
        reset_transport(token)


@asynccontextmanager
async def standard_streams(
    opening: Opening | None = None,
) -> AsyncIterator[tuple[ReadStream[SessionMessage | Exception], WriteStream[SessionMessage]]]:
    """Give the messages that come in on standard input, and the way out on standard output.

    The SDK's own transport hands every line to a thread and every answer to another: a third of what a call costs us.
    Where the event loop can wait for the streams itself (pipes and sockets, which is what clients start servers with),
    it does; elsewhere (a terminal, a file, Windows) the SDK's transport serves.

    While it is open, standard input is empty and standard output is standard error for everybody else: what a library
    prints must not end up between messages.

    Args:
        opening: what was read and answered before; only where ``loop_can_wait``.
    """
    if not loop_can_wait():
        async with stdio_server() as streams:
            yield streams
        return
    with _claimed(0) as source, _claimed(1) as sink:
        loop = asyncio.get_running_loop()
        ready = ReadyListing()
        incoming, outgoing = _Incoming(opening), _Outgoing(ready, opening)
        reading, _ = await loop.connect_read_pipe(lambda: incoming, os.fdopen(source, "rb", buffering=0))
        await loop.connect_write_pipe(lambda: outgoing, os.fdopen(sink, "wb", buffering=0))
        try:
            with ready.offered():
                yield incoming, outgoing
        finally:
            reading.close()
            await outgoing.finish()


@contextmanager
def _claimed(number: int) -> Iterator[int]:
    """Give another number of a standard stream, whose own number leads elsewhere while the block runs."""
    import fcntl  # noqa: PLC0415 (there is none on Windows)

    sys.stdout.flush()
    # Numbers above those of the standard streams, which no child process inherits.
    kept = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 3)
    elsewhere = os.open(os.devnull, os.O_RDONLY) if number == 0 else os.dup(2)
    os.dup2(elsewhere, number)
    os.close(elsewhere)
    try:
        yield fcntl.fcntl(kept, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.set_blocking(kept, True)
        os.dup2(kept, number)
        os.close(kept)


class _Incoming(asyncio.Protocol):
    """The messages of a stream of lines, one JSON-RPC message each."""

    def __init__(self, opening: Opening | None) -> None:
        self._begun: list[bytes] = []
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._ended = False
        self._opening = opening
        if opening is not None and opening.received:
            self.data_received(opening.received)

    def data_received(self, data: bytes) -> None:
        """Take what came; a line may be in many pieces (asyncio.Protocol)."""
        first, *rest = data.split(b"\n")
        self._begun.append(first)
        for piece in rest:
            self._lines.put_nowait(b"".join(self._begun))
            self._begun = [piece]

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end (asyncio.Protocol)."""
        if any(self._begun):
            self._lines.put_nowait(b"".join(self._begun))
        self._lines.put_nowait(None)

    async def receive(self) -> SessionMessage | Exception:
        """Return the next message, or what is wrong with the line in its place.

        Raises:
            anyio.EndOfStream: the client closed its end.
        """
        line = None if self._ended else await self._lines.get()
        if line is None:
            self._ended = True
            raise anyio.EndOfStream
        try:
            message = jsonrpc_message_adapter.validate_json(line.decode("utf-8", "replace"), by_name=False)
        except ValueError as error:
            return error
        if self._opening is not None and isinstance(message, JSONRPCRequest):
            self._opening.note(message.id, message.method, message.params)
        return SessionMessage(message)

    async def aclose(self) -> None:
        """Read no further."""
        self._ended = True
        self._lines.put_nowait(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class _Outgoing(asyncio.Protocol):
    """Messages as lines."""

    def __init__(self, ready: ReadyListing, opening: Opening | None) -> None:
        self._ready = ready
        self._opening = opening
        self._transport: asyncio.WriteTransport | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio.BaseProtocol)."""
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.set_write_buffer_limits(HIGH_WATER)

    def pause_writing(self) -> None:
        """Let answers wait (asyncio.BaseProtocol)."""
        self._room.clear()

    def resume_writing(self) -> None:
        """Let them go on (asyncio.BaseProtocol)."""
        self._room.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let nobody wait any longer: the client went away, or all is written (asyncio.BaseProtocol)."""
        self._closed.set()
        self._room.set()

    async def send(self, item: SessionMessage, /) -> None:
        """Write a message.

        Raises:
            anyio.BrokenResourceError: the client went away.
        """
        if self._closed.is_set() or self._transport is None:
            raise anyio.BrokenResourceError
        message = item.message
        line = message.model_dump_json(by_alias=True, exclude_unset=True).encode()
        if (
            self._opening is not None
            and isinstance(message, JSONRPCResponse | JSONRPCError)
            and self._opening.holds_back(message.id, line, self._ready.mark)
        ):
            return
        self._transport.write(self._ready.spliced(line) + b"\n")
        await self._room.wait()

    async def finish(self) -> None:
        """Write what is still waiting, and close; a client that takes nothing is left after ``FINISH_SECONDS``."""
        if self._transport is None:
            return
        self._transport.close()
        try:
            await asyncio.wait_for(self._closed.wait(), FINISH_SECONDS)
        except TimeoutError:
            self._transport.abort()

    async def aclose(self) -> None:
        """Send no further; what was sent is written all the same."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
