"""The index as bytes: a header of JSON, then the postings as they are in memory. Nothing in it is executed.

What is loaded is ready in milliseconds: an entry is a text of JSON in the header, read when the entry is first needed.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload
from zlib import crc32

from bridge.catalogue.search.entry import Entry
from bridge.catalogue.search.postings import Postings
from bridge.catalogue.search.synonyms import Synonyms
from bridge.errors import IndexFormatError

MAGIC = b"ZWBRIDGE-SEARCH\x01"
"""What the bytes begin with; the last one is the version of the format."""

_LENGTHS = struct.Struct("<I5I")
"""The checksum of the parts (CRC-32), then the length of each."""

_ARRAYS = (("starts", "I"), ("places", "H"), ("impacts", "B"), ("rarity", "f"))


class StoredEntries(Sequence[Entry]):
    """Entries that are read when they are first asked for."""

    def __init__(self, rows: Sequence[str]) -> None:
        self._rows = rows
        self._read: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        entry = self._read.get(place)
        if entry is None:
            entry = self._read[place] = Entry._make(json.loads(self._rows[place]))
        return entry


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of an index; the first three have the same length."""

    names: Sequence[str]
    vendors: Sequence[str]
    entries: Sequence[Entry]
    postings: Postings
    synonyms: Synonyms


def pack(stored: Stored) -> bytes:
    """Return an index as bytes."""
    header = {
        "terms": list(stored.postings.terms),
        "names": stored.names,
        "vendors": stored.vendors,
        "entries": [_compact(entry) for entry in stored.entries],
        "synonyms": stored.synonyms.to_json(),
    }
    parts = [_compact(header).encode()]
    parts.extend(_little_endian(getattr(stored.postings, name)).tobytes() for name, _ in _ARRAYS)
    content = b"".join(parts)
    return b"".join((MAGIC, _LENGTHS.pack(crc32(content), *map(len, parts)), content))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpack(data: bytes) -> Stored:
    """Return what ``pack`` wrote; raises ``IndexFormatError``."""
    if not data.startswith(MAGIC):
        raise IndexFormatError("not the bytes of a search index, or of another version's")
    try:
        return _unpacked(data)
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as error:
        raise IndexFormatError("the bytes of a search index that are damaged") from error


def _unpacked(data: bytes) -> Stored:
    checksum, *lengths = _LENGTHS.unpack_from(data, len(MAGIC))
    place = len(MAGIC) + _LENGTHS.size
    if place + sum(lengths) != len(data) or crc32(data[place:]) != checksum:
        raise ValueError("cut, or changed")
    parts: list[bytes] = []
    for length in lengths:
        parts.append(data[place : place + length])
        place += length
    header: dict[str, Any] = json.loads(parts[0])
    arrays: dict[str, Any] = {}
    for (name, code), part in zip(_ARRAYS, parts[1:], strict=True):
        values: array[Any] = array(code)
        values.frombytes(part)
        arrays[name] = _little_endian(values)
    terms = {word: number for number, word in enumerate(header["terms"])}
    return Stored(
        names=header["names"],
        vendors=header["vendors"],
        entries=StoredEntries(header["entries"]),
        postings=Postings(terms=terms, **arrays),
        synonyms=Synonyms.from_json(header["synonyms"]),
    )


def _little_endian(values: array[Any]) -> array[Any]:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values
