"""The FastMCP server of a catalogue: it finds the tool of a call at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastmcp import FastMCP
from fastmcp.tools.base import Tool
from fastmcp.utilities.versions import VersionSpec

from bridge.server.provider import CatalogueProvider


class CatalogueServer(FastMCP[None]):
    """A FastMCP server whose tools are a catalogue's.

    FastMCP asks every provider for the tool of a call, each in a task of its own, and then the session what it hides:
    a twelfth of the CPU of a call, as much as argument check, audit line and guard together. Tools of a catalogue have
    one provider, one version, and are hidden by the catalogue alone, never for one session; so it alone is asked.

    Args:
        catalogue: provides the tools.
        options: as ``FastMCP`` takes them.
    """

    def __init__(self, name: str, catalogue: CatalogueProvider, **options: Any) -> None:
        super().__init__(name, providers=[catalogue], **options)
        self._catalogue = catalogue

    async def get_tool(self, name: str, version: VersionSpec | None = None) -> Tool | None:
        """Return the tool of this name: the catalogue's, or else what FastMCP knows under it."""
        return self._catalogue.tool(name) or await super().get_tool(name, version)

    def is_quiet(self, call: Mapping[str, Any]) -> bool:
        """Tell whether a call asks nothing of the client while it runs.

        Args:
            call: the parameters of ``tools/call``, as they came.
        """
        name, arguments = call.get("name"), call.get("arguments") or {}
        if not isinstance(name, str) or not isinstance(arguments, dict):
            return False
        return not self._catalogue.may_ask(name, arguments)
