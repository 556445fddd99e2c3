"""Whether an idle connection is still good, asked of the system with one call.

The pool of httpcore2 asks this of every idle connection with every request, and through anyio each answer costs three
system calls and some twenty Python ones: with 32 callers a fifth of what a call costs, while the vendor has its time.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2


def probing_backend() -> httpcore2.AsyncNetworkBackend:
    """Return what opens connections that answer quickly whether they are still good, where the system lets them."""
    return _Backend() if hasattr(select, "poll") else httpcore2.AnyIOBackend()


def probe_cheaply(client: httpx2.AsyncClient) -> None:
    """Make the connections that a client opens from now on answer quickly whether they are still good."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx2.AsyncHTTPTransport):
            # The pool takes a backend as an argument; the transport, which makes the pool, does not hand one on.
            transport._pool._network_backend = probing_backend()


class _Backend(httpcore2.AnyIOBackend):
    """httpcore2's own backend over asyncio, whose streams keep what they need for the answer."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        return _Probed(await super().connect_tcp(host, port, timeout, local_address, socket_options))


class _Probed(httpcore2.AsyncNetworkStream):
    """A stream as it is, but for the question whether there is something to read."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        # Without a layer of their own: they are awaited several times with each request.
        self.read = stream.read  # type: ignore[method-assign]
        self.write = stream.write  # type: ignore[method-assign]
        self._socket: socket.socket | None = stream.get_extra_info("socket")
        self._poll = select.poll()
        if self._socket is not None:
            self._poll.register(self._socket.fileno(), select.POLLIN)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        return _Probed(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        if info != "is_readable":
            return self._stream.get_extra_info(info)
        # What has no socket any more counts as readable: there is its end to read (as httpcore2 has it).
        return self._socket is None or self._socket.fileno() < 0 or bool(self._poll.poll(0))
