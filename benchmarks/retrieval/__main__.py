"""``python -m benchmarks.retrieval``: measure the search over all official documents, and print the tables."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.retrieval.measure import CUTS, Figures, Worded, measure
from benchmarks.retrieval.requests import operations_by_tool, request_sets
from benchmarks.retrieval.searches import FastMcpBm25, Ours, Search
from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.search import SearchIndex
from bridge.catalogue.tool_spec import Catalogue
from bridge.shipped import shipped_path
from bridge.spec.store import select_documents
from bridge.vendors import official_vendors

_WORDED: tuple[Worded, ...] = ("asked", "said")
_COLUMNS = ("requests", "worded", "search", *(f"@{cut}" for cut in CUTS), "MRR", "ms a query", "characters")
Row = tuple[str, ...]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("--only-ours", action="store_true", help="without FastMCP's search")
    parser.add_argument("--markdown", action="store_true", help="tables for a README")
    parser.add_argument("--missed", action="store_true", help="the ids of what is not among our first five")
    chosen = parser.parse_args()
    store = os.environ.get("BRIDGE_SPECS_DIR")
    if not store:
        sys.exit("Set BRIDGE_SPECS_DIR to the folder that holds the official documents.")
    catalogue = build_catalogue(
        select_documents((), Path(store)), load_overrides([shipped_path("overrides.yaml")], official_vendors())
    )
    index, built = _index(catalogue)
    searches: dict[str, Search] = {"ours": Ours(catalogue, index)}
    if not chosen.only_ours:
        searches["FastMCP BM25"] = FastMcpBm25(catalogue.tools)
    missed: list[str] = []
    _print(list(_rows(catalogue, searches, missed)), markdown=chosen.markdown)
    print(f"\n{built}")
    if chosen.missed:
        print("\nnot among our first five:", *missed, sep="\n")


def _index(catalogue: Catalogue) -> tuple[SearchIndex, str]:
    """Return the index, and what it cost, in words: CPU time, with the reading of parameters and bodies."""
    begun = time.process_time()
    index = SearchIndex.build(catalogue)
    built = time.process_time() - begun
    data = index.to_bytes()
    loads = []
    for _ in range(5):
        begun = time.process_time()
        loaded = SearchIndex.from_bytes(data)
        loads.append(time.process_time() - begun)
    return loaded, (
        f"index of {len(catalogue.tools):,} tools: built in {built:.2f} s, loaded in {min(loads) * 1000:.0f} ms, "
        f"{len(data) / 1e6:.2f} MB"
    )


def _rows(catalogue: Catalogue, searches: dict[str, Search], missed: list[str]) -> Iterator[Row]:
    operations = operations_by_tool(catalogue.tools)
    for search in searches.values():
        search.names(["list users"])  # what is made once, on the first search
    for name, requests in request_sets().items():
        for worded in _WORDED:
            for searcher, search in searches.items():
                figures = measure(search, requests, worded, operations)
                if searcher == "ours":
                    missed.extend(f"{worded}  {entry}" for entry in figures.missed)
                yield (f"{name} ({len(requests)})", worded, searcher, *_cells(figures))


def _cells(figures: Figures) -> Row:
    recalls = (f"{figures.recall(cut):.3f}" for cut in CUTS)
    speed, size = f"{figures.milliseconds:.1f}", f"{figures.characters:,.0f}"
    return (*recalls, f"{figures.mean_reciprocal_rank:.3f}", speed, size)


def _print(rows: Sequence[Row], *, markdown: bool) -> None:
    if markdown:
        print(f"| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}")
        for row in rows:
            print(f"| {' | '.join(row)} |")
        return
    table = Table(box=None, pad_edge=False)
    for number, name in enumerate(_COLUMNS):
        table.add_column(name, justify="left" if number < 3 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


if __name__ == "__main__":
    main()
