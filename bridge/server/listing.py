"""tools/list, made once: the low-level server is handed a ready answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import SERVER_INFO_META_KEY
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from bridge.catalogue.tool_spec import Catalogue


class ToolListing:
    """Middleware of the low-level server that answers ``tools/list`` from the catalogue."""

    def __init__(self, catalogue: Catalogue, server: Server[Any]) -> None:
        self._catalogue = catalogue
        self._server = server
        self._tools: list[dict[str, Any]] | None = None

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Answer ``tools/list`` on one page; pass everything else on."""
        if ctx.method != "tools/list" or ctx.request_id is None:
            return await call_next(ctx)
        if self._tools is None:
            self._tools = self._catalogue.to_listing()
        if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            return {"tools": self._tools}
        # Whoever answers in the place of a handler owns the envelope that the sessionless protocol asks for.
        return {
            "tools": self._tools,
            "resultType": "complete",
            "ttlMs": 0,
            "cacheScope": "private",
            "_meta": {SERVER_INFO_META_KEY: self._server.server_info_stamp},
        }

    def input_schema(self, name: str) -> Mapping[str, Any] | None:
        """Return the input schema of a tool; spares the sessionless protocol a whole listing with every call."""
        spec = self._catalogue.by_name.get(name)
        return spec.input_schema if spec else None
