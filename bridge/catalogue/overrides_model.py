"""What override files come to: typed values that know their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from bridge.catalogue.overrides_nodes import Place, Problem
from bridge.catalogue.parameter_override import UNSET, ConfirmTool, ParameterOverride
from bridge.catalogue.selectors import Selector
from bridge.vendors import BaseUrlRule


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a tool does to the world, as MCP's ``ToolAnnotations`` names it; None where the file does not say."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@dataclass(frozen=True, slots=True)
class ToolOverride:
    """What the files say about one tool.

    Attributes:
        key: the operation as a file names it: ``GET /people``, an operationId, either behind a document.
        place: where the key stands; of several files, in the last one.
        name, title, description: None where no file says it.
        tags: the tags instead of the vendor's; None keeps those.
        keywords: what else people call it, for the search; None where no file says it.
        pin: whether the tool is always listed in full; None where no file says it.
        confirm: whether a person is asked before a call; None where no file says it.
        parameters: by the vendor's name.
        name_place: where the name stands.
    """

    key: str
    place: Place
    name: str | None = None
    title: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    keywords: tuple[str, ...] | None = None
    pin: bool | None = None
    confirm: ConfirmTool | None = None
    annotations: Annotations = Annotations()
    parameters: Mapping[str, ParameterOverride] = field(default_factory=dict)
    name_place: Place | None = None


@dataclass(frozen=True, slots=True)
class VendorOverrides:
    """What the files say about one vendor.

    Attributes:
        include, exclude: None where no file has the list.
        tools: in the order of the files and in that of each file; one operation can stand in several files, and under
            several keys. ``curate`` knows which keys mean the same operation and merges them.
        max_length: how long the tool names may get that no file gives; None for the default.
        base_urls: rules that come before the vendor's own, None where no file has any; documents are named as the
            file names them.
        base_url_places: where each of these rules stands.
        synonyms: groups of phrases that mean the same to the search, those of all files.
    """

    include: tuple[Selector, ...] | None = None
    exclude: tuple[Selector, ...] | None = None
    tools: tuple[ToolOverride, ...] = ()
    max_length: int | None = None
    base_urls: tuple[BaseUrlRule, ...] | None = None
    base_url_places: tuple[Place, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Overrides:
    """The override files, one laid over the other.

    Attributes:
        files: those that were read, the one that wins last.
        vendors: what they say, by vendor.
        problems: what is wrong in them, as far as the files alone can tell.
    """

    files: tuple[Path, ...]
    vendors: Mapping[str, VendorOverrides]
    problems: tuple[Problem, ...]


def merged_tool(earlier: ToolOverride, later: ToolOverride) -> ToolOverride:
    """Lay what a later file says about a tool over what an earlier one says, field by field."""
    parameters = dict(earlier.parameters)
    for name, parameter in later.parameters.items():
        parameters[name] = _merged_parameter(parameters[name], parameter) if name in parameters else parameter
    annotations = replace(earlier.annotations, **_given(later.annotations))
    return replace(earlier, **{**_given(later), "annotations": annotations, "parameters": parameters})


def _merged_parameter(earlier: ParameterOverride, later: ParameterOverride) -> ParameterOverride:
    merged = replace(earlier, **_given(later))
    # The constant of an earlier file goes with its `hide: true`.
    return merged if merged.hide else replace(merged, value=UNSET)


def _given(layer: ToolOverride | ParameterOverride | Annotations) -> dict[str, Any]:
    """Return the fields that a file gives; null is a value of a parameter's constants, and absence elsewhere."""
    values = {entry.name: getattr(layer, entry.name) for entry in fields(layer)}
    absent = {name: UNSET if name in ("default", "value") else None for name in values}
    return {name: value for name, value in values.items() if value is not absent[name]}


def laid_over(earlier: VendorOverrides, later: VendorOverrides) -> VendorOverrides:
    """Lay what a later file says about a vendor over what an earlier one says.

    Lists replace; tools and synonyms add up.
    """
    return VendorOverrides(
        include=earlier.include if later.include is None else later.include,
        exclude=earlier.exclude if later.exclude is None else later.exclude,
        tools=earlier.tools + later.tools,
        max_length=later.max_length or earlier.max_length,
        base_urls=earlier.base_urls if later.base_urls is None else later.base_urls,
        base_url_places=earlier.base_url_places if later.base_urls is None else later.base_url_places,
        synonyms=earlier.synonyms + later.synonyms,
    )
