"""A file that holds one refresh token: mode 0600, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bridge.errors import TokenError
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.tokens import MAX_TOKEN_BYTES, Token, parse_token


class RefreshTokenFile:
    """Keeps the newest refresh token of one app.

    Args:
        path: of the file; it need not exist.
        named_by: the variable that names it, for errors.
    """

    def __init__(self, path: Path, named_by: str) -> None:
        self._path = path.expanduser().absolute()
        self._named_by = named_by

    def check(self) -> None:
        """Find out before the first token is used up whether the next one can be kept.

        Raises:
            TokenError: it cannot.
        """
        folder = self._path.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK) or self._path.is_dir():
            raise TokenError(f"{self._named_by}: {self._path} cannot be written")
        self.load()

    def load(self) -> Token | None:
        """Return what the file holds, None if there is no file or nothing in it.

        Raises:
            TokenError: it cannot be read, or holds what is no token.
        """
        try:
            with self._path.open("rb") as file:
                text = file.read(MAX_TOKEN_BYTES + 2).strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenError(f"{self._named_by}: {self._path} cannot be read: {error.strerror}") from None
        return parse_token(text, f"the file {self._path}") if text else None

    def save(self, grant: Grant) -> None:
        """Write a refresh token that was issued beside the file, and rename it.

        Raises:
            TokenError: it cannot be written; what was there is still there.
        """
        if grant.refresh_token is None or grant.refresh_token == self.load():
            return
        path = self._path.resolve()  # behind a link lies the file that is meant
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{grant.refresh_token.reveal()}\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise TokenError(f"{self._named_by}: {self._path} cannot be written: {error.strerror}") from None
