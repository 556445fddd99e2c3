"""names.lock: the name that each operation was given, so that it keeps it.

What the overrides name stays as they say, and stands here under the name that it would have without them. The name of
an operation that vanished stays reserved: whoever learnt it never calls something else by it, and the operation finds
it again should it come back. ``cli.py specs pull`` and ``cli.py specs lock`` write the file; all others read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bridge.catalogue.naming import LockedNames, tool_names
from bridge.catalogue.overrides_tools import LONGEST_NAME, TOOL_NAME
from bridge.errors import LockError
from bridge.lock_file import broken, lock_text, read_lock, toml_text
from bridge.spec.operation import Operation, base_url_of
from bridge.spec.operation_match import match_keys
from bridge.vendors import Vendor

ABOUT = """\
The name that each operation was given. It keeps it when documents are updated or added. `cli.py specs pull` and
`cli.py specs lock` add what is new; overrides.yaml renames. Keep this file under version control."""

_KEY = re.compile(r"[A-Z]+ \S.*")


@dataclass(frozen=True, slots=True)
class NamesLock:
    """What ``names.lock`` holds.

    Attributes:
        path: the file, which need not exist.
        vendors: by vendor, the names by key: ``METHOD URL``, the URL where the vendor has it, whatever ``base_url``
            the overrides give.
    """

    path: Path
    vendors: Mapping[str, Mapping[str, str]]

    def of(self, vendor: Vendor, operations: Sequence[Operation]) -> LockedNames:
        """Return the names of a vendor's operations, and those that are reserved.

        Where a document calls a parameter of the path otherwise than before, it is still the same operation.

        Args:
            vendor: as ``sources.yaml`` or the document gives it, not curated.
            operations: all that are known.
        """
        entries = self.vendors.get(vendor.name, {})
        if not entries:
            return LockedNames({})
        keys = {operation.identity: lock_key(operation, vendor) for operation in operations}
        matched = match_keys(keys, entries)
        used = set(matched.values())
        return LockedNames(
            {identity: entries[key] for identity, key in matched.items()},
            frozenset(name for key, name in entries.items() if key not in used),
        )


def lock_key(operation: Operation, vendor: Vendor) -> str:
    """Return the key of an operation in ``names.lock``.

    Args:
        operation: of the vendor, curated or not.
        vendor: as ``sources.yaml`` or the document gives it, not curated.
    """
    source = operation.sources[0]
    base_url = base_url_of(replace(source.document, vendor=vendor), source.site)
    return f"{operation.method} {base_url}{operation.path}"


def relocked_names(
    lock: NamesLock,
    vendor: Vendor,
    operations: Sequence[Operation],
    *,
    core: Sequence[Operation],
    max_length: int,
    prune: bool = False,
) -> NamesLock:
    """Return the lock with the names of all operations of a vendor in it.

    Args:
        lock: the lock so far; its names stay, but for those that are longer than ``max_length``.
        vendor: as ``sources.yaml`` or the document gives it, not curated.
        operations: all that are known.
        core: the operations of the vendor's built-in core.
        max_length: the longest default name.
        prune: forget operations that are not there any more, and free their names.
    """
    before = lock.of(vendor, operations)
    locked = replace(before, reserved=frozenset()) if prune else before
    names = tool_names(operations, locked=locked, core=core, max_length=max_length)
    # Should two operations have one key, because the overrides moved one of them: the first keeps the name.
    entries = {lock_key(operation, vendor): names[operation.identity] for operation in reversed(operations)}
    old = lock.vendors.get(vendor.name, {})
    gone = {} if prune else {key: name for key, name in old.items() if name in before.reserved}
    # TOML is text: what cannot be written in UTF-8, or read by a person, keeps no name.
    made = {key: name for key, name in (gone | entries).items() if key.isprintable()}
    return replace(lock, vendors={**lock.vendors, vendor.name: made})


def names_lock_text(lock: NamesLock) -> str:
    """Return the file: a table a vendor, a line an operation, by URL and method."""
    tables = []
    for vendor, names in sorted(lock.vendors.items()):
        ordered = sorted(names.items(), key=lambda entry: entry[0].split(" ", 1)[::-1])
        tables.append(((vendor,), [(key, toml_text(name)) for key, name in ordered]))
    return lock_text(ABOUT, tables)


def read_names_lock(path: Path) -> NamesLock:
    """Return what the file holds; nothing where there is none.

    Raises:
        LockError: the file cannot be used.
    """
    vendors = read_lock(path) or {}
    for vendor, names in vendors.items():
        if not isinstance(names, dict):
            raise broken(path, f"{vendor!r} is no table of names")
        owners: dict[str, str] = {}
        for key, name in names.items():
            if error := _mistake(path, vendor, key, name):
                raise error
            if (owner := owners.setdefault(name, key)) != key:
                raise broken(path, f"the name {name!r} is given twice: to {owner!r} and to {key!r}; remove one line")
    return NamesLock(path, vendors)


def _mistake(path: Path, vendor: str, key: str, name: Any) -> LockError | None:
    if not _KEY.fullmatch(key):
        return broken(path, f"{key!r} of [{vendor}] is no operation, such as 'GET https://api.example.com/people'")
    if not isinstance(name, str) or not TOOL_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        return broken(path, f"{name!r} of {key!r} is no tool name; write {TOOL_NAME.pattern}, {LONGEST_NAME} at most")
    return None
