"""Idle connections are used again while they are good, and not once the vendor has closed them."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpcore2
import pytest

from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.idle_probe import _Probed
from bridge.upstream.tokens import Token

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Vendor:
    """A server that answers every request, and hangs up when it is told to."""

    def __init__(self) -> None:
        self.connections: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        try:
            while (await reader.read(65_536)).endswith(b"\r\n\r\n"):
                writer.write(ANSWER)
        finally:
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Vendor, OutgoingRequest]]:
    vendor = Vendor()
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield vendor, OutgoingRequest("GET", f"http://127.0.0.1:{port}/", {}, b"")
    for connection in vendor.connections:
        connection.close()
        with contextlib.suppress(ConnectionError):
            await connection.wait_closed()
    await asyncio.sleep(0)


async def test_a_connection_is_used_again() -> None:
    async with serving() as (vendor, request), UpstreamClient() as client:
        for _ in range(5):
            assert (await client.send(request, Token("t"))).body == b"{}"
        assert len(vendor.connections) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_one_that_the_vendor_closed_while_it_was_idle_is_not(method: str) -> None:
    async with serving() as (vendor, get), UpstreamClient() as client:
        request = OutgoingRequest(method, get.url, {}, b"")
        await client.send(request, Token("t"))
        vendor.connections[0].close()
        await vendor.connections[0].wait_closed()
        await asyncio.sleep(0.05)
        assert (await client.send(request, Token("t"))).status == 200
        assert len(vendor.connections) == 2


async def test_a_stream_is_readable_once_something_came_or_it_was_closed() -> None:
    async with serving() as (vendor, request):
        port = int(request.url.rpartition(":")[2].strip("/"))
        stream = _Probed(await httpcore2.AnyIOBackend().connect_tcp("127.0.0.1", port))
        assert stream.get_extra_info("is_readable") is False
        assert stream.get_extra_info("server_addr")[1] == port
        while not vendor.connections:
            await asyncio.sleep(0.01)
        vendor.connections[0].write(b"unasked")
        await vendor.connections[0].drain()
        await asyncio.sleep(0.05)
        assert stream.get_extra_info("is_readable") is True
        assert await stream.read(100) == b"unasked"
        assert stream.get_extra_info("is_readable") is False
        await stream.aclose()
        assert stream.get_extra_info("is_readable") is True


async def test_within_tls_the_question_is_the_same() -> None:
    class Wrapping(httpcore2.AsyncMockStream):
        async def start_tls(self, *_: object) -> httpcore2.AsyncNetworkStream:
            return httpcore2.AsyncMockStream([])

    inner = await _Probed(Wrapping([])).start_tls(ssl.create_default_context())
    assert isinstance(inner, _Probed)
