"""``python -m benchmarks.listing``: bare FastMCP's listing, our full one, our lean one, in one run.

Characters are those of ``json.dumps(value, ensure_ascii=False)``. Bare FastMCP gets each document as it is; what it
refuses is counted as nothing. CPU seconds are those of this process; the calibration loop (five million additions) says
how fast the computer was meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx2
from fastmcp import Client, FastMCP

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.tool_spec import Catalogue
from bridge.shipped import shipped_path
from bridge.spec.store import select_documents
from bridge.vendors import official_vendors

PARTS = ("name", "title", "description", "inputSchema", "annotations", "outputSchema")
COMPARED = ("name", "title", "description", "inputSchema")
CALIBRATION = 5_000_000

Row = dict[str, int]


def characters(value: Any) -> int:
    """Return how many characters a value has as JSON."""
    return len(json.dumps(value, ensure_ascii=False))


def measured(tools: Sequence[dict[str, Any]]) -> Row:
    """Return the characters of a listing by part, those compared together, and the whole answer."""
    row = {part: sum(characters(tool[part]) for tool in tools if part in tool) for part in PARTS}
    return {
        "tools": len(tools),
        **row,
        "compared": sum(row[part] for part in COMPARED),
        "whole": characters(list(tools)),
        "largest tool": max((characters(tool) for tool in tools), default=0),
    }


async def bare(documents: Iterable[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what ``FastMCP.from_openapi`` lists of the documents, and those that it refuses."""
    logging.disable(logging.CRITICAL)
    tools: list[dict[str, Any]] = []
    refused: list[str] = []
    for path in documents:
        async with httpx2.AsyncClient(base_url="http://127.0.0.1") as http:
            try:
                server = FastMCP.from_openapi(openapi_spec=json.loads(path.read_text("utf-8")), client=http)
            except Exception:
                refused.append(f"{path.parent.name}/{path.stem}")
                continue
            async with Client(server) as client:
                listed = await client.list_tools()
        tools += [tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in listed]
    logging.disable(logging.NOTSET)
    return tools, refused


def catalogue_of(store: Path) -> Catalogue:
    """Return all documents of the store under the shipped overrides, their arguments read."""
    overrides = load_overrides((shipped_path("overrides.yaml"),), [*official_vendors()])
    catalogue = build_catalogue(select_documents((), store), overrides)
    for tool in catalogue.tools:
        assert tool.input_schema
    return catalogue


def calibration() -> float:
    """Return the CPU seconds of five million additions."""
    started, total = time.process_time(), 0
    for number in range(CALIBRATION):
        total += number
    return time.process_time() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    as_json = parser.parse_args().json
    store = Path(os.environ.get("BRIDGE_SPECS_DIR", ""))
    documents = sorted(store.glob("*/*.json"))
    if not documents:
        sys.exit("set BRIDGE_SPECS_DIR to a folder of official documents, <vendor>/<name>.json")
    bare_tools, refused = asyncio.run(bare(documents))
    catalogue = catalogue_of(store)
    before = calibration()
    started = time.process_time()
    lean = [tool.listing("lean") for tool in catalogue.tools]
    cpu = time.process_time() - started
    rows = {
        "bare FastMCP": measured(bare_tools),
        "full": measured([tool.listing("full") for tool in catalogue.tools]),
        "lean": measured(lean),
    }
    whole, inputs = rows["bare FastMCP"]["whole"], rows["bare FastMCP"]["compared"]
    result = {
        "listings": rows,
        "refused by bare FastMCP": refused,
        "bare / lean": round(whole / rows["lean"]["compared"], 2),
        "bare without output schemas / lean": round(inputs / rows["lean"]["compared"], 2),
        "largest lean tool, tokens": max(tool.tokens for tool in catalogue.tools),
        "longest lean description": max(len(tool.lean_description) for tool in catalogue.tools),
        "CPU seconds of the lean listing": round(cpu, 2),
        "CPU seconds of the calibration": [round(before, 2), round(calibration(), 2)],
    }
    print(json.dumps(result, indent=2) if as_json else table(result))


def table(result: dict[str, Any]) -> str:
    """Return the result for people."""
    listings: dict[str, Row] = result["listings"]
    lines = ["characters".ljust(16) + "".join(name.rjust(14) for name in listings)]
    parts = next(iter(listings.values()))
    lines += [part.ljust(16) + "".join(f"{row[part]:14,}" for row in listings.values()) for part in parts]
    lines += [f"{key}: {value}" for key, value in result.items() if key != "listings"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
