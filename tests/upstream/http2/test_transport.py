"""What a server surely did nothing with is sent again, whatever it does; all else follows the rules of a retry."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import tenacity
from h2.errors import ErrorCodes

from bridge.errors import NotSentError, UpstreamError
from bridge.upstream import retry as module
from bridge.upstream.client import OutgoingRequest, UpstreamClient, VendorResponse
from bridge.upstream.retry import PatientCall, Retry
from bridge.upstream.retry_decision import UNSURE
from bridge.upstream.retry_policy import RetryPolicy
from bridge.upstream.tokens import Token
from tests.http2_server import Http2Request, Http2Server, Peer
from tests.tls import trusting

SECRET = "s3cret-token"
TOKEN = Token(SECRET)
METHODS = ["GET", "PUT", "DELETE", "POST", "PATCH"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back off for a moment only."""
    monkeypatch.setattr(module, "WHEN_BROKEN", tenacity.wait_fixed(0.01))


@asynccontextmanager
async def patient(retries: int = 3) -> AsyncIterator[PatientCall]:
    async def silent(_: str) -> None:
        return

    async with UpstreamClient(certificates=trusting(), http2=True) as client:
        yield Retry(RetryPolicy(retries=retries)).call(client, "acme", TOKEN, silent)


def request(url: str, method: str) -> OutgoingRequest:
    body = b'{"a":1}' if method in ("PUT", "POST", "PATCH") else b""
    return OutgoingRequest(method, url, {"content-type": "application/json"} if body else {}, body)


def first(times: int, spoil: Callable[[Peer, Http2Request], None]) -> Callable[[Peer, Http2Request], Awaitable[None]]:
    """Spoil the first requests, and answer those that follow."""
    left = times

    async def handle(peer: Peer, request: Http2Request) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            spoil(peer, request)
        else:
            await peer.answer(request, [request.method, request.body.decode()])

    return handle


def refuse(peer: Peer, request: Http2Request) -> None:
    peer.refuse(request)


def go_away_before(peer: Peer, request: Http2Request) -> None:
    peer.go_away(request.stream - 2 if request.stream > 1 else 0)


def go_away_and_close(peer: Peer, request: Http2Request) -> None:
    peer.go_away(request.stream - 2 if request.stream > 1 else 0)
    peer.close()


def close(peer: Peer, _: Http2Request) -> None:
    peer.close()


def break_off(peer: Peer, request: Http2Request) -> None:
    peer.refuse(request, ErrorCodes.INTERNAL_ERROR)


def go_away_after(peer: Peer, request: Http2Request) -> None:
    peer.go_away(request.stream)
    peer.close()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("spoil", [refuse, go_away_before, go_away_and_close])
async def test_what_was_not_processed_is_sent_again_at_once_whatever_it_does(
    method: str, spoil: Callable[[Peer, Http2Request], None]
) -> None:
    async with Http2Server(first(1, spoil)).running() as server, patient(retries=0) as call:
        response = await call.send(request(server.url, method))
    assert (response.status, len(server.requests), call.effort.attempts) == (200, 2, 1)
    assert server.requests[0].headers == server.requests[1].headers
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("spoil", [refuse, go_away_before])
async def test_a_second_refusal_is_one_attempt_that_may_be_repeated(
    method: str, spoil: Callable[[Peer, Http2Request], None]
) -> None:
    async with Http2Server(first(3, spoil)).running() as server, patient() as call:
        response = await call.send(request(server.url, method))
    assert (response.status, len(server.requests), call.effort.attempts) == (200, 4, 2)


async def test_a_server_that_always_refuses_is_not_asked_for_ever() -> None:
    async with Http2Server(first(100, refuse)).running() as server, patient(retries=2) as call:
        with pytest.raises(
            UpstreamError, match=r"did not take the request: REFUSED_STREAM\. Tried 3 times\."
        ) as caught:
            await call.send(request(server.url, "POST"))
    assert len(server.requests) == 6
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("spoil", [close, break_off, go_away_after])
async def test_what_may_have_been_processed_is_repeated_only_where_that_does_no_harm(
    method: str, spoil: Callable[[Peer, Http2Request], None]
) -> None:
    async with Http2Server(first(1, spoil)).running() as server, patient() as call:
        if method in ("POST", "PATCH"):
            with pytest.raises(UpstreamError) as caught:
                await call.send(request(server.url, method))
            assert UNSURE in str(caught.value)
            assert len(server.requests) == 1
        else:
            assert (await call.send(request(server.url, method))).status == 200
            assert len(server.requests) == 2


async def test_an_answer_that_broke_off_is_no_refusal_even_if_a_goaway_says_so() -> None:
    async def answer(peer: Peer, request: Http2Request) -> None:
        peer.head(request, headers={"content-length": "10"})
        await peer.data(request, b"[", ends=False)
        peer.go_away(0)
        peer.close()

    async with Http2Server(answer).running() as server, patient() as call:
        with pytest.raises(UpstreamError) as caught:
            await call.send(request(server.url, "POST"))
    assert UNSURE in str(caught.value)
    assert len(server.requests) == 1


async def test_concurrent_writes_across_a_restart_are_each_carried_out_once() -> None:
    """A server that takes a part of what is under way, refuses the rest by GOAWAY, and answers what it took."""
    done: list[str] = []

    async def answer(peer: Peer, request: Http2Request) -> None:
        if peer.number == 0 and request.stream > 21:
            return  # below the line: never looked at
        if peer.number == 0 and request.stream == 21:
            await asyncio.sleep(0.05)
            peer.go_away(21)
        done.append(request.path)
        await asyncio.sleep(0.05)
        await peer.answer(request, request.path)

    async with (
        Http2Server(answer).running() as server,
        UpstreamClient(certificates=trusting(), http2=True) as client,
    ):

        async def one(number: int) -> VendorResponse:
            return await client.send(OutgoingRequest("POST", f"{server.url}/{number}", {}, b"{}"), TOKEN)

        responses = await asyncio.gather(*(one(number) for number in range(40)))
    assert [response.body for response in responses] == [f'"/{number}"'.encode() for number in range(40)]
    assert sorted(done) == sorted(f"/{number}" for number in range(40))


async def test_two_refusals_are_surely_not_sent() -> None:
    async with (
        Http2Server(first(100, go_away_and_close)).running() as server,
        UpstreamClient(certificates=trusting(), http2=True) as client,
    ):
        with pytest.raises(NotSentError):
            await client.send(request(server.url, "POST"), TOKEN)


def test_h2_is_loaded_with_the_first_call_and_not_before() -> None:
    program = """
import sys
from bridge.upstream.client import UpstreamClient
client = UpstreamClient(http2=True)
print([name for name in ("h2", "hpack", "hyperframe", "httpcore2") if name in sys.modules])
client.http
print([name for name in ("h2", "hpack", "hyperframe", "httpcore2") if name in sys.modules])
"""
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == ["[]", "['h2', 'hpack', 'hyperframe', 'httpcore2']"]
