"""Where things stand in an OpenAPI document: its operations, and the roots of its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bridge.spec.document import METHODS, Document, JsonObject
from bridge.spec.limits import MAX_NAME


@dataclass(frozen=True, slots=True, eq=False)
class OperationSite:
    """Where one operation stands: its path template, its method in upper case, its object and its path item's."""

    path: str
    method: str
    operation: JsonObject = field(repr=False)
    path_item: JsonObject = field(repr=False)

    @property
    def key(self) -> str:
        """Return ``METHOD /path``, as people and ``overrides.yaml`` name it."""
        return f"{self.method} {self.path}"


def entries(owner: JsonObject, keyword: str) -> list[Any]:
    """Return the list under a keyword, an empty one where there is none or something else stands."""
    found = owner.get(keyword)
    return found if isinstance(found, list) else []


def properties_of(schema: JsonObject) -> JsonObject:
    """Return the ``properties`` of a schema, an empty object where there are none or something else stands."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def each_operation(document: Document) -> Iterator[OperationSite]:
    """Yield every operation of a document; what is no object where one should stand is passed over."""
    # Of a list: where a schema is a reference to ``#/paths``, a repair of that schema adds to the paths meanwhile.
    for path, item in list(document.content["paths"].items()):
        path_item = document.follow(item)
        for method in METHODS:
            operation = path_item.get(method)
            if isinstance(operation, dict) and path.startswith("/") and len(path) <= MAX_NAME:
                yield OperationSite(path, method.upper(), operation, path_item)


def declared_operations(document: Document) -> int:
    """Return how many operations the paths name, those included that ``each_operation`` has to pass over."""
    items = (document.follow(item) for item in document.content["paths"].values())
    return sum(method in item for item in items for method in METHODS)


def each_schema_root(document: Document) -> Iterator[tuple[str, JsonObject]]:
    """Yield ``(place, schema)`` for every schema that does not stand inside another one."""
    components = document.content.get("components")
    if isinstance(components, dict):
        for name, schema in _objects(components.get("schemas")):
            yield f"components/schemas/{name}", schema
        for kind in ("parameters", "headers", "requestBodies", "responses"):
            for name, entry in _objects(components.get(kind)):
                yield from _carried(f"components/{kind}/{name}", entry)
    for site in each_operation(document):
        for owner in (site.path_item, site.operation):
            for place, entry in enumerate(entries(owner, "parameters")):
                parameter = document.follow(entry)
                yield from _carried(f"{site.key} parameters/{parameter.get('name', place)}", parameter)
        yield from _carried(f"{site.key} requestBody", document.follow(site.operation.get("requestBody")))
        for status, response in _objects(site.operation.get("responses")):
            yield from _carried(f"{site.key} responses/{status}", document.follow(response))


def _carried(place: str, carrier: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    schema = carrier.get("schema")
    if isinstance(schema, dict):
        yield place, schema
    for media_type, media in _objects(carrier.get("content")):
        inner = media.get("schema")
        if isinstance(inner, dict):
            yield f"{place}/{media_type}", inner
    for name, header in _objects(carrier.get("headers")):
        inner = header.get("schema")
        if isinstance(inner, dict):
            yield f"{place}/headers/{name}", inner


def _objects(node: object) -> Iterator[tuple[str, JsonObject]]:
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, dict):
                yield str(name), value
