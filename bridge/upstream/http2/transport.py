"""The transport that speaks HTTP/2 where a server does: agreed by ALPN within TLS, HTTP/1.1 otherwise."""

from __future__ import annotations

import ssl

import httpcore2
import httpx2

from bridge.upstream.http2.negotiated import Connect, NegotiatedConnection
from bridge.upstream.http2.stream import UnprocessedError


class Http2Transport(httpx2.AsyncHTTPTransport):
    """httpx2's transport with a pool that makes HTTP/2 connections; without a proxy.

    Args:
        context: whom to trust.
        limits: of connections.
    """

    def __init__(self, context: ssl.SSLContext, limits: httpx2.Limits) -> None:
        super().__init__(verify=context, limits=limits)
        self._pool = _Pool(context, limits)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, once more at once if it was not processed: a server that restarts refuses what is under way.

        Raises:
            UnprocessedError: it was refused twice.
        """
        try:
            return await super().handle_async_request(request)
        except UnprocessedError:
            return await super().handle_async_request(request)


class _Pool(httpcore2.AsyncConnectionPool):
    """httpcore2's pool, with connections that may turn out to be HTTP/2."""

    def __init__(self, context: ssl.SSLContext, limits: httpx2.Limits) -> None:
        super().__init__(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
        )
        self._connect = Connect(context, limits.keepalive_expiry)

    def create_connection(self, origin: httpcore2.Origin) -> httpcore2.AsyncConnectionInterface:
        """Return a connection that is made when its first request comes."""
        if origin.scheme != b"https":
            return super().create_connection(origin)
        return NegotiatedConnection(origin, self._connect)
