"""Many callers at once, each with tokens of their own, while the vendors fail and clients give up.

``make load`` runs it at full size and prints what happened; ``test_isolation.py`` runs a small one with every test run.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import mcp_types
from starlette.types import Receive, Scope, Send

from bridge.upstream.retry_decision import UNSURE
from tests.end_to_end.clients import HTTP_WAYS, SECRET, Caller, connected, text_of
from tests.program import HttpProgram
from tests.upstream_server import running, whole_body

ListMode = Literal["full", "search"]
GIVE_UP_SECONDS = 0.05
_NUMBER = re.compile(rb"call-(\d+)")

Kind = Literal["answered", "throttled", "unavailable", "refused", "written", "write fails", "given up"]
KINDS: tuple[Kind, ...] = (
    *("given up", "throttled", "unavailable", "refused", "write fails"),
    *("written", "answered", "answered", "answered", "answered"),
)
"""What becomes of the calls, in turn."""


@dataclass(frozen=True)
class Call:
    """The n-th call: its number stands in its path or body, and says all about it."""

    number: int
    tokens: int

    @property
    def kind(self) -> Kind:
        """Return what is to become of it."""
        return KINDS[self.number % len(KINDS)]

    @property
    def vendor(self) -> str:
        """Return whose it is."""
        return "zoom" if self.number // len(KINDS) % 2 else "webex"

    @property
    def caller(self) -> int:
        """Return who makes it; neighbours differ in it."""
        return self.number * 7 % self.tokens

    @property
    def token(self) -> str:
        """Return the one token that may go with it."""
        return token_of(self.caller, self.vendor)

    @property
    def tool(self) -> tuple[str, dict[str, Any]]:
        """Return the tool and its arguments."""
        name = f"call-{self.number}"
        if self.kind in ("written", "write fails"):
            if self.vendor == "zoom":
                return "zoom_create_meeting", {"userId": name, "topic": name}
            return "webex_create_message", {"roomId": name, "text": name}
        return (
            ("zoom_get_user", {"userId": name}) if self.vendor == "zoom" else ("webex_get_person", {"personId": name})
        )


def token_of(caller: int, vendor: str) -> str:
    """Return a caller's token for a vendor."""
    return f"{SECRET}-{vendor}-{caller}"


class Vendors:
    """Both vendors on one port: fail as the kinds of the calls say, answer with who asked, note who should not have."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens
        self.seen: Counter[int] = Counter()
        self.strangers: list[str] = []
        self.left = 0
        self.hanging = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            raise RuntimeError("only HTTP")
        body = await whole_body(receive)
        (number,) = {int(found) for found in _NUMBER.findall(scope["raw_path"] + scope["query_string"] + body)}
        call = Call(number, self.tokens)
        came = [value.decode() for name, value in scope["headers"] if name == b"authorization"]
        if came != [f"Bearer {call.token}"]:
            self.strangers.append(f"call {number}: {came}")
        self.seen[number] += 1
        if call.kind == "given up":
            await self._hang(receive)
            return
        await self._answer(call, came, send)

    async def _hang(self, receive: Receive) -> None:
        self.hanging += 1
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left += 1

    async def _answer(self, call: Call, came: list[str], send: Send) -> None:
        first = self.seen[call.number] == 1
        status, headers = 200, [(b"content-type", b"application/json")]
        if call.kind == "throttled" and first:
            status, headers = 429, [*headers, (b"retry-after", b"0.05")]
        elif (call.kind == "unavailable" and first) or call.kind == "write fails":
            status, headers = 503, [*headers, (b"retry-after", b"0.05")]
        elif call.kind == "refused":
            status = 404
        answer = {"number": call.number, "asked by": "".join(came).removeprefix(f"Bearer {SECRET}-")}
        content = json.dumps({"message": f"no {call.number}"} if status == 404 else answer).encode()
        await asyncio.sleep(0.002 * (call.number % 5))  # answers overtake each other
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


@dataclass
class Report:
    """What a run came to; ``wrong`` is what should not have been."""

    calls: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0


@asynccontextmanager
async def _callers(base: str, tokens: int) -> AsyncIterator[list[Caller]]:
    """Connect a client for each pair of tokens, in both protocol eras in turn."""
    async with AsyncExitStack() as stack:
        found = []
        for number in range(tokens):
            headers = {f"x-{vendor}-access-token": token_of(number, vendor) for vendor in ("zoom", "webex")}
            way = HTTP_WAYS[2 + number % 2]  # the official client
            found.append(await stack.enter_async_context(connected(way, base, headers)))
        yield found


async def load(base: str, vendors: Vendors, mode: ListMode, calls: int, at_once: int) -> Report:
    """Make the calls, and hold every answer and every request against what it should have been."""
    report = Report(calls)
    turns = asyncio.Semaphore(at_once)
    begun = time.monotonic()
    async with _callers(base, vendors.tokens) as callers:

        async def one(call: Call) -> None:
            async with turns:
                await _one(callers[call.caller], call, mode, report, vendors)

        await asyncio.gather(*(one(Call(number, vendors.tokens)) for number in range(calls)))
    report.seconds = time.monotonic() - begun
    for _ in range(200):
        if vendors.left == vendors.hanging:
            break
        await asyncio.sleep(0.05)
    report.requests = vendors.seen.total()
    report.wrong += vendors.strangers + list(_miscounted(vendors, calls))
    return report


def _miscounted(vendors: Vendors, calls: int) -> list[str]:
    wrong = [f"{vendors.hanging - vendors.left} requests hang on"] if vendors.left != vendors.hanging else []
    for number in range(calls):
        call, times = Call(number, vendors.tokens), vendors.seen[number]
        right = {"throttled": {2}, "unavailable": {2}, "given up": {0, 1}}.get(call.kind, {1})
        if times not in right:
            wrong.append(f"call {number} ({call.kind}) was sent {times} times")
    return wrong


async def _given_up(running: asyncio.Task[mcp_types.CallToolResult], call: Call, vendors: Vendors) -> list[str]:
    """Cancel a call: half of them once the vendor has them, the others wherever they are after a moment."""
    early = call.number // len(KINDS) % 4 < 2
    begun = time.monotonic()
    while not running.done():
        if time.monotonic() - begun > GIVE_UP_SECONDS if early else vendors.seen[call.number]:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            return []
        await asyncio.sleep(0.01)
    return [f"call {call.number} was answered: {running}"]


async def _one(caller: Caller, call: Call, mode: ListMode, report: Report, vendors: Vendors) -> None:
    name, arguments = call.tool
    if mode == "search":
        writes = call.kind in ("written", "write fails")
        name, arguments = "call_write_tool" if writes else "call_tool", {"name": name, "arguments": arguments}
    report.kinds[call.kind] += 1
    if call.kind == "given up":
        report.wrong += await _given_up(asyncio.create_task(caller.call(name, arguments)), call, vendors)
        return
    report.wrong += _wrong_with(call, await caller.call(name, arguments))


def _wrong_with(call: Call, result: mcp_types.CallToolResult) -> list[str]:
    text, structured = text_of(result), result.structured_content or {}
    if SECRET in str(result):
        return [f"call {call.number}: a token in the answer"]
    if call.kind in ("refused", "write fails"):
        said = f"no {call.number}." if call.kind == "refused" else UNSURE
        return [] if result.is_error and said in text else [f"call {call.number}: {text}"]
    body = {"number": call.number, "asked by": call.token.removeprefix(f"{SECRET}-")}
    right = not result.is_error and structured.get("body") == body
    if call.kind in ("throttled", "unavailable"):
        right = right and structured.get("attempts") == 2
    return [] if right else [f"call {call.number} ({call.kind}): {text}"]


@asynccontextmanager
async def serving(folder: Path, upstream: str, mode: ListMode) -> AsyncIterator[str]:
    """Serve both vendors' core in a process of its own; give its URL."""
    variables = {"BRIDGE_UPSTREAM_ZOOM": upstream, "BRIDGE_UPSTREAM_WEBEX": upstream}
    arguments = ("--overrides", "/dev/null", "--mode", mode, "--log-level", "debug")
    program = HttpProgram(folder, *arguments, variables=variables, forked=False)
    try:
        yield (await asyncio.to_thread(program.wait)).url
    finally:
        ended = await asyncio.to_thread(program.end)
    assert ended == (0, b"")
    assert not [line for line in program.log if SECRET in line]


async def run(folder: Path, mode: ListMode, calls: int, at_once: int, tokens: int) -> Report:
    """Start everything, make the calls, end everything."""
    vendors = Vendors(tokens)
    with running(vendors) as upstream:
        async with serving(folder, upstream, mode) as base:
            return await load(base, vendors, mode, calls, at_once)


def main() -> int:
    """Run it at full size, in both modes; return the exit code."""
    wrong = 0
    for mode in ("full", "search"):
        with tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(run(Path(folder), mode, calls=2000, at_once=64, tokens=200))
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(report.kinds.items()))
        print(f"{mode}: {report.calls:,} calls, 64 at a time, 200 tokens a vendor: {report.seconds:.1f} s")
        print(f"  {kinds}; {report.requests:,} requests reached the vendors; {len(report.wrong)} wrong")
        print(*(f"  {line}" for line in report.wrong[:20]), sep="\n", end="\n" if report.wrong else "")
        wrong += len(report.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
