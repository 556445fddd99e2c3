"""What is kept of the core's operations is what reading the core says; ``make golden`` writes the file anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.catalogue import core_index
from bridge.catalogue.build import core_operations, read_repaired
from bridge.catalogue.core_index import FILE_NAME, core_index_entry, core_index_text, indexed_operations
from bridge.catalogue.naming import tool_names
from bridge.shipped import shipped_path
from bridge.spec.operation import Operation, operations_of
from bridge.spec.store import VendorDocuments, core_documents
from bridge.vendors import BaseUrlRule, Vendor, official_vendors

VENDORS = list(official_vendors().values())


def read(vendor: Vendor) -> list[Operation]:
    return operations_of(read_repaired(core_documents(vendor), vendor))


def facts(operations: list[Operation]) -> list[object]:
    return [(o.identity, o.key, o.document_names, o.operation_ids, o.summary) for o in operations]


@pytest.fixture(scope="module")
def core() -> dict[str, list[Operation]]:
    """Return the operations of the core by vendor, from its documents."""
    return {vendor.name: read(vendor) for vendor in VENDORS}


def test_the_file_is_that_of_the_core(core: dict[str, list[Operation]], request: pytest.FixtureRequest) -> None:
    entries = {v.name: core_index_entry(core_documents(v), v, core[v.name]) for v in VENDORS}
    text = core_index_text(entries)
    path = shipped_path(FILE_NAME)
    if request.config.getoption("--regenerate-golden"):
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text, "the core changed: run `make golden`"


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_from_it_names_are_those_that_reading_the_core_gives(vendor: Vendor, core: dict[str, list[Operation]]) -> None:
    indexed = indexed_operations(core_documents(vendor), vendor)
    assert indexed is not None
    assert facts(indexed) == facts(core[vendor.name])
    assert tool_names(indexed) == tool_names(core[vendor.name])


def test_for_a_vendor_with_other_base_urls_the_core_is_read() -> None:
    vendor = VENDORS[0]
    other = replace(vendor, base_urls=(BaseUrlRule("https://example.com"), *vendor.base_urls))
    assert indexed_operations(core_documents(other), other) is None


def test_where_the_file_cannot_be_used_the_core_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = VENDORS[0]
    refs = core_documents(vendor)[:1]
    documents = VendorDocuments(vendor, (), (), refs, tmp_path)
    assert indexed_operations(refs, vendor) is None
    for content in (None, b"nonsense", b"[]", b'{"%s": {}}' % vendor.name.encode()):
        if content is not None:
            (tmp_path / "index.json").write_bytes(content)
        monkeypatch.setattr(core_index, "shipped_path", lambda _: tmp_path / "index.json")
        found = core_operations(documents, vendor)
        assert facts(found) == facts(operations_of(read_repaired(refs, vendor)))
        assert found[0].sources
