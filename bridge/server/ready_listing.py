"""The tools of ``tools/list`` as bytes that go out as they are; the SDK, which writes all answers, writes a mark.

Megabytes of JSON would else be written anew with every request, from objects that take several times their size. Only
where a transport of ours puts the bytes in the place of the mark is the mark written: any other one gets the tools.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ReadyListing:
    """What one transport puts in the place of its mark, which nobody can know and nothing else can hold."""

    def __init__(self) -> None:
        self.mark = f"tools-{secrets.token_hex(16)}"
        self._written = f'"{self.mark}"'.encode()
        self._tools = b""

    def put(self, tools: bytes) -> str:
        """Take the tools, and return what is to stand in their place."""
        self._tools = tools
        return self.mark

    def spliced(self, data: bytes) -> bytes:
        """Return what the SDK wrote with the tools in it."""
        return data.replace(self._written, self._tools, 1) if self._written in data else data

    @contextmanager
    def offered(self) -> Iterator[None]:
        """Let what answers in this context use it."""
        token = _OFFERED.set(self)
        try:
            yield
        finally:
            _OFFERED.reset(token)


_OFFERED: ContextVar[ReadyListing | None] = ContextVar("ready_listing", default=None)


def offered_listing() -> ReadyListing | None:
    """Return what the transport of the present request offers, None where it writes what it gets."""
    return _OFFERED.get()


class WithReadyListing:
    """Puts the tools in the place of the mark (ASGI): in JSON, and in the events of a stream.

    Args:
        app: a transport of the SDK.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._ready = ReadyListing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with self._ready.offered():
            await self.app(scope, receive, _Splicing(self._ready, send))


class _Splicing:
    """An ASGI ``send`` that keeps the head back until the first part of the body says how long it is."""

    def __init__(self, ready: ReadyListing, send: Send) -> None:
        self._ready = ready
        self._send = send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and "content-length" in MutableHeaders(raw=message["headers"]):
            self._head = message
            return
        body = message.get("body", b"")
        spliced = self._ready.spliced(body) if body else body
        if self._head is not None:
            head, self._head = self._head, None
            headers = MutableHeaders(raw=list(head["headers"]))
            headers["content-length"] = str(int(headers["content-length"]) + len(spliced) - len(body))
            await self._send({**head, "headers": headers.raw})
        await self._send(message if spliced is body else {**message, "body": spliced})
