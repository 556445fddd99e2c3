"""Source of an operation <-> the part of its document that makes the very same operation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.spec.document import METHODS, Document, JsonObject
from bridge.spec.json_schema import SchemaReader
from bridge.spec.operation import Operation, Source
from bridge.spec.structure import OperationSite
from bridge.vendors import Vendor


def parts_of(operation: Operation) -> list[JsonObject]:
    """Return, for each declaration of an operation, the part of the document that it needs.

    Everything that it refers to, directly or not, stands in the part where it stands in the document. Of responses
    only the media types are there: nothing but the sandbox reads more, and it reads the documents themselves.
    """
    return [_part(source) for source in operation.sources]


def _part(source: Source) -> JsonObject:
    document, site = source.document, source.site
    operation = {**site.operation}
    if "responses" in operation:
        operation["responses"] = _responses(document, operation["responses"])
    path_item = {key: value for key, value in site.path_item.items() if key not in METHODS}
    content: JsonObject = {"paths": {site.path: {**path_item, site.method.lower(): operation}}}
    for keyword in ("openapi", "$self", "security"):
        if keyword in document.content:
            content[keyword] = document.content[keyword]
    _add_references(document, content)
    return {
        "name": document.name,
        "origin": document.origin,
        "file": str(document.path),
        "path": site.path,
        "method": site.method,
        "content": content,
    }


def _responses(document: Document, declared: Any) -> JsonObject:
    if not isinstance(declared, dict):
        return {}
    found: JsonObject = {}
    for status, response in declared.items():
        followed = document.follow(response)
        media = followed.get("content")
        found[status] = {"description": followed.get("description", "")}
        if isinstance(media, dict):
            found[status]["content"] = {str(name): {} for name in media}
    return found


def _add_references(document: Document, content: JsonObject) -> None:
    """Put everything that is referred to at its place in ``content``."""
    own = document.content.get("$self")
    seen: set[str] = set()
    open_ends: list[Any] = [content]
    while open_ends:
        for written in _references(open_ends.pop()):
            # A document may call itself by its own URI (OpenAPI 3.2, section 4.1.2.2).
            reference = written.removeprefix(own) if isinstance(own, str) else written
            if reference in seen or not reference.startswith("#/"):
                continue
            seen.add(reference)
            target = document.resolve(reference)
            if target is not None:
                _put(content, reference, target)
                open_ends.append(target)


def _references(node: Any) -> Iterator[str]:
    stack = [node]
    while stack:
        found = stack.pop()
        if isinstance(found, dict):
            reference = found.get("$ref")
            if isinstance(reference, str):
                yield reference
            stack.extend(found.values())
        elif isinstance(found, list):
            stack.extend(found)


def _put(content: JsonObject, reference: str, target: Any) -> None:
    """Put a node where a reference looks for it; what is there already is a part of what belongs there."""
    *parents, last = (part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/"))
    node = content
    for key in parents:
        inner = node.get(key)
        # A copy, and of an array an object of its places: what stands there is the document's own.
        copied = dict(enumerate(inner)) if isinstance(inner, list) else dict(inner) if isinstance(inner, dict) else {}
        node[key] = {str(name): value for name, value in copied.items()}
        node = node[key]
    node[last] = target


def sources_of(parts: list[JsonObject], vendor: Vendor) -> tuple[Source, ...]:
    """Return the declarations that ``parts_of`` wrote."""
    return tuple(_source(part, vendor) for part in parts)


def _source(part: JsonObject, vendor: Vendor) -> Source:
    document = Document(vendor, part["name"], part["origin"], Path(part["file"]), part["content"])
    path_item = part["content"]["paths"][part["path"]]
    site = OperationSite(part["path"], part["method"], path_item[part["method"].lower()], path_item)
    return Source(document, site, SchemaReader(document))
