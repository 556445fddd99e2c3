"""Results of our own middleware, in the place of a handler's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import SERVER_INFO_META_KEY
from mcp_types.version import MODERN_PROTOCOL_VERSIONS


def own_result(
    ctx: ServerRequestContext[Any, Any],
    server: Server[Any],
    result: Mapping[str, Any],
    modern: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a result with the envelope that its protocol asks for.

    Args:
        ctx: the request that is answered.
        server: who answers it.
        result: what both protocol eras have.
        modern: what the sessionless protocol has besides.
    """
    if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        return dict(result)
    # Whoever answers in the place of a handler owns the envelope that the sessionless protocol asks for.
    stamp = {SERVER_INFO_META_KEY: server.server_info_stamp}
    return {**result, "resultType": "complete", **(modern or {}), "_meta": stamp}


def own_error(ctx: ServerRequestContext[Any, Any], server: Server[Any], text: str) -> dict[str, Any]:
    """Return the error result of a call."""
    return own_result(ctx, server, {"content": [{"type": "text", "text": text}], "isError": True})
