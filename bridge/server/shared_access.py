"""The HTTP edge where all callers act with the server's own tokens: theirs are never mixed in."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.vendors import Vendor


class SharedAccess:
    """Lets every request through that shows no vendor's token.

    A caller who sends a token means to act with it: to act with the server's instead would be a surprise, so that the
    request is refused. ``Authorization`` is left alone: it may be for what authenticates callers in front.

    Args:
        app: the MCP app to guard.
        vendors: the vendors that are served.
    """

    def __init__(self, app: ASGIApp, vendors: Collection[Vendor]) -> None:
        self.app = app
        self._headers = tuple(vendor.token_header for vendor in vendors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        shown = [name for name in self._headers if name in headers]
        if not shown:
            await self.app(scope, receive, send)
            return
        message = f"this server calls with tokens of its own; leave out the header {' and '.join(shown)}"
        refusal = JSONResponse({"error": "token_not_taken", "message": message}, status_code=400)
        await refusal(scope, receive, send)
