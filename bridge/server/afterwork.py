"""Work that can wait until the server answers: done in a thread, and finished before a process that ends well."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

DELAY = 1.0
"""Seconds after which it begins: a client has its listing by then."""

FINISH_SECONDS = 5.0
"""How long the end of the process waits for it."""

_log = logging.getLogger("bridge")


class Afterwork:
    """One piece of work.

    Args:
        work: what is done; an error is logged and stops nobody.
        delay: after how many seconds it begins.
    """

    def __init__(self, work: Callable[[], None], delay: float = DELAY) -> None:
        self._work = work
        self._delay = delay
        self._thread: threading.Thread | None = None

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[None]:
        """Begin it while the block runs, if that runs long enough."""
        timer = asyncio.get_running_loop().call_later(self._delay, self.start)
        try:
            yield
        finally:
            timer.cancel()

    def start(self) -> None:
        """Begin it, if it has not begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._do, name="afterwork", daemon=True)
            self._thread.start()

    def finish(self, seconds: float = FINISH_SECONDS) -> None:
        """Do it, if it is not done, and wait for it; what takes longer is broken off with the process."""
        self.start()
        if self._thread is not None:
            self._thread.join(seconds)

    def _do(self) -> None:
        try:
            self._work()
        except Exception:
            _log.exception("what was to be done after the start failed; the server goes on")
