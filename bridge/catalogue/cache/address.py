"""What a catalogue is made from -> the address of its compiled form: whatever changes, the address does."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bridge.shipped import package_version, shipped_path

_SMALL = 256 * 1024
"""Bytes up to which a file's content counts, beside what the file system says of it."""

_PACKAGE = Path(__file__).resolve().parent.parent.parent


def address_of(settings: Mapping[str, Any], files: Iterable[Path]) -> str:
    """Return the address of what the settings and files give: 64 hexadecimal digits.

    Of a file count its path, size, inode and times (nanoseconds), and its content too where it is small; that it is
    not there counts as well. So do this package's version and all files of its code.

    Args:
        settings: what decides beside files; JSON.
        files: those that are read.
    """
    digest = hashlib.sha256()
    about = {"version": package_version(), "settings": settings}
    digest.update(json.dumps(about, sort_keys=True, default=str).encode())
    for path in (*_code(_PACKAGE), *files):
        digest.update(_facts(path))
    return digest.hexdigest()


def shipped_inputs() -> Iterator[Path]:
    """Yield the shipped files that decide what a catalogue is, overrides aside."""
    folder = shipped_path("specs")
    yield from _files(folder, ".yaml")
    for vendor in _folders(folder):
        yield from _files(vendor, ".yaml")


def stored_inputs(store: Path) -> Iterator[Path]:
    """Yield the documents of a store."""
    for vendor in _folders(store):
        yield from _files(vendor, ".json")


def _code(folder: Path) -> Iterator[Path]:
    yield from _files(folder, ".py")
    for inner in _folders(folder):
        yield from _code(inner)


def _files(folder: Path, suffix: str) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder) if entry.name.endswith(suffix))
    except OSError:
        return []


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder) if entry.is_dir() and entry.name[0] not in "._")
    except OSError:
        return []


def _facts(path: Path) -> bytes:
    try:
        about = path.stat()
        content = path.read_bytes() if about.st_size <= _SMALL and path.suffix != ".py" else b""
    except OSError:
        return f"{path}\0absent\0".encode(errors="surrogateescape")
    facts = (path, about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns)
    return "\0".join(map(str, facts)).encode(errors="surrogateescape") + hashlib.sha256(content).digest()
