"""Locked documents by digest, kept in the store: what ``specs diff`` compares with once the store has newer ones.

``<store>/.locked/<sha256>.json`` is a copy: a hard link would change with a document that somebody copies over. It is a
convenience: without it, ``specs diff`` says which documents it cannot compare.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bridge.spec.pull_store import digest
from bridge.spec.specs_lock import SpecsLock
from bridge.spec.store import DocumentRef
from bridge.vendors import Vendor

KEPT = ".locked"
KEPT_SECONDS = 90 * 86_400
"""How long a version is kept after it was needed last; the store may serve other people's locks too."""


def keep_documents(store: Path, refs: Iterable[DocumentRef], needed: Iterable[str]) -> None:
    """Keep stored documents under their digests, and drop those that were not needed for a long time.

    That it cannot be done is no error.

    Args:
        store: the store.
        refs: documents in the store that are locked.
        needed: digests to keep, however old.
    """
    folder = store / KEPT
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        for ref in refs:
            if ref.origin == "official" and (sha256 := digest(ref.path)):
                _keep(ref.path, folder / f"{sha256}.json")
        wanted = set(needed)
        for path in folder.glob("*.json"):
            if path.stem in wanted:
                os.utime(path)
            elif time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()


def _keep(document: Path, place: Path) -> None:
    if place.is_file() and digest(place) == place.stem:
        return
    beside = place.with_suffix(f".{secrets.token_hex(4)}")
    try:
        shutil.copyfile(document, beside)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def kept_documents(store: Path, lock: SpecsLock, vendor: Vendor) -> tuple[list[DocumentRef], list[str]]:
    """Return the locked documents of a vendor that are still there, in the order that decides names.

    Returns:
        The documents, and the labels of those that are gone.
    """
    found, gone = [], []
    for entry in lock.values():
        if entry.vendor != vendor.name:
            continue
        path = store / KEPT / f"{entry.sha256}.json"
        if digest(path) == entry.sha256:
            found.append(DocumentRef(vendor, entry.name, "official", path))
        else:
            gone.append(entry.label)
    return sorted(found, key=lambda ref: (vendor.rank(ref.name), ref.name)), gone


def remember_lock(store: Path, path: Path) -> None:
    """Keep what ``specs.lock`` says, before it is written anew; that it cannot be done is no error."""
    place = previous_lock(store, path)
    with suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        if path.is_file():
            shutil.copyfile(path, place)


def previous_lock(store: Path, path: Path) -> Path:
    """Return where the store keeps what ``specs.lock`` said before it changed last; there need not be such a file."""
    # Several projects may use one store.
    return store / KEPT / f"{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]}.lock"
