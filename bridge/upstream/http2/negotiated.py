"""A TLS connection that is HTTP/2 or HTTP/1.1, as the server says (ALPN, RFC 7301)."""

from __future__ import annotations

import asyncio
import ssl

import httpcore2

from bridge.upstream.http2.connection import Http2Connection
from bridge.upstream.idle_probe import probing_backend

_ALPN = ["h2", "http/1.1"]


class Connect:
    """Makes connections, and remembers which servers speak HTTP/1.1 alone.

    Args:
        context: whom to trust.
        keepalive_expiry: seconds that a connection is kept while nobody calls; None: as long as the server keeps it.
    """

    def __init__(self, context: ssl.SSLContext, keepalive_expiry: float | None) -> None:
        self._context = context
        self._keepalive_expiry = keepalive_expiry
        self._network = probing_backend()
        self._http1_only: set[str] = set()

    def may_be_shared(self, origin: httpcore2.Origin) -> bool:
        """Tell whether a connection to this origin may carry several requests at a time."""
        return str(origin) not in self._http1_only

    async def to(self, origin: httpcore2.Origin, timeout: float | None) -> httpcore2.AsyncConnectionInterface:
        """Return a connection.

        Args:
            origin: to whom.
            timeout: seconds for the TCP connection, and again for TLS.

        Raises:
            ConnectError, ConnectTimeout: it did not come about.
        """
        host = origin.host.decode("ascii")
        tcp = await self._network.connect_tcp(host, origin.port, timeout=timeout)
        self._context.set_alpn_protocols(_ALPN)  # a client without HTTP/2 may use the same context
        try:
            tls = await tcp.start_tls(self._context, server_hostname=host, timeout=timeout)
        except BaseException:  # a cancellation too, after which nobody else closes it
            await tcp.aclose()
            raise
        if tls.get_extra_info("ssl_object").selected_alpn_protocol() == "h2":
            self._http1_only.discard(str(origin))
            return Http2Connection(origin, tls, self._keepalive_expiry)
        self._http1_only.add(str(origin))
        return httpcore2.AsyncHTTP11Connection(origin, tls, self._keepalive_expiry)


class NegotiatedConnection(httpcore2.AsyncConnectionInterface):
    """A connection that is made by its first request; the others wait to learn whether they may share it.

    Args:
        origin: whom it is to.
        connect: makes it.
    """

    def __init__(self, origin: httpcore2.Origin, connect: Connect) -> None:
        self._origin = origin
        self._connect = connect
        self._made: httpcore2.AsyncConnectionInterface | None = None
        self._failure: BaseException | None = None
        self._making = asyncio.Lock()

    async def handle_async_request(self, request: httpcore2.Request) -> httpcore2.Response:
        """Send a request; raises what making the connection and the connection itself raise."""
        async with self._making:
            made = self._made or await self._make(request.extensions.get("timeout", {}).get("connect"))
        return await made.handle_async_request(request)

    async def _make(self, timeout: float | None) -> httpcore2.AsyncConnectionInterface:
        if isinstance(self._failure, Exception):  # whoever waited would wait as long as the first, one after the other
            try:
                raise self._failure  # noqa: TRY301
            except Exception as error:
                raise type(error)(str(error)) from error  # the pool cuts the cause off, but not the context
        if self._failure is not None:  # the first was cancelled, which says nothing of the server
            raise httpcore2.ConnectionNotAvailable
        try:
            self._made = await self._connect.to(self._origin, timeout)
        except BaseException as error:
            self._failure = error
            raise
        return self._made

    async def aclose(self) -> None:
        """Close it."""
        if self._made is not None:
            await self._made.aclose()

    def can_handle_request(self, origin: httpcore2.Origin) -> bool:
        """Tell whether the connection is to this origin."""
        return origin == self._origin

    def is_connected(self) -> bool:
        """Tell whether it was made and is open."""
        return self._made is not None and self._made.is_connected()

    def is_available(self) -> bool:
        """Tell whether it takes a request, or will take several once it is made."""
        if self._made is None:
            return self._failure is None and self._connect.may_be_shared(self._origin)
        return self._made.is_available()

    def has_expired(self) -> bool:
        """Tell whether it is to be closed."""
        return self._failure is not None if self._made is None else self._made.has_expired()

    def is_idle(self) -> bool:
        """Tell whether nobody calls."""
        return self._failure is not None if self._made is None else self._made.is_idle()

    def can_multiplex(self) -> bool:
        """Tell whether it carries several requests at a time."""
        return self._made is not None and self._made.can_multiplex()

    def is_closed(self) -> bool:
        """Tell whether it is over, or did not come about."""
        return self._failure is not None if self._made is None else self._made.is_closed()

    def info(self) -> str:
        """Return what it is, for whoever debugs."""
        if self._made is None:
            return "connecting" if self._failure is None else "failed"
        return self._made.info()
