"""A token that is renewed in time: once, for everybody, and not in vain."""

from __future__ import annotations

import asyncio

import pytest

from bridge.errors import BridgeError, TokenError, UpstreamError
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.oauth.renewable import FAILURE_STANDS, REJECTION_PAUSE, RenewableToken, RenewableTokens
from bridge.upstream.tokens import EnvironmentTokens, Token
from bridge.vendors import official_vendors

ZOOM, WEBEX = official_vendors()["zoom"], official_vendors()["webex"]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Mint:
    """Issues token 1, 2, ...; or fails as it is told to, once it is let."""

    def __init__(self, clock: Clock, lifetime: float | None = 3600.0) -> None:
        self.clock = clock
        self.lifetime = lifetime
        self.issued = 0
        self.error: BridgeError | None = None
        self.let = asyncio.Event()
        self.let.set()

    async def issue(self) -> Grant:
        self.issued += 1
        number = self.issued
        await self.let.wait()
        if self.error:
            raise self.error
        expires = None if self.lifetime is None else self.clock.now + self.lifetime
        return Grant(Token(f"token-{number}"), expires, self.lifetime, api_url="https://api-eu.zoom.us")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def mint(clock: Clock) -> Mint:
    return Mint(clock)


@pytest.fixture
async def renewable(mint: Mint, clock: Clock) -> RenewableToken:
    return RenewableToken(mint, "ZOOM_ACCOUNT_ID", now=clock)


async def test_nothing_is_obtained_before_it_is_needed(mint: Mint, renewable: RenewableToken) -> None:
    assert mint.issued == 0
    assert await renewable.token() == Token("token-1")


async def test_a_token_is_used_until_shortly_before_its_end(
    mint: Mint, clock: Clock, renewable: RenewableToken
) -> None:
    await renewable.token()
    clock.now += 3299
    assert await renewable.token() == Token("token-1")
    clock.now += 2
    assert await renewable.token() == Token("token-2")
    assert mint.issued == 2


async def test_one_that_lives_shortly_is_used_for_nine_tenths_of_its_life(
    mint: Mint, clock: Clock, renewable: RenewableToken
) -> None:
    mint.lifetime = 100.0
    await renewable.token()
    clock.now += 89
    assert await renewable.token() == Token("token-1")
    clock.now += 2
    assert await renewable.token() == Token("token-2")


async def test_one_whose_end_is_unknown_is_used_until_it_is_rejected(
    mint: Mint, clock: Clock, renewable: RenewableToken
) -> None:
    mint.lifetime = None
    await renewable.token()
    clock.now += 1e9
    assert await renewable.token() == Token("token-1")
    assert await renewable.replaced(Token("token-1")) == Token("token-2")


async def test_any_number_of_callers_share_one_renewal(mint: Mint, renewable: RenewableToken) -> None:
    mint.let.clear()
    callers = [asyncio.create_task(renewable.token()) for _ in range(200)]
    await asyncio.sleep(0)
    mint.let.set()
    assert set(await asyncio.gather(*callers)) == {Token("token-1")}
    assert mint.issued == 1


async def test_who_goes_away_leaves_the_renewal_to_the_others(mint: Mint, renewable: RenewableToken) -> None:
    mint.let.clear()
    first, second = (asyncio.create_task(renewable.token()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    mint.let.set()
    assert await second == Token("token-1")
    assert mint.issued == 1


async def test_all_whose_token_was_rejected_share_one_renewal(mint: Mint, renewable: RenewableToken) -> None:
    rejected = await renewable.token()
    replaced = await asyncio.gather(*(renewable.replaced(rejected) for _ in range(50)))
    assert set(replaced) == {Token("token-2")}
    assert await renewable.replaced(rejected) == Token("token-2")  # whose answer came late
    assert mint.issued == 2


async def test_a_vendor_that_rejects_whatever_comes_is_not_asked_for_token_after_token(
    mint: Mint, clock: Clock, renewable: RenewableToken
) -> None:
    second = await renewable.replaced(await renewable.token())
    assert second == Token("token-2")
    assert await renewable.replaced(second) is None
    clock.now += REJECTION_PAUSE + 1
    assert await renewable.replaced(second) == Token("token-3")


async def test_the_same_token_again_is_no_other(mint: Mint, clock: Clock) -> None:
    class Stubborn:
        async def issue(self) -> Grant:
            return Grant(Token("the-only-one"))

    renewable = RenewableToken(Stubborn(), "--token-command (op)", now=clock)
    assert await renewable.replaced(await renewable.token()) is None


async def test_an_error_stands_for_a_while_and_then_is_tried_again(
    mint: Mint, clock: Clock, renewable: RenewableToken
) -> None:
    mint.error = TokenError("refused")
    for _ in range(3):
        with pytest.raises(TokenError, match=r"^refused$"):
            await renewable.token()
    assert mint.issued == 1
    mint.error = None
    clock.now += FAILURE_STANDS + 1
    assert await renewable.token() == Token("token-2")


async def test_a_token_that_is_still_good_is_used_where_no_other_can_be_had(
    mint: Mint, clock: Clock, renewable: RenewableToken, caplog: pytest.LogCaptureFixture
) -> None:
    await renewable.token()
    clock.now += 3400
    mint.error = UpstreamError("no answer from zoom.us")
    assert await renewable.token() == Token("token-1")
    assert "no answer from zoom.us; the token at hand is good for a while yet" in caplog.text
    clock.now += 201
    with pytest.raises(UpstreamError, match="no answer"):
        await renewable.token()


async def test_who_takes_forever_is_not_waited_for(
    mint: Mint, renewable: RenewableToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.upstream.oauth.renewable.SECONDS", 0.01)
    mint.let.clear()
    with pytest.raises(TokenError, match=r"^obtaining a token with ZOOM_ACCOUNT_ID took longer than 0\.01 s$"):
        await renewable.token()


class TestRenewableTokens:
    async def test_those_that_are_not_obtained_come_from_elsewhere(self, renewable: RenewableToken) -> None:
        others = EnvironmentTokens([WEBEX], {"WEBEX_ACCESS_TOKEN": "w1"})
        source = RenewableTokens({"zoom": renewable}, others)
        assert [await source.token(vendor) for vendor in (ZOOM, WEBEX)] == [Token("token-1"), Token("w1")]
        assert await source.renewed(WEBEX, Token("w1")) is None
        assert await source.renewed(ZOOM, Token("token-1")) == Token("token-2")
        assert source.remedy(WEBEX) == "put a new one into the environment variable WEBEX_ACCESS_TOKEN"
        assert source.remedy(ZOOM).startswith("it is new, obtained with ZOOM_ACCOUNT_ID: ")

    async def test_the_region_is_that_of_the_token(self, renewable: RenewableToken) -> None:
        source = RenewableTokens({"zoom": renewable}, EnvironmentTokens([], {}))
        assert source.api_url(ZOOM) is None
        await source.token(ZOOM)
        assert (source.api_url(ZOOM), source.api_url(WEBEX)) == ("https://api-eu.zoom.us", None)
