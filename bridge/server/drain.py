"""The end of a server: no new calls, and time for those that run."""

from __future__ import annotations

import logging
import time
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server

from bridge.server.audit import Outcome, record
from bridge.server.own_result import own_error

RETRY_SECONDS = 5
"""What a client or a balancer is told to wait."""

REFUSAL = "the server is shutting down: nothing was sent; call again in a few seconds"

_log = logging.getLogger(__name__)


class Drain:
    """Middleware of the low-level server that counts the calls, and takes no new ones once the end has begun.

    It stands before every transport, and asks nothing of how a call came: streamable HTTP in both protocol eras, SSE,
    stdio.

    Args:
        server: whose calls.
        seconds: how long running calls may take to end.
    """

    def __init__(self, server: Server[Any], seconds: float) -> None:
        self.running = 0
        self._server = server
        self._seconds = seconds
        self._until: float | None = None

    @property
    def begun(self) -> bool:
        """Return whether the end has begun."""
        return self._until is not None

    @property
    def over(self) -> bool:
        """Return whether nothing runs any more, or what runs had its time."""
        return self._until is not None and (not self.running or time.monotonic() >= self._until)

    def begin(self) -> None:
        """Take no new calls from now on. May be called by a signal's handler."""
        if self._until is not None:
            return
        self._until = time.monotonic() + self._seconds
        if self.running:
            _log.info("ending: %s to go, for %g s at most", _calls(self.running), self._seconds)

    def end(self) -> None:
        """Say what is cut off, if anything is."""
        if self.running:
            _log.warning("ended: %s cut off after %g s", _calls(self.running), self._seconds)

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Let a call through and count it, or refuse it; pass everything else on: answers, cancellations, pings."""
        if ctx.request_id is None or ctx.method != "tools/call":
            return await call_next(ctx)
        if self.begun:
            record().outcome = Outcome.REFUSED
            return own_error(ctx, self._server, REFUSAL)
        self.running += 1
        try:
            return await call_next(ctx)
        finally:
            self.running -= 1


def _calls(count: int) -> str:
    return f"{count} call{'s' if count != 1 else ''}"
