"""SIGHUP: asks a server that runs, or is about to, to read overrides and documents anew."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Postponed:
    """Keeps what is asked until there is somebody who can answer."""

    def __init__(self) -> None:
        self._asked = False
        self._ask: Callable[[], None] | None = None

    def ask(self) -> None:
        """Ask; from any thread or signal handler."""
        if self._ask is None:
            self._asked = True
        else:
            self._ask()

    def lead_to(self, ask: Callable[[], None]) -> None:
        """Pass on what was asked up to now, once, and what is asked from now on."""
        self._ask = ask
        if self._asked:
            ask()


@contextmanager
def asked_by_sighup(ask: Callable[[], None]) -> Iterator[None]:
    """Call ``ask`` on SIGHUP while the block runs; on Windows, which has no such signal, do nothing.

    A terminal that is closed sends the same signal. It ends the process then, as it ends any other.
    """
    if sys.platform == "win32":
        yield
        return
    on_terminal = os.isatty(2)

    def hangup(number: int, _: FrameType | None) -> None:
        if on_terminal and not os.isatty(2):
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        ask()

    before = signal.signal(signal.SIGHUP, hangup)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
