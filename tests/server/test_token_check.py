"""Whether a token is one: asked once, remembered for a while, and let in where nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.server import token_check as module
from bridge.server.token_check import TokenCheck
from bridge.upstream.client import UpstreamClient
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors, vendor_of_file
from tests.upstream_server import Answer, Request, Upstream

ZOOM, WEBEX = official_vendors()["zoom"], official_vendors()["webex"]
GOOD, BAD = Token("s3cret-good"), Token("s3cret-bad")


def judges(request: Request) -> Answer:
    return Answer(200, {}) if request.token == GOOD.reveal() else Answer(401, {"code": 124})


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def client() -> AsyncIterator[UpstreamClient]:
    async with UpstreamClient() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def check(client: UpstreamClient, upstream: Upstream, clock: Clock) -> TokenCheck:
    upstream.answer = judges
    return TokenCheck(client, {"zoom": upstream.url, "webex": upstream.url}, clock)


async def test_a_verdict_is_remembered_for_as_long_as_it_may(
    check: TokenCheck, upstream: Upstream, clock: Clock
) -> None:
    for token, verdict, seconds in ((GOOD, "good", 300), (BAD, "invalid", 30)):
        upstream.reset()
        upstream.answer = judges
        for moment in (0, seconds - 1):
            clock.now = moment
            assert await check.verdict(ZOOM, token) == verdict
        assert len(upstream.requests) == 1
        clock.now = seconds + 1
        assert await check.verdict(ZOOM, token) == verdict
        assert len(upstream.requests) == 2


async def test_one_question_serves_all_who_wait(check: TokenCheck, upstream: Upstream) -> None:
    assert set(await asyncio.gather(*(check.verdict(ZOOM, GOOD) for _ in range(100)))) == {"good"}
    assert len(upstream.requests) == 1


async def test_who_goes_away_leaves_the_question_to_the_others(check: TokenCheck, upstream: Upstream) -> None:
    first, second = (asyncio.create_task(check.verdict(ZOOM, GOOD)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "good"
    assert len(upstream.requests) == 1


async def test_each_vendor_judges_for_itself(check: TokenCheck, upstream: Upstream) -> None:
    assert [await check.verdict(vendor, GOOD) for vendor in (ZOOM, WEBEX)] == ["good", "good"]
    assert [request.raw_path for request in upstream.requests] == ["/v2/users/me", "/v1/people/me"]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_where_the_vendor_does_not_say_callers_are_let_in(
    check: TokenCheck, upstream: Upstream, clock: Clock, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.answers(status)
    assert await check.verdict(ZOOM, BAD) == "unknown"
    assert await check.verdict(ZOOM, BAD) == "unknown"
    assert len(upstream.requests) == 1
    assert caplog.messages == [f"a token for Zoom is let in unverified: it answers {status}"]
    clock.now = 6
    upstream.answer = judges
    assert await check.verdict(ZOOM, BAD) == "invalid"


async def test_a_vendor_that_is_not_there_lets_in_too(client: UpstreamClient, caplog: pytest.LogCaptureFixture) -> None:
    check = TokenCheck(client, {"zoom": "http://127.0.0.1:1"})
    assert await check.verdict(ZOOM, BAD) == "unknown"
    assert "let in unverified: no answer from 127.0.0.1:1" in caplog.text
    assert "s3cret" not in caplog.text


async def test_a_vendor_of_a_file_cannot_be_asked(check: TokenCheck, upstream: Upstream) -> None:
    assert await check.verdict(vendor_of_file(Path("shop.yaml")), BAD) == "unknown"
    assert not upstream.requests


async def test_those_that_were_asked_for_longest_ago_are_forgotten(
    check: TokenCheck, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    for number in range(3):
        await check.verdict(ZOOM, Token(f"t{number}"))
    await check.verdict(ZOOM, Token("t0"))
    await check.verdict(ZOOM, Token("t3"))
    assert len(upstream.requests) == 4
    await check.verdict(ZOOM, Token("t0"))
    assert len(upstream.requests) == 4
    await check.verdict(ZOOM, Token("t1"))
    assert len(upstream.requests) == 5


def test_no_token_stands_in_what_is_remembered(check: TokenCheck) -> None:
    assert "s3cret" not in repr(vars(check))
