"""Document -> Document + repairs: what is wrong with it, and what was done about it."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bridge.spec.document import Document, JsonObject
from bridge.spec.operation_repairs import DOCUMENT_CHECKS, OPERATION_CHECKS
from bridge.spec.schema_repairs import checks_of, walk_schemas
from bridge.spec.structure import each_operation, each_schema_root


@dataclass(frozen=True, slots=True)
class Repair:
    """One defect of a document.

    Attributes:
        document: the document as ``--spec`` takes it.
        place: the operation (``GET /people``), or the path of a component, and where in it.
        defect: what is wrong.
        repair: what was done, or how it is tolerated.
    """

    document: str
    place: str
    defect: str
    repair: str


def repair(document: Document) -> list[Repair]:
    """Mend a document in place and return what was found, in the document's order."""
    _give_each_path_its_own_item(document)
    _write_out_media_types(document)
    return [*(Repair(document.label, *found) for found in document.defects), *_repairs(document)]


def _give_each_path_its_own_item(document: Document) -> None:
    """Write out path items that are references: what one path needs to be mended, another may not."""
    paths = document.content["paths"]
    for path, item in paths.items():
        if isinstance(item, dict) and "$ref" in item:
            paths[path] = copy.deepcopy(document.follow(item))


def _write_out_media_types(document: Document) -> None:
    """Write out media types that are references to ``components/mediaTypes`` (OpenAPI 3.2, section 4.14)."""
    for site in each_operation(document):
        responses = site.operation.get("responses")
        for carrier in (
            site.operation.get("requestBody"),
            *(responses.values() if isinstance(responses, dict) else ()),
        ):
            content = document.follow(carrier).get("content")
            if not isinstance(content, dict):
                continue
            for media_type, media in content.items():
                if isinstance(media, dict) and "$ref" in media:
                    content[media_type] = dict(document.follow(media))


def _repairs(document: Document) -> Iterator[Repair]:
    for document_check in DOCUMENT_CHECKS:
        for place, defect, mend in document_check(document):
            yield Repair(document.label, place, defect, mend)
    for site in each_operation(document):
        for operation_check in OPERATION_CHECKS:
            for place, defect, mend in operation_check(document, site):
                yield Repair(document.label, f"{site.key} {place}".rstrip(), defect, mend)
    newer = not str(document.content["openapi"]).startswith("3.0")
    for place, schema in _each_schema(document):
        reference = schema.get("$ref")
        if isinstance(reference, str) and not isinstance(document.resolve(reference), (dict, bool)):
            outside = not reference.startswith("#") and reference
            why = "leads out of the document, and is never fetched" if outside else "leads nowhere"
            yield Repair(document.label, place, f"reference {reference!r} {why}", "anything is taken")
        for schema_check in checks_of(tuple(schema), newer=newer):
            if found := schema_check(schema):
                yield Repair(document.label, place, *found)


def _each_schema(document: Document) -> Iterator[tuple[str, JsonObject]]:
    """Yield every schema once: those that stand in places for schemas, and those that only references lead to."""
    seen: set[int] = set()
    roots = deque(each_schema_root(document))
    while roots:
        place, root = roots.popleft()
        if id(root) in seen:
            continue
        for inner, schema in walk_schemas(root):
            if id(schema) in seen:
                continue
            seen.add(id(schema))
            yield f"{place}{inner}", schema
            reference = schema.get("$ref")
            target = document.resolve(reference) if isinstance(reference, str) else None
            if isinstance(target, dict):
                roots.append((str(reference).removeprefix("#/"), target))
