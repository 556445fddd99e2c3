"""What a call says of itself while it runs: pages that came, waits for the vendor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastmcp.server.dependencies import get_context

Report = Callable[[float, str], Awaitable[None]]
"""Takes a number that grows from one report to the next, and a sentence."""

_STEP = 0.001


async def report_to_client(progress: float, message: str) -> None:
    """Send a progress notification, if the client asked for progress."""
    await get_context().report_progress(progress, message=message)


class Progress:
    """The progress of one call.

    The number is that of the items that came. It has to grow with each notification (MCP 2025-11-25, Progress,
    "Progress Notifications"): a wait, which brings no items, adds a little.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._last = 0.0

    async def pages(self, items: int, pages: int) -> None:
        """Report how many items of how many pages there are."""
        await self._next(items, f"{items:,} items of {pages:,} pages")

    async def waits(self, message: str) -> None:
        """Report a wait."""
        await self._next(0, message)

    async def _next(self, progress: float, message: str) -> None:
        self._last = max(progress, self._last + _STEP)
        await self._report(self._last, message)
