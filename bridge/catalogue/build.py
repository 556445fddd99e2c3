"""Documents + Overrides -> Catalogue: what is exposed, under which name, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.catalogue.arguments import parameter_names
from bridge.catalogue.core_index import indexed_operations
from bridge.catalogue.names_lock import NamesLock
from bridge.catalogue.naming import LockedNames, tool_names
from bridge.catalogue.overrides import ConfirmTool, Curation, Overrides, Problem, ToolOverride, curate, curated_vendor
from bridge.catalogue.own_tools import OWN_NAMES
from bridge.catalogue.tool_spec import Catalogue, SchemaStyle, ToolAnnotations, ToolSpec, VendorCatalogue
from bridge.controls import READING_METHODS
from bridge.spec.document import Document
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import Repair, repair
from bridge.spec.store import DocumentRef, VendorDocuments
from bridge.vendors import Vendor

_IDEMPOTENT = READING_METHODS | {"PUT", "DELETE"}
"""RFC 9110, section 9.2.2."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The operations of one vendor: all known, and those of the selected documents."""

    vendor: Vendor
    known: list[Operation]
    selected: list[Operation]
    repairs: list[Repair]


def build_catalogue(
    selection: Sequence[VendorDocuments],
    overrides: Overrides,
    names_lock: NamesLock | None = None,
    style: SchemaStyle = "lean",
) -> Catalogue:
    """Read, repair and curate the selected documents.

    Names are decided over all known documents of a vendor, whatever is selected, once; then ``names.lock`` holds them.

    Args:
        selection: the documents, by vendor.
        overrides: the files.
        names_lock: the names that tools keep.
        style: how the tools are listed.

    Raises:
        SpecError: a document cannot be read.
    """
    problems: list[Problem] = list(overrides.problems)
    vendors: list[VendorCatalogue] = []
    taken = set(OWN_NAMES)
    for documents in selection:
        loaded = _load(documents, curated_vendor(documents.vendor, overrides))
        names = {ref.name for ref in documents.selected}
        curation = curate(loaded.vendor, overrides, loaded.known, selected=names, known_parameters=parameter_names)
        problems.extend(curation.problems)
        locked = names_lock.of(documents.vendor, loaded.known) if names_lock else None
        named = _names(documents, loaded, curation, locked, taken)
        taken.update(named.values())
        reasons = [(operation, curation.hidden_by(operation)) for operation in loaded.selected]
        tools = tuple(_tool(o, named[o.identity], curation, style) for o, reason in reasons if reason is None)
        hidden = tuple((operation, reason) for operation, reason in reasons if reason is not None)
        section = overrides.vendors.get(loaded.vendor.name)
        vendors.append(
            VendorCatalogue(
                documents,
                operations=tuple(loaded.selected),
                tools=tools,
                repairs=tuple(loaded.repairs),
                hidden=hidden,
                synonyms=section.synonyms if section else (),
            )
        )
    return Catalogue(tuple(vendors), tuple(problems))


def _load(documents: VendorDocuments, vendor: Vendor) -> _Loaded:
    names = {ref.name for ref in documents.selected}
    repairs: list[Repair] = []
    read: list[Document] = []
    for ref in documents.known:
        document = replace(ref, vendor=vendor).read()
        found = repair(document)
        if ref.name in names:
            repairs.extend(found)
        read.append(document)
    known = operations_of(read)
    selected = [operation for operation in known if names.intersection(operation.document_names)]
    return _Loaded(vendor, known, selected, repairs)


def _names(
    documents: VendorDocuments, loaded: _Loaded, curation: Curation, locked: LockedNames | None, taken: set[str]
) -> Mapping[str, str]:
    given = {identity: tool.name for identity, tool in curation.tools.items() if tool.name}
    core = core_operations(documents, loaded.vendor)
    return tool_names(loaded.known, given=given, locked=locked, core=core, max_length=curation.max_length, taken=taken)


def core_operations(documents: VendorDocuments, vendor: Vendor) -> list[Operation]:
    """Return the operations of the built-in core, whose names hold for official documents; none for other documents.

    They have what names are made of, and may have no declarations.

    Raises:
        SpecError: a document cannot be read.
    """
    if documents.origin != "official":
        return []
    indexed = indexed_operations(documents.core, vendor)
    return operations_of(read_repaired(documents.core, vendor)) if indexed is None else indexed


def read_repaired(refs: Iterable[DocumentRef], vendor: Vendor) -> list[Document]:
    """Return documents, read and repaired, as those of this vendor.

    Raises:
        SpecError: a document cannot be read.
    """
    documents = [replace(ref, vendor=vendor).read() for ref in refs]
    for document in documents:
        repair(document)
    return documents


def _tool(operation: Operation, name: str, curation: Curation, style: SchemaStyle) -> ToolSpec:
    override = curation.tools.get(operation.identity)
    return ToolSpec(
        name=name,
        title=(override and override.title) or operation.summary or operation.key,
        description=(override and override.description) or _description(operation),
        operation=operation,
        tags=override.tags if override and override.tags is not None else operation.tags,
        annotations=_annotations(operation, override),
        pinned=bool(override and override.pin),
        curated=bool(override and override.name),
        keywords=(override and override.keywords) or (),
        confirm=override.confirm if override else None,
        parameters=override.parameters if override else None,
        described=bool(override and override.description),
        style=style,
    )


def _description(operation: Operation) -> str:
    summary, description = operation.summary, operation.description
    if not summary or description.startswith(summary.rstrip(".")):
        return description or operation.key
    return f"{summary.rstrip('.')}.\n\n{description}" if description else summary


def _annotations(operation: Operation, override: ToolOverride | None) -> ToolAnnotations:
    marks = ToolAnnotations(
        read_only=operation.method in READING_METHODS,
        destructive=operation.method == "DELETE" or bool(override and override.confirm is ConfirmTool.ALWAYS),
        idempotent=operation.method in _IDEMPOTENT,
    )
    given = override.annotations if override else None
    if given is None:
        return marks
    return ToolAnnotations(
        read_only=marks.read_only if given.read_only is None else given.read_only,
        destructive=marks.destructive if given.destructive is None else given.destructive,
        idempotent=marks.idempotent if given.idempotent is None else given.idempotent,
        open_world=marks.open_world if given.open_world is None else given.open_world,
    )
