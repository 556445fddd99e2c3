"""GOAWAY frames, taken out of what a server sends before h2 sees them.

h2 takes a GOAWAY for the end of the connection and refuses every frame that follows (python-hyper/h2#1181). But
"activity on streams numbered lower than or equal to the last stream identifier might still complete successfully" (RFC
9113, section 6.8): servers send one after so many requests, or when they are restarted, and go on answering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from h2.exceptions import FrameTooLargeError

_HEAD = 9
_GOAWAY = 7
_LARGEST = 16 * 1024
"""Bytes of the longest frame that we allow a server (SETTINGS_MAX_FRAME_SIZE, which we leave as it is)."""


@dataclass(frozen=True, slots=True)
class GoingAway:
    """A server takes no more streams on this connection.

    Attributes:
        last_stream: the highest stream that it may have done something with; what is above was not processed.
        code: why (RFC 9113, section 7); 0 where nothing is wrong.
    """

    last_stream: int
    code: int


class FrameFilter:
    """Splits what comes into bytes for h2 and GOAWAY frames, in their order; keeps what is incomplete."""

    def __init__(self) -> None:
        self._held = b""
        self._passing = 0  # bytes still to come of a frame whose beginning was passed on

    def feed(self, data: bytes) -> Iterator[bytes | GoingAway]:
        """Yield what is complete of ``data`` and what was held before.

        Raises:
            FrameTooLargeError: a frame is longer than we allow; h2 would wait for all of it first.
        """
        data = self._held + data
        self._held = b""
        size = len(data)
        start, position = 0, min(self._passing, size)
        self._passing -= position
        while position < size:
            if size - position < _HEAD:
                break
            length = int.from_bytes(data[position : position + 3], "big")
            end = position + _HEAD + length
            if length > _LARGEST:
                raise FrameTooLargeError(f"a frame of {length} bytes")
            if data[position + 3] != _GOAWAY or length < 8:  # h2 says what is wrong with it
                self._passing = max(0, end - size)
                position = min(end, size)
                continue
            if end > size:
                break
            if position > start:
                yield data[start:position]
            yield _read(data[position + _HEAD : end])
            start = position = end
        if position > start:
            yield data[start:position]
        self._held = data[position:]


def _read(payload: bytes) -> GoingAway:
    return GoingAway(int.from_bytes(payload[:4], "big") & 0x7FFFFFFF, int.from_bytes(payload[4:8], "big"))
