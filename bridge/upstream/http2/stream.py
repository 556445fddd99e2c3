"""One request and its answer on an HTTP/2 connection."""

from __future__ import annotations

import asyncio
from collections import deque

Headers = list[tuple[bytes, bytes]]


class UnprocessedError(Exception):
    """The server did nothing with the request, and says so: it may be sent again, whatever it does.

    "The client can be sure that a request has not been processed" if a GOAWAY names a lower stream, or if the stream
    is reset with REFUSED_STREAM (RFC 9113, section 8.7); and if its connection ended before it was written.
    """


class Stream:
    """What came for one request so far.

    Attributes:
        number: the stream identifier.
        head: status and headers of the answer; None: they did not come yet.
        sent: the whole request was handed over.
        ended: the whole answer is here.
        error: what ended the stream before its time.
        unread: bytes of the body that came, padding included, and are not given back to the server's window.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.head: tuple[int, Headers] | None = None
        self.sent = False
        self.ended = False
        self.error: Exception | None = None
        self.unread = 0
        self._chunks: deque[bytes] = deque()
        self._changed = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more comes."""
        return self.ended or self.error is not None

    def take(self) -> bytes | None:
        """Return the next piece of the body, None if there is none at present."""
        return self._chunks.popleft() if self._chunks else None

    def add(self, data: bytes, length: int) -> None:
        """Add a piece of the body that takes up ``length`` bytes of the window."""
        self._chunks.append(data)
        self.unread += length
        self._changed.set()

    def answered(self, status: int, headers: Headers) -> None:
        """Note the head of the answer."""
        self.head = (status, headers)
        self._changed.set()

    def end(self) -> None:
        """Note that the answer is whole."""
        self.ended = True
        self._changed.set()

    def fail(self, error: Exception) -> None:
        """Note what ended the stream before its time; the first reason stands."""
        if not self.is_over:
            self.error = error
        self._changed.set()

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._changed.set()

    async def change(self, seconds: float | None) -> None:
        """Wait until something happens.

        Raises:
            TimeoutError: nothing did within ``seconds``.
        """
        self._changed.clear()
        async with asyncio.timeout(seconds):
            await self._changed.wait()
