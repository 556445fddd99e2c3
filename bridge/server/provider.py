"""The catalogue as a FastMCP provider; tools are made when they are asked for, and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastmcp.server.providers import Provider
from fastmcp.tools.base import Tool
from fastmcp.utilities.versions import VersionSpec

from bridge.catalogue.tool_spec import Catalogue
from bridge.server.tool import BridgeTool, Upstream


class CatalogueProvider(Provider):
    """Serves the tools of a catalogue."""

    def __init__(self, catalogue: Catalogue, upstream: Upstream) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._upstream = upstream
        self._made: dict[str, BridgeTool] = {}

    def tool(self, name: str) -> BridgeTool | None:
        """Return the executable tool of this name, None if none is exposed under it."""
        made = self._made.get(name)
        if made is None:
            spec = self._catalogue.by_name.get(name)
            if spec is None:
                return None
            made = self._made[name] = BridgeTool(spec, self._upstream)
        return made

    async def _list_tools(self) -> Sequence[Tool]:
        return [tool for spec in self._catalogue.tools if (tool := self.tool(spec.name))]

    async def _get_tool(self, name: str, version: VersionSpec | None = None) -> Tool | None:
        return self.tool(name)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Open the vendor client, and close its connections at the end."""
        async with self._upstream.client:
            yield
