"""The catalogue as a FastMCP provider; tools are made when they are asked for, and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastmcp.server.providers import Provider
from fastmcp.tools.base import Tool
from fastmcp.utilities.versions import VersionSpec

from bridge.catalogue.tool_spec import Catalogue
from bridge.server.live import LiveCatalogue
from bridge.server.tool import BridgeTool, Upstream


class CatalogueProvider(Provider):
    """Serves the tools of the catalogue that is live."""

    def __init__(self, live: LiveCatalogue, upstream: Upstream) -> None:
        super().__init__()
        self._live = live
        self._upstream = upstream

    def tool(self, name: str) -> BridgeTool | None:
        """Return the executable tool of this name, None if none is exposed under it."""
        catalogue, made = self._live.made(_with_its_tools)
        tool = made.get(name)
        if tool is None:
            spec = catalogue.by_name.get(name)
            if spec is None:
                return None
            tool = made[name] = BridgeTool(spec, self._upstream)
        return tool

    async def _list_tools(self) -> Sequence[Tool]:
        return [tool for spec in self._live.catalogue.tools if (tool := self.tool(spec.name))]

    async def _get_tool(self, name: str, version: VersionSpec | None = None) -> Tool | None:
        return self.tool(name)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Open the vendor client, and close its connections at the end."""
        async with self._upstream.client:
            yield


def _with_its_tools(catalogue: Catalogue) -> tuple[Catalogue, dict[str, BridgeTool]]:
    """Return the place where the tools of a catalogue are kept, beside the catalogue that they are made of."""
    return catalogue, {}
