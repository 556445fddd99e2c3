"""A file that a model gives as one string -> the part of a multipart body that it becomes."""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from bridge.errors import ArgumentError
from bridge.file_names import safe_file_name
from bridge.media_types import BYTES, extension_of, media_type_of

MAX_FILE_BYTES = 20 * 1024 * 1024
"""What one file that is sent may have."""

LONGEST_PATH = 4096
"""Characters; what is longer is no path (Linux: PATH_MAX)."""

_DATA_URI = re.compile(r"(?i:data):(?P<type>[^;,]*)(?P<parameters>(?:;[^;,]*)*),(?P<data>.*)", re.DOTALL)
_NAME_PARAMETER = re.compile(r";(?:file)?name=([^;]*)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class FileAccess:
    """Which files may be sent.

    Attributes:
        folders: where files of this computer may be read from, their symbolic links resolved; empty: nowhere.
        max_bytes: of one file, wherever it comes from.
    """

    folders: tuple[Path, ...] = ()
    max_bytes: int = MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file: its name, its bytes, its media type."""

    filename: str
    content: bytes
    media_type: str


NO_FILES = FileAccess()
"""Only what the argument itself holds is sent."""


def read_file_argument(name: str, value: str, access: FileAccess = NO_FILES) -> FilePart:
    """Read a ``data:`` URI (RFC 2397), the absolute path of a file, or base64 text.

    A file without a name of its own (a ``name`` parameter of the URI, the path's last part) is named after the
    argument.

    Args:
        name: the argument's.
        value: what was given.
        access: which files may be sent.

    Raises:
        ArgumentError: it is none of the three, it is too large, or the path may not be read.
    """
    if match := _DATA_URI.fullmatch(value):
        part = _of_data_uri(name, match)
    elif _is_path(value, access):
        return _of_path(name, value, access)
    else:
        content = _base64(value)
        part = None if content is None else FilePart(f"{name}{extension_of(BYTES)}", content, BYTES)
    if part is None:
        paths = f", or as an absolute path inside {_listed(access.folders)}" if access.folders else ""
        raise ArgumentError(f"argument {name!r}: a file is given as base64 text or as a data: URI{paths}")
    _check_size(name, len(part.content), access)
    return part


def _of_data_uri(name: str, match: re.Match[str]) -> FilePart | None:
    media_type = match["type"].lower() or "text/plain"
    is_base64 = match["parameters"].lower().endswith(";base64")
    content = _base64(unquote(match["data"])) if is_base64 else _percent_decoded(match["data"])
    # What stands here goes into a header of the part: no line ends, nothing that is no media type.
    if content is None or not _MEDIA_TYPE.fullmatch(media_type):
        return None
    named = _NAME_PARAMETER.search(match["parameters"])
    filename = safe_file_name(unquote(named[1])) if named else ""
    return FilePart(filename or f"{name}{extension_of(media_type)}", content, media_type)


def _is_path(value: str, access: FileAccess) -> bool:
    """Tell a path from base64 text, which may begin with a slash as well (that of every JPEG does).

    Padded base64 text is taken for a path only if the folder that it begins with is there. Without folders nothing
    is looked up, so that nobody can ask what there is.
    """
    if len(value) > LONGEST_PATH or not (value.startswith("/") or (os.name == "nt" and Path(value).is_absolute())):
        return False
    if _base64(value) is None or len("".join(value.split())) % 4:
        return True
    first = "/" + value.lstrip("/").partition("/")[0]
    return bool(access.folders) and not value.startswith("//") and os.path.lexists(first)


def _of_path(name: str, value: str, access: FileAccess) -> FilePart:
    if not access.folders:
        raise ArgumentError(
            f"argument {name!r}: no files are read from the disk; with --files-dir FOLDER (of call, or of serve over "
            "stdio) those of this folder are; else give base64 text or a data: URI"
        )
    try:
        path = Path(value).resolve()
        if not any(path.is_relative_to(folder) for folder in access.folders):
            # Whether there is such a file is not said.
            raise ArgumentError(f"argument {name!r}: the path is outside {_listed(access.folders)}")
        content = _content(name, path, access)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle, Python 3.12 and older
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no path"
        raise ArgumentError(f"argument {name!r}: the file cannot be read: {reason}") from None
    filename = safe_file_name(Path(value).name) or name
    return FilePart(filename, content, media_type_of(filename))


def _content(name: str, path: Path, access: FileAccess) -> bytes:
    """Read a regular file of a path without links.

    Raises:
        ArgumentError: it is no regular file, or too large.
        OSError: it cannot be read.
    """
    _check_regular(name, path.stat())  # a device or a pipe is not even opened
    with os.fdopen(os.open(path, _OPEN_FLAGS), "rb") as file:
        found = os.fstat(file.fileno())
        _check_regular(name, found)
        _check_size(name, found.st_size, access)
        content = file.read(access.max_bytes + 1)
    _check_size(name, len(content), access)
    return content


def _check_regular(name: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ArgumentError(f"argument {name!r}: the path is not that of a regular file")


def _check_size(name: str, size: int, access: FileAccess) -> None:
    if size > access.max_bytes:
        limit = access.max_bytes
        shown = f"{limit // (1024 * 1024)} MB" if limit % (1024 * 1024) == 0 else f"{limit:,} bytes"
        raise ArgumentError(f"argument {name!r}: the file has {size:,} bytes, more than the limit of {shown}")


def _listed(folders: tuple[Path, ...]) -> str:
    return " or ".join(map(str, folders))


def _base64(text: str) -> bytes | None:
    compact = "".join(text.split())
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _percent_decoded(text: str) -> bytes | None:
    try:
        return unquote_to_bytes(text)
    except UnicodeEncodeError:  # half a surrogate pair
        return None
