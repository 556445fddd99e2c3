"""One file of sections: a magic, a checksum, and bytes that are mapped into memory and read when they are asked for."""

from __future__ import annotations

import json
import mmap
import os
import secrets
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bridge.errors import CacheFormatError

MAGIC = b"ZWBRIDGE-CATALOGUE\x01\n"
"""What a file begins with; the number is that of the format."""

_HEAD = struct.Struct("<II")
"""The checksum of all that follows it (CRC-32), and the length of the table of sections."""

_CHUNK = 1 << 18


class SectionFile:
    """The sections of a file; they stay in the page cache that all processes share."""

    def __init__(self, content: mmap.mmap, sections: Mapping[str, tuple[int, int]]) -> None:
        self._content = content
        self._sections = sections

    def section(self, name: str) -> memoryview:
        """Return a section.

        Raises:
            CacheFormatError: there is none of this name.
        """
        if name not in self._sections:
            raise CacheFormatError(f"no section {name}")
        start, length = self._sections[name]
        return memoryview(self._content)[start : start + length]


def write_sections(path: Path, sections: Mapping[str, bytes]) -> None:
    """Write a file beside the place where it belongs, and rename it: whoever reads finds a whole one or none.

    Raises:
        OSError: the folder cannot be written, or the disk is full; nothing is left then.
    """
    places: dict[str, tuple[int, int]] = {}
    end = 0
    for name, content in sections.items():
        places[name] = (end, len(content))
        end += len(content)
    table = json.dumps(places).encode()
    checksum = zlib.crc32(table)
    for content in sections.values():
        checksum = zlib.crc32(content, checksum)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(MAGIC + _HEAD.pack(checksum, len(table)) + table)
            for content in sections.values():
                file.write(content)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def open_sections(path: Path) -> SectionFile:
    """Return the sections of a file, the whole of which was checked.

    Raises:
        OSError: there is none, or it cannot be read.
        CacheFormatError: it is damaged, of another format, or somebody else's.
    """
    with path.open("rb") as file:
        _check_owner(file.fileno())
        head = file.read(len(MAGIC) + _HEAD.size)
        if len(head) < len(MAGIC) + _HEAD.size or not head.startswith(MAGIC):
            raise CacheFormatError("not a compiled catalogue of this version")
        checksum, length = _HEAD.unpack_from(head, len(MAGIC))
        table = file.read(length)
        # Read here, not through the mapping: the pages of a mapping that were touched count as the process's memory.
        found = zlib.crc32(table)
        while chunk := file.read(_CHUNK):
            found = zlib.crc32(chunk, found)
        if found != checksum:
            raise CacheFormatError("the checksum is wrong")
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return SectionFile(content, _places(table, len(head) + length, len(content)))


def _check_owner(descriptor: int) -> None:
    """Refuse what another user could have written: a catalogue says to which host a token goes."""
    if os.name != "posix":
        return
    about = os.fstat(descriptor)
    if about.st_uid != os.geteuid() or about.st_mode & 0o022:
        raise CacheFormatError("it belongs to another user, or others may write it")


def _places(table: bytes, start: int, size: int) -> dict[str, tuple[int, int]]:
    try:
        places: dict[str, Any] = json.loads(table)
        found = {name: (start + int(offset), int(length)) for name, (offset, length) in places.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise CacheFormatError("the table of sections cannot be read") from error
    if any(offset + length > size for offset, length in found.values()):
        raise CacheFormatError("it ends too early")
    return found
