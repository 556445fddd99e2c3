"""Callers with the same token queue for the vendor after it said that they are too many."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

UNTHROTTLED = 32
"""Once so many may send at one time again, the throttling is over."""
LINGER = 30.0
"""Seconds that a throttle is remembered after it opened, if nobody comes."""


class Throttle:
    """Who may send now with one token to one vendor.

    Everybody, until the vendor refuses (429). Then nobody for the time that it asks for; then one alone, and one more
    with each answer that is no refusal: so that those who waited do not come all at once. Who waits is served in turn.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep
        self._until = -math.inf
        self._window = math.inf
        self._running = 0
        self._closed = 0  # how often; an answer to what was sent before the last time says nothing of now
        self._turn = asyncio.Lock()  # wakes those who wait in the order in which they came
        self._left = asyncio.Event()

    @property
    def opens_in(self) -> float:
        """Return the seconds for which nobody may send; 0 if it is open."""
        return max(0.0, self._until - _now())

    @property
    def is_free(self) -> bool:
        """Return whether who comes now need not wait."""
        return not self._turn.locked() and self._running < self._window and self._until <= _now()

    async def enter(self) -> int:
        """Wait until it is the caller's turn; give what comes back to ``leave``."""
        async with self._turn:
            while not (self._running < self._window and self._until <= _now()):
                if self._until > _now():
                    await self._sleep(self._until - _now())
                else:
                    self._left.clear()
                    await self._left.wait()
            self._running += 1
            return self._closed

    def leave(self, entered: int, *, answered: bool) -> None:
        """Let the next one in.

        Args:
            entered: what ``enter`` returned.
            answered: whether the vendor answered with anything but a refusal.
        """
        self._running -= 1
        if answered and entered == self._closed:
            self._window += 1
            if self._window > UNTHROTTLED:
                self._window = math.inf
        self._left.set()

    def close(self, seconds: float) -> None:
        """Let nobody in for some seconds, and then one alone."""
        self._until = max(self._until, _now() + seconds)
        self._window = 1
        self._closed += 1
        # The timer holds on to this object, which nothing else does once the calls that know it are over.
        asyncio.get_running_loop().call_at(self._until + LINGER, lambda: self)


class Throttles:
    """The throttles of all callers; one that is open and that nobody uses is forgotten.

    They are kept by vendor and the token's digest: a token stands in no key.
    """

    def __init__(self) -> None:
        self._known: WeakValueDictionary[tuple[str, str], Throttle] = WeakValueDictionary()

    def of(self, vendor: str, digest: str) -> Throttle:
        """Return the one that all calls with this token to this vendor share."""
        found = self._known.get((vendor, digest))
        if found is None:
            found = self._known[vendor, digest] = Throttle()
        return found

    def __len__(self) -> int:
        return len(self._known)


def _now() -> float:
    return asyncio.get_running_loop().time()
