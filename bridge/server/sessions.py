"""Who is told that the list of tools is another one: every session, and every stream that asked for it."""

from __future__ import annotations

import logging
from typing import Any

import anyio
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ToolsListChanged
from mcp_types import SubscriptionsListenRequestParams

TELLING_SECONDS = 5.0
"""How long one client may take to be told; one that has stopped reading holds up nobody."""

_log = logging.getLogger(__name__)


class Sessions:
    """Middleware of the low-level server that knows the open sessions, over stdio, streamable HTTP and SSE.

    A session of the handshake era is told by ``notifications/tools/list_changed`` on its own channel (MCP 2025-11-25,
    Tools, "List Changed Notification"). In the sessionless era a client asks for it with ``subscriptions/listen`` and
    gets it on that stream (MCP 2026-07-28, SEP-2575).

    Args:
        server: gets this as its last middleware, and the handler of ``subscriptions/listen``.
    """

    def __init__(self, server: Server[Any]) -> None:
        self._connections: set[Connection] = set()
        self._bus = InMemorySubscriptionBus()
        self._listening = ListenHandler(self._bus)
        server.middleware.append(self)
        server.add_request_handler("subscriptions/listen", SubscriptionsListenRequestParams, self._listening)

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Remember the connection of a session that has begun, until it ends."""
        result = await call_next(ctx)
        if ctx.method == "notifications/initialized":
            connection = ctx.session._connection
            if connection.has_standalone_channel and connection not in self._connections:
                self._connections.add(connection)
                connection.exit_stack.callback(self._connections.discard, connection)
        return result

    async def tell_tools_changed(self) -> None:
        """Tell every session that the list of tools is another one; a client that cannot be told is passed over."""
        async with anyio.create_task_group() as telling:
            for connection in tuple(self._connections):
                telling.start_soon(_tell, connection)
            telling.start_soon(self._bus.publish, ToolsListChanged())

    def end_streams(self) -> None:
        """End the streams of ``subscriptions/listen`` as the protocol has it; they would outlive everything else."""
        self._listening.close()


async def _tell(connection: Connection) -> None:
    with anyio.move_on_after(TELLING_SECONDS):
        try:
            await connection.send_tool_list_changed()
        except Exception as error:  # whatever it is, it concerns this one client alone
            _log.debug("a session could not be told of the new tools: %s", type(error).__name__)
