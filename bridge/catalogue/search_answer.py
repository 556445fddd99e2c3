"""Tools that were found -> a few lines that a model can act on: name, required arguments, what it does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bridge.catalogue.own_tools import CALL_TOOL, CALL_WRITE_TOOL, DESCRIBE_TOOL
from bridge.catalogue.tool_spec import ToolSpec

TITLE_CHARACTERS = 120
ARGUMENT_CHARACTERS = 320
"""A line stays below 560 characters: ten of them, and the last line, below 1,500 tokens."""

MOST_VALUES = 4
VALUE_CHARACTERS = 60

LAST_LINE = (
    f"Call what reads with {CALL_TOOL}, the rest with {CALL_WRITE_TOOL}; ... are optional arguments, {DESCRIBE_TOOL} "
    "shows them."
)


def search_answer(tools: Iterable[ToolSpec]) -> str:
    """Return the answer of a search: a line a tool, the best first, and one line on how to go on."""
    return "\n".join([*map(tool_line, tools), LAST_LINE])


def tool_line(tool: ToolSpec) -> str:
    """Return a tool as ``name(required: type, ...) effect: title``, on one line."""
    marks = ", deprecated" if tool.operation.deprecated else ""
    return f"{tool.name}({_arguments(tool)}) {effect(tool)}{marks}: {_cut(tool.title, TITLE_CHARACTERS)}"


def effect(tool: ToolSpec) -> str:
    """Return in a word or two what a tool does: ``reads``, ``writes``, ``deletes``."""
    if tool.annotations.read_only:
        return "reads"
    if tool.operation.method == "DELETE":
        return "deletes"
    return "writes, destructive" if tool.annotations.destructive else "writes"


def _arguments(tool: ToolSpec) -> str:
    visible = tool.arguments.visible
    required = [f"{argument.name}: {_kind(argument.schema)}" for argument in visible if argument.required]
    shown: list[str] = []
    room = ARGUMENT_CHARACTERS
    for text in required:
        room -= len(text) + 2
        if room < 0:
            shown.append(f"and {len(required) - len(shown)} more required, see {DESCRIBE_TOOL}")
            break
        shown.append(text)
    if any(not argument.required for argument in visible):
        shown.append("...")
    return ", ".join(shown)


def _kind(schema: Mapping[str, Any]) -> str:
    """Return a type in a word, or the few values that there are."""
    values = schema.get("enum")
    if values and len(values) <= MOST_VALUES:
        text = "|".join(json.dumps(value, ensure_ascii=False) for value in values)
        if len(text) <= VALUE_CHARACTERS:
            return text
    declared = schema.get("type")
    if isinstance(declared, list):
        return "|".join(map(str, declared))
    if declared == "array":
        return f"{_kind(schema.get('items') or {})}[]"
    if declared is None:
        return "any"
    detail = schema.get("format")
    return f"{declared} ({detail})" if isinstance(detail, str) and len(detail) <= 20 else str(declared)


def _cut(text: str, characters: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= characters else f"{line[: characters - 3]}..."
