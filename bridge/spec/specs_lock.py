"""specs.lock: which version of each official document is meant, and whether the store has it.

``cli.py specs pull`` and ``cli.py specs lock`` write it, nobody else; ``serve --frozen``, ``specs verify`` and
``specs diff`` read it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.errors import LockError
from bridge.lock_file import SPECS_LOCK, broken, lock_text, read_lock, toml_text
from bridge.spec.document import Document
from bridge.spec.operation import operations_of
from bridge.spec.pull_store import Version, digest
from bridge.spec.store import DocumentRef, VendorDocuments

ABOUT = """\
The official documents that the overrides beside this file were made for. `cli.py specs pull` and `cli.py specs lock`
write it; `cli.py specs verify` and `cli.py serve --frozen` compare the store with it. Keep it under version control."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class LockedDocument:
    """One version of an official document.

    Attributes:
        vendor, name: together the document as ``--spec`` takes it.
        title: ``info.title``.
        url: where it was fetched, else where the vendor publishes it; empty where neither is known.
        date: when it came into the store, UTC.
        operations: how many it has.
        sha256: the digest of the file.
    """

    vendor: str
    name: str
    title: str
    url: str
    date: datetime.date
    operations: int
    sha256: str

    @property
    def label(self) -> str:
        """Return the document as ``--spec`` takes it."""
        return f"{self.vendor}/{self.name}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One document of which store and lock do not say the same."""

    document: str
    problem: str

    def __str__(self) -> str:
        return f"{self.document}: {self.problem}"


SpecsLock = Mapping[str, LockedDocument]
"""What is locked, by label."""


def locked_document(document: Document, versions: Mapping[str, Version]) -> LockedDocument:
    """Return the version of an official document that is in the store.

    Args:
        document: read from the store, and repaired.
        versions: what is known of the stored versions (``read_versions``).
    """
    vendor, sha256 = document.vendor, digest(document.path)
    source, version = vendor.source(document.name), versions.get(document.label)
    fetched = version.url if version and version.sha256 == sha256 else ""
    came = datetime.datetime.fromtimestamp(document.path.stat().st_mtime, datetime.UTC)
    return LockedDocument(
        vendor=vendor.name,
        name=document.name,
        title=document.title,
        url=fetched or (source.url if source else ""),
        date=came.date(),
        operations=len(operations_of([document])),
        sha256=sha256,
    )


def relocked(before: SpecsLock, now: SpecsLock, *, dropped: Iterable[str] = ()) -> dict[str, LockedDocument]:
    """Return the lock with other versions in it.

    A version that was locked keeps its entry as it is, so that two people who pull the same do not differ.

    Args:
        before: the lock so far.
        now: the versions to lock.
        dropped: labels of documents to forget.
    """
    gone = set(dropped)
    kept = {label: entry for label, entry in before.items() if label not in gone}
    fresh = {label: entry for label, entry in now.items() if label not in kept or kept[label].sha256 != entry.sha256}
    return kept | fresh


def compared_with_lock(found: Sequence[VendorDocuments], folder: Path) -> tuple[int, list[Difference]]:
    """Compare the store with ``specs.lock``, over all documents of the vendors: together they decide names.

    Args:
        found: the documents, a vendor an entry, whatever of them is selected. Built-in ones and files are not locked.
        folder: where the lock files are.

    Returns:
        How many documents are in the one or the other, and what differs.

    Raises:
        LockError: there is no lock, or it cannot be used.
    """
    lock = locked_in(folder)
    vendors = {documents.vendor.name for documents in found}
    stored = {ref.label: ref for documents in found for ref in documents.known if ref.origin == "official"}
    locked = {label: entry for label, entry in lock.items() if entry.vendor in vendors}
    labels = sorted(stored.keys() | locked.keys())
    problems = {label: _difference(locked.get(label), stored.get(label)) for label in labels}
    return len(labels), [Difference(label, problem) for label, problem in problems.items() if problem]


def _difference(locked: LockedDocument | None, stored: DocumentRef | None) -> str:
    if locked is None:
        return "in the store, not locked"
    if stored is None:
        return "locked, not in the store"
    sha256 = digest(stored.path)
    if sha256 == locked.sha256:
        return ""
    return f"another version: locked {locked.sha256[:12]} of {locked.date}, stored {sha256[:12] or 'unreadable'}"


def check_frozen(found: Sequence[VendorDocuments], folder: Path) -> None:
    """Hold what would be served against ``specs.lock``.

    Raises:
        LockError: they differ, a line a document; or there is no lock.
    """
    _, differing = compared_with_lock(found, folder)
    if differing:
        lines = "\n".join(map(str, differing))
        raise LockError(f"--frozen: the store is not what {folder / SPECS_LOCK} says:\n{lines}")


def specs_lock_text(lock: SpecsLock) -> str:
    """Return the file: a table a document, by label."""
    tables = []
    for entry in sorted(lock.values(), key=lambda entry: (entry.vendor, entry.name)):
        lines = [
            ("title", toml_text(entry.title)),
            ("url", toml_text(entry.url)),
            ("date", entry.date.isoformat()),
            ("operations", str(entry.operations)),
            ("sha256", toml_text(entry.sha256)),
        ]
        tables.append(((entry.vendor, entry.name), lines))
    return lock_text(ABOUT, tables)


def read_specs_lock(path: Path) -> dict[str, LockedDocument] | None:
    """Return what is locked, None where there is no such file.

    Raises:
        LockError: the file cannot be used.
    """
    content = read_lock(path)
    if content is None:
        return None
    found: dict[str, LockedDocument] = {}
    for vendor, documents in content.items():
        if not isinstance(documents, dict):
            raise broken(path, f"{vendor!r} is no table of documents")
        for name, entry in documents.items():
            locked = _entry(path, vendor, name, entry)
            found[locked.label] = locked
    return found


def locked_in(folder: Path) -> dict[str, LockedDocument]:
    """Return what is locked.

    Raises:
        LockError: nothing is, or the file cannot be used.
    """
    lock = read_specs_lock(folder / SPECS_LOCK)
    if lock is None:
        raise LockError(
            f"{folder / SPECS_LOCK}: no such file; `cli.py specs lock` writes it, beside the overrides file in use"
        )
    return lock


_KINDS: Mapping[str, tuple[type, str]] = {
    "title": (str, "a text"),
    "url": (str, "a text"),
    "date": (datetime.date, "a date"),
    "operations": (int, "a whole number"),
    "sha256": (str, "64 hexadecimal digits"),
}


def _entry(path: Path, vendor: str, name: str, entry: Any) -> LockedDocument:
    where = f"[{vendor}.{name}]"
    if not isinstance(entry, dict):
        raise broken(path, f"{where} is no table")
    for key, (kind, words) in _KINDS.items():
        if type(entry.get(key)) is not kind or (key == "sha256" and not _SHA256.fullmatch(entry[key])):
            said = repr(entry[key]) if key in entry else "missing"
            raise broken(path, f"{key!r} of {where} is {said}, not {words}")
    if odd := next((key for key in entry if key not in _KINDS), None):
        raise broken(path, f"{where} has an unknown key {odd!r}")
    return LockedDocument(vendor=vendor, name=name, **entry)
