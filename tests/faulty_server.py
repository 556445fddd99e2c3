"""A vendor on loopback that breaks HTTP on purpose: bytes as the test says, pauses, resets, nothing at all."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """What one request gets.

    Attributes:
        parts: bytes that are sent, and seconds between them.
        then: what becomes of the connection: it is closed, reset (RST), or kept for the next request.
    """

    parts: Sequence[bytes | float] = ()
    then: Literal["close", "reset", "keep"] = "close"


def http(
    status: int = 200,
    body: bytes = b"{}",
    then: Literal["close", "keep"] = "close",
    more: Mapping[str, str] | None = None,
    **headers: str,
) -> Reply:
    """Return a whole answer; underscores in the names of headers are dashes."""
    named = {"content-type": "application/json", "content-length": str(len(body))}
    if then == "close":
        named["connection"] = "close"
    named |= {name.replace("_", "-"): value for name, value in headers.items()} | dict(more or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return Reply([f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body], then)


def slowly(head: bytes, piece: bytes, pause: float, times: int) -> Reply:
    """Return an answer that comes piece by piece, with pauses in seconds."""
    parts: list[bytes | float] = [head]
    for _ in range(times):
        parts += [piece, pause]
    return Reply(parts)


@dataclass
class Faulty:
    """The server: ``requests`` came (method, target, token), ``reply`` says what the n-th of them gets, from 0 on."""

    url: str
    reply: Callable[[int], Reply]
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    connections: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a caller closed its connection before it had its answer."""
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def close_all(self) -> None:
        """Close all connections, as servers do with those that are idle for too long."""
        for writer in self._open:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            self.gone.set()
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        if length := _LENGTH.search(head):
            await reader.readexactly(int(length[1]))
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        token = re.search(rb"authorization: Bearer (\S+)", head, re.IGNORECASE)
        reply = self.reply(len(self.requests))
        self.requests.append((method, target, token[1].decode() if token else ""))
        if reply.then == "keep":
            await _send(writer, reply)
            return True
        sending = asyncio.create_task(_send(writer, reply))
        leaving = asyncio.create_task(reader.read(1))
        await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done() and not sending.done():
            self.gone.set()
        sending.cancel()
        leaving.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        _end(writer, reply)
        return False


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    for part in reply.parts:
        if isinstance(part, bytes):
            writer.write(part)
            await writer.drain()
        else:
            await asyncio.sleep(part)


def _end(writer: asyncio.StreamWriter, reply: Reply) -> None:
    if reply.then == "reset":
        linger = struct.pack("ii", 1, 0)  # on, for no time: closing sends RST instead of FIN
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


@asynccontextmanager
async def faulty(*replies: Reply, port: int = 0) -> AsyncIterator[Faulty]:
    """Run the server: the replies in turn, the last one for all that follow."""
    server = Faulty("", lambda number: replies[min(number, len(replies) - 1)])
    listening = await asyncio.start_server(server._serve, "127.0.0.1", port)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        server.close_all()
