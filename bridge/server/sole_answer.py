"""The answer to a POST as plain JSON where it is all that the event stream holds: listings of any size arrive."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SoleAnswerAsJson:
    """Sends the answer to a POST as plain JSON where it is all that the event stream holds.

    The official client gives up on an event of more than 1 MiB, and a ``tools/list`` of all operations is larger; JSON
    it reads at any size. The SDK's ``json_response`` would send everything as JSON, and lose progress and questions to
    the person. In the 2026-07-28 era the SDK therefore waits for what comes first: the answer becomes JSON, anything
    else (a notification, or a ping after 15 s of silence) opens an event stream. This does the same for the handshake
    era. Clients accept both (MCP 2025-11-25, Transports, "Sending Messages to the Server", items 2 and 5).

    Args:
        app: the streamable HTTP app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        response = _HeldResponse(send)
        await self.app(scope, receive, response)
        await response.finish()


class _HeldResponse:
    """An ASGI ``send`` that keeps an event stream back until it is known whether it holds more than the answer."""

    # The answer is told by how it begins, which is cheaper than parsing megabytes. Should the SDK ever write it
    # otherwise, it goes out as an event, as it would without this class.
    _ANSWER = re.compile(
        rb'event: message\r\ndata: (?=\{"jsonrpc":"2\.0","id":(?:-?\d+|"(?:[^"\\]|\\.)*"),"(?:result|error)":)'
    )

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._answer: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_event_stream(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        elif message.get("body"):
            await self._event(message)
        elif not message.get("more_body"):
            await self.finish()

    async def _event(self, message: Message) -> None:
        if self._answer is None and self._ANSWER.match(message["body"]):
            self._answer = message
            return
        for held in (self._start, self._answer, message):
            if held is not None:
                await self._send(held)
        self._start = self._answer = None

    async def finish(self) -> None:
        """Send what is still held, at the end of the stream or when the app broke off without ending it."""
        start, self._start = self._start, None
        if start is None:
            return
        body = b""
        if self._answer is not None:
            # One line of data, because JSON has its line breaks escaped.
            body = self._ANSWER.sub(b"", self._answer["body"], count=1).rstrip(b"\r\n")
            headers = MutableHeaders(raw=list(start["headers"]))
            headers["content-type"] = "application/json"
            headers["content-length"] = str(len(body))
            start = {**start, "headers": headers.raw}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _is_event_stream(start: Message) -> bool:
    return Headers(raw=list(start["headers"])).get("content-type", "").startswith("text/event-stream")
