"""What is served of a vendor, in one line."""

from __future__ import annotations

from bridge.catalogue.tool_spec import VendorCatalogue


def summary_line(vendor: VendorCatalogue) -> str:
    """Return what is served of a vendor, in one line: documents, operations, tools."""
    documents = vendor.documents
    name, count = vendor.vendor.name, len(vendor.operations)
    hidden = count - len(vendor.tools)
    counted = f"{count:,} operation{'s' if count != 1 else ''}"
    if hidden:
        counted += f" ({hidden:,} filtered out)"
    if documents.origin == "core":
        return f"{name}: built-in core, {counted}; run `cli.py specs pull {name}` for all official ones"
    if documents.origin == "file":
        return f"{name}: {documents.known[0].path}, {counted}"
    if not documents.known:
        return f"{name}: no documents"
    total = max(len(vendor.vendor.documents), len(documents.known))
    return f"{name}: {len(documents.selected)} of {total} document{'s' if total != 1 else ''}, {counted}"
