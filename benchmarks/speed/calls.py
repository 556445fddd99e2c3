"""Calls: CPU a call, latency, throughput; small answers and large ones, in turns with bare FastMCP."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks.speed.process import on_their_own, proportional_memory, running_seconds
from benchmarks.speed.rpc import Connection, Era, call
from benchmarks.speed.servers import SMALL, Place, Running, Server, bare, ours, ours_searching, running
from benchmarks.speed.table import Row, at_most
from benchmarks.speed.vendor import LARGE

SPEC = "webex/messaging"
"""59 operations: with more, bare FastMCP is slower in the sessionless era, where it lists all tools with each call."""

CALLERS = 32
_BIG = {"personId": LARGE}


@dataclass
class Spent:
    """What blocks of calls took: CPU ms a call, wall ms of each call, calls a second, bytes of an answer."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    size: int = 0

    def percentile(self, share: float) -> float:
        """Return the wall time in ms that this share of the calls stayed below."""
        ordered = sorted(self.wall)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class _Subject:
    """A running server, or several of it, its connections, and what to call there."""

    runs: Sequence[Running]
    connections: Sequence[Connection]
    spent: Spent

    async def block(self, calls: int, arguments: dict[str, str], *, counts: bool = True) -> None:
        server = self.runs[0].server
        name, values = server.tool, dict[str, object](arguments)
        if server.proxy:
            name, values = server.proxy, {"name": server.tool, "arguments": arguments}
        walls: list[float] = []

        async def caller(connection: Connection) -> None:
            for _ in range(calls // len(self.connections)):
                begun = time.perf_counter()
                answer = await call(connection, name, values)
                walls.append((time.perf_counter() - begun) * 1000)
                self.spent.size = len(answer)

        before, begun = self._cpu_seconds(), time.perf_counter()
        await asyncio.gather(*map(caller, self.connections))
        if counts:
            self.spent.cpu.append((self._cpu_seconds() - before) * 1000 / len(walls))
            self.spent.rate.append(len(walls) / (time.perf_counter() - begun))
            self.spent.wall += walls

    def _cpu_seconds(self) -> float:
        return sum(running_seconds(run.pid) for run in self.runs)


@dataclass(frozen=True)
class _Way:
    """How calls are made.

    Attributes:
        blocks: in how many blocks each round's calls are made. A machine that others use is slow for seconds at a time:
            short blocks in turns meet the same slowness.
        apart: whether the servers are kept on one CPU, the callers and the vendor on the others.
    """

    transport: str
    era: Era
    callers: int = 1
    calls: int = 200
    arguments: dict[str, str] = field(default_factory=lambda: SMALL)
    blocks: int = 1
    apart: bool = True

    def __str__(self) -> str:
        return f"{self.transport}, {self.era}"


async def spent_by(servers: Sequence[Server], way: _Way, rounds: int) -> list[Spent]:
    """Return what calls cost on each server, blocks of them in turns, in an order that chance gives."""
    async with AsyncExitStack() as stack:
        subjects = []
        for server in servers:
            async with running(server, way.transport, way.era):
                pass  # compiled catalogues are kept by now, and nothing is left to be done beside the calls
            runs = [
                await stack.enter_async_context(running(server, way.transport, way.era)) for _ in range(server.times)
            ]
            connections = [await runs[place % server.times].connection() for place in range(way.callers)]
            subjects.append(_Subject(runs, connections, Spent()))
        for subject in subjects:
            await subject.block(max(20, way.callers), way.arguments, counts=False)
        with on_their_own(run.pid for subject in subjects for run in subject.runs) if way.apart else nullcontext():
            for _ in range(rounds * way.blocks):
                for subject in random.sample(subjects, len(subjects)):
                    await subject.block(way.calls // way.blocks, way.arguments)
        return [subject.spent for subject in subjects]


async def call_rows(place: Place, rounds: int) -> list[Row]:
    """Measure one caller's GET calls."""
    rows = []
    direct, searching, other = ours(place, SPEC), ours_searching(place, SPEC), bare(place, SPEC)
    for way in [_Way(transport, era, blocks=10) for transport in ("stdio", "http") for era in Era]:
        mine, proxied, theirs = await spent_by([direct, searching, other], way, rounds)
        rows += [
            at_most(f"a call, {way}, CPU", median(mine.cpu), other.name, median(theirs.cpu), 1.1, "ms"),
            at_most(f"through call_tool, {way}, CPU", median(proxied.cpu), other.name, median(theirs.cpu), 1.2, "ms"),
            Row(f"a call, {way}, p50", mine.percentile(0.5), other.name, theirs.percentile(0.5), "ms"),
        ]
    way = _Way("stdio", Era.HANDSHAKE, calls=40)
    search = bare(place, SPEC, "bm25")
    proxied, theirs = await spent_by([searching, search], way, rounds)
    rows.append(Row(f"through call_tool, {way}, CPU", median(proxied.cpu), search.name, median(theirs.cpu), "ms"))
    return rows


async def concurrent_rows(place: Place, rounds: int) -> list[Row]:
    """Measure 32 callers at one time."""
    rows = []
    for way in [
        _Way(t, era, CALLERS, CALLERS * 20, apart=False)
        for t, era in (("stdio", Era.HANDSHAKE), *(("http", e) for e in Era))
    ]:
        other = bare(place, SPEC)
        mine, theirs = await spent_by([ours(place, SPEC), other], way, rounds)
        ours_rate, their_rate = median(mine.rate), median(theirs.rate)
        p50, p99 = mine.percentile(0.5), mine.percentile(0.99)
        rows += [
            Row(
                f"{CALLERS} callers, {way}, calls a second",
                ours_rate,
                other.name,
                their_rate,
                bar="at least 1 times",
                reached=ours_rate >= their_rate,
            ),
            Row(f"{CALLERS} callers, {way}, CPU a call", median(mine.cpu), other.name, median(theirs.cpu), "ms"),
            Row(f"{CALLERS} callers, {way}, p99", p99, "our p50", p50, "ms", "at most 3 times", p99 <= 3 * p50),
            Row(f"{CALLERS} callers, {way}, p99", p99, other.name, theirs.percentile(0.99), "ms"),
        ]
    return rows


async def large_rows(place: Place, rounds: int) -> list[Row]:
    """Measure results of 1 MB, with and without their second copy."""
    rows = []
    other = bare(place, SPEC)
    uncut = ("--max-result-tokens", "0")
    servers = [ours(place, SPEC, *uncut), ours(place, SPEC, *uncut, "--results", "structured"), other]
    for way in [_Way(transport, Era.HANDSHAKE, calls=10, arguments=_BIG) for transport in ("stdio", "http")]:
        both, once, theirs = await spent_by(servers, way, rounds)
        for name, mine in (("text and structured", both), ("structured alone", once)):
            rows += [
                at_most(f"1 MB, {name}, {way}, CPU", median(mine.cpu), other.name, median(theirs.cpu), 1, "ms"),
                Row(f"1 MB, {name}, {way}, p50", mine.percentile(0.5), other.name, theirs.percentile(0.5), "ms"),
                Row(f"1 MB, {name}, {way}, sent", mine.size / 1e6, other.name, theirs.size / 1e6, "MB"),
            ]
    return rows


async def worker_rows(place: Place, rounds: int) -> list[Row]:
    """Measure ``--workers 2`` beside one process."""
    rows = []
    single, double = ours(place, "webex", "--stateless"), ours(place, "webex", "--workers", "2")
    way = _Way("http", Era.SESSIONLESS, CALLERS, CALLERS * 20, blocks=5)
    # All on one CPU: what workers cost, not what it costs that two of them, the callers and the vendor crowd two CPUs.
    servers = [single, double, replace(single, times=2)]
    one, two, apart = await spent_by(servers, way, rounds)
    measured = f"two workers on one CPU, {way}, CPU a call"
    rows.append(at_most(measured, median(two.cpu), "one process", median(one.cpu), 1.05, "ms"))
    rows.append(Row(measured, median(two.cpu), "two servers", median(apart.cpu), "ms"))
    one, two, apart = await spent_by(servers, replace(way, apart=False), rounds)
    rows.append(Row(f"two workers, {way}, CPU a call", median(two.cpu), "one process", median(one.cpu), "ms"))
    # Two servers that know nothing of each other: what is theirs is what the machine takes, not what workers share.
    rows.append(Row(f"two workers, {way}, CPU a call", median(two.cpu), "two servers", median(apart.cpu), "ms"))
    rows.append(Row(f"two workers, {way}, calls a second", median(two.rate), "one process", median(one.rate)))
    rows.append(Row(f"two workers, {way}, calls a second", median(two.rate), "two servers", median(apart.rate)))
    memory = []
    for server in (single, double):
        async with running(server, "http", Era.SESSIONLESS) as run:
            for _ in range(8):
                await call(await run.connection(), server.tool, SMALL)
            memory.append(proportional_memory(run.pid))
    rows.append(Row("two workers, memory (shared pages once)", memory[1], "one process", memory[0], "MB"))
    return rows
