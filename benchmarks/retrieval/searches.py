"""The searches that are compared, over the same tools: ours, and FastMCP's ``BM25SearchTransform``."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from fastmcp.server.transforms.search import BM25SearchTransform
from fastmcp.tools.base import Tool

from bridge.catalogue.search import SearchIndex
from bridge.catalogue.search_answer import search_answer
from bridge.catalogue.tool_spec import Catalogue, ToolSpec

HITS = 10
DEPTH = 50
FUSION = 60
"""The usual constant of reciprocal rank fusion, for a search that takes one query only."""


class Search(Protocol):
    """A search over tools."""

    def names(self, queries: Sequence[str]) -> list[str]:
        """Return the names of the tools that answer a request best, best first, at most ``HITS``."""

    def answer(self, names: Sequence[str]) -> str:
        """Return what a model reads of these tools."""


class Ours:
    """The index and the ranker of the bridge; the answer of its ``search_tools``."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def names(self, queries: Sequence[str]) -> list[str]:
        """Return the best tools."""
        return [hit.name for hit in self._index.search(queries, limit=HITS)]

    def answer(self, names: Sequence[str]) -> str:
        """Return ten lines."""
        return search_answer(self._catalogue.by_name[name] for name in names)


class FastMcpBm25:
    """FastMCP's search over the same names, descriptions and input schemas.

    It takes one query: the lists of several are fused by reciprocal rank. Its answer has five tools by default.
    """

    def __init__(self, tools: Sequence[ToolSpec]) -> None:
        self._tools = [Tool(name=t.name, description=t.description, parameters=t.input_schema) for t in tools]
        self._by_name = {tool.name: tool for tool in self._tools}
        self._transform = BM25SearchTransform(max_results=DEPTH)
        self._shown = 5

    def names(self, queries: Sequence[str]) -> list[str]:
        """Return the best tools."""
        return asyncio.run(self._names(queries))

    async def _names(self, queries: Sequence[str]) -> list[str]:
        scores: defaultdict[str, float] = defaultdict(float)
        for query in queries:
            found = await self._transform._search(self._tools, query)
            for rank, tool in enumerate(found, 1):
                scores[tool.name] += 1 / (FUSION + rank)
        return sorted(scores, key=lambda name: -scores[name])[:HITS]

    def answer(self, names: Sequence[str]) -> str:
        """Return the first five, as FastMCP lists them."""
        shown = [self._by_name[name] for name in names[: self._shown]]
        return json.dumps(asyncio.run(self._transform._render_results(shown)))
