"""Start-up: from nothing to the first whole tools/list, and what a further one costs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.speed.process import Use, cpu_seconds, environment, peak_memory, use_of
from benchmarks.speed.rpc import Era, StdioConnection, list_tools
from benchmarks.speed.servers import IMPORT_ONLY, Place, Server, bare, ours, ours_searching, running, without_cache
from benchmarks.speed.table import Row, at_most

IMPORT = "import FastMCP"
_SMALL = "webex/broadworks"


async def start(server: Server, era: Era = Era.HANDSHAKE) -> Use:
    """Start a server, have its listing, and say what it took."""
    begun = time.perf_counter()
    async with StdioConnection(server.over_stdio(), server.environ, era) as connection:
        await connection.open()
        await list_tools(connection)
        wall = time.perf_counter() - begun
        return Use(cpu_seconds(connection.pid), wall, peak_memory(connection.pid))


def middle(uses: Sequence[Use]) -> Use:
    """Return the medians."""
    return Use(*(median(getattr(use, name) for use in uses) for name in ("cpu", "wall", "memory")))


async def starts(place: Place, servers: Mapping[str, Server], rounds: int) -> dict[str, Use]:
    """Return the medians of all servers and of the bare import, started in turns."""
    found: dict[str, list[Use]] = {IMPORT: [], **{name: [] for name in servers}}
    for server in servers.values():
        await start(server)  # bytecode, and the compiled catalogue, are there from now on
    for _ in range(rounds):
        found[IMPORT].append(use_of(IMPORT_ONLY, environment(place.home)))
        for name, server in servers.items():
            found[name].append(await start(server))
    return {name: middle(uses) for name, uses in found.items()}


async def start_rows(place: Place, rounds: int) -> list[Row]:
    """Measure start-up."""
    searching, full, other = ours_searching(place), ours(place), bare(place)
    servers = {
        "search": searching,
        "full": full,
        "search cold": without_cache(searching),
        "full cold": without_cache(full),
        "small": ours(place, _SMALL),
        "bare": other,
    }
    use = await starts(place, servers, rounds)
    base, bare_use = use[IMPORT], use["bare"]
    rows = []
    for mode, times in (("search", 1.2), ("full", 1.3)):
        mine = use[mode]
        rows += [
            at_most(f"first list, {mode} mode, CPU", mine.cpu, IMPORT, base.cpu, times, "s"),
            Row(f"first list, {mode} mode, CPU", mine.cpu, other.name, bare_use.cpu, "s"),
            Row(f"first list, {mode} mode, wall", mine.wall, IMPORT, base.wall, "s"),
            Row(
                f"peak memory, {mode} mode",
                mine.memory,
                IMPORT,
                base.memory,
                "MB",
                *(("at most 25 MB more", mine.memory <= base.memory + 25) if mode == "search" else ()),
            ),
        ]
    rows.append(Row("peak memory, full mode", use["full"].memory, other.name, bare_use.memory, "MB"))
    rows += [
        at_most(
            f"first list without a cache, {mode} mode, CPU", use[f"{mode} cold"].cpu, other.name, bare_use.cpu, 1, "s"
        )
        for mode in ("search", "full")
    ]
    tools = await _count(full) - await _count(servers["small"])
    growth = (use["full"].cpu - use["small"].cpu) / tools * 1000
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
