"""The built-in core of a vendor, as it is shipped, checked against a folder of official documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bridge.spec.core_deviations import core_deviations, unexplained
from bridge.spec.core_drift import Drift, core_drift
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import repair
from bridge.spec.store import DocumentRef, core_documents, stored_documents
from bridge.vendors import Vendor


@dataclass(frozen=True, slots=True)
class CoreCheck:
    """What was compared of a vendor, and what was found.

    Attributes:
        core, official: how many operations were compared with how many.
        deviations: how many deviations are known.
        drift: what no known deviation explains, and those of them that no longer apply.
    """

    vendor: Vendor
    core: int
    official: int
    deviations: int
    drift: tuple[Drift, ...]


def check_core(vendor: Vendor, folder: Path) -> CoreCheck | None:
    """Compare a vendor's core with its official documents in a folder; None where there are none.

    Args:
        vendor: whose core.
        folder: laid out like the store. All documents of the vendor have to be there: what stands in one that is
            missing is found to be no official operation.

    Raises:
        SpecError: a document cannot be read.
    """
    stored = stored_documents(folder, vendor)
    if not stored:
        return None
    core, official = _operations(core_documents(vendor)), _operations(stored)
    deviations = [entry for entry in core_deviations() if entry.document.startswith(f"{vendor.name}/")]
    found = unexplained(core_drift(core, official), deviations)
    return CoreCheck(vendor, len(core), len(official), len(deviations), tuple(found))


def _operations(refs: Iterable[DocumentRef]) -> list[Operation]:
    documents = [ref.read() for ref in refs]
    for document in documents:
        repair(document)
    return operations_of(documents)
