"""``python -m benchmarks.soak``: very many calls over stdio and HTTP, and what the server's memory does meanwhile.

The built-in core is served; the vendor is a loopback server with ready answers. Over HTTP callers come and go, each
with a token of their own, which is verified; calls are counted for ``/metrics`` and audited. Linux, by ``/proc``.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.speed.process import PYTHON, cpu_seconds, environment, resident_memory
from benchmarks.speed.rpc import Connection, Era, HttpConnection, call
from benchmarks.speed.servers import Running, Server, running, running_vendor

CALLS = 20_000
EVERY = 1_000
TRANSPORTS = ("stdio", "http")
WORKERS = 16
CALLS_OF_A_CALLER = 50
SETTLED = 3_000
"""Calls after which the memory is held against what comes: tools are made and pools are filled by then."""
STARTED = ("cli.py", "serve", "--spec", "webex", "--log-level", "error")

TOOLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("webex_get_person", {"personId": "p1"}),
    ("webex_list_people", {"max": 3}),
    ("webex_get_room", {"roomId": "r1"}),
    ("webex_list_rooms", {}),
    ("webex_create_message", {"roomId": "r1", "text": "Hello"}),
    ("call_tool", {"name": "webex_list_teams", "arguments": {}}),
    ("search_tools", {"queries": ["list rooms"]}),
)


@dataclass
class Soak:
    """One run over one transport: the memory after each ``EVERY`` calls."""

    served: Running
    calls: int
    memory: list[tuple[int, float]] = field(default_factory=list)
    done: int = 0

    async def run(self) -> None:
        """Make all calls, ``WORKERS`` at one time."""
        self._look()
        ahead = iter(range(self.calls))
        await asyncio.gather(*(self._work(ahead, number) for number in range(WORKERS)))

    async def _work(self, ahead: Iterator[int], worker: int) -> None:
        for caller in itertools.count():
            share = list(itertools.islice(ahead, CALLS_OF_A_CALLER))
            if not share:
                return
            connection = await self._connection(f"soak-{worker}-{caller}")
            for number in share:
                name, arguments = TOOLS[number % len(TOOLS)]
                await call(connection, name, arguments)
                self.done += 1
                if self.done % EVERY == 0:
                    self._look()
            if not self.served.stdio:
                await connection.close()

    async def _connection(self, token: str) -> Connection:
        if self.served.stdio:
            return self.served.stdio
        connection = HttpConnection(self.served.port, self.served.era, {"x-webex-access-token": token})
        await connection.open()
        return connection

    def _look(self) -> None:
        memory = resident_memory(self.served.pid)
        self.memory.append((self.done, memory))
        print(f"{self.done:>8,} calls {memory:>8.1f} MB", flush=True)

    @property
    def growth(self) -> float:
        """Return by how many MB the memory grew from ``SETTLED`` calls to the end."""
        settled = next(memory for done, memory in self.memory if done >= min(SETTLED, self.calls // 2))
        return self.memory[-1][1] - settled


def _server(home: Path, upstream: str) -> Server:
    return Server(
        name="ours",
        command=(PYTHON, *STARTED, "--upstream", f"webex={upstream}", "--audit-log", str(home / "audit.log")),
        environ=environment(home, WEBEX_ACCESS_TOKEN="benchmark"),
        tool="",
        stdio=("--transport", "stdio"),
        http=("--transport", "http", "--port", "{port}", "--verify-tokens", "--metrics"),
    )


async def _soaked(home: Path, upstream: str, transport: str, calls: int) -> None:
    era = Era.HANDSHAKE if transport == "stdio" else Era.SESSIONLESS
    print(f"{transport}, {era}")
    async with running(_server(home, upstream), transport, era) as served:
        soak, begun = Soak(served, calls), time.monotonic()
        await soak.run()
        cpu = cpu_seconds(served.pid)
    taken = time.monotonic() - begun
    print(f"{transport}: {calls:,} calls in {taken:,.0f} s, {cpu:,.0f} s of CPU; {soak.growth:+.1f} MB after settling")


def main() -> None:
    """Soak."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS, help=f"as many over each transport ({CALLS:,} in all)")
    parser.add_argument("--over", choices=TRANSPORTS, nargs="+", default=TRANSPORTS, help="which transports (both)")
    chosen = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("Linux is needed for /proc.")
    with tempfile.TemporaryDirectory() as home, running_vendor() as upstream:
        for transport in chosen.over:
            asyncio.run(_soaked(Path(home), upstream, transport, chosen.calls // len(chosen.over)))


if __name__ == "__main__":
    main()
