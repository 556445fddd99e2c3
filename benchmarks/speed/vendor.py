"""A vendor on loopback that costs as little as can be: every request gets the same ready answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LARGE = "large"
"""A path with this in it is answered with about 1 MB."""


def _answer(content: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def _person(number: int) -> dict[str, object]:
    return {
        "id": f"Y2lzY29zcGFyazovL3VzL1BFT1BMRS8{number:08d}",
        "emails": [f"person{number}@example.com"],
        "displayName": f"Person {number}",
        "created": "2026-01-01T00:00:00.000Z",
        "roles": ["full administrator", "user"],
    }


SMALL_BODY = json.dumps(_person(1)).encode()
_SMALL_ANSWER = _answer(SMALL_BODY)
_LARGE_ANSWER = _answer(json.dumps({"items": [_person(number) for number in range(5_000)]}).encode())


class Vendor(asyncio.Protocol):
    """One connection. Requests without a body, one after another."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request whose head is complete."""
        assert self._transport is not None
        *heads, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in heads:
            line = head.partition(b"\r\n")[0]
            self._transport.write(_LARGE_ANSWER if LARGE.encode() in line else _SMALL_ANSWER)


def run(protocol: Callable[[], asyncio.Protocol], **options: Any) -> None:
    """Serve a protocol on loopback until Ctrl-C; print the port first.

    Args:
        protocol: makes one for each connection.
        options: of ``create_server``.
    """

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, **options)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    with suppress(KeyboardInterrupt):
        asyncio.run(serve())


if __name__ == "__main__":
    run(Vendor)
