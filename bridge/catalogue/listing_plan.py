"""Catalogue + mode + budget -> what ``tools/list`` shows, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bridge.catalogue.own_tools import DESCRIBE_TOOL, OwnTool, own_tools
from bridge.catalogue.tool_spec import CHARACTERS_PER_TOKEN, Catalogue, ToolSpec
from bridge.spec.document import JsonObject, compact_json

DEFAULT_BUDGET = 20_000
"""Estimated tokens that a listing may take of a model's context."""


class Mode(StrEnum):
    """What ``tools/list`` shows."""

    AUTO = "auto"
    FULL = "full"
    SEARCH = "search"


@dataclass(frozen=True, eq=False)
class ListingPlan:
    """What ``tools/list`` shows.

    Attributes:
        searching: whether only the pinned tools and our own are listed.
        listed: the catalogue's tools that are listed.
        own: our own tools that are listed; where all are, only the one that shows what their listing sums up.
        left_out: the names of pinned tools for which the budget has no room.
        reason: which mode it is and why, in words.
    """

    searching: bool
    listed: tuple[ToolSpec, ...]
    own: tuple[OwnTool, ...]
    left_out: tuple[str, ...]
    reason: str

    @property
    def tokens(self) -> int:
        """Return what the listing costs a model, estimated."""
        return _tokens(self.own) + sum(tool.tokens for tool in self.listed)

    def to_listing(self) -> list[JsonObject]:
        """Return the tools as ``tools/list`` shows them."""
        return [*(tool.listing() for tool in self.own), *(tool.listing() for tool in self.listed)]

    def listing_json(self) -> bytes:
        """Return the same as JSON, ready to be sent."""
        tools = [compact_json(tool.listing()) for tool in self.own]
        tools += [tool.listing_json() for tool in self.listed]
        return b"[" + b",".join(tools) + b"]"


def plan_listing(catalogue: Catalogue, mode: Mode = Mode.AUTO, budget: int = DEFAULT_BUDGET) -> ListingPlan:
    """Decide what is listed.

    Args:
        catalogue: the exposed tools.
        mode: ``auto`` lists all tools where they fit the budget, and searches else.
        budget: estimated tokens, characters / 4.
    """
    if mode is Mode.FULL:
        return _all(catalogue, "full mode (--mode full): every tool is listed")
    if mode is Mode.AUTO:
        taken = _until_over(catalogue.tools, budget)
        if taken is not None and (taken := taken + _tokens(_beside_all(catalogue))) <= budget:
            why = f"full mode: every tool is listed, about {taken:,} tokens of --list-budget {budget:,}"
            return _all(catalogue, why)
        why = f"all {len(catalogue.tools):,} tools would take more than --list-budget {budget:,} tokens"
    else:
        why = "--mode search"
    return _searching(catalogue, budget, why)


def _all(catalogue: Catalogue, why: str) -> ListingPlan:
    return ListingPlan(False, catalogue.tools, _beside_all(catalogue), (), why)


def _beside_all(catalogue: Catalogue) -> tuple[OwnTool, ...]:
    """Return the tool that shows what a listing sums up, if one does."""
    if not any(tool.is_summed_up for tool in catalogue.tools):
        return ()
    return tuple(tool for tool in _own(catalogue) if tool.name == DESCRIBE_TOOL)


def _own(catalogue: Catalogue) -> tuple[OwnTool, ...]:
    return own_tools([entry.vendor for entry in catalogue.vendors], len(catalogue.tools))


def _searching(catalogue: Catalogue, budget: int, why: str) -> ListingPlan:
    own = _own(catalogue)
    taken = _tokens(own)
    listed: list[ToolSpec] = []
    left_out: list[str] = []
    for tool in catalogue.tools:
        if not tool.pinned:
            continue
        if taken + tool.tokens > budget:
            left_out.append(tool.name)
        else:
            taken += tool.tokens
            listed.append(tool)
    pinned = f"{len(listed)} pinned tool{'s' if len(listed) != 1 else ''}"
    reason = f"search mode ({why}): {pinned} and {len(own)} that find and call the others, about {taken:,} tokens"
    return ListingPlan(True, tuple(listed), own, tuple(left_out), reason)


def _until_over(tools: Iterable[ToolSpec], budget: int) -> int | None:
    """Return the estimated tokens of all tools, None as soon as they are over the budget."""
    taken = 0
    for tool in tools:
        taken += tool.tokens
        if taken > budget:
            return None
    return taken


def _tokens(own: Iterable[OwnTool]) -> int:
    shown = ({key: value for key, value in tool.listing().items() if key != "_meta"} for tool in own)
    return sum(-(-len(json.dumps(entry, ensure_ascii=False)) // CHARACTERS_PER_TOKEN) for entry in shown)
