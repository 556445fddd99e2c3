"""Frozen values <-> JSON: what a compiled catalogue keeps of overrides, vendors and documents. Nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path, PosixPath, WindowsPath
from typing import Any

from bridge.catalogue.overrides_curation import Hidden
from bridge.catalogue.overrides_model import ConfirmTool, ParameterOverride
from bridge.catalogue.overrides_nodes import Place, Problem
from bridge.catalogue.overrides_shape import UNSET, Unset
from bridge.catalogue.selectors import Selector
from bridge.catalogue.tool_spec import ToolAnnotations
from bridge.spec.store import DocumentRef, VendorDocuments
from bridge.vendors import BaseUrlRule, OAuth, SourceDocument, Vendor

_CLASSES: Mapping[str, type[Any]] = {
    found.__name__: found
    for found in (
        BaseUrlRule,
        DocumentRef,
        Hidden,
        OAuth,
        ParameterOverride,
        Place,
        Problem,
        Selector,
        SourceDocument,
        ToolAnnotations,
        Vendor,
        VendorDocuments,
    )
}
_ENUMS: Mapping[str, type[Enum]] = {found.__name__: found for found in (ConfirmTool, Unset)}

_KIND = "@"
"""The key that tells what an object stands for."""


def encoded(value: Any) -> Any:  # noqa: PLR0911 (one for each kind)
    """Return a value as JSON. An array is a tuple; lists, objects and all else say what they are.

    Raises:
        TypeError: a value that is not kept, which only a change of the code can bring.
    """
    if isinstance(value, Enum):
        return {_KIND: type(value).__name__, "v": value.value}
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [encoded(entry) for entry in value]
    if isinstance(value, list):
        return {_KIND: "list", "v": [encoded(entry) for entry in value]}
    if isinstance(value, Mapping):
        return {_KIND: "dict", "v": {key: encoded(entry) for key, entry in value.items()}}
    if isinstance(value, PosixPath | WindowsPath):
        return {_KIND: "Path", "v": str(value)}
    if isinstance(value, frozenset):
        return {_KIND: "frozenset", "v": [encoded(entry) for entry in sorted(value)]}
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        return {_KIND: type(value).__name__, "v": [encoded(getattr(value, entry.name)) for entry in fields(value)]}
    raise TypeError(f"{type(value).__name__} is not kept in the cache")


def decoded(value: Any) -> Any:  # noqa: PLR0911 (one for each kind)
    """Return what was encoded.

    Raises:
        KeyError, TypeError, ValueError: this is nothing that ``encoded`` wrote.
    """
    if isinstance(value, list):
        return tuple(map(decoded, value))
    if not isinstance(value, dict):
        return value
    kind, content = value[_KIND], value["v"]
    match kind:
        case "list":
            return list(map(decoded, content))
        case "dict":
            return {key: decoded(entry) for key, entry in content.items()}
        case "Path":
            return Path(content)
        case "frozenset":
            return frozenset(map(decoded, content))
        case "Unset":
            return UNSET
        case _ if kind in _ENUMS:
            return _ENUMS[kind](content)
        case _:
            return _CLASSES[kind](*map(decoded, content))
