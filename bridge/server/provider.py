"""The catalogue as a FastMCP provider; tools are made when they are asked for, and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastmcp.server.providers import Provider
from fastmcp.tools.base import Tool
from fastmcp.utilities.components import FastMCPComponent
from fastmcp.utilities.versions import VersionSpec

from bridge.catalogue.own_tools import OwnTool
from bridge.catalogue.tool_spec import ToolSpec
from bridge.server.exposure import Exposure
from bridge.server.live import LiveCatalogue
from bridge.server.search_tools import search_tools
from bridge.server.tool import BridgeTool, Upstream


class CatalogueProvider(Provider):
    """Serves the tools of the catalogue that is live, those that are not listed too."""

    def __init__(self, live: LiveCatalogue, upstream: Upstream) -> None:
        super().__init__()
        self._live = live
        self._upstream = upstream

    def tool(self, name: str) -> Tool | None:
        """Return the executable tool of this name, None if none is exposed under it."""
        return self._live.made(self._executables).tool(name)

    def may_ask(self, name: str, arguments: Mapping[str, Any]) -> bool:
        """Tell whether a call may ask the person: of a tool, or through one of our own.

        Args:
            name: the tool that is called.
            arguments: as they came.
        """
        spec = self._live.exposure.shown(name)
        if isinstance(spec, OwnTool) and isinstance(inner := arguments.get("name"), str):
            spec = self._live.catalogue.by_name.get(inner)
        return isinstance(spec, ToolSpec) and self._upstream.consent.concerns(spec)

    def _executables(self, exposure: Exposure) -> _Executables:
        return _Executables(exposure, self._upstream.of(exposure.catalogue))

    async def _list_tools(self) -> Sequence[Tool]:
        made = self._live.made(self._executables)
        listed = [tool for spec in made.exposure.plan.listed if (tool := made.tool(spec.name))]
        return [*made.own.values(), *listed]

    async def _get_tool(self, name: str, version: VersionSpec | None = None) -> Tool | None:
        return self.tool(name)

    async def get_tasks(self) -> Sequence[FastMCPComponent]:
        """Return the tools that run as background tasks: none. FastMCP would have all tools made at the start."""
        return ()

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Open the vendor client, and close its connections at the end."""
        async with self._upstream.client:
            yield


class _Executables:
    """The executable tools of one catalogue, made when they are asked for."""

    def __init__(self, exposure: Exposure, upstream: Upstream) -> None:
        self.exposure = exposure
        self.own = search_tools(exposure, self._bridge_tool)
        self._upstream = upstream
        self._made: dict[str, BridgeTool] = {}

    def tool(self, name: str) -> Tool | None:
        return self.own.get(name) or self._bridge_tool(name)

    def _bridge_tool(self, name: str) -> BridgeTool | None:
        made = self._made.get(name)
        if made is None:
            spec = self.exposure.catalogue.by_name.get(name)
            if spec is None:
                return None
            made = self._made[name] = BridgeTool(spec, self._upstream)
        return made
