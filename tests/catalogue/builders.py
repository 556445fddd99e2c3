"""Operations, tools and vendors' documents for the tests of the catalogue."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bridge.catalogue.overrides import Overrides, ParameterOverride, Place, load_overrides
from bridge.catalogue.tool_spec import ToolAnnotations, ToolSpec
from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import repair
from bridge.spec.store import DocumentRef, VendorDocuments
from bridge.vendors import Vendor
from tests.documents import ACME, document, operation

Declared = tuple[str, str, str, str]
"""``(method, path, operationId, summary)``."""


def declared_paths(declared: Iterable[tuple[str, ...]]) -> JsonObject:
    """Return the ``paths`` of a document with these operations."""
    paths: JsonObject = {}
    for method, path, operation_id, *summary in declared:
        entry = {"operationId": operation_id, "summary": " ".join(summary)}
        entry = {key: value for key, value in entry.items() if value}
        paths.setdefault(path, {})[method.lower()] = {**entry, "responses": {"200": {"description": "Fine."}}}
    return paths


def operations(
    *declared: tuple[str, ...], vendor: Vendor = ACME, name: str = "shop", server: str | None = None
) -> list[Operation]:
    """Return the operations of one document, each ``(method, path, operationId[, summary])``."""
    return documents_operations((name, declared), vendor=vendor, server=server)


def documents_operations(
    *documents: tuple[str, Iterable[tuple[str, ...]]], vendor: Vendor = ACME, server: str | None = None
) -> list[Operation]:
    """Return the operations of several documents of one vendor."""
    servers: dict[str, Any] = {"servers": [{"url": server}]} if server else {}
    read = [document(declared_paths(entries), vendor=vendor, name=name, **servers) for name, entries in documents]
    for entry in read:
        repair(entry)
    return operations_of(read)


def with_body(schema: Any, *parameters: JsonObject, required: bool = True, method: str = "POST") -> Operation:
    """Return an operation with a JSON body of this schema."""
    path = "/things" + "".join(f"/{{{entry['name']}}}" for entry in parameters if entry["in"] == "path")
    content = {"application/json": {"schema": schema}}
    return operation(method, path, parameters=list(parameters), requestBody={"required": required, "content": content})


def parameter(name: str, location: str = "query", schema: Any = None, **declared: Any) -> JsonObject:
    """Return a declared parameter."""
    schema = {"type": "string"} if schema is None else schema
    entry = {"name": name, "in": location, "schema": schema, **declared}
    return {**entry, "required": True} if location == "path" else entry


def changed(**given: Any) -> ParameterOverride:
    """Return what an override file says about a parameter."""
    return ParameterOverride(place=Place("overrides.yaml", 1, 1), **given)


def tool(of: Operation, parameters: Mapping[str, ParameterOverride] | None = None, **given: Any) -> ToolSpec:
    """Return a tool of an operation."""
    marks = ToolAnnotations(read_only=False, destructive=False, idempotent=False)
    given.setdefault("described", "description" in given)
    values = {"name": "acme_do", "title": "Do", "description": "Do it.", "tags": of.tags, "annotations": marks, **given}
    return ToolSpec(operation=of, parameters=parameters, **values)


def stored(
    folder: Path,
    documents: Mapping[str, Any],
    *,
    vendor: Vendor = ACME,
    selected: Iterable[str] | None = None,
    core: Iterable[str] = (),
    origin: Any = "official",
) -> VendorDocuments:
    """Write documents (their ``paths``, by name) to a folder and return them as the store finds them."""
    refs: dict[str, DocumentRef] = {}
    core = tuple(core)
    for name, paths in documents.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths}))
        refs[name] = DocumentRef(vendor, name, "core" if name in core else origin, path)
    known = tuple(ref for name, ref in refs.items() if name not in core or origin == "core")
    chosen = tuple(ref for ref in known if selected is None or ref.name in selected)
    return VendorDocuments(vendor, known, chosen, tuple(refs[name] for name in core), folder)


_files = itertools.count()


def overrides(folder: Path, text: str, vendors: Iterable[str] = ("acme",)) -> Overrides:
    """Return the overrides of a file with this text; it has no mistakes that the file alone can tell."""
    path = folder / f"overrides{next(_files)}.yaml"
    path.write_text(text, "utf-8")
    found = load_overrides([path], list(vendors))
    assert found.problems == ()
    return found


ROOMS = declared_paths(
    [
        ("GET", "/rooms", "listRooms", "List rooms"),
        ("POST", "/rooms", "createRoom", "Create a room"),
        ("PUT", "/rooms/{id}", "updateRoom", "Update a room"),
        ("PATCH", "/rooms/{id}", "changeRoom", "Change a room"),
        ("DELETE", "/rooms/{id}", "deleteRoom", "Delete a room"),
    ]
)
DESKS = declared_paths([("GET", "/desks", "listDesks", "List desks"), ("GET", "/rooms", "readRooms", "Read rooms")])
