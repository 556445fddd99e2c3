"""A file that a model gives as one string -> the part of a multipart body that it becomes."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from dataclasses import dataclass
from urllib.parse import unquote, unquote_to_bytes

from bridge.errors import ArgumentError

_DATA_URI = re.compile(r"(?i:data):(?P<type>[^;,]*)(?P<parameters>(?:;[^;,]*)*),(?P<data>.*)", re.DOTALL)
_MEDIA_TYPES = mimetypes.MimeTypes()  # without the files of the system: the same names everywhere
_EXTENSIONS = {"audio/wav": ".wav", "audio/wave": ".wav", "audio/vnd.wave": ".wav", "text/vtt": ".vtt"}
"""What Webex takes as greetings and transcripts, and Python does not know in every version."""
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file: its name, its bytes, its media type."""

    filename: str
    content: bytes
    media_type: str


def read_file_argument(name: str, value: str) -> FilePart:
    """Read a ``data:`` URI (RFC 2397) or base64 text; the file is named after the argument.

    Raises:
        ArgumentError: it is neither.
    """
    media_type, content = "application/octet-stream", None
    if match := _DATA_URI.fullmatch(value):
        media_type = match["type"].lower() or "text/plain"
        is_base64 = match["parameters"].lower().endswith(";base64")
        content = _base64(unquote(match["data"])) if is_base64 else _percent_decoded(match["data"])
    else:
        content = _base64(value)
    # What stands here goes into a header of the part: no line ends, nothing that is no media type.
    if content is None or not _MEDIA_TYPE.fullmatch(media_type):
        raise ArgumentError(f"argument {name!r}: a file is given as base64 text or as a data: URI")
    extension = _EXTENSIONS.get(media_type) or _MEDIA_TYPES.guess_extension(media_type) or ""
    return FilePart(f"{name}{extension}", content, media_type)


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
