"""The vendor over TLS: HTTP/2 or HTTP/1.1, as the client asks; the same small answer."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from h2.exceptions import ProtocolError

from benchmarks.speed.vendor import SMALL_BODY, Vendor, run
from tests.tls import self_signed


class Http2Vendor(asyncio.Protocol):
    """One HTTP/2 connection. Requests without a body."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self._h2.initiate_connection()
        transport.write(self._h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        """Answer every request."""
        for event in self._h2.receive_data(data):
            if isinstance(event, RequestReceived):
                with suppress(ProtocolError):  # the client took it back in the same breath
                    self._answer(event.stream_id)
        self._transport.write(self._h2.data_to_send())

    def _answer(self, stream: int) -> None:
        head = [(b":status", b"200"), (b"content-type", b"application/json")]
        self._h2.send_headers(stream, [*head, (b"content-length", str(len(SMALL_BODY)).encode())])
        self._h2.send_data(stream, SMALL_BODY, end_stream=True)


class Negotiating(asyncio.Protocol):
    """A connection that becomes what was agreed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hand the transport over."""
        assert isinstance(transport, asyncio.Transport)
        tls: ssl.SSLObject = transport.get_extra_info("ssl_object")
        if tls.selected_alpn_protocol() == "h2":
            transport.set_protocol(Http2Vendor(transport))
            return
        vendor = Vendor()
        vendor.connection_made(transport)
        transport.set_protocol(vendor)


if __name__ == "__main__":
    run(Negotiating, ssl=self_signed(["h2", "http/1.1"]), backlog=512)
