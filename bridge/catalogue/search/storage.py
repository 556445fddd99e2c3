"""The index as bytes: a header of JSON, then the postings as they are in memory. Nothing in it is executed."""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from bridge.catalogue.search.entry import Entry
from bridge.catalogue.search.postings import Postings
from bridge.catalogue.search.synonyms import Synonyms
from bridge.errors import IndexFormatError

MAGIC = b"ZWBRIDGE-SEARCH\x01"
"""What the bytes begin with; the last one is the version of the format."""

_LENGTHS = struct.Struct("<5I")
_ARRAYS = (("starts", "I"), ("places", "H"), ("impacts", "B"), ("rarity", "f"))


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of an index."""

    entries: Sequence[Entry]
    postings: Postings
    synonyms: Synonyms


def pack(stored: Stored) -> bytes:
    """Return an index as bytes."""
    header = {
        "terms": list(stored.postings.terms),
        "entries": [astuple(entry) for entry in stored.entries],
        "synonyms": stored.synonyms.to_json(),
    }
    parts = [json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()]
    parts.extend(_little_endian(getattr(stored.postings, name)).tobytes() for name, _ in _ARRAYS)
    return b"".join((MAGIC, _LENGTHS.pack(*map(len, parts)), *parts))


def unpack(data: bytes) -> Stored:
    """Return what ``pack`` wrote; raises ``IndexFormatError``."""
    if not data.startswith(MAGIC):
        raise IndexFormatError("not the bytes of a search index, or of another version's")
    try:
        return _unpacked(data)
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as error:
        raise IndexFormatError("the bytes of a search index that are damaged") from error


def _unpacked(data: bytes) -> Stored:
    lengths = _LENGTHS.unpack_from(data, len(MAGIC))
    place = len(MAGIC) + _LENGTHS.size
    if place + sum(lengths) != len(data):
        raise ValueError("cut")
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
        entries=[_entry(row) for row in header["entries"]],
        postings=Postings(terms=terms, **arrays),
        synonyms=Synonyms.from_json(header["synonyms"]),
    )


def _entry(row: Sequence[Any]) -> Entry:
    name, vendor, titles, actions, shape, scopes, within, areas, prior = row
    return Entry(name, vendor, titles, actions, shape, scopes, within, areas, prior)


def _little_endian(values: array[Any]) -> array[Any]:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values
