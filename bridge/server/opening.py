"""The first requests of a client over stdio: what is known is answered before the server is up.

Importing FastMCP takes a second, and a client that starts a server waits for its listing. Where the answers to what
the client asks are known from an earlier start, they are given at once. Then the server is made, and gets everything
that came in as if nothing had been answered; of its own answers those are held back that the client has already.
"""

from __future__ import annotations

import json
import logging
import os
import select
import stat
import sys
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from bridge.server.known_answers import FIRST_REQUESTS, KnownAnswers, question_of
from bridge.server.live import LiveCatalogue
from bridge.spec.document import JsonObject

FIRST_WAIT = 0.25
"""Seconds that a client may take for its next request before the server is made meanwhile."""

LAST_WAIT = 0.03
"""The same once it has its listing."""

_CHUNK = 1 << 16
_VERSION = "io.modelcontextprotocol/protocolVersion"

_log = logging.getLogger("bridge.cache")

RequestId = int | str


class _Era(Enum):
    """How the client began: with a handshake, or with what says of itself which protocol it is."""

    UNKNOWN = auto()
    HANDSHAKE = auto()
    SESSIONLESS = auto()


def loop_can_wait() -> bool:
    """Tell whether an event loop can wait for the standard streams: they are pipes or sockets, and not on Windows."""
    if os.name != "posix":
        return False
    try:
        numbers = [stream.buffer.fileno() for stream in (sys.stdin, sys.stdout)]
        modes = [os.fstat(number).st_mode for number in numbers]
    except (AttributeError, OSError, ValueError):  # there is none, or one that is no stream of the system
        return False
    return numbers == [0, 1] and all(stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) for mode in modes)


class Opening:
    """What was answered early, and what the server itself answers to the same requests.

    Args:
        known: answers of earlier starts; learns what it does not know yet.
        live: what is listed.
    """

    def __init__(self, known: KnownAnswers, live: LiveCatalogue) -> None:
        self._known = known
        self._live = live
        self._said: dict[RequestId, str] = {}
        self._asked: dict[RequestId, str] = {}
        self._era = _Era.UNKNOWN
        self.received = b""
        """All that was read of the client; the server is to read it first."""
        self.is_over = False
        """Whether the client has hung up, with the answers to all that it asked."""

    def answer(self, source: int, sink: int) -> None:
        """Answer what is known, until something is asked that is not, or nothing more is asked.

        Args:
            source: the number of the stream from the client.
            sink: that of the stream to it.
        """
        if not self._known:
            return
        wait, rest = FIRST_WAIT, b""
        while select.select([source], [], [], wait)[0]:
            data = os.read(source, _CHUNK)
            if not data:
                self.is_over = not rest
                return
            self.received += data
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                answer = self._answer(line)
                if answer is None or not _written(sink, answer):
                    return
                if b'"tools/list"' in line:
                    wait = LAST_WAIT

    def _answer(self, line: bytes) -> bytes | None:
        """Return the answer to a message, empty where it asks for none; None where it is not known."""
        message = _message(line)
        method, params, number = message.get("method"), message.get("params") or {}, message.get("id")
        if not isinstance(method, str) or not isinstance(params, dict):
            return None
        if "id" not in message:
            return b"" if method == "notifications/initialized" else None
        if isinstance(number, bool) or not isinstance(number, int | str) or number in self._said:
            return None
        question = question_of(method, params) if self._is_in_order(method, params) else None
        result = self._known.result(question, lambda: self._live.exposure.listing_json) if question else None
        if question is None or result is None:
            return None
        self._said[number] = question
        return b'{"jsonrpc":"2.0","id":%b,"result":%b}\n' % (json.dumps(number).encode(), result)

    def _is_in_order(self, method: str, params: JsonObject) -> bool:
        """Tell whether the server would take this request now; a connection is of one era, that of its beginning."""
        meta = params.get("_meta")
        sessionless = isinstance(meta, dict) and _VERSION in meta
        if self._era is _Era.UNKNOWN:
            self._era = _Era.SESSIONLESS if sessionless else _Era.HANDSHAKE
            return sessionless or method == "initialize"
        return method != "initialize" and sessionless == (self._era is _Era.SESSIONLESS)

    def note(self, number: RequestId, method: str, params: Mapping[str, Any] | None) -> None:
        """Remember that the server itself is asked this, for the next start."""
        if method in FIRST_REQUESTS and number not in self._said and self._known.keeps:
            question = question_of(method, params)
            if question is not None:
                self._asked[number] = question

    def holds_back(self, number: RequestId | None, line: bytes, mark: str) -> bool:
        """Tell whether the client has this answer already; learn it if it is to be known the next time.

        Args:
            number: of the request.
            line: the answer as the server wrote it.
            mark: what stands in it in the place of a listing.
        """
        if number is None or not (self._said or self._asked):
            return False
        said = self._said.pop(number, None)
        question = said or self._asked.pop(number, None)
        if question is None:
            return False
        result = json.loads(line).get("result")
        if said is None:
            if result is not None:
                self._known.learn(question, result, mark)
        elif result is None or not self._known.agrees(question, result, mark):
            _log.warning("what clients ask first is answered otherwise now; a client that is started anew learns it")
            self._known.forget()
        return said is not None


def _message(line: bytes) -> JsonObject:
    """Return a JSON-RPC message, empty where it is none."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) and message.get("jsonrpc") == "2.0" else {}


def _written(sink: int, data: bytes) -> bool:
    """Write, and tell whether there is still somebody who reads."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(sink, left[:_CHUNK]) :]
        except BlockingIOError:  # the other end may have made the stream so
            select.select([], [sink], [])
        except OSError:
            return False
    return True
