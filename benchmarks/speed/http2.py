"""The upstream client over TLS, HTTP/2 beside HTTP/1.1: CPU of the calls and of the connections, in turns."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass, field
from statistics import median

from benchmarks.speed.calls import CALLERS
from benchmarks.speed.servers import Place, running_vendor
from benchmarks.speed.table import Row
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.tokens import Token

_CALLS = 960
"""In a block; a burst is one call of each caller."""


@dataclass
class _Spent:
    """CPU and wall ms a call."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def _client(*, http2: bool) -> UpstreamClient:
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return UpstreamClient(certificates=tls, http2=http2)


async def _block(client: UpstreamClient, url: str, callers: int, calls: int) -> None:
    async def caller(number: int) -> None:
        token = Token(f"token-of-caller-{number}")
        for call in range(calls // callers):
            request = OutgoingRequest("GET", f"{url}/v1/people/{call}", {"accept": "application/json"}, b"")
            assert (await client.send(request, token)).status == 200

    await asyncio.gather(*map(caller, range(callers)))


async def _measured(spent: _Spent, client: UpstreamClient, url: str, callers: int, calls: int) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    await _block(client, url, callers, calls)
    spent.cpu.append((time.process_time() - cpu) * 1000 / calls)
    spent.wall.append((time.perf_counter() - wall) * 1000 / calls)


async def http2_rows(_: Place, rounds: int) -> list[Row]:
    """Measure HTTP/2 beside HTTP/1.1."""
    rows = []
    with running_vendor(tls=True) as url:
        for callers in (1, CALLERS):
            kept, burst = {http2: _Spent() for http2 in (True, False)}, {http2: _Spent() for http2 in (True, False)}
            for _round in range(rounds):
                for http2 in (True, False):
                    async with _client(http2=http2) as client:
                        client.http.build_request("GET", url)  # made, with all that it imports; not connected
                        await _measured(burst[http2], client, url, callers, callers)
                        await _measured(kept[http2], client, url, callers, _CALLS)
            for what, spent in (("first call, connecting", burst), ("further calls", kept)):
                named = f"{callers} caller{'s' if callers > 1 else ''}, {what}"
                two, one = spent[True], spent[False]
                rows += [
                    Row(f"{named}, CPU a call", median(two.cpu), "HTTP/1.1", median(one.cpu), "ms"),
                    Row(f"{named}, wall a call", median(two.wall), "HTTP/1.1", median(one.wall), "ms"),
                ]
    return rows
