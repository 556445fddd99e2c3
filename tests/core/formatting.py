"""The one layout of the built-in core documents: ``python -m tests.core.formatting`` writes them so (``make format``).

Long text is folded, what is short and flat stands on one line, operations and parameters have their keys in one order.
Comments are kept at the head of a file only: a reason that stands elsewhere belongs into a description or into
``core_deviations.yaml``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from bridge.shipped import shipped_path
from bridge.spec.document import METHODS
from bridge.spec.parse import parse

WIDTH = 120
"""Columns of a line; what has no space in it may be longer."""

_OPERATION = (
    *("operationId", "summary", "description", "tags", "deprecated", "x-rate-limit-label"),
    *("security", "parameters", "requestBody", "responses"),
)
_PARAMETER = ("name", "in", "required", "description", "style", "explode", "schema", "content", "example", "examples")
_DOCUMENT = ("openapi", "info", "servers", "tags", "paths", "components")


def core_files() -> list[Path]:
    """Return the core documents of all vendors."""
    return sorted(shipped_path("specs").glob("*/*.yaml"))


def formatted(path: Path, text: str) -> str:
    """Return the text of a core document in its layout; the values are the same."""
    content = parse(path, text.encode()).value
    head = takewhile(lambda line: line.startswith("#"), text.splitlines())
    return "\n".join([*head, *_document(content)]) + "\n"


def _document(content: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a document: an empty one before sections, paths and components."""
    for key, value in _ordered(content, _DOCUMENT).items():
        if key not in ("openapi", "info"):
            yield ""
        if key == "paths":
            yield "paths:"
            for number, (path, item) in enumerate(value.items()):
                yield from ["", *_entry(path, _path_item(item), "  ")][number == 0 :]
        elif key == "components":
            yield "components:"
            for number, (kind, named) in enumerate(value.items()):
                yield from ["", f"  {kind}:"][number == 0 :]
                for place, (name, component) in enumerate(named.items()):
                    laid = _ordered(component, _PARAMETER) if kind == "parameters" else component
                    yield from ["", *_entry(name, laid, "    ")][place == 0 :]
        else:
            yield from _entry(key, value, "")


def _path_item(item: dict[str, Any]) -> dict[str, Any]:
    return {key: _operation(value) if key in METHODS else value for key, value in item.items()}


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    found = _ordered(operation, _OPERATION)
    if "parameters" in found:
        found["parameters"] = [_ordered(parameter, _PARAMETER) for parameter in found["parameters"]]
    return found


def _ordered(keys: Mapping[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    rest = (key for key in keys if key not in order)
    return {key: keys[key] for key in (*(key for key in order if key in keys), *rest)}


def _entry(key: str, value: Any, indent: str) -> list[str]:
    """Return the lines of ``key: value``."""
    start = f"{indent}{_scalar(key, flow=False)}:"
    short = _one_line(value)
    if short is not None and len(start) + 1 + len(short) <= WIDTH:
        return [f"{start} {short}"]
    if isinstance(value, dict):
        return [start, *_mapping(value, f"{indent}  ")]
    if isinstance(value, list):
        return [start, *_list(value, f"{indent}  ")]
    return [f"{start} {line}" if number == 0 else line for number, line in enumerate(_long(value, f"{indent}  "))]


def _mapping(value: dict[str, Any], indent: str) -> list[str]:
    return [line for key, inner in value.items() for line in _entry(key, inner, indent)]


def _list(value: list[Any], indent: str) -> list[str]:
    lines: list[str] = []
    for item in value:
        short = _one_line(item)
        if short is not None and len(indent) + 2 + len(short) <= WIDTH:
            lines.append(f"{indent}- {short}")
        elif isinstance(item, dict | list):
            inner = _mapping(item, f"{indent}  ") if isinstance(item, dict) else _list(item, f"{indent}  ")
            lines += [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
        else:
            first, *others = _long(item, f"{indent}  ")
            lines += [f"{indent}- {first}", *others]
    return lines


def _one_line(value: Any) -> str | None:
    """Return a scalar, or a collection of nothing but scalars (and lists of them), as it stands on one line."""
    if isinstance(value, dict):
        if any(isinstance(inner, dict) or _is_deep(inner) for inner in value.values()):
            return None
        return "{" + ", ".join(f"{_scalar(key, flow=True)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return None if _is_deep(value) else _flow(value)
    if isinstance(value, str) and "\n" in value:
        return None
    return _scalar(value, flow=False)


def _is_deep(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value)


def _flow(value: Any) -> str:
    return f"[{', '.join(map(_flow, value))}]" if isinstance(value, list) else _scalar(value, flow=True)


@cache
def _of_text(text: str, flow: bool) -> str:
    dumped = yaml.safe_dump([text], default_flow_style=flow, width=10**9, allow_unicode=True).strip()
    return dumped[1:-1] if flow else dumped[2:]


def _scalar(value: Any, *, flow: bool) -> str:
    if isinstance(value, str):
        return _of_text(value, flow)
    if value in ({}, []):
        return "{}" if value == {} else "[]"
    return yaml.safe_dump(value, width=10**9).partition("\n")[0]


def _long(text: Any, indent: str) -> list[str]:
    """Return a scalar that does not fit: folded at its spaces, or literal where it has lines of its own."""
    if not isinstance(text, str) or text != text.strip() or any(line != line.strip() for line in text.split("\n")):
        return [_scalar(text, flow=False)]
    if "\n" in text:
        return ["|-", *(f"{indent}{line}" if line else "" for line in text.split("\n"))]
    wrapped = textwrap.wrap(text, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    if " ".join(wrapped) != text:
        return [_scalar(text, flow=False)]
    return [">-", *(f"{indent}{line}" for line in wrapped)]


def main() -> None:
    """Write every core document in its layout, and print those that changed."""
    for path in core_files():
        text = path.read_text("utf-8")
        laid_out = formatted(path, text)
        if laid_out != text:
            beside = path.with_suffix(".new")
            beside.write_text(laid_out, "utf-8")
            beside.replace(path)
            print(path)


if __name__ == "__main__":
    main()
