"""A vendor that speaks HTTP/2, behind a server with many callers: whose token goes where, and what is never told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from h2.errors import ErrorCodes

from bridge.upstream.retry_decision import UNSURE
from tests.end_to_end.clients import HTTP_WAYS, SECRET, Caller, connected, structured, text_of
from tests.http2_server import Http2Request, Http2Server, Peer
from tests.program import HttpProgram
from tests.tls import trusted_file

CALLERS = 32
VALUE = "canary-argument"


async def answer(peer: Peer, request: Http2Request) -> None:
    """Answer by what stands at the end of the path."""
    kind = request.path.rpartition("-")[2]
    if kind == "broken":
        peer.refuse(request, ErrorCodes.INTERNAL_ERROR)
    elif kind == "gone":
        peer.go_away(request.stream, ErrorCodes.ENHANCE_YOUR_CALM)
        peer.close()
    elif kind == "leaving":
        peer.go_away(request.stream)
        await peer.answer(request, {"fine": True})
    elif request.method == "POST":
        peer.refuse(request, ErrorCodes.CANCEL)
    else:
        await peer.answer(request, {"token": request.token[-2:], "path": request.path})


@asynccontextmanager
async def served(folder: Path, home: Path, url: str, *options: str) -> AsyncIterator[HttpProgram]:
    arguments = ("--overrides", "/dev/null", "--log-level", "debug", "--spec", "shop.yaml", "--upstream", f"shop={url}")
    variables = {"SSL_CERT_FILE": str(trusted_file(home))}
    running = HttpProgram(folder, *arguments, "--retries", "1", "--stateless", *options, variables=variables)
    try:
        yield await asyncio.to_thread(running.wait)
    finally:
        ended = await asyncio.to_thread(running.end)
    assert ended == (0, b"")
    assert not [line for line in running.log if SECRET in line or VALUE in line]


async def callers(stack: AsyncExitStack, url: str) -> list[Caller]:
    headers = [{"x-shop-access-token": f"{SECRET}-{number:02}"} for number in range(CALLERS)]
    return [await stack.enter_async_context(connected(HTTP_WAYS[1], url, each)) for each in headers]


async def test_32_callers_at_one_time_share_a_connection_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    async with (
        Http2Server(answer).running() as vendor,
        served(folder, tmp_path, vendor.url) as server,
        AsyncExitStack() as stack,
    ):
        for _ in range(3):
            everybody = await callers(stack, server.url)
            calls = (each.call("shop_get_thing", {"id": f"{n:02}"}) for n, each in enumerate(everybody))
            for number, result in enumerate(await asyncio.gather(*calls)):
                assert structured(result)["body"] == {"token": f"{number:02}", "path": f"/api/v3/things/{number:02}"}
    assert len(vendor.peers) == 1
    assert {request.path[-2:] == request.token[-2:] for request in vendor.requests} == {True}


async def test_what_goes_wrong_is_told_without_a_token_or_a_value(folder: Path, tmp_path: Path) -> None:
    async with (
        Http2Server(answer).running() as vendor,
        served(folder, tmp_path, vendor.url) as server,
        connected(HTTP_WAYS[1], server.url, {"x-shop-access-token": f"{SECRET}-00"}) as caller,
    ):
        results = {
            kind: await caller.call("shop_get_thing", {"id": f"{VALUE}-{kind}"})
            for kind in ("fine", "broken", "gone", "leaving", "good")
        }
        created = await caller.call("shop_create_thing", {"name": VALUE})
    assert {kind for kind, result in results.items() if result.is_error} == {"broken", "gone"}
    assert "the server broke the stream off: INTERNAL_ERROR. Tried 2 times." in text_of(results["broken"])
    assert "the server closed the connection: ENHANCE_YOUR_CALM. Tried 2 times." in text_of(results["gone"])
    assert UNSURE in text_of(created)
    assert Counter(request.method for request in vendor.requests) == {"GET": 7, "POST": 1}
    for result in (*results.values(), created):
        assert SECRET not in result.model_dump_json()


async def test_without_http2_a_vendor_that_speaks_nothing_else_is_not_reached(folder: Path, tmp_path: Path) -> None:
    async with (
        Http2Server(answer).running() as vendor,
        served(folder, tmp_path, vendor.url, "--no-http2") as server,
        connected(HTTP_WAYS[1], server.url, {"x-shop-access-token": f"{SECRET}-00"}) as caller,
    ):
        assert (await caller.call("shop_get_thing", {"id": "1"})).is_error
    assert vendor.requests == []
