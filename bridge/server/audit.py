"""The account of what happened: one line of JSON a call, without any value of an argument, any body, any token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types.methods import is_input_required

from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, BridgeError, NotAllowedError, TokenError
from bridge.server.audit_log import AuditLog
from bridge.upstream.retry import Effort
from bridge.upstream.tokens import Token

LONGEST_NAME = 64
"""Characters of a name that a client chose."""


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
