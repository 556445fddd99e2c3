"""Catalogue <-> sections of a file: a table of what is asked of all tools, and the rest of each in a place of its own.

The table is read at once. What a listing shows, what an operation's documents say of it and the search index are read
when they are asked for; from them the very same values are made, by the same code, as from the documents.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bridge.catalogue.cache.file import SectionFile
from bridge.catalogue.cache.values import decoded, encoded
from bridge.catalogue.tool_spec import Catalogue, SchemaStyle, ToolSpec, VendorCatalogue
from bridge.errors import CacheFormatError
from bridge.spec.document import JsonObject, compact_json
from bridge.spec.operation import Operation
from bridge.vendors import Vendor

if TYPE_CHECKING:
    from bridge.catalogue.search import SearchIndex

_LEVEL = 1
"""Of zlib: the parts of a document are written once, and each is read at most once a process."""

_FACTS = ("documents", "document_names", "operation_ids", "summary", "tags", "deprecated", "scopes", "rate_label")
"""What the table has of an operation beside method, path and base URL."""

_TOOL_FIELDS = tuple(entry.name for entry in fields(ToolSpec) if entry.name not in ("operation", "description"))
_VENDOR_FIELDS = tuple(
    entry.name
    for entry in fields(VendorCatalogue)
    if entry.name not in ("operations", "tools", "repairs", "hidden", "withheld")
)


class _Pieces:
    """Bytes one behind the other, and where each stands."""

    def __init__(self) -> None:
        self.content = bytearray()

    def add(self, piece: bytes) -> tuple[int, int]:
        place = (len(self.content), len(piece))
        self.content += piece
        return place


def compiled(catalogue: Catalogue) -> dict[str, bytes]:
    """Return the sections of a catalogue from which nothing is withheld.

    Repairs are not kept: who asks what is wrong in the documents reads the documents.
    """
    from bridge.catalogue.search import SearchIndex  # noqa: PLC0415 (a start that finds it compiled needs none)

    listings, details = _Pieces(), _Pieces()
    vendors = [_vendor_row(vendor, listings, details) for vendor in catalogue.vendors]
    table = {"vendors": vendors, "problems": encoded(catalogue.problems)}
    return {
        "table": compact_json(table),
        "listings": bytes(listings.content),
        "details": bytes(details.content),
        "index": SearchIndex.build(catalogue).to_bytes(),
    }


def _vendor_row(vendor: VendorCatalogue, listings: _Pieces, details: _Pieces) -> JsonObject:
    places = {operation.identity: place for place, operation in enumerate(vendor.operations)}
    described = {tool.operation.identity: tool.description for tool in vendor.tools}
    whose = vendor.operations[0].vendor if vendor.operations else vendor.vendor
    return {
        "vendor": encoded(whose),
        "fields": [encoded(getattr(vendor, name)) for name in _VENDOR_FIELDS],
        "operations": [_operation_row(entry, described, details) for entry in vendor.operations],
        "tools": [_tool_row(tool, places, listings) for tool in vendor.tools],
        "hidden": [[places[operation.identity], encoded(reason)] for operation, reason in vendor.hidden],
    }


def _operation_row(operation: Operation, described: dict[str, str], details: _Pieces) -> list[Any]:
    from bridge.catalogue.cache.one_operation import parts_of  # noqa: PLC0415

    detail = {"description": described.get(operation.identity, ""), "parts": parts_of(operation)}
    return [
        operation.method,
        operation.path,
        operation.base_url,
        *(encoded(getattr(operation, name)) for name in _FACTS),
        details.add(zlib.compress(compact_json(detail), _LEVEL)),
    ]


def _tool_row(tool: ToolSpec, places: dict[str, int], listings: _Pieces) -> list[Any]:
    return [
        places[tool.operation.identity],
        *(encoded(getattr(tool, name)) for name in _TOOL_FIELDS),
        tool.tokens,
        tool.is_summed_up,
        listings.add(tool.listing_json()),
    ]


def restored(file: SectionFile) -> Catalogue:
    """Return the catalogue of a file.

    Raises:
        CacheFormatError: it holds something else.
    """
    try:
        table = json.loads(bytes(file.section("table")))
        vendors = tuple(_vendor(row, file.section("listings"), file.section("details")) for row in table["vendors"])
        return Catalogue(vendors, decoded(table["problems"]), stored_index=_stored_index(file))
    except (LookupError, TypeError, ValueError) as error:
        raise CacheFormatError(f"it does not hold what it should: {type(error).__name__}") from error


def _stored_index(file: SectionFile) -> Callable[[], SearchIndex]:
    def read() -> SearchIndex:
        from bridge.catalogue.search import SearchIndex  # noqa: PLC0415 (for who searches alone)

        return SearchIndex.from_bytes(bytes(file.section("index")))

    return read


def _vendor(row: JsonObject, listings: memoryview, details: memoryview) -> VendorCatalogue:
    vendor = decoded(row["vendor"])
    operations = [_operation(entry, vendor, details) for entry in row["operations"]]
    return VendorCatalogue(
        **dict(zip(_VENDOR_FIELDS, map(decoded, row["fields"]), strict=True)),
        operations=tuple(operations),
        tools=tuple(_tool(entry, operations, listings) for entry in row["tools"]),
        repairs=(),
        hidden=tuple((operations[place], decoded(reason)) for place, reason in row["hidden"]),
    )


class CompiledOperation(Operation):
    """An operation whose declarations are read when they are asked for."""

    _detail: Callable[[], JsonObject]

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there yet.
        if name != "sources":
            raise AttributeError(name)
        from bridge.catalogue.cache.one_operation import sources_of  # noqa: PLC0415

        sources = sources_of(self._detail()["parts"], self.vendor)
        vars(self)["sources"] = sources
        return sources


class CompiledTool(ToolSpec):
    """A tool whose listing is ready made, and whose arguments are made when they are asked for."""

    _listing: memoryview
    _summed_up: bool

    def __getattr__(self, name: str) -> Any:
        if name != "description" or not isinstance(self.operation, CompiledOperation):
            raise AttributeError(name)
        description = vars(self)["description"] = self.operation._detail()["description"]
        return description

    @cached_property
    def meta(self) -> JsonObject:
        """Return the ``_meta`` object as it is listed."""
        if "_listing" not in vars(self):
            return super().meta
        meta: JsonObject = self.listing()["_meta"]
        return meta

    @property
    def shown_description(self) -> str:
        """Return the description as it is listed."""
        return str(self.listing()["description"])

    @property
    def shown_schema(self) -> JsonObject:
        """Return the input schema as it is listed."""
        schema: JsonObject = self.listing()["inputSchema"]
        return schema

    @property
    def is_summed_up(self) -> bool:
        """Tell whether its listing names properties without showing them."""
        known: bool | None = vars(self).get("_summed_up")
        return super().is_summed_up if known is None else known

    def listing(self, style: SchemaStyle | None = None) -> JsonObject:
        """Return the tool as ``tools/list`` shows it."""
        stored = vars(self).get("_listing")  # a changed copy has none
        if stored is None or style not in (None, self.style):
            return super().listing(style)
        found: JsonObject = json.loads(bytes(stored))
        return found

    def listing_json(self) -> bytes:
        """Return the same as JSON, ready to be sent."""
        stored = vars(self).get("_listing")
        return super().listing_json() if stored is None else bytes(stored)


def _operation(row: Sequence[Any], vendor: Vendor, details: memoryview) -> CompiledOperation:
    method, path, base_url, *facts, (start, length) = row
    operation = CompiledOperation.__new__(CompiledOperation)
    vars(operation).update(zip(_FACTS, map(_plain, facts), strict=True))
    vars(operation).update(vendor=vendor, method=method, path=path, base_url=base_url)
    piece = details[start : start + length]
    vars(operation)["_detail"] = lambda: json.loads(zlib.decompress(piece))
    return operation


def _tool(row: Sequence[Any], operations: Sequence[Operation], listings: memoryview) -> CompiledTool:
    place, *values, tokens, summed_up, (start, length) = row
    tool = CompiledTool.__new__(CompiledTool)
    vars(tool).update(zip(_TOOL_FIELDS, map(_plain, values), strict=True))
    vars(tool).update(
        operation=operations[place], tokens=tokens, _summed_up=summed_up, _listing=listings[start : start + length]
    )
    return tool


def _plain(value: Any) -> Any:
    """Return a value of the table, most of which are texts and arrays of texts: those in short."""
    if isinstance(value, list):
        return tuple(value) if not value or isinstance(value[0], str) else decoded(value)
    return decoded(value) if isinstance(value, dict) else value
