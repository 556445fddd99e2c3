"""Calls that send nothing but their answer, answered in JSON: an event stream takes a fifth of the CPU of a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pydantic_core
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.server.edge import declared_size
from bridge.server.patient_answer import PatientAnswer

MAX_PEEK_BYTES = 64 * 1024
"""Larger requests are not looked into before the SDK reads them."""

Quiet = Callable[[Mapping[str, Any]], bool]
"""Tells of the parameters of a ``tools/call`` whether it asks nothing while it runs."""

Answering = Callable[[Scope], ASGIApp | None]
"""Returns what answers a request in JSON, None where only an event stream will do."""


class QuietCalls:
    """Answers calls of the handshake era in JSON if it is known before they run that they send nothing else.

    What says more goes on as an event stream: calls that may ask the person, and those whose client wants progress
    (``_meta.progressToken``). A client takes both (MCP 2025-11-25, Transports, "Sending Messages to the Server",
    items 2 and 5); one that does not say so in ``Accept`` is left to the SDK, which refuses it. The 2026-07-28 era
    chooses by itself.

    Args:
        app: the streamable HTTP app.
        quiet: which calls they are.
        answering: what answers them.
    """

    def __init__(self, app: ASGIApp, quiet: Quiet, answering: Answering) -> None:
        self.app = app
        self._quiet = quiet
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        answering = self._answering(scope) if _may_be_quiet(scope) else None
        if answering is None:
            await self.app(scope, receive, send)
            return
        read = await _read(receive)
        if self._is_quiet(b"".join(message.get("body", b"") for message in read)):
            async with PatientAnswer(scope, send) as answer:
                await answering(scope, _Again(read, receive), answer)
        else:
            await self.app(scope, _Again(read, receive), send)

    def _is_quiet(self, body: bytes) -> bool:
        try:
            message = pydantic_core.from_json(body)
        except ValueError:
            return False
        if not isinstance(message, dict) or message.get("method") != "tools/call" or "id" not in message:
            return False
        params = message.get("params")
        if not isinstance(params, dict):
            return False
        meta = params.get("_meta")
        wants_progress = isinstance(meta, dict) and "progressToken" in meta
        return not wants_progress and self._quiet(params)


def _may_be_quiet(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    headers = Headers(scope=scope)
    accepted = headers.get("accept", "")
    return (
        headers.get("mcp-protocol-version", HANDSHAKE_PROTOCOL_VERSIONS[-1]) in HANDSHAKE_PROTOCOL_VERSIONS
        and "application/json" in accepted
        and "text/event-stream" in accepted
        and 0 < declared_size(headers) <= MAX_PEEK_BYTES
    )


async def _read(receive: Receive) -> list[Message]:
    """Return the messages that hold the body, or what came of it before the client went away."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


class _Again:
    """An ASGI ``receive`` that returns what was read already, and then what comes."""

    def __init__(self, read: list[Message], receive: Receive) -> None:
        self._read = iter(read)
        self._receive = receive

    async def __call__(self) -> Message:
        return next(self._read, None) or await self._receive()
