"""Where the lines of the audit log go."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bridge.errors import OptionError

MAX_BYTES = 10 * 1024 * 1024
KEPT = 5
"""Bytes of the file before another is begun, and how many old ones are kept."""

_log = logging.getLogger(__name__)


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
