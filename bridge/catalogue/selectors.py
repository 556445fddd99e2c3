"""Selectors: what ``include`` and ``exclude`` of ``overrides.yaml`` say about operations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bridge.catalogue.overrides_nodes import Fields, Items, Leaf, Node, Place, Problem, described
from bridge.catalogue.overrides_shape import Section, open_section
from bridge.errors import did_you_mean
from bridge.globs import name_matches, path_matches
from bridge.spec.document import METHODS
from bridge.spec.operation import Operation
from bridge.spec.operation_repairs import plain_tag
from bridge.vendors import Vendor

SELECTOR_KEYS = {
    "document": "The document: admin, webex/admin, or another name that --spec takes.",
    "tag": "A tag of the operation; '*' is any text, case does not count.",
    "method": "The HTTP method; '*' is any.",
    "path": "The path as the document writes it; '*' within a segment, '/**' for any number of segments.",
    "operation": "The operationId; '*' is any text, case does not count.",
    "deprecated": "Whether the operation must be deprecated, or must not be.",
    "scope": "An OAuth scope that the document names; '*' is any text, case does not count.",
}
"""Every key of a selector, with what it matches."""

ANY_METHOD = "*"
SELECTED_METHODS = tuple(method.upper() for method in METHODS)
SELECTED_PATH = r"/\S*|\*\*\S*"
_BARE = re.compile(rf"(?:(?P<method>[A-Za-z]+|\*)\s+)?(?P<path>{SELECTED_PATH})")


def document_name(vendor: Vendor, given: str) -> str:
    """Return a document's name for what a person may write: ``admin``, ``webex/admin`` or an alias."""
    name = given.removeprefix(f"{vendor.name}/")
    source = vendor.source(name)
    return source.name if source else name


@dataclass(frozen=True, slots=True)
class Selector:
    """One entry of ``include`` or ``exclude``: every key that it has must match, with any of the key's values.

    Attributes:
        place: where it stands.
        documents: names as the file gives them, until ``of_vendor`` makes them official ones.
        methods: in upper case.
        paths: globs, as ``bridge.globs.path_matches`` takes them.
        tags, operations, scopes: globs, as ``bridge.globs.name_matches`` takes them.
        deprecated: whether the operation must be deprecated, or must not; None where it does not matter.
    """

    place: Place
    documents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    deprecated: bool | None = None
    scopes: tuple[str, ...] = ()

    def of_vendor(self, vendor: Vendor) -> Selector:
        """Return the selector with every document under its official name."""
        return replace(self, documents=tuple(document_name(vendor, name) for name in self.documents))

    def matches(self, operation: Operation) -> bool:
        """Tell whether every key matches an operation; any of its declarations will do."""
        return (
            (not self.methods or operation.method in self.methods)
            and (self.deprecated is None or operation.deprecated is self.deprecated)
            and (not self.documents or any(name in self.documents for name in operation.document_names))
            and (not self.paths or _fit_paths(self.paths, operation))
            and (not self.operations or _fit_names(self.operations, operation.operation_ids))
            and (not self.tags or _fit_names(self.tags, operation.tags))
            and (not self.scopes or _fit_names(self.scopes, operation.scopes))
        )

    def __str__(self) -> str:
        """Return it as a file could have it: ``GET /people/**``, else ``{document: admin, deprecated: true}``."""
        others = self.documents or self.tags or self.operations or self.scopes or self.deprecated is not None
        if not others and len(self.paths) == 1 and len(self.methods) <= 1:
            return f"{self.methods[0] if self.methods else ANY_METHOD} {self.paths[0]}"
        lists = {
            "document": self.documents,
            "tag": self.tags,
            "method": self.methods,
            "path": self.paths,
            "operation": self.operations,
            "scope": self.scopes,
        }
        parts = [f"{key}: {_written(values)}" for key, values in lists.items() if values]
        if self.deprecated is not None:
            parts.append(f"deprecated: {str(self.deprecated).lower()}")
        return f"{{{', '.join(parts)}}}"


def _written(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _fit_paths(globs: tuple[str, ...], operation: Operation) -> bool:
    # Two documents can write one URL as /v1/people and, with another base URL, as /people.
    paths = {source.site.path for source in operation.sources}
    return any(path_matches(glob, path) for glob in globs for path in paths)


def _fit_names(globs: tuple[str, ...], names: Iterable[str]) -> bool:
    return any(name_matches(glob, name) for name in names for glob in globs)


def read_selectors(section: Section, key: str) -> tuple[Selector, ...] | None:
    """Return the selectors under ``include`` or ``exclude``, None where the key is absent.

    What is no selector becomes a problem of the section and is left out.
    """
    node = section.node(key)
    if node is None:
        return None
    if not isinstance(node, Items):
        section.wrong(key, node, "a list of selectors ([] for none)")
        return None
    where = f"{key!r} of {section.where}"
    found = (_read_selector(entry, where, section.problems) for entry in node.entries)
    return tuple(selector for selector in found if selector is not None)


def parse_selector(text: str, where: str, problems: list[Problem]) -> Selector | None:
    """Return the selector that a command line gives, None, with a problem, where it is none.

    ``GET /people``, ``/people/**`` and ``{tag: Rooms, method: GET}`` as ``overrides.yaml`` has them; beside these
    ``tag=Rooms,method=GET``, where a key that stands twice is a list, and a method alone, ``DELETE``.
    """
    place = Place(where, 1, 1)
    text = text.strip()
    if text.startswith("{"):
        from bridge.catalogue.overrides_yaml import read_text  # noqa: PLC0415 (PyYAML, which most selectors do without)

        node = read_text(text, where, problems)
        return None if node is None else _read_selector(node, where, problems)
    if text.upper() in SELECTED_METHODS:
        return Selector(place, methods=(text.upper(),))
    if "=" in text and not re.match(r"[^=]*/", text):
        return _read_selector(_pairs(text, place), where, problems)
    return _bare_selector(Leaf(text, place), where, problems)


def _pairs(text: str, place: Place) -> Node:
    values: dict[str, list[Node]] = {}
    for pair in text.split(","):
        key, _, value = (part.strip() for part in pair.partition("="))
        truth = {"true": True, "false": False}.get(value.lower()) if key == "deprecated" else None
        values.setdefault(key, []).append(Leaf(value if truth is None else truth, place))
    entries = {key: found[0] if len(found) == 1 else Items(tuple(found), place) for key, found in values.items()}
    return Fields(entries, dict.fromkeys(entries, place), place)


def _read_selector(node: Node, where: str, problems: list[Problem]) -> Selector | None:
    if isinstance(node, Leaf):
        return _bare_selector(node, where, problems)
    before = len(problems)
    section = open_section(node, f"a selector in {where}", SELECTOR_KEYS, problems)
    if section is None:
        return None
    if not section.fields.entries:
        section.error(node.place, f"a selector in {where} is empty; give one of {', '.join(SELECTOR_KEYS)}")
    selector = Selector(
        place=node.place,
        documents=_some(section, "document", section.texts("document", or_one=True)),
        tags=tuple(plain_tag(tag) for tag in _some(section, "tag", section.texts("tag", or_one=True))),
        methods=_methods(section),
        paths=_some(section, "path", section.path_globs("path")),
        operations=_some(section, "operation", section.texts("operation", or_one=True)),
        deprecated=section.flag("deprecated"),
        scopes=_some(section, "scope", section.texts("scope", or_one=True)),
    )
    # A selector that lost a key matches more than it should: rather none at all.
    return selector if len(problems) == before else None


def _some(section: Section, key: str, values: tuple[str, ...] | None) -> tuple[str, ...]:
    node = section.node(key)
    if isinstance(node, Items) and not node.entries:
        section.error(
            node.place, f"{key!r} in {section.where} is an empty list, which matches nothing; leave the key out"
        )
    return values or ()


def _methods(section: Section) -> tuple[str, ...]:
    methods = _some(section, "method", section.texts("method", or_one=True))
    for method in methods:
        if method != ANY_METHOD and method.upper() not in SELECTED_METHODS:
            section.error(section.place_of("method"), _unknown_method(method))
    return () if ANY_METHOD in methods else tuple(method.upper() for method in methods)


def _unknown_method(method: str) -> str:
    help_text = did_you_mean(method, SELECTED_METHODS) or f"; there are {', '.join(SELECTED_METHODS)}"
    return f"{method!r} is no HTTP method{help_text}"


def _bare_selector(node: Leaf, where: str, problems: list[Problem]) -> Selector | None:
    found = _BARE.fullmatch(node.value.strip()) if isinstance(node.value, str) else None
    if found is None:
        message = f"{described(node)} in {where} is no selector; write 'METHOD /path', '/path' or a mapping with "
        problems.append(Problem.at(node.place, "error", message + ", ".join(SELECTOR_KEYS)))
        return None
    method = (found["method"] or ANY_METHOD).upper()
    if method != ANY_METHOD and method not in SELECTED_METHODS:
        problems.append(Problem.at(node.place, "error", f"{_unknown_method(method)} (in {where})"))
        return None
    return Selector(node.place, methods=() if method == ANY_METHOD else (method,), paths=(found["path"],))
