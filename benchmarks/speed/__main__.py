"""``python -m benchmarks.speed``: run the benchmarks and print the tables."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.speed.calls import call_rows, concurrent_rows, large_rows, worker_rows
from benchmarks.speed.http2 import http2_rows
from benchmarks.speed.servers import Place, running_vendor
from benchmarks.speed.start import list_rows, start_rows
from benchmarks.speed.table import Row, print_rows

Measure = Callable[[Place, int], Awaitable[list[Row]]]

SECTIONS: dict[str, tuple[str, Measure]] = {
    "start": ("Start-up: all Webex operations, over stdio, to the first tools/list", start_rows),
    "list": ("A further tools/list: all Webex operations", list_rows),
    "call": ("One caller, GET /people/{personId}", call_rows),
    "concurrent": ("32 callers at one time", concurrent_rows),
    "large": ("Results of 1 MB", large_rows),
    "workers": ("Many processes", worker_rows),
    "http2": ("Calls of the vendor over TLS, HTTP/2 beside HTTP/1.1", http2_rows),
}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="what to measure; default: all")
    parser.add_argument("--rounds", type=int, default=7, help="how often each server has its turn (7)")
    parser.add_argument("--markdown", action="store_true", help="tables for a README")
    chosen = parser.parse_args()
    store = os.environ.get("BRIDGE_SPECS_DIR")
    if not store or not sys.platform.startswith("linux"):
        sys.exit("Set BRIDGE_SPECS_DIR to the folder that holds the official documents; Linux is needed for /proc.")
    with tempfile.TemporaryDirectory() as home, running_vendor() as upstream:
        place = Place(Path(store).resolve(), upstream, Path(home))
        for name in chosen.sections or SECTIONS:
            title, measure = SECTIONS[name]
            begun = time.monotonic()
            rows = asyncio.run(_measured(measure, place, chosen.rounds))
            print_rows(title, rows, markdown=chosen.markdown)
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)


async def _measured(measure: Measure, place: Place, rounds: int) -> list[Row]:
    return await measure(place, rounds)


if __name__ == "__main__":
    main()
