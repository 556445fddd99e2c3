"""search_tools, describe_tool, call_tool, call_write_tool: how a model works with more tools than it can be shown."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import mcp_types
from fastmcp.tools.base import Tool, ToolResult
from pydantic import PrivateAttr

from bridge.catalogue.argument_check import InputCheck
from bridge.catalogue.described_tool import described
from bridge.catalogue.own_tools import (
    CALL_TOOL,
    CALL_WRITE_TOOL,
    DEFAULT_HITS,
    DESCRIBE_TOOL,
    OWN_NAMES,
    SEARCH_TOOLS,
    OwnTool,
)
from bridge.catalogue.search_answer import effect, search_answer
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, BridgeError, ToolNotFoundError
from bridge.globs import name_matches
from bridge.server.exposure import Exposure
from bridge.server.tool import BridgeTool
from bridge.spec.operation_repairs import plain_tag

NEAREST = 3
"""How many tools an error proposes for a name that does not exist."""

Answer = Callable[[dict[str, Any]], Awaitable[ToolResult]]
Executable = Callable[[str], BridgeTool | None]


def search_tools(exposure: Exposure, executable: Executable) -> dict[str, Tool]:
    """Return our own tools that an exposure lists, by name.

    Args:
        exposure: what is served.
        executable: returns the executable tool of a name.
    """
    answers: dict[str, Answer] = {
        SEARCH_TOOLS: _Search(exposure),
        DESCRIBE_TOOL: _Describe(exposure),
        CALL_TOOL: _Call(CALL_TOOL, exposure, executable),
        CALL_WRITE_TOOL: _Call(CALL_WRITE_TOOL, exposure, executable),
    }
    return {shown.name: CheckedTool(shown, answers[shown.name]) for shown in exposure.plan.own}


class CheckedTool(Tool):
    """A tool of our own: its arguments are checked, and a mistake of the caller's is an error result."""

    _check: InputCheck = PrivateAttr()
    _answer: Answer = PrivateAttr()

    def __init__(self, shown: OwnTool, answer: Answer) -> None:
        super().__init__(
            name=shown.name,
            title=shown.title,
            description=shown.description,
            parameters=shown.input_schema,
            annotations=mcp_types.ToolAnnotations.model_validate(shown.annotations),
            meta=shown.meta,
        )
        self._check = InputCheck(shown.name, shown.input_schema)
        self._answer = answer

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Answer a call; whatever is wrong with it is an error result."""
        try:
            given = _ready(self.name, arguments)
            self._check.check(given)
            return await self._answer(given)
        except BridgeError as error:
            return ToolResult(content=[_text(str(error))], is_error=True)


def _ready(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call, ``arguments`` inside them as an object where it came as JSON text.

    Raises:
        ArgumentError: the called tool's arguments stand beside its name.
    """
    if name not in (CALL_TOOL, CALL_WRITE_TOOL):
        return arguments
    beside = [repr(given) for given in arguments if given not in ("name", "arguments")]
    if beside and "arguments" not in arguments:
        raise ArgumentError(f"{name}: put {', '.join(beside[:5])} into 'arguments'; beside it there is only 'name'")
    inner = arguments.get("arguments")
    if not isinstance(inner, str):
        return arguments
    try:
        return {**arguments, "arguments": json.loads(inner or "{}")}
    except (ValueError, RecursionError):
        return arguments


class _Search:
    """``search_tools``: the ranker's best tools, a line each."""

    def __init__(self, exposure: Exposure) -> None:
        self._exposure = exposure

    async def __call__(self, arguments: dict[str, Any]) -> ToolResult:
        limit = arguments.get("limit", DEFAULT_HITS)
        hits = self._exposure.index.search(_listed(arguments["queries"]), limit=limit, keep=self._filter(arguments))
        if not hits:
            fewer = ", or with fewer filters" if arguments.keys() - {"queries", "limit"} else ""
            return ToolResult(content=[_text(f"no tool fits; ask in other words (verb + object + whose){fewer}")])
        by_name = self._exposure.catalogue.by_name
        return ToolResult(content=[_text(search_answer(by_name[hit.name] for hit in hits))])

    def _filter(self, arguments: Mapping[str, Any]) -> Callable[[str], bool] | None:
        """Return what keeps a tool, by name; None where every tool is kept.

        Raises:
            ArgumentError: no tool has one of the tags.
        """
        vendor, read_only = arguments.get("vendor"), arguments.get("read_only")
        tags = [plain_tag(tag) for tag in arguments.get("tags", ())]
        for glob in tags:
            self._exposure.check_tag(glob, SEARCH_TOOLS)
        if vendor is None and not tags and not read_only:
            return None
        by_name = self._exposure.catalogue.by_name

        def kept(name: str) -> bool:
            spec = by_name[name]
            return (
                (vendor is None or spec.vendor.name == vendor)
                and (not tags or any(name_matches(glob, tag) for tag in spec.tags for glob in tags))
                and (not read_only or spec.annotations.read_only)
            )

        return kept


class _Describe:
    """``describe_tool``: full schemas."""

    def __init__(self, exposure: Exposure) -> None:
        self._exposure = exposure

    async def __call__(self, arguments: dict[str, Any]) -> ToolResult:
        names = list(dict.fromkeys(_listed(arguments["names"])))
        part = arguments.get("part")
        if part is not None and len(names) > 1:
            raise ArgumentError(f"{DESCRIBE_TOOL}: 'part' is of one tool, and 'names' has {len(names)}")
        answer = described([_spec(self._exposure, name, DESCRIBE_TOOL) for name in names], part)
        return ToolResult(content=[_text(json.dumps(answer, ensure_ascii=False))])


class _Call:
    """``call_tool`` or ``call_write_tool``: another tool, called by its name.

    What a client was allowed for one of them must not be done through the other: each refuses what belongs to the
    other.
    """

    def __init__(self, name: str, exposure: Exposure, executable: Executable) -> None:
        self._name = name
        self._exposure = exposure
        self._executable = executable

    async def __call__(self, arguments: dict[str, Any]) -> ToolResult:
        spec = _spec(self._exposure, arguments["name"], self._name)
        right = CALL_TOOL if spec.annotations.read_only else CALL_WRITE_TOOL
        if self._name != right:
            raise ArgumentError(f"{spec.name} {effect(spec)}: call it with {right}; nothing was sent")
        tool = self._executable(spec.name)
        if tool is None:
            raise ToolNotFoundError(self._exposure.not_found(spec.name, NEAREST))
        return await tool.call(arguments.get("arguments") or {}, through=self._name)


def _spec(exposure: Exposure, name: str, asked_by: str) -> ToolSpec:
    """Return a tool of the catalogue.

    Raises:
        ToolNotFoundError: there is none; the sentence proposes the nearest.
    """
    if name in OWN_NAMES:
        raise ToolNotFoundError(f"{name} is called by its own name, not through {asked_by}")
    spec = exposure.catalogue.by_name.get(name)
    if spec is None:
        raise ToolNotFoundError(exposure.not_found(name, NEAREST))
    return spec


def _listed(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


def _text(text: str) -> mcp_types.TextContent:
    return mcp_types.TextContent(type="text", text=text)
