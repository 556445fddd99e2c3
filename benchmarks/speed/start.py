"""Start-up: from nothing to the first whole tools/list, and what a further one costs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from statistics import median

from benchmarks.speed.process import Use, cpu_seconds, environment, peak_memory, use_of
from benchmarks.speed.rpc import Era, StdioConnection, call, list_tools
from benchmarks.speed.servers import IMPORT_ONLY, SMALL, Place, Server, bare, ours, ours_searching, running
from benchmarks.speed.table import Row, at_most

IMPORT = "import FastMCP"
_SMALL = "webex/messaging"
FIRST = ("search first", "full first")
"""The servers that find nothing cached, each time anew."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a server had used when its listing was there, and when its first call had been answered."""

    listed: Use
    called: Use


async def start(server: Server, era: Era = Era.HANDSHAKE, *, keep_cache: bool = True) -> Start:
    """Start a server, have its listing, call a tool, and say what it took.

    Args:
        server: which one; has the tool of ``SPEC`` that calls are measured with.
        era: how the client speaks to it.
        keep_cache: False removes what earlier starts have cached, so that this one finds nothing.
    """
    if not keep_cache:
        rmtree(Path(server.environ["HOME"]) / ".cache", ignore_errors=True)
    begun = time.perf_counter()
    async with StdioConnection(server.over_stdio(), server.environ, era) as connection:

        def used() -> Use:
            wall = time.perf_counter() - begun
            return Use(cpu_seconds(connection.pid), wall, peak_memory(connection.pid))

        await connection.open()
        await list_tools(connection)
        listed = used()
        await call(connection, server.tool, SMALL)
        return Start(listed, used())


def middle(uses: Sequence[Use]) -> Use:
    """Return the medians."""
    return Use(*(median(getattr(use, name) for use in uses) for name in ("cpu", "wall", "memory")))


async def starts(place: Place, servers: Mapping[str, Server], rounds: int) -> dict[str, Start]:
    """Return the medians of all servers and of the bare import, started in turns."""
    imports: list[Use] = []
    found: dict[str, list[Start]] = {name: [] for name in servers}
    for name, server in servers.items():
        for _ in range(2):  # bytecode, the compiled catalogue, and the first answers are there from now on
            await start(server, keep_cache=name not in FIRST)
    for _ in range(rounds):
        imports.append(use_of(IMPORT_ONLY, environment(place.home)))
        for name, server in servers.items():
            found[name].append(await start(server, keep_cache=name not in FIRST))
    base = middle(imports)
    medians = {
        name: Start(middle([one.listed for one in runs]), middle([one.called for one in runs]))
        for name, runs in found.items()
    }
    return {IMPORT: Start(base, base), **medians}


async def start_rows(place: Place, rounds: int) -> list[Row]:
    """Measure start-up."""
    searching, full, other = ours_searching(place), ours(place), bare(place)
    first = replace(place, home=place.home / "first")
    first.home.mkdir(exist_ok=True)
    servers = {
        "search": searching,
        "full": full,
        "small": ours(place, _SMALL),
        "search first": ours_searching(first),
        "full first": ours(first),
        "bare": other,
    }
    use = await starts(place, servers, rounds)
    base, bare_use = use[IMPORT].listed, use["bare"]
    rows = []
    for mode, times in (("search", 1.2), ("full", 1.3)):
        mine, called = use[mode].listed, use[mode].called
        light = ("at most 25 MB more", mine.memory <= base.memory + 25) if mode == "search" else ()
        rows += [
            at_most(f"first list, {mode} mode, CPU", mine.cpu, IMPORT, base.cpu, times, "s"),
            Row(f"first list, {mode} mode, CPU", mine.cpu, other.name, bare_use.listed.cpu, "s"),
            Row(f"first list, {mode} mode, wall", mine.wall, IMPORT, base.wall, "s"),
            Row(f"peak memory by then, {mode} mode", mine.memory, IMPORT, base.memory, "MB", *light),
            Row(f"first call too, {mode} mode, CPU", called.cpu, IMPORT, base.cpu, "s"),
            Row(f"first call too, {mode} mode, CPU", called.cpu, other.name, bare_use.called.cpu, "s"),
            Row(f"first call too, {mode} mode, wall", called.wall, other.name, bare_use.called.wall, "s"),
            Row(f"peak memory by then, {mode} mode", called.memory, IMPORT, base.memory, "MB"),
            Row(f"peak memory by then, {mode} mode", called.memory, other.name, bare_use.called.memory, "MB"),
        ]
    for mode in ("search", "full"):
        mine = use[f"{mode} first"].listed
        rows += [
            at_most(f"first list, nothing cached, {mode} mode, CPU", mine.cpu, other.name, bare_use.listed.cpu, 1, "s"),
            Row(f"first list, nothing cached, {mode} mode, wall", mine.wall, other.name, bare_use.listed.wall, "s"),
            Row(f"peak memory by then, {mode} mode", mine.memory, other.name, bare_use.listed.memory, "MB"),
        ]
    tools = await _count(full) - await _count(servers["small"])
    growth = (use["full"].listed.cpu - use["small"].listed.cpu) / tools * 1000
    rows.append(
        Row(f"CPU a tool, over {tools:,} more", growth, unit="ms", bar="less than 0.1 ms", reached=growth < 0.1)
    )
    return rows


async def _count(server: Server) -> int:
    async with running(server, "stdio", Era.HANDSHAKE) as run:
        return (await list_tools(await run.connection())).count(b'"inputSchema"')


async def list_rows(place: Place, rounds: int) -> list[Row]:
    """Measure a further tools/list, all Webex operations."""
    rows = []
    for transport, era in (("stdio", Era.HANDSHAKE), ("http", Era.HANDSHAKE), ("http", Era.SESSIONLESS)):
        async with (
            running(ours(place), transport, era) as mine,
            running(bare(place), transport, era) as other,
        ):
            spent: dict[str, list[float]] = {"ours": [], "bare": []}
            pairs = [(name, run, await run.connection()) for name, run in (("ours", mine), ("bare", other))]
            for _, _, connection in pairs:
                await list_tools(connection)
            for _ in range(rounds):
                for name, run, connection in pairs:
                    times = 20 if name == "ours" else 2
                    before = cpu_seconds(run.pid)
                    for _ in range(times):
                        await list_tools(connection)
                    spent[name].append((cpu_seconds(run.pid) - before) / times * 1000)
            rows.append(
                at_most(
                    f"a further list, {transport}, {era}, CPU",
                    median(spent["ours"]),
                    other.server.name,
                    median(spent["bare"]),
                    0.05,
                    "ms",
                )
            )
    return rows
