"""The account of what happened: one line of JSON a call, without any value of an argument, any body, any token."""

from __future__ import annotations

import asyncio
import json
import logging
import logging.handlers
import os
import secrets
import sys
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types.methods import is_input_required

from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, BridgeError, NotAllowedError, OptionError, TokenError
from bridge.upstream.retry import Effort
from bridge.upstream.tokens import Token

MAX_BYTES = 10 * 1024 * 1024
KEPT = 5
"""Bytes of the file before another is begun, and how many old ones are kept."""
LONGEST_NAME = 64
"""Characters of a name that a client chose."""

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What a call came to."""

    OK = "ok"
    ERROR = "error"
    """The vendor answered with an error, or a tool of our own did."""
    FAILED = "failed"
    """The vendor did not answer, or the bridge failed."""
    INVALID = "invalid"
    """The arguments do not fit; nothing was sent."""
    REFUSED = "refused"
    """Not allowed, not agreed to, without a token, or while the server ends; nothing was sent."""
    ASKED = "asked"
    """The client was told to ask the person; the answer comes with the next call."""
    DRY_RUN = "dry_run"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Record:
    """What is known of a call so far.

    Attributes:
        tool: the name that was called.
        salt: what the digest of the token is made with.
        through: the tool of our own that another one was called through.
        spec: the tool, once it is found.
        caller: the digest of the token.
        effort: what it has cost.
    """

    tool: str = ""
    salt: bytes = b""
    through: str | None = None
    spec: ToolSpec | None = None
    caller: str | None = None
    outcome: Outcome | None = None
    status: int | None = None
    effort: Effort | None = None
    tracking_id: str | None = None

    def begin(self, spec: ToolSpec, through: str | None) -> None:
        """Note which tool it is."""
        self.tool, self.spec, self.through = spec.name, spec, through

    def called_by(self, token: Token) -> None:
        """Note whose call it is."""
        if self.salt:
            self.caller = token.salted(self.salt)[:16]

    def read(self, structured: Mapping[str, Any], *, ok: bool) -> None:
        """Note what the vendor answered."""
        self.status = structured.get("status_code")
        tracking = structured.get("tracking_id")
        self.tracking_id = tracking[:LONGEST_NAME] if isinstance(tracking, str) else None
        self.outcome = Outcome.OK if ok else Outcome.ERROR

    def failed(self, error: Exception) -> None:
        """Note why there is no answer."""
        match error:
            case ArgumentError():
                self.outcome = Outcome.INVALID
            case NotAllowedError() | TokenError():
                self.outcome = Outcome.REFUSED
            case _:
                self.outcome = Outcome.FAILED


Observer = Callable[[Record, float], None]
"""Told of a call that has ended, and how many seconds it took."""

_current: ContextVar[Record | None] = ContextVar("bridge_audit_record", default=None)


def record() -> Record:
    """Return the record of the call that is running now; one that nobody reads where none is kept."""
    return _current.get() or Record()


class AuditLog:
    """Where the lines go: a file that only its owner may read, begun anew in time, or stderr.

    A line that cannot be written, on a full disk for instance, breaks no call; the first is reported.

    Args:
        path: the file; None for stderr.
        salt: what digests of tokens are made with: a secret of this process where it is None.

    Raises:
        OptionError: the file cannot be written.
    """

    def __init__(self, path: Path | None = None, salt: bytes | None = None) -> None:
        self.salt = salt or secrets.token_bytes(32)
        try:
            self._handler: logging.Handler = _PrivateFile(path) if path else _Stderr(sys.stderr)
        except OSError as error:
            raise OptionError(f"--audit-log {path}: cannot be written: {error.strerror}") from None
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def write(self, line: Mapping[str, Any]) -> None:
        """Write a line."""
        text = json.dumps(line, ensure_ascii=True, separators=(",", ":"))
        self._handler.handle(logging.LogRecord(__name__, logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # what could not be written was reported when it was to be
            self._handler.close()


class _Reporting(logging.Handler):
    """A handler that reports the first line that it cannot write, and none of the next until one succeeds."""

    _broken = False

    def handleError(self, _: logging.LogRecord) -> None:  # noqa: N802 (its name in the standard library)
        if not self._broken:
            self._broken = True
            error = sys.exc_info()[1]
            said = error.strerror if isinstance(error, OSError) else type(error).__name__
            _log.error("the audit log cannot be written (%s): calls go on, and are not recorded", said)


class _PrivateFile(_Reporting, logging.handlers.RotatingFileHandler):
    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        opened = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if hasattr(os, "fchmod"):
            os.fchmod(opened, 0o600)  # it may have been there before
        return os.fdopen(opened, "a", encoding="utf-8")


class _Stderr(_Reporting, logging.StreamHandler[Any]):
    pass


class Audit:
    """Middleware of the low-level server that keeps the record of each ``tools/call``, whatever ends it.

    Args:
        log: where its line goes; None for nowhere.
        known: tells whether a name is a tool's; any other text could be anything, an argument too, and is not kept.
        observers: told of each record and how many seconds the call took.
    """

    def __init__(
        self, log: AuditLog | None, known: Callable[[str], bool], observers: Collection[Observer] = ()
    ) -> None:
        self._log = log
        self._known = known
        self._observers = tuple(observers)

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Let a call through and record it; pass everything else on."""
        if ctx.request_id is None or ctx.method != "tools/call":
            return await call_next(ctx)
        name = (ctx.params or {}).get("name")
        salt = self._log.salt if self._log else b""
        kept = Record(name if isinstance(name, str) and self._known(name) else "?", salt)
        begun = time.monotonic()
        reset = _current.set(kept)
        try:
            result = await call_next(ctx)
        except asyncio.CancelledError:
            kept.outcome = Outcome.CANCELLED
            raise
        except Exception as error:
            kept.outcome = kept.outcome or (Outcome.FAILED if isinstance(error, BridgeError) else Outcome.REFUSED)
            raise
        else:
            kept.outcome = kept.outcome or _outcome(result)
            return result
        finally:
            _current.reset(reset)
            seconds = time.monotonic() - begun
            if self._log:
                self._log.write(_line(kept, ctx, seconds))
            for observer in self._observers:
                observer(kept, seconds)


def _outcome(result: HandlerResult) -> Outcome:
    if is_input_required(result):
        return Outcome.ASKED
    is_error = result.get("isError") if isinstance(result, Mapping) else getattr(result, "is_error", False)
    return Outcome.ERROR if is_error else Outcome.OK


def _line(kept: Record, ctx: ServerRequestContext[Any, Any], seconds: float) -> dict[str, Any]:
    operation = kept.spec.operation if kept.spec else None
    effort = kept.effort or Effort()
    client = ctx.session.client_params
    facts = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": str(ctx.request_id)[:LONGEST_NAME],
        "tool": kept.tool,
        "through": kept.through,
        "vendor": operation.vendor.name if operation else None,
        "method": operation.method if operation else None,
        "path": operation.path if operation else None,
        "outcome": kept.outcome,
        "status": kept.status,
        "duration_ms": round(seconds * 1000, 1),
        "attempts": effort.attempts,
        "waited_ms": round(effort.waited * 1000),
        "bytes": effort.received,
        "caller": kept.caller,
        "client": client.client_info.name[:LONGEST_NAME] if client else None,
        "tracking_id": kept.tracking_id,
    }
    return {key: value for key, value in facts.items() if value is not None}
