"""Media types and the extensions of file names, the same on every system."""

from __future__ import annotations

import mimetypes

BYTES = "application/octet-stream"
"""The media type of a file of which nothing is known."""

_PYTHONS = mimetypes.MimeTypes()  # without the files of the system: the same names everywhere
_OURS = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".ics": "text/calendar",
    ".m4a": "audio/mp4",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".vtt": "text/vtt",
    ".wav": "audio/wav",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What the vendors take and send, and Python does not know in every version, or under another name."""
_EXTENSIONS = {
    **{media_type: extension for extension, media_type in _OURS.items()},
    "audio/wave": ".wav",
    "audio/x-wav": ".wav",
    "audio/vnd.wave": ".wav",
}

_TEXT_TYPES = ("text/", "application/xml", "application/javascript", "application/yaml", "application/x-ndjson")


def is_json(media_type: str) -> bool:
    """Tell whether this is JSON; the media type in lower case, without parameters."""
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def is_text(media_type: str) -> bool:
    """Tell whether this is text, JSON included."""
    return is_json(media_type) or media_type.startswith(_TEXT_TYPES)


def extension_of(media_type: str) -> str:
    """Return the extension of files of a media type, with its dot; empty where there is none that we know."""
    return _EXTENSIONS.get(media_type) or _PYTHONS.guess_extension(media_type) or ""


def media_type_of(filename: str) -> str:
    """Return the media type that the extension of a file name stands for."""
    extension = f".{filename.rpartition('.')[2].lower()}" if "." in filename else ""
    return _OURS.get(extension) or _PYTHONS.guess_type(f"a{extension}")[0] or BYTES
