"""A keyring in a file, so that tests need no desktop; ``PYTHON_KEYRING_BACKEND`` names it to a process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

VARIABLE = "TEST_KEYRING_FILE"


@contextmanager
def keyring_in_use(kind: type[KeyringBackend]) -> Iterator[None]:
    """Put a keyring in the place of the system's."""
    before = keyring.get_keyring()
    keyring.set_keyring(kind())
    try:
        yield
    finally:
        keyring.set_keyring(before)


class FileKeyring(KeyringBackend):
    """Keeps all in one JSON file; without ``TEST_KEYRING_FILE`` it is not there."""

    priority = -1  # never chosen by itself

    def _read(self) -> dict[str, str]:
        path = Path(os.environ[VARIABLE])
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        Path(os.environ[VARIABLE]).write_text(json.dumps(entries))

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._write({**self._read(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        entries = self._read()
        if entries.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError
        self._write(entries)
