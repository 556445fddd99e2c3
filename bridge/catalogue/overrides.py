"""overrides.yaml -> Overrides: the file in which people say what is exposed, and how its tools are named and described.

Every mistake is a ``Problem`` that knows its file and line, never an exception. ``load_overrides`` finds those that the
files alone can tell; ``curate`` those that need the vendor's operations.

The parts: ``overrides_yaml`` (text -> nodes), ``overrides_shape`` (nodes -> values), ``selectors`` and
``overrides_tools`` (values -> what ``overrides_model`` declares), ``overrides_keys`` and ``overrides_curation`` (what
it means for operations).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bridge.catalogue.overrides_curation import DEFAULT_MAX_LENGTH, Curation, Hidden, curate, curated_vendor
from bridge.catalogue.overrides_model import Annotations, Overrides, ToolOverride, VendorOverrides, laid_over
from bridge.catalogue.overrides_nodes import Items, JsonValue, Leaf, Node, Place, Problem, Severity, shortened
from bridge.catalogue.overrides_shape import Section, open_section
from bridge.catalogue.overrides_synonyms import read_synonyms
from bridge.catalogue.overrides_tools import LONGEST_NAME, read_tools
from bridge.catalogue.parameter_override import UNSET, ConfirmTool, ParameterOverride, Unset
from bridge.catalogue.selectors import Selector, read_selectors
from bridge.errors import nearest
from bridge.vendors import BaseUrlRule

__all__ = [
    "DEFAULT_MAX_LENGTH",
    "UNSET",
    "Annotations",
    "ConfirmTool",
    "Curation",
    "Hidden",
    "JsonValue",
    "Overrides",
    "ParameterOverride",
    "Place",
    "Problem",
    "Selector",
    "Severity",
    "ToolOverride",
    "Unset",
    "VendorOverrides",
    "curate",
    "curated_vendor",
    "load_overrides",
]

VENDOR_KEYS = {
    "include": "Selectors: an operation becomes a tool if it matches one of them, or there is none.",
    "exclude": "Selectors: an operation that matches one of them becomes no tool.",
    "tools": "What single tools are like, by operation: 'GET /people', listPeople, or either behind '<document>: '.",
    "naming": "How the names are made that no 'name' gives.",
    "synonyms": "Groups of words or short phrases that mean the same when this vendor's tools are searched.",
    "base_url": "Where the operations live, if not where they are known to be: one URL, or rules of which the first "
    "that matches wins. The caller's token is sent there.",
}
NAMING_KEYS = {"max_length": "How many characters such a name may have at most."}
BASE_URL_KEYS = {
    "document": "Only operations of this document.",
    "path": "Only operations whose path fits this glob.",
    "url": "An absolute http or https URL; the operation's path is put behind it.",
}
SHORTEST_MAX_LENGTH = 16


def load_overrides(files: Sequence[Path], vendor_names: Collection[str]) -> Overrides:
    """Read override files and lay each over those before it.

    Args:
        files: what ``find_overrides`` found; of a file that is named twice, the last place counts.
        vendor_names: the vendors that files may speak of.

    Raises:
        OptionError: a file cannot be read.
    """
    ordered = tuple(dict.fromkeys(reversed(files)))[::-1]
    problems: list[Problem] = []
    vendors: dict[str, VendorOverrides] = {}
    for path in ordered:
        for name, section in _file(path, vendor_names, problems).items():
            vendors[name] = laid_over(vendors.get(name, VendorOverrides()), section)
    problems.extend(_double_names(vendors))
    order = {_shown(path): place for place, path in enumerate(ordered)}
    problems.sort(key=lambda problem: (order[problem.file], problem.line, problem.column))
    return Overrides(ordered, vendors, tuple(problems))


def _file(path: Path, vendor_names: Collection[str], problems: list[Problem]) -> dict[str, VendorOverrides]:
    from bridge.catalogue.overrides_yaml import read_nodes  # noqa: PLC0415 (PyYAML; a compiled catalogue does without)

    node = read_nodes(path, _shown(path), problems)
    top = None if node is None else open_section(node, "an override file", None, problems)
    found: dict[str, VendorOverrides] = {}
    if top is None:
        return found
    for name, entry in top.fields.entries.items():
        if name not in vendor_names:
            problems.append(Problem.at(top.fields.key_places[name], "error", _unknown_vendor(name, vendor_names)))
            continue
        section = open_section(entry, f"vendor {name!r}", VENDOR_KEYS, problems)
        if section is not None:
            found[name] = _vendor(section)
    return found


def _shown(path: Path) -> str:
    """Return a path as a person in the working directory would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _unknown_vendor(name: str, vendor_names: Collection[str]) -> str:
    match = nearest(name, vendor_names)
    proposal = f"did you mean {match!r}?" if match else f"there are {', '.join(vendor_names)}"
    of_file = "(the vendor of an OpenAPI file is known where --spec names the file)"
    return f"unknown vendor {shortened(name)!r}; {proposal} {of_file}"


def _vendor(section: Section) -> VendorOverrides:
    include, exclude = read_selectors(section, "include"), read_selectors(section, "exclude")
    naming = section.section("naming", f"'naming' of {section.where}", NAMING_KEYS)
    rules = _base_urls(section)
    return VendorOverrides(
        include=include,
        exclude=exclude,
        tools=read_tools(section),
        max_length=naming.whole("max_length", SHORTEST_MAX_LENGTH, LONGEST_NAME) if naming else None,
        base_urls=None if rules is None else tuple(rule for rule, _ in rules),
        base_url_places=tuple(place for _, place in rules or ()),
        synonyms=read_synonyms(section),
    )


def _base_urls(section: Section) -> list[tuple[BaseUrlRule, Place]] | None:
    node = section.node("base_url")
    if node is None:
        return None
    if isinstance(node, Leaf) and isinstance(node.value, str):
        url = section.url("base_url")
        return [(BaseUrlRule(url), node.place)] if url else None
    if not isinstance(node, Items):
        section.wrong("base_url", node, f"a URL or a list of rules with {', '.join(BASE_URL_KEYS)}")
        return None
    rules = (_base_url_rule(section, entry) for entry in node.entries)
    return [rule for rule in rules if rule is not None]


def _base_url_rule(section: Section, node: Node) -> tuple[BaseUrlRule, Place] | None:
    before = len(section.problems)
    rule = open_section(node, f"a 'base_url' rule of {section.where}", BASE_URL_KEYS, section.problems)
    if rule is None:
        return None
    url, document, path = rule.url("url"), rule.text("document"), rule.path_glob("path")
    if url is None and rule.node("url") is None:
        rule.error(rule.place, f"{rule.where} needs the key 'url'")
    # A rule that lost a key would hold for more operations than it should.
    return (BaseUrlRule(url, document, path), rule.place) if url and len(section.problems) == before else None


def _double_names(vendors: Mapping[str, VendorOverrides]) -> Iterator[Problem]:
    """Find one name for two tools: of different vendors, or in one file.

    Within a vendor, two keys of different files can mean the same operation; only ``curate`` can tell.
    """
    owners: dict[str, list[tuple[str, ToolOverride, Place]]] = {}
    for vendor, section in vendors.items():
        for tool in _named_tools(section.tools):
            if tool.name is None or tool.name_place is None:
                continue
            others = owners.setdefault(tool.name, [])
            for other_vendor, other, place in others:
                if other_vendor != vendor or place.file == tool.name_place.file:
                    owner = f"{other.key!r} of {other_vendor}"
                    message = (
                        f"the name {tool.name!r} is given twice: to {owner} ({place}) and to {tool.key!r} of {vendor}"
                    )
                    yield Problem.at(tool.name_place, "error", message)
                    break
            others.append((vendor, tool, tool.name_place))


def _named_tools(tools: Iterable[ToolOverride]) -> Iterable[ToolOverride]:
    """Return what names each key in the end: of several files, the last one that does."""
    return {tool.key: tool for tool in tools if tool.name is not None}.values()
