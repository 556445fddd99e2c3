"""An answer in JSON that may take its time: no proxy gives up on it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.datastructures import Headers
from starlette.types import Message, Scope, Send

PING_SECONDS = 15.0
"""How long nothing is sent before something is: what sse-starlette, and so the SDK's event streams, wait."""

_PING = b": ping\r\n\r\n"


class PatientAnswer:
    """An ASGI ``send`` for a response in JSON, which becomes an event stream if it does not begin in time.

    The stream carries a comment from time to time (WHATWG HTML, "Server-sent events", "Authoring notes": every 15 s or
    so, for proxies that close what is idle), and the answer as its one event.

    Args:
        scope: the request.
        send: sends the response.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._lock = asyncio.Lock()
        self._is_stream = False
        self._begun = False
        self._pings: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(PING_SECONDS, self._lose_patience)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._pings is not None:
            self._pings.cancel()

    async def __call__(self, message: Message) -> None:
        """Send a part of the response (ASGI)."""
        if message["type"] == "http.response.start":
            async with self._lock:  # a ping may be on its way
                self._begun = True
            if not self._is_stream:
                await self._send(message)
        elif self._is_stream:
            answer = message.get("body", b"")
            body = b"event: message\r\ndata: %b\r\n\r\n" % answer if answer else b""
            await self._send({"type": "http.response.body", "body": body, "more_body": False})
        else:
            await self._send(message)

    def _lose_patience(self) -> None:
        self._pings = asyncio.get_running_loop().create_task(self._ping())

    async def _ping(self) -> None:
        while True:
            async with self._lock:
                if self._begun:
                    return
                if not self._is_stream:
                    self._is_stream = True
                    await self._send(self._head())
                await self._send({"type": "http.response.body", "body": _PING, "more_body": True})
            await asyncio.sleep(PING_SECONDS)

    def _head(self) -> Message:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-cache, no-transform"),
            (b"x-accel-buffering", b"no"),
        ]
        if session := Headers(scope=self._scope).get("mcp-session-id"):
            headers.append((b"mcp-session-id", session.encode("latin-1")))
        return {"type": "http.response.start", "status": 200, "headers": headers}
