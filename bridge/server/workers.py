"""Many processes that answer on one port: made by fork, so that all that was read and imported is there once."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple

from bridge.errors import BridgeError

_log = logging.getLogger(__name__)

_FORWARDED = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_QUICK_SECONDS = 2.0
_QUICK_DEATHS = 5


class _Started(NamedTuple):
    worker: int
    begun: float


class Workers:
    """Processes that do the same work, one in the place of each that dies before its time.

    SIGINT and SIGTERM to this process let each of them end well, the same again ends them at once, and SIGHUP reaches
    them all. Should this process be killed, they end well too.

    Args:
        count: how many.
        work: what each does until SIGTERM ends it; called in a process of its own with its number, counted from 0; who
            takes the place of another one has that one's.
        ending: called in this process when they are to end: none is started any more.
    """

    def __init__(self, count: int, work: Callable[[int], None], ending: Callable[[], None] | None = None) -> None:
        self._count = count
        self._work = work
        self._end = ending
        self._started: dict[int, _Started] = {}
        self._ending = False
        self._read_end, self._write_end = os.pipe()

    def run(self) -> None:
        """Run them until they were told to end and have ended.

        Raises:
            BridgeError: they die as soon as they start, or one did not end well.
        """
        with self._forwarding():
            for worker in range(self._count):
                self._start(worker)
            failed = self._wait()
        os.close(self._write_end)
        os.close(self._read_end)
        if failed:
            raise BridgeError("not every worker process ended well; the lines above say why")

    def _wait(self) -> bool:
        quick, failed = 0, False
        while self._started:
            pid, status = os.waitpid(-1, 0)
            ended = self._started.pop(pid, None)
            if ended is None:
                continue
            code = os.waitstatus_to_exitcode(status)
            if self._ending:
                failed = failed or code != 0
                continue
            _log.warning("worker process %s ended with %s", pid, code)
            quick = quick + 1 if time.monotonic() - ended.begun < _QUICK_SECONDS else 0
            if quick >= _QUICK_DEATHS:
                failed = True
                self._tell(signal.SIGTERM)
            else:
                self._start(ended.worker)
        return failed

    def _start(self, worker: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal that comes now waits until whom it finds knows who it is.
        signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
        if self._ending:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
            return
        pid = os.fork()
        if pid:
            self._started[pid] = _Started(worker, time.monotonic())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
            return
        code = 1
        try:
            self._be_a_worker()
            self._work(worker)
            code = 0
        except BaseException:
            _log.exception("a worker process failed")
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _be_a_worker(self) -> None:
        # A group of its own: Ctrl-C on a terminal reaches the parent alone, which passes it on once.
        os.setpgid(0, 0)
        for number in _FORWARDED:
            signal.signal(number, _end_at_once)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        os.close(self._write_end)
        threading.Thread(target=self._outlive_nobody, daemon=True).start()

    def _outlive_nobody(self) -> None:
        os.read(self._read_end, 1)  # nothing is ever written: it returns when the parent is gone
        os.kill(os.getpid(), signal.SIGTERM)

    def _tell(self, number: int) -> None:
        if number != getattr(signal, "SIGHUP", None):
            self._ending = True
            if self._end is not None:
                self._end()
        told = signal.SIGTERM if number == signal.SIGINT else number
        for pid in tuple(self._started):
            os.kill(pid, told)  # not reaped yet, so that the number is still its own

    @contextmanager
    def _forwarding(self) -> Iterator[None]:
        def forward(number: int, _: FrameType | None) -> None:
            self._tell(number)

        before = {number: signal.signal(number, forward) for number in _FORWARDED}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _end_at_once(_: int, __: FrameType | None) -> None:
    """End a worker that has not begun its work."""
    os._exit(0)
