"""File names from strangers, made such that they name one file in one folder on every system."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 150
"""Bytes of UTF-8; file systems take 255, and our own endings have to fit as well."""

_FORBIDDEN = re.compile(r'[<>:"|?*]')


def safe_file_name(name: str) -> str:
    """Return the last part of a path as a plain file name; empty where nothing is left of it.

    Without path separators, control characters, what Windows forbids, and dots or spaces at its ends.
    """
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in last)
    return _shortened(_FORBIDDEN.sub("_", printable).strip(" ."))


def _shortened(name: str) -> str:
    """Cut the stem, and keep the extension."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 10:
        stem, dot, extension = name, "", ""
    ending = f"{dot}{extension}"
    kept = stem.encode()[: LONGEST_NAME - len(ending.encode())].decode(errors="ignore")
    return f"{kept.rstrip(' .')}{ending}"
