"""A store and its overrides -> both lock files beside the overrides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.catalogue.build import core_operations, read_repaired
from bridge.catalogue.names_lock import NamesLock, names_lock_text, read_names_lock, relocked_names
from bridge.catalogue.overrides import DEFAULT_MAX_LENGTH, Overrides
from bridge.lock_file import NAMES_LOCK, SPECS_LOCK, write_lock
from bridge.spec.kept_documents import keep_documents, remember_lock
from bridge.spec.operation import operations_of
from bridge.spec.pull_store import read_versions
from bridge.spec.specs_lock import (
    LockedDocument,
    SpecsLock,
    locked_document,
    read_specs_lock,
    relocked,
    specs_lock_text,
)
from bridge.spec.store import VendorDocuments


@dataclass(frozen=True, slots=True)
class LockChange:
    """What locking changed.

    Attributes:
        folder: where the lock files are.
        documents: labels of documents that are locked in another version than before, or for the first time.
        forgotten: labels that are locked no more.
        names: how many operations have a name now.
        new_names: the names that were given for the first time, sorted.
        freed_names: the names that were forgotten, sorted.
    """

    folder: Path
    documents: tuple[str, ...]
    forgotten: tuple[str, ...]
    names: int
    new_names: tuple[str, ...]
    freed_names: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Tell whether a lock file says anything else now."""
        return bool(self.documents or self.forgotten or self.new_names or self.freed_names)


def lock_documents(
    found: Sequence[VendorDocuments],
    overrides: Overrides,
    folder: Path,
    *,
    only: Collection[str] | None = None,
    prune: bool = False,
) -> LockChange:
    """Write ``specs.lock`` and ``names.lock`` for the documents that are there, whatever of them is selected.

    Args:
        found: the documents, a vendor an entry.
        overrides: those in use; ``naming.max_length`` holds for names.
        folder: where the lock files belong.
        only: labels of the documents to lock in their stored version; the others stay locked as they are. None for
            all, and to forget those that are not there.
        prune: forget the names of operations that are not there.

    Raises:
        SpecError: a document cannot be read.
        LockError: a lock file cannot be used or written.
    """
    specs_path, names_path = folder / SPECS_LOCK, folder / NAMES_LOCK
    before = read_specs_lock(specs_path) or {}
    names = names_before = read_names_lock(names_path)
    now: dict[str, LockedDocument] = {}
    for documents in found:
        entries, names = _locked_vendor(documents, overrides, names, prune=prune)
        now |= entries
    vendors = {documents.vendor.name for documents in found}
    if only is not None:
        now, dropped = {label: entry for label, entry in now.items() if label in only}, set()
    else:
        dropped = {label for label, entry in before.items() if entry.vendor in vendors} - now.keys()
    after = relocked(before, now, dropped=dropped)
    _write(specs_path, before, after, found)
    if any(names.vendors.values()):
        write_lock(names_path, names_lock_text(names))
    return _change(folder, before, after, names_before, names)


def _locked_vendor(
    documents: VendorDocuments, overrides: Overrides, names: NamesLock, *, prune: bool
) -> tuple[SpecsLock, NamesLock]:
    vendor = documents.vendor
    read = read_repaired(documents.known, vendor)
    versions = read_versions(documents.store)
    entries = {
        document.label: locked_document(document, versions) for document in read if document.origin == "official"
    }
    section = overrides.vendors.get(vendor.name)
    names = relocked_names(
        names,
        vendor,
        operations_of(read),
        core=core_operations(documents, vendor),
        max_length=(section and section.max_length) or DEFAULT_MAX_LENGTH,
        prune=prune,
    )
    return entries, names


def _write(path: Path, before: SpecsLock, after: SpecsLock, found: Sequence[VendorDocuments]) -> None:
    if not before and not after:
        return
    for store in {documents.store for documents in found}:
        digests = {entry.sha256 for lock in (before, after) for entry in lock.values()}
        keep_documents(store, [ref for documents in found for ref in documents.known], digests)
        if before != after:
            remember_lock(store, path)
    write_lock(path, specs_lock_text(after))


def _change(
    folder: Path, before: SpecsLock, after: SpecsLock, names_before: NamesLock, names_after: NamesLock
) -> LockChange:
    old = {name for names in names_before.vendors.values() for name in names.values()}
    new = {name for names in names_after.vendors.values() for name in names.values()}
    return LockChange(
        folder=folder,
        documents=tuple(sorted(label for label, entry in after.items() if before.get(label) != entry)),
        forgotten=tuple(sorted(before.keys() - after.keys())),
        names=len(new),
        new_names=tuple(sorted(new - old)),
        freed_names=tuple(sorted(old - new)),
    )
