"""tools/list, made once a catalogue: the low-level server is handed a ready answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server

from bridge.catalogue.tool_spec import ToolSpec
from bridge.server.audit import Outcome, record
from bridge.server.live import LiveCatalogue
from bridge.server.own_result import own_error, own_result
from bridge.server.ready_listing import offered_listing


class ToolListing:
    """Middleware of the low-level server that answers ``tools/list``, and calls of tools that are not listed."""

    def __init__(self, live: LiveCatalogue, server: Server[Any]) -> None:
        self._live = live
        self._server = server

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Answer ``tools/list`` on one page and name the nearest tool for an unknown one; pass everything else on."""
        if ctx.request_id is not None and ctx.method == "tools/list":
            exposure, ready = self._live.exposure, offered_listing()
            tools = ready.put(exposure.listing_json) if ready else exposure.listing
            return own_result(ctx, self._server, {"tools": tools}, {"ttlMs": 0, "cacheScope": "private"})
        if ctx.request_id is not None and ctx.method == "tools/call" and (said := self._unknown(ctx.params)):
            record().outcome = Outcome.REFUSED
            return own_error(ctx, self._server, said)
        return await call_next(ctx)

    def _unknown(self, params: Mapping[str, Any] | None) -> str:
        name = (params or {}).get("name")
        exposure = self._live.exposure
        if not isinstance(name, str) or exposure.shown(name) is not None:
            return ""
        return exposure.not_found(name)

    def input_schema(self, name: str) -> Mapping[str, Any] | None:
        """Return the schema of a tool as it is listed; spares the sessionless protocol a listing with every call."""
        found = self._live.exposure.shown(name)
        return found.shown_schema if isinstance(found, ToolSpec) else found.input_schema if found else None
