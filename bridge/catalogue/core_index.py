"""What names are made of, of the built-in core's operations: kept beside it, as reading it all takes longer than that.

Official documents keep the names that the core gives, and for nothing else do they need it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from bridge.shipped import shipped_path
from bridge.spec.document import JsonObject, compact_json
from bridge.spec.operation import Operation
from bridge.spec.store import DocumentRef
from bridge.vendors import Vendor

FILE_NAME: Final = "specs/core-operations.json"

_FACTS = ("document_names", "operation_ids", "summary")


def core_index_entry(refs: Sequence[DocumentRef], vendor: Vendor, operations: Sequence[Operation]) -> JsonObject:
    """Return what the file keeps of a vendor: ``digest`` of documents and vendor, and a row for each operation."""
    rows = [[o.method, o.path, o.base_url, *(getattr(o, name) for name in _FACTS)] for o in operations]
    return {"digest": _digest(refs, vendor), "operations": rows}


def core_index_text(entries: dict[str, JsonObject]) -> str:
    """Return the file: JSON, a line an operation."""
    vendors = []
    for name, entry in entries.items():
        rows = ",\n".join(compact_json(row).decode() for row in entry["operations"])
        vendors.append(f'"{name}":{{"digest":"{entry["digest"]}","operations":[\n{rows}\n]}}')
    return "{" + ",\n".join(vendors) + "}\n"


def indexed_operations(refs: Sequence[DocumentRef], vendor: Vendor) -> list[Operation] | None:
    """Return the operations of core documents, with what names are made of and without declarations.

    None where the file is not of these very documents and this very vendor (overrides may give it other base URLs).

    Args:
        refs: the core documents.
        vendor: whose they are.
    """
    try:
        entry = json.loads(shipped_path(FILE_NAME).read_bytes())[vendor.name]
        if entry["digest"] != _digest(refs, vendor):
            return None
        return [_operation(vendor, row) for row in entry["operations"]]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _operation(vendor: Vendor, row: Sequence[Any]) -> Operation:
    method, path, base_url, documents, operation_ids, summary = row
    operation = Operation(vendor, method, path, base_url, sources=())
    # In the place of what would be read in the declarations.
    vars(operation).update(document_names=tuple(documents), operation_ids=tuple(operation_ids), summary=summary)
    return operation


def _digest(refs: Sequence[DocumentRef], vendor: Vendor) -> str:
    digest = hashlib.sha256(repr(vendor).encode())
    for ref in refs:
        digest.update(f"\0{ref.name}\0".encode())
        # As text: a checkout may have line ends of its own.
        digest.update(ref.path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
