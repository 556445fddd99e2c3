"""The official documents stay far below every limit, so that none of them is refused or cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.spec import limits
from bridge.spec.repair import repair
from bridge.spec.store import stored_documents
from bridge.spec.structure import declared_operations
from bridge.vendors import official_vendors

pytestmark = pytest.mark.official

ROOM = 2
"""How many times as large as the largest official document a document may be, at least."""


def measured(value: Any, depth: int, found: dict[str, int]) -> None:
    """Add what a value and all inside it reach."""

    def reach(what: str, size: int) -> None:
        found[what] = max(found.get(what, 0), size)

    found["values"] = found.get("values", 0) + 1
    reach("depth", depth)
    if isinstance(value, dict):
        for key in ("description", "title", "summary"):
            reach("text", len(value[key]) if isinstance(value.get(key), str) else 0)
        reach("enum", len(value["enum"]) if isinstance(value.get("enum"), list) else 0)
        for key in ("pattern", "default"):
            reach("value_text", len(value[key]) if isinstance(value.get(key), str) and "schema" not in value else 0)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        measured(inner, depth + 1, found)


def test_every_official_document_passes_every_limit_with_room(official_specs: Path) -> None:
    largest: dict[str, int] = {}
    for vendor in official_vendors().values():
        for ref in stored_documents(official_specs, vendor):
            found = {"bytes": ref.path.stat().st_size}
            document = ref.read()
            found["operations"] = declared_operations(document)
            measured(json.loads(ref.path.read_bytes()), 0, found)
            defects = [entry.defect for entry in repair(document)]
            assert not [defect for defect in defects if "more than" in defect or "too long" in defect], ref.label
            largest = {what: max(size, largest.get(what, 0)) for what, size in found.items()}
    assert largest["operations"] > 500
    for what, size in largest.items():
        assert size * ROOM <= getattr(limits, f"MAX_{what.upper()}"), f"{what}: {size:,}"
