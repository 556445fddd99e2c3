"""Lock files: TOML that people read and version control merges, written whole or not at all.

TOML, because every version of Python that we run on reads it, a person understands it at sight, and each fact has a
line of its own: a change of one document or of one name is a difference of a few lines.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bridge.errors import LockError
from bridge.shipped import shipped_path

NAMES_LOCK = "names.lock"
SPECS_LOCK = "specs.lock"

VERSION = 1
"""Of the shape of both files. A file of another version is refused, not guessed at."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


def lock_folder(override_files: Sequence[Path], cwd: Path) -> Path:
    """Return where the lock files belong: beside the overrides file in use that wins.

    The shipped overrides belong to the installation, and ``/dev/null`` to nobody: with them it is the working
    directory.

    Args:
        override_files: the files in use, the one that wins last.
        cwd: the working directory.
    """
    shipped = shipped_path("overrides.yaml").resolve()
    own = [path for path in override_files if path.is_file() and path.resolve() != shipped]
    return own[-1].parent.absolute() if own else cwd


def read_lock(path: Path) -> Mapping[str, Any] | None:
    """Return the tables of a lock file, None where there is no file.

    Raises:
        LockError: it cannot be read, or is no lock file of ours.
    """
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LockError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise broken(path, f"byte {error.start} is no UTF-8") from None
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise broken(path, f"line {line} is the mark of a merge conflict; keep the lines of one side or of both")
    import tomllib  # noqa: PLC0415 (most have no lock files)

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise broken(path, f"it is no TOML: {error}") from None
    version = content.pop("version", None)
    if version != VERSION or isinstance(version, bool):
        raise broken(path, f"`version` is {version!r}; this program reads {VERSION}")
    return content


def broken(path: Path, what: str) -> LockError:
    """Return the error for a lock file that cannot be used."""
    return LockError(f"{path}: {what} (restore it from version control, or delete it and run `cli.py specs lock`)")


def toml_key(name: str) -> str:
    """Return a key as TOML writes it: bare where that is possible."""
    return name if _BARE.fullmatch(name) else toml_text(name)


def toml_text(text: str) -> str:
    """Return a text as a basic string (TOML 1.0, "String"), which is JSON's but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def lock_text(about: str, tables: Iterable[tuple[Sequence[str], Iterable[tuple[str, str]]]]) -> str:
    """Return a lock file.

    Args:
        about: what a person who opens it should know, one line or more.
        tables: ``(path of the table, lines)``, each line a key and a value as TOML writes it.
    """
    lines = [f"# {line}" for line in about.splitlines()]
    lines += ["", f"version = {VERSION}"]
    for name, entries in tables:
        lines += ["", f"[{'.'.join(map(toml_key, name))}]"]
        lines += [f"{toml_key(key)} = {value}" for key, value in entries]
    return "\n".join(lines) + "\n"


def write_lock(path: Path, text: str) -> bool:
    """Write a lock file beside itself and rename it; tell whether anything changed.

    Raises:
        LockError: it cannot be written; what was there is still there.
    """
    data = text.encode()
    path = path.resolve()  # behind a link lies the file that is meant
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise LockError(f"{path}: cannot be written: {error.strerror}") from error
    return True


def check_writable(folder: Path) -> None:
    """Find out before the work whether lock files can be written.

    Raises:
        LockError: they cannot.
    """
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LockError(
            f"{folder}: the lock files cannot be written there; they lie beside the overrides file in use "
            "(--overrides FILE), and --no-lock writes none"
        )
