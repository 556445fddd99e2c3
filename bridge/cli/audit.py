"""The option of serve that says where the audit log goes."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bridge.server.audit_log import AuditLog

OFF, STDERR = "off", "-"

AuditLogOption = Annotated[
    str | None,
    typer.Option(
        "--audit-log",
        help="Where a line of JSON goes for each call: a file, - (stderr), off. Default: over HTTP -, over stdio off.",
        metavar="FILE",
    ),
]

_log = logging.getLogger("bridge")


def opened_audit_log(where: str, state_key: str | None = None) -> AuditLog | None:
    """Return the log that ``--audit-log`` names, None for ``off``.

    Args:
        where: a file, ``-`` for stderr, ``off``.
        state_key: what replicas share; with it, a caller has the same digest in all of them.

    Raises:
        OptionError: the file cannot be written.
    """
    if where == OFF:
        return None
    from bridge.server.audit_log import AuditLog  # noqa: PLC0415 (only where one is kept)

    salt = hashlib.sha256(b"audit " + state_key.encode()).digest() if state_key else None
    _log.info("each call is recorded %s", "on stderr" if where == STDERR else f"in {where}")
    return AuditLog(None if where == STDERR else Path(where).expanduser(), salt)
