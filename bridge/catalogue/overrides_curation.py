"""Overrides + the operations of a vendor -> its ``Curation``: what is exposed, and what each tool is like."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.catalogue.overrides_keys import KeyIndex
from bridge.catalogue.overrides_model import Overrides, ToolOverride, VendorOverrides, merged_tool
from bridge.catalogue.overrides_nodes import Place, Problem
from bridge.catalogue.selectors import Selector, document_name
from bridge.errors import did_you_mean
from bridge.spec.operation import Operation
from bridge.vendors import BaseUrlRule, Vendor

DEFAULT_MAX_LENGTH = 46
"""Characters of a tool name that leave room for the prefixes that clients put in front of it."""

KnownParameters = Callable[[Operation], Collection[str]]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Why an operation is not exposed: the ``exclude`` that matches it, or that no ``include`` does.

    Attributes:
        place: where the reason stands; of several selectors that do not match, the first.
        selector: the one that excludes it, None where no ``include`` matches.
    """

    place: Place
    selector: Selector | None

    def __str__(self) -> str:
        why = "no include matches" if self.selector is None else f"excluded by {str(self.selector)!r}"
        return f"{why} ({self.place})"


@dataclass(frozen=True, slots=True)
class Curation:
    """What the overrides mean for the operations of one vendor.

    Attributes:
        tools: by ``Operation.identity``.
        max_length: how long the tool names may get that no file gives.
        problems: what only the vendor's operations could tell about the files.
        include, exclude: with official document names.
    """

    tools: Mapping[str, ToolOverride]
    max_length: int
    problems: tuple[Problem, ...]
    include: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()

    def hidden_by(self, operation: Operation) -> Hidden | None:
        """Return why an operation is not exposed.

        None where it matches an ``include``, or there is none, and no ``exclude``.
        """
        if self.include and not any(selector.matches(operation) for selector in self.include):
            return Hidden(self.include[0].place, None)
        selector = next((selector for selector in self.exclude if selector.matches(operation)), None)
        return Hidden(selector.place, selector) if selector else None


def curated_vendor(vendor: Vendor, overrides: Overrides) -> Vendor:
    """Return the vendor with the ``base_url`` of the overrides in front of its own rules."""
    section = overrides.vendors.get(vendor.name)
    if section is None or not section.base_urls:
        return vendor
    rules = (
        BaseUrlRule(rule.url, document_name(vendor, rule.document) if rule.document else None, rule.path)
        for rule in section.base_urls
    )
    return dataclasses.replace(vendor, base_urls=(*rules, *vendor.base_urls))


def curate(
    vendor: Vendor,
    overrides: Overrides,
    known: Sequence[Operation],
    *,
    selected: Collection[str],
    known_parameters: KnownParameters | None = None,
) -> Curation:
    """Find the operations that the overrides of a vendor speak of.

    Args:
        vendor: whose operations they are.
        overrides: the files.
        known: the operations of every document of the vendor that is there, loaded or not.
        selected: the names of the documents that are loaded.
        known_parameters: returns the vendor's names of an operation's parameters and body properties; without it,
            parameter names are not checked.
    """
    section = overrides.vendors.get(vendor.name, VendorOverrides())
    index = KeyIndex(vendor, known if section.tools else ())
    problems: list[Problem] = []
    tools = _resolved(section.tools, index, frozenset(selected), problems)
    merged = {identity: _merge(layers) for identity, (_, layers) in tools.items()}
    problems.extend(_double_names(merged))
    if known_parameters is not None:
        for operation, layers in tools.values():
            problems.extend(_unknown_parameters(operation, layers, known_parameters))
    selectors = {
        kind: tuple(selector.of_vendor(vendor) for selector in given or ())
        for kind, given in (("include", section.include), ("exclude", section.exclude))
    }
    for kind, given in selectors.items():
        problems.extend(_idle_selectors(kind, given, vendor, known))
    problems.extend(_unknown_documents(section, vendor, known))
    return Curation(
        tools=merged,
        max_length=section.max_length or DEFAULT_MAX_LENGTH,
        problems=tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))),
        include=selectors["include"],
        exclude=selectors["exclude"],
    )


_Resolved = Mapping[str, tuple[Operation, list[ToolOverride]]]


def _resolved(
    tools: Iterable[ToolOverride], index: KeyIndex, selected: Collection[str], problems: list[Problem]
) -> _Resolved:
    """Return the operations that the keys name, each with its entries in the order of the files."""
    found: dict[str, tuple[Operation, list[ToolOverride]]] = {}
    for tool in tools:
        operation = index.resolve(tool.key, tool.place)
        if isinstance(operation, Problem):
            problems.append(operation)
            continue
        _, layers = found.setdefault(operation.identity, (operation, []))
        if layers and layers[-1].place.file == tool.place.file:
            problems.append(_same_operation(tool, layers[-1]))
            continue
        layers.append(tool)
        if not any(name in selected for name in operation.document_names):
            message = f"{tool.key!r} is in {' and '.join(operation.documents)}, which is not loaded"
            problems.append(Problem.at(tool.place, "note", message))
    return found


def _same_operation(tool: ToolOverride, earlier: ToolOverride) -> Problem:
    message = (
        f"{tool.key!r} is the same operation as {earlier.key!r} in line {earlier.place.line}; keep one of the keys"
    )
    return Problem.at(tool.place, "error", message)


def _merge(layers: Sequence[ToolOverride]) -> ToolOverride:
    merged = layers[0]
    for layer in layers[1:]:
        merged = merged_tool(merged, layer)
    return merged


def _double_names(tools: Mapping[str, ToolOverride]) -> Iterator[Problem]:
    """Find one name for two operations in different files; ``load_overrides`` has found those within one file."""
    owners: dict[str, tuple[ToolOverride, Place]] = {}
    for tool in tools.values():
        if tool.name is None or tool.name_place is None:
            continue
        owner, place = owners.setdefault(tool.name, (tool, tool.name_place))
        if owner is not tool and place.file != tool.name_place.file:
            message = f"the name {tool.name!r} is given twice: to {owner.key!r} ({place}) and to {tool.key!r}"
            yield Problem.at(tool.name_place, "error", message)


def _unknown_parameters(
    operation: Operation, layers: Iterable[ToolOverride], known_parameters: KnownParameters
) -> Iterator[Problem]:
    given = [(tool, name, parameter.place) for tool in layers for name, parameter in tool.parameters.items()]
    known = known_parameters(operation) if given else ()
    for tool, name, place in given:
        if name not in known:
            help_text = did_you_mean(name, known) or (f"; there are {', '.join(known)}" if known else "; it has none")
            yield Problem.at(place, "error", f"{tool.key!r} has no parameter {name!r}{help_text}")


def _idle_selectors(
    kind: str, selectors: Iterable[Selector], vendor: Vendor, known: Sequence[Operation]
) -> Iterator[Problem]:
    documents = {name for operation in known for name in operation.document_names}
    for selector in selectors:
        if any(selector.matches(operation) for operation in known):
            continue
        message = f"the {kind} {str(selector)!r} matches no operation of {vendor.name}"
        away = [name for name in selector.documents if name not in documents]
        if away and len(away) == len(selector.documents) and all(map(vendor.source, away)):
            yield Problem.at(selector.place, "note", f"{message}: {_listed(away)} is not stored")
            continue
        odd = next((name for name in away if vendor.source(name) is None), None)
        yield Problem.at(selector.place, "warning", message + (_odd_document(odd, vendor, documents) if odd else ""))


def _listed(names: Iterable[str]) -> str:
    return " and ".join(map(repr, names))


def _odd_document(name: str, vendor: Vendor, documents: Iterable[str]) -> str:
    known = {*documents, *(source.name for source in vendor.documents)}
    return f": there is no document {name!r}{did_you_mean(name, known)}"


def _unknown_documents(section: VendorOverrides, vendor: Vendor, known: Sequence[Operation]) -> Iterator[Problem]:
    """Find rules of ``base_url`` for documents that do not exist: their operations would go to the vendor's own URL."""
    if not section.base_urls:
        return
    documents = {name for operation in known for name in operation.document_names}
    for rule, place in zip(section.base_urls, section.base_url_places, strict=True):
        name = document_name(vendor, rule.document) if rule.document else None
        if name and name not in documents and vendor.source(name) is None:
            yield Problem.at(place, "warning", f"the base_url matches nothing{_odd_document(name, vendor, documents)}")
