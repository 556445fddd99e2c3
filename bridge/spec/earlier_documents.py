"""The documents that ``specs diff`` compares the store with: a folder, what is locked, or what was locked before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.errors import LockError, SpecNotFoundError
from bridge.lock_file import SPECS_LOCK
from bridge.spec.kept_documents import kept_documents, previous_lock
from bridge.spec.pull_store import digest
from bridge.spec.specs_lock import SpecsLock, read_specs_lock
from bridge.spec.store import DocumentRef, VendorDocuments, existing_store, stored_documents

LOCKED, PREVIOUS = "locked", "previous"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The documents of one vendor, before and now.

    Attributes:
        before, now: what can be compared; of a document that is new or gone, only one side has it.
        lost: labels of documents whose earlier version is known to differ, and is not there any more. They are left
            out of both sides.
    """

    before: VendorDocuments
    now: VendorDocuments
    lost: tuple[str, ...] = ()


def compare_with(now: Sequence[VendorDocuments], against: str, locks: Path) -> list[Comparison]:
    """Return the documents of before, beside those of now; vendors without any official document are left out.

    Args:
        now: what is in the store, with what is selected of it.
        against: ``locked``, ``previous`` (what was locked before the lock changed last), the path of a lock file, or a
            folder laid out like the store.
        locks: where the lock files are.

    Raises:
        LockError: there is no such lock, or it cannot be used.
        SpecNotFoundError: there is no such folder.
    """
    lock = None if _is_folder(against) else _lock(now, against, locks)
    found = []
    for documents in now:
        official = tuple(ref for ref in documents.known if ref.origin == "official")
        before: tuple[DocumentRef, ...]
        lost: tuple[str, ...]
        if lock is None:
            before, lost = stored_documents(existing_store(Path(against), "--against"), documents.vendor), ()
        else:
            before, lost = _of_lock(documents, official, lock)
        if before or official or lost:
            found.append(_comparison(documents, before, official, lost))
    return found


def _is_folder(against: str) -> bool:
    if against in (LOCKED, PREVIOUS) or Path(against).is_file():
        return False
    if not Path(against).is_dir():
        raise SpecNotFoundError(
            f"--against {against}: no such folder or file; give {LOCKED}, {PREVIOUS}, a lock file, or a folder "
            "laid out as <vendor>/<document>.json"
        )
    return True


def _lock(now: Sequence[VendorDocuments], against: str, locks: Path) -> SpecsLock:
    path = locks / SPECS_LOCK
    if against == PREVIOUS:
        places = [previous_lock(documents.store, path) for documents in now]
        path = next((place for place in places if place.is_file()), path)
        if path not in places:
            raise LockError(f"--against {PREVIOUS}: {path} has not changed yet, or not with this store")
    elif against != LOCKED:
        path = Path(against)
    lock = read_specs_lock(path)
    if lock is None:
        raise LockError(f"{path}: no such file; `cli.py specs lock` writes it, beside the overrides file in use")
    return lock


def _of_lock(
    documents: VendorDocuments, official: Sequence[DocumentRef], lock: SpecsLock
) -> tuple[tuple[DocumentRef, ...], tuple[str, ...]]:
    stored = {ref.label: ref for ref in official}
    kept, gone = kept_documents(documents.store, lock, documents.vendor)
    before = {ref.label: ref for ref in kept}
    lost = []
    for label in gone:
        if label in stored and digest(stored[label].path) == lock[label].sha256:
            before[label] = stored[label]
        else:
            lost.append(label)
    vendor = documents.vendor
    ordered = sorted(before.values(), key=lambda ref: (vendor.rank(ref.name), ref.name))
    return tuple(ordered), tuple(lost)


def _comparison(
    documents: VendorDocuments, before: Sequence[DocumentRef], now: Sequence[DocumentRef], lost: tuple[str, ...]
) -> Comparison:
    """Select on both sides what is selected of the store: all of it, or some documents."""
    chosen = {ref.name for ref in documents.selected}
    whole = len(documents.selected) == len(documents.known)

    def side(refs: Sequence[DocumentRef]) -> VendorDocuments:
        known = tuple(ref for ref in refs if ref.label not in lost)
        return replace(documents, known=known, selected=tuple(ref for ref in known if whole or ref.name in chosen))

    mine = tuple(label for label in lost if whole or label.partition("/")[2] in chosen)
    return Comparison(side(before), side(now), mine)
