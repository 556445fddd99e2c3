"""What is served of a catalogue: the listing that was decided on, and the index over it, made when first needed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from bridge.catalogue.listing_plan import ListingPlan
from bridge.catalogue.own_tools import OwnTool
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.catalogue.words import split_words
from bridge.errors import ArgumentError, did_you_mean, nearest
from bridge.globs import name_matches
from bridge.spec.document import JsonObject

if TYPE_CHECKING:
    from bridge.catalogue.search import SearchIndex


class Exposure:
    """One catalogue as it is served.

    Args:
        catalogue: the exposed tools.
        plan: what of them is listed.
    """

    def __init__(self, catalogue: Catalogue, plan: ListingPlan) -> None:
        self.catalogue = catalogue
        self.plan = plan
        self._lock = threading.Lock()

    @cached_property
    def listing(self) -> list[JsonObject]:
        """Return the tools as ``tools/list`` shows them."""
        return self.plan.to_listing()

    @cached_property
    def listing_json(self) -> bytes:
        """Return the same as JSON, ready to be sent."""
        return self.plan.listing_json()

    @cached_property
    def _own(self) -> Mapping[str, OwnTool]:
        return {tool.name: tool for tool in self.plan.own}

    def shown(self, name: str) -> ToolSpec | OwnTool | None:
        """Return the tool that can be called by this name, listed or not; None if there is none."""
        return self._own.get(name) or self.catalogue.by_name.get(name)

    @cached_property
    def index(self) -> SearchIndex:
        """Return the search index over all exposed tools."""
        from bridge.catalogue.search import SearchIndex  # noqa: PLC0415 (for who searches alone)

        with self._lock:
            return SearchIndex.of(self.catalogue)

    def make_ready_like(self, other: Exposure) -> None:
        """Make what another exposure has made already, so that no request waits for it."""
        for name in ("listing", "listing_json", "index"):
            if name in vars(other):
                getattr(self, name)

    @cached_property
    def _tags(self) -> frozenset[str]:
        return frozenset(tag for tool in self.catalogue.tools for tag in tool.tags)

    def check_tag(self, glob: str, asked_by: str) -> None:
        """Let a tag through that a tool has.

        Raises:
            ArgumentError: none has; the sentence proposes the nearest.
        """
        if not any(name_matches(glob, tag) for tag in self._tags):
            raise ArgumentError(f"{asked_by}: no tool has the tag {glob[:80]!r}{did_you_mean(glob[:80], self._tags)}")

    def not_found(self, name: str, count: int = 1) -> str:
        """Return the sentence for a name that no exposed tool has, with the nearest that there are."""
        said = self.catalogue.not_found(name)
        if count == 1:
            return said
        found = [hit.name for hit in self.index.search([" ".join(split_words(name[:200]))], limit=count)]
        first = nearest(name[:200], self.catalogue.by_name)
        names = list(dict.fromkeys([*([first] if first else []), *found]))[:count]
        shown = said.partition(";")[0]
        return f"{shown}; the nearest are {', '.join(names)}" if names else said
