"""Fetching one document: the limits, what comes of it, and the way from a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge.errors import SpecError, SpecNotFoundError
from bridge.spec.limits import MAX_BYTES
from bridge.spec.pull_store import Version
from bridge.spec.pull_wanted import Wanted
from bridge.spec.store import stored_documents

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long.

    Attributes:
        max_bytes: of one document: what would not be read afterwards is not fetched either.
        connect_seconds: until a connection stands.
        read_seconds: between two pieces of an answer.
        document_seconds: for one try, redirects included: a server that drips does not hold up the rest for ever.
        tries: for each document.
        pause_seconds: before the second try; twice as long before each one after it, with jitter.
        longest_pause_seconds: what is waited at most, whatever ``Retry-After`` says.
        at_once: documents that are fetched at one time.
    """

    max_bytes: int = MAX_BYTES
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    document_seconds: float = 600.0
    tries: int = 3
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0
    at_once: int = 6

    def too_large(self, place: str) -> SpecError:
        """Return the error for a document that is over the limit."""
        return SpecError(f"{place} is larger than {self.max_bytes / MEGABYTE:,.10g} MB")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch left.

    Attributes:
        modified: whether there is a new file; not where the server said that the stored version still holds.
        url: where it was asked for, empty for a file.
        etag: ``ETag`` of the answer.
        last_modified: ``Last-Modified`` of the answer.
    """

    modified: bool = True
    url: str = ""
    etag: str = ""
    last_modified: str = ""


class Origin(Protocol):
    """Where documents come from."""

    async def fetch(self, wanted: Wanted, known: Version | None, place: Path) -> Fetched:
        """Write a document to ``place``.

        Args:
            wanted: the document.
            known: the version that is stored, for a conditional request.
            place: the file to write.

        Raises:
            SpecNotFoundError: there is no such document.
            SpecError: it cannot be fetched.
            OSError: it cannot be written.
        """


class FolderOrigin:
    """A mirror that is a folder, laid out like the store."""

    def __init__(self, folder: Path, limits: Limits, received: Callable[[int], None]) -> None:
        self._folder = folder
        self._limits = limits
        self._received = received

    async def fetch(self, wanted: Wanted, known: Version | None, place: Path) -> Fetched:
        """Copy a document; see ``Origin``."""
        there = {ref.name: ref.path for ref in stored_documents(self._folder, wanted.vendor)}
        source = there.get(wanted.source.name)
        if source is None:
            expected = f"{wanted.vendor.name}/{wanted.source.file}"
            raise SpecNotFoundError(f"not in the mirror {self._folder} (as {expected})")
        data = await asyncio.to_thread(self._read, source)
        await asyncio.to_thread(place.write_bytes, data)
        self._received(len(data))
        return Fetched()

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read(self._limits.max_bytes + 1)
        except OSError as error:
            raise SpecError(f"{path} cannot be read: {error.strerror}") from error
        if len(data) > self._limits.max_bytes:
            raise self._limits.too_large(str(path))
        return data
