"""What answers one request of a session in JSON, while the others have their event streams."""

from __future__ import annotations

import math
from copy import copy
from functools import partial

import anyio
from fastmcp.server.context import reset_transport, set_transport
from fastmcp.server.http import StreamableHTTPASGIApp, set_http_request
from mcp.server.streamable_http import StreamableHTTPServerTransport
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SessionAnswers:
    """Finds the session of a request, and what answers in JSON there.

    The SDK gives all answers of a session one form. But its transport keeps what belongs to the session in objects, and
    the form in itself: a copy that has the other form answers in the same session.

    Args:
        streamable: FastMCP's app for streamable HTTP, with sessions.
    """

    def __init__(self, streamable: Starlette) -> None:
        endpoints = [getattr(route, "endpoint", None) for route in streamable.routes]
        (self._endpoint,) = [endpoint for endpoint in endpoints if isinstance(endpoint, StreamableHTTPASGIApp)]

    def __call__(self, scope: Scope) -> ASGIApp | None:
        """Return what answers a request in JSON; None where it is of no session, or of one that has ended."""
        manager = self._endpoint.session_manager
        session_id = Headers(scope=scope).get("mcp-session-id", "")
        transport = manager._server_instances.get(session_id) if manager is not None else None
        if manager is None or transport is None or transport.is_terminated or _is_ending(transport):
            return None
        return partial(_answer, manager, transport)


def _is_ending(transport: StreamableHTTPServerTransport) -> bool:
    return transport.idle_scope is not None and transport.idle_scope.cancel_called


async def _answer(
    manager: StreamableHTTPSessionManager,
    transport: StreamableHTTPServerTransport,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    in_json = copy(transport)
    in_json.is_json_response_enabled = True
    in_json.idle_scope = None  # a copy counts for itself: the time without requests is kept here
    _put_off(transport, manager)
    name = set_transport("streamable-http")
    try:
        with set_http_request(Request(scope)):
            await in_json.handle_request(scope, receive, _UnlessEnded(transport, send))
    finally:
        reset_transport(name)
        _put_off(transport, manager)


class _UnlessEnded:
    """An ASGI ``send`` that ends without an answer if the session has ended, as an event stream does.

    The SDK's 500 would be one more answer for a client that closes, which the official client takes ill.
    """

    def __init__(self, transport: StreamableHTTPServerTransport, send: Send) -> None:
        self._transport = transport
        self._send = send
        self._ended = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._ended = message["status"] == 500 and self._transport.is_terminated
            if self._ended:
                message = {**message, "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
        elif self._ended:
            message = {**message, "body": b""}
        await self._send(message)


def _put_off(transport: StreamableHTTPServerTransport, manager: StreamableHTTPSessionManager) -> None:
    """Let the time begin anew after which the session ends for want of requests; it stands still during one."""
    idle, seconds = transport.idle_scope, manager.session_idle_timeout
    if idle is not None and seconds is not None and idle.deadline != math.inf:
        idle.deadline = anyio.current_time() + seconds
