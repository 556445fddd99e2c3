"""Frozen values <-> JSON: what a compiled catalogue keeps of overrides, vendors and documents. Nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from importlib import import_module
from pathlib import Path, PosixPath, WindowsPath
from typing import Any

_MODULES: Mapping[str, str] = {
    "BaseUrlRule": "bridge.vendors",
    "ConfirmTool": "bridge.catalogue.parameter_override",
    "DocumentRef": "bridge.spec.store",
    "Hidden": "bridge.catalogue.overrides_curation",
    "OAuth": "bridge.vendors",
    "ParameterOverride": "bridge.catalogue.parameter_override",
    "Place": "bridge.catalogue.overrides_nodes",
    "Problem": "bridge.catalogue.overrides_nodes",
    "Selector": "bridge.catalogue.selectors",
    "SourceDocument": "bridge.vendors",
    "ToolAnnotations": "bridge.catalogue.tool_spec",
    "Unset": "bridge.catalogue.parameter_override",
    "Vendor": "bridge.vendors",
    "VendorDocuments": "bridge.spec.store",
}
"""By the name of a type, where it is: imported when the first value of it is read."""


@lru_cache
def _type(name: str) -> type[Any]:
    found: type[Any] = getattr(import_module(_MODULES[name]), name)
    return found


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
    if is_dataclass(value) and type(value).__module__ == _MODULES.get(type(value).__name__):
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
        case "ConfirmTool" | "Unset":
            return _type(kind)(content)
        case _:
            return _type(kind)(*map(decoded, content))
