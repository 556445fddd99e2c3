"""Patient calls against a vendor that breaks: no hang, nothing written twice, a clear error each time."""

from __future__ import annotations

import asyncio
import gzip
import re
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
import tenacity

from bridge.errors import UpstreamError
from bridge.upstream import retry as module
from bridge.upstream.client import OutgoingRequest, UpstreamClient, VendorResponse
from bridge.upstream.retry import Effort, PatientCall, Retry
from bridge.upstream.retry_decision import UNSURE
from bridge.upstream.retry_policy import RetryPolicy
from bridge.upstream.tokens import Token
from tests.faulty_server import Reply, faulty, http, slowly
from tests.tls import self_signed
from tests.upstream_server import Answer, Request, Upstream

SECRET = "s3cret-token"
TOKEN = Token(SECRET)
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody, and takes no time to load."""
METHODS = ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"]
TWICE, ONCE = METHODS[:4], METHODS[4:]

pytestmark = pytest.mark.usefixtures("_quick")


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back off for a moment only."""
    monkeypatch.setattr(module, "WHEN_THROTTLED", tenacity.wait_fixed(0.01))
    monkeypatch.setattr(module, "WHEN_BROKEN", tenacity.wait_fixed(0.01))


@pytest.fixture
async def client() -> AsyncIterator[UpstreamClient]:
    async with UpstreamClient(certificates=NO_CERTIFICATES) as opened:
        yield opened


class Told:
    """What a call said while it waited."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def __call__(self, message: str) -> None:
        """Keep it."""
        self.said.append(message)


def request(url: str, method: str = "GET", path: str = "/things") -> OutgoingRequest:
    content = b'{"a": 1}' if method in ("POST", "PATCH", "PUT") else b""
    return OutgoingRequest(method, f"{url}{path}", {"content-type": "application/json"} if content else {}, content)


def begun(client: UpstreamClient, retry: Retry | None = None, told: Told | None = None) -> PatientCall:
    return (retry or Retry()).call(client, "acme", TOKEN, told or Told())


async def error_of(call: PatientCall, sent: OutgoingRequest) -> str:
    with pytest.raises(UpstreamError) as caught:
        await asyncio.wait_for(call.send(sent), 10)
    assert SECRET not in str(caught.value)
    return str(caught.value)


RESET = Reply([], "reset")
CLOSED = Reply([], "close")
HALF_HEAD = Reply([b"HTTP/1.1 200 OK\r\ncontent-type: applica"])
RESET_IN_HEAD = Reply([b"HTTP/1.1 200 OK\r\n", 0.01], "reset")
HALF_BODY = Reply([b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":'])
RESET_IN_BODY = Reply([b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":', 0.01], "reset")
HALF_CHUNK = Reply([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{}"])
NO_HTTP = Reply([b"SSH-2.0-OpenSSH\r\n\r\n"])
BROKEN = [RESET, CLOSED, HALF_HEAD, RESET_IN_HEAD, HALF_BODY, RESET_IN_BODY, HALF_CHUNK, NO_HTTP]
BROKEN_IDS = ["reset", "closed", "half-head", "reset-in-head", "half-body", "reset-in-body", "half-chunk", "no-http"]
GATEWAY = [http(502), http(503), http(504, body=b"<html>")]


class TestBrokenConnections:
    @pytest.mark.parametrize("broken", BROKEN, ids=BROKEN_IDS)
    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    async def test_what_may_be_carried_out_twice_is_sent_again(
        self, client: UpstreamClient, method: str, broken: Reply
    ) -> None:
        told = Told()
        async with faulty(broken, broken, http()) as vendor:
            call = begun(client, told=told)
            response = await call.send(request(vendor.url, method))
        assert (response.status, response.body) == (200, b"{}")
        assert vendor.requests == [(method, "/things", SECRET)] * 3
        assert (call.effort.requests, call.effort.attempts) == (1, 3)
        assert call.effort.waited >= 0.02
        host = vendor.url.removeprefix("http://")
        assert told.said == [f"waiting 0.01 s for {host}, then attempt {n} of at most 4" for n in (2, 3)]

    @pytest.mark.parametrize("broken", BROKEN, ids=BROKEN_IDS)
    @pytest.mark.parametrize("method", ONCE)
    async def test_what_may_not_is_never_sent_again_and_the_error_says_so(
        self, client: UpstreamClient, method: str, broken: Reply
    ) -> None:
        async with faulty(broken, http()) as vendor:
            call = begun(client)
            assert (await error_of(call, request(vendor.url, method))).endswith(f". {UNSURE}")
        assert vendor.requests == [(method, "/things", SECRET)]
        assert (call.effort.attempts, call.effort.waited, call.effort.to_json()) == (1, 0.0, {})

    @pytest.mark.parametrize("method", METHODS)
    async def test_a_connection_that_is_closed_before_it_is_used_again_does_no_harm(
        self, client: UpstreamClient, method: str
    ) -> None:
        async with faulty(http(then="keep"), http()) as vendor:
            await begun(client).send(request(vendor.url))
            (connection,) = vars(client.http._transport)["_pool"].connections
            assert connection.is_idle()
            vendor.close_all()
            await asyncio.sleep(0.02)
            response = await begun(client).send(request(vendor.url, method))
        assert response.status == 200
        assert [sent[0] for sent in vendor.requests] == ["GET", method]

    @pytest.mark.parametrize("method", METHODS)
    async def test_a_connection_that_is_closed_just_as_it_is_used_again_is_one_that_broke(
        self, client: UpstreamClient, method: str
    ) -> None:
        async with faulty(http(then="keep"), RESET, http()) as vendor:
            await begun(client).send(request(vendor.url))
            call = begun(client)
            if method in TWICE:
                assert (await call.send(request(vendor.url, method))).status == 200
            else:
                assert (await error_of(call, request(vendor.url, method))).endswith(UNSURE)
        assert vendor.connections == (2 if method in TWICE else 1)
        assert [sent[0] for sent in vendor.requests][1:] == [method] * (2 if method in TWICE else 1)

    @pytest.mark.parametrize("method", METHODS)
    async def test_nobody_there_took_nothing_so_that_any_method_is_sent_once_somebody_is(
        self, client: UpstreamClient, method: str
    ) -> None:
        async with faulty(http()) as vendor:
            free = vendor.url
        call = begun(client, Retry(RetryPolicy(retries=2)))
        text = await error_of(call, request(free, method))
        assert text.startswith(f"no answer from {free.removeprefix('http://')}: ConnectError")
        assert text.endswith(". Tried 3 times.")
        assert UNSURE not in text

        async def late() -> list[str]:
            await asyncio.sleep(0.03)
            async with faulty(http(), port=httpx2.URL(free).port or 0) as vendor:
                while not vendor.requests:
                    await asyncio.sleep(0.005)
                await asyncio.sleep(0.01)
                return [sent[0] for sent in vendor.requests]

        somebody = asyncio.create_task(late())
        call = begun(client, Retry(RetryPolicy(retries=10)))
        assert (await call.send(request(free, method))).status == 200
        assert await somebody == [method]

    async def test_a_certificate_that_is_not_trusted_is_not_asked_for_again(self, client: UpstreamClient) -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=self_signed())
        async with server:
            call = begun(client)
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            text = await error_of(call, request(url, "POST"))
        assert f"no answer from {url.removeprefix('https://')}: its certificate is not trusted: " in text
        assert (call.effort.attempts, call.remark) == (1, "")


class TestVendorOutOfOrder:
    @pytest.mark.parametrize("out_of_order", GATEWAY, ids=["502", "503", "504"])
    @pytest.mark.parametrize("method", METHODS)
    async def test_only_what_may_be_carried_out_twice_is_sent_again(
        self, client: UpstreamClient, method: str, out_of_order: Reply
    ) -> None:
        async with faulty(out_of_order, out_of_order, http()) as vendor:
            call = begun(client)
            response = await call.send(request(vendor.url, method))
        if method in TWICE:
            assert (response.status, len(vendor.requests), call.remark) == (200, 3, "")
        else:
            assert (response.status >= 502, len(vendor.requests), call.remark) == (True, 1, UNSURE)

    async def test_it_is_given_up_after_so_many_times(self, client: UpstreamClient) -> None:
        async with faulty(http(503)) as vendor:
            call = begun(client, Retry(RetryPolicy(retries=2)))
            response = await call.send(request(vendor.url))
        assert (response.status, len(vendor.requests)) == (503, 3)
        assert call.remark == "Tried 3 times."
        assert call.effort.attempts == 3
        assert call.effort.waited >= 0.02

    async def test_it_waits_as_long_as_it_is_told(self, client: UpstreamClient) -> None:
        async with faulty(http(503, retry_after="0.06"), http()) as vendor:
            call = begun(client)
            await call.send(request(vendor.url))
        assert call.effort.waited >= 0.05

    @pytest.mark.parametrize("reply", [http(503), http(429, retry_after="0"), RESET], ids=["503", "429", "reset"])
    async def test_without_retries_nothing_is_sent_again_and_nothing_waits(
        self, client: UpstreamClient, reply: Reply
    ) -> None:
        retry = Retry(RetryPolicy(retries=0))
        async with faulty(reply) as vendor:
            for _ in range(2):
                call = begun(client, retry)
                if reply is RESET:
                    await error_of(call, request(vendor.url))
                else:
                    await call.send(request(vendor.url))
                assert (call.effort.attempts, call.effort.waited, call.remark) == (1, 0.0, "")
        assert len(vendor.requests) == 2


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


class TestThrottling:
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize(
        "told", [{"retry-after": "0.05"}, {"retry-after": in_seconds(-9)}, {}], ids=["seconds", "past", "missing"]
    )
    async def test_any_method_is_sent_again_after_the_wait(
        self, client: UpstreamClient, method: str, told: dict[str, str]
    ) -> None:
        said = Told()
        async with faulty(http(429, more=told), http()) as vendor:
            call = begun(client, told=said)
            assert (await call.send(request(vendor.url, method))).status == 200
        assert vendor.requests == [(method, "/things", SECRET)] * 2
        assert call.effort.attempts == 2
        assert call.effort.waited >= (0.045 if told.get("retry-after") == "0.05" else 0.0)

    async def test_a_locked_resource_is_tried_again_only_if_it_says_when(self, client: UpstreamClient) -> None:
        retry = Retry()
        async with faulty(http(423, retry_after="0.03"), http(423), http()) as vendor:
            call = begun(client, retry)
            assert (await call.send(request(vendor.url, "PATCH"))).status == 423
            assert retry.throttles.of("acme", TOKEN.digest).is_free
        assert len(vendor.requests) == 2

    @pytest.mark.parametrize(
        "told",
        ["3600", in_seconds(3600), format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)],
        ids=["seconds", "iso-8601", "http-date"],
    )
    async def test_a_wait_that_is_too_long_is_not_waited_and_holds_up_nobody(
        self, client: UpstreamClient, told: str
    ) -> None:
        retry = Retry()
        async with faulty(http(429, retry_after=told), http()) as vendor:
            call = begun(client, retry)
            response = await call.send(request(vendor.url))
            assert response.headers["retry-after"] == told
            assert re.fullmatch(
                r"Tried 1 time; it would have to wait 3,\d\d\d s, and a call waits 30 s at most\.", call.remark
            )
            assert call.effort.waited == 0.0
            assert (await begun(client, retry).send(request(vendor.url))).status == 200
        assert len(vendor.requests) == 2

    async def test_a_daily_limit_fails_at_once(self, client: UpstreamClient) -> None:
        limit = http(429, x_ratelimit_type="Daily-limit", retry_after="2026-11-27T00:00:00Z")
        async with faulty(limit, http()) as vendor:
            call = begun(client)
            assert (await call.send(request(vendor.url))).status == 429
        assert (
            call.remark == "This limit is one for a whole day, reset at 2026-11-27 00:00 UTC: it was not tried again."
        )
        assert (len(vendor.requests), call.effort.waited) == (1, 0.0)

    async def test_all_waits_of_a_call_together_have_a_limit(self, client: UpstreamClient) -> None:
        async with faulty(http(429, retry_after="0.06")) as vendor:
            call = begun(client, Retry(RetryPolicy(retries=10, max_wait=0.1)))
            assert (await call.send(request(vendor.url))).status == 429
        assert (len(vendor.requests), call.effort.attempts) == (2, 2)
        assert call.remark == "Tried 2 times; it would have to wait 0.06 s, and a call waits 0.1 s at most."

    async def test_who_would_have_to_wait_too_long_for_its_turn_is_told_so_and_sends_nothing(
        self, client: UpstreamClient
    ) -> None:
        retry = Retry(RetryPolicy(max_wait=0.05))
        async with faulty(http()) as vendor:
            retry.throttles.of("acme", TOKEN.digest).close(10)
            told = Told()
            call = begun(client, retry, told)
            text = await error_of(call, request(vendor.url))
        assert "nothing was sent" in text
        assert "a call waits 0.05 s at most (--max-wait)" in text
        assert (vendor.requests, call.effort.attempts, told.said) == ([], 0, [])

    async def test_whose_turn_does_not_come_in_time_gets_the_last_answer(self, client: UpstreamClient) -> None:
        retry = Retry(RetryPolicy(max_wait=0.1))
        throttle = retry.throttles.of("acme", TOKEN.digest)
        async with faulty(http(429, retry_after="0.05"), http()) as vendor:
            call = begun(client, retry)
            running = asyncio.create_task(call.send(request(vendor.url)))
            while not vendor.requests:
                await asyncio.sleep(0.001)
            throttle.close(10)
            response = await asyncio.wait_for(running, 5)
        assert response.status == 429
        assert call.remark.startswith("Its turn to be sent again did not come in time: ")

    async def test_a_storm_of_callers_with_one_token_becomes_a_queue(self, upstream: Upstream) -> None:
        def busy(_: object) -> Answer:
            number = len(upstream.requests)
            refused = number < 50 or number == 80
            return Answer(429, headers={"retry-after": "0.05"}, together=50) if refused else Answer()

        upstream.answer = busy
        retry = Retry(RetryPolicy(max_wait=60))
        async with Counting() as counting:
            calls = [begun(counting, retry) for _ in range(50)]
            answers = await asyncio.gather(*(call.send(request(upstream.url, "POST")) for call in calls))
            other = retry.call(counting, "acme", Token("another"), Told())
            assert other.throttle.is_free
        assert [answer.status for answer in answers] == [200] * 50
        assert len(upstream.requests) == sum(call.effort.attempts for call in calls) == 101
        assert counting.sent[:50] == [(number, 0) for number in range(1, 51)]
        # Then one alone, and with each answer one more, until the vendor refuses again: one alone.
        assert counting.sent[50] == (1, 0)
        assert all(running <= answered + 1 for running, answered in counting.sent[50:])
        assert 1 in [running for running, _ in counting.sent[81:]]


class Counting(UpstreamClient):
    """Counts: with each request that is sent, how many are on their way, and were answered since the last refusal."""

    def __init__(self) -> None:
        super().__init__(certificates=NO_CERTIFICATES)
        self.sent: list[tuple[int, int]] = []
        self._running = self._answered = 0

    async def send(self, *arguments: Any, **named: Any) -> VendorResponse:
        """Send it."""
        self._running += 1
        self.sent.append((self._running, self._answered))
        try:
            response = await super().send(*arguments, **named)
        finally:
            self._running -= 1
        self._answered = 0 if response.status == 429 else self._answered + 1
        return response


class TestTime:
    async def test_a_vendor_that_trickles_is_cut_off(self, client: UpstreamClient) -> None:
        trickle = slowly(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"x", 0.02, 1000)
        async with faulty(trickle) as vendor:
            call = begun(client, Retry(RetryPolicy(timeout=0.5)))
            text = await error_of(call, request(vendor.url))
            await asyncio.wait_for(vendor.gone.wait(), 5)
        assert text == f"no whole answer from {vendor.url.removeprefix('http://')} within 0.5 s (--timeout)"
        assert len(vendor.requests) == 1
        assert 1 <= call.effort.received <= 25

    async def test_nor_does_a_head_that_trickles_hold_a_call(self, client: UpstreamClient) -> None:
        trickle = slowly(b"HTTP/1.1 200 OK\r\nx-long: ", b"x", 0.02, 1000)
        async with faulty(trickle) as vendor:
            text = await error_of(begun(client, Retry(RetryPolicy(timeout=0.1))), request(vendor.url, "POST"))
            await asyncio.wait_for(vendor.gone.wait(), 5)
        assert text.endswith(f"within 0.1 s (--timeout). {UNSURE}")

    async def test_a_large_answer_that_keeps_coming_may_take_longer(
        self, client: UpstreamClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "SLOWEST", 100_000)
        large = slowly(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x" * 10_000, 0.03, 10)
        async with faulty(large) as vendor:
            call = begun(client, Retry(RetryPolicy(timeout=0.1)))
            response = await call.send(request(vendor.url))
        assert len(response.body) == call.effort.received == 100_000

    async def test_a_wait_that_the_time_of_the_call_does_not_allow_is_not_begun(self, client: UpstreamClient) -> None:
        async with faulty(http(429, retry_after="0.5")) as vendor:
            call = begun(client, Retry(RetryPolicy(timeout=0.2)))
            assert (await call.send(request(vendor.url))).status == 429
        assert len(vendor.requests) == 1

    async def test_pages_of_one_call_share_its_time(self, client: UpstreamClient) -> None:
        async with faulty(http(), http(), Reply([60.0])) as vendor:
            call = begun(client, Retry(RetryPolicy(timeout=1.0)))
            await call.send(request(vendor.url))
            first = call.deadline or 0.0
            await call.send(request(vendor.url))
            assert call.deadline == first + 2 / module.SLOWEST
            assert "no whole answer" in await error_of(call, request(vendor.url))
        assert (call.effort.requests, call.effort.attempts) == (3, 3)

    async def test_no_answer_in_time_is_not_asked_for_again(self) -> None:
        async with (
            faulty(Reply([5.0])) as vendor,
            UpstreamClient(timeout=httpx2.Timeout(0.05), certificates=NO_CERTIFICATES) as client,
        ):
            assert "in time (ReadTimeout)" in await error_of(begun(client), request(vendor.url))
            assert (await error_of(begun(client), request(vendor.url, "POST"))).endswith(UNSURE)
        assert len(vendor.requests) == 2


class TestBrokenAnswers:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(
        "broken",
        [
            http(body=b"no gzip", content_encoding="gzip"),
            http(body=gzip.compress(b"{}")[:-9] + b"\xff" * 9, content_encoding="gzip"),
            http(body=gzip.compress(b"{}"), content_encoding="gzip, gzip"),
            http(body=b"{}", content_encoding=", ".join(["gzip"] * 6)),
        ],
        ids=["no-gzip", "damaged", "once-not-twice", "too-often"],
    )
    async def test_an_answer_that_cannot_be_unpacked_is_one_error(
        self, client: UpstreamClient, method: str, broken: Reply
    ) -> None:
        async with faulty(broken, http()) as vendor:
            text = await error_of(begun(client), request(vendor.url, method))
        assert "is broken" in text
        assert text.endswith(UNSURE) is (method == "POST")
        assert len(vendor.requests) == 1

    async def test_a_body_that_would_fill_the_memory_is_unpacked_bit_by_bit_and_refused(self) -> None:
        bomb = gzip.compress(b"\0" * (16 * 1024 * 1024))
        client = UpstreamClient(max_body_bytes=2 * 1024 * 1024, certificates=NO_CERTIFICATES)
        async with faulty(http(body=bomb, content_encoding="gzip")) as vendor, client:
            call = begun(client)
            assert "is larger than 2 MB; ask for less of it" in await error_of(call, request(vendor.url))
        assert len(bomb) < 20_000
        assert call.effort.received <= 3 * 1024 * 1024

    async def test_a_longer_body_than_the_content_length_says_ends_where_it_says(self, client: UpstreamClient) -> None:
        async with faulty(http(body=b'{"a": 1}SECRET', content_length="8")) as vendor:
            assert (await begun(client).send(request(vendor.url))).body == b'{"a": 1}'


class TestCancellation:
    async def test_a_call_that_is_given_up_closes_its_connection(self, client: UpstreamClient) -> None:
        async with faulty(Reply([60.0])) as vendor:
            running = asyncio.create_task(begun(client).send(request(vendor.url)))
            while not vendor.requests:
                await asyncio.sleep(0.001)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await asyncio.wait_for(vendor.gone.wait(), 5)

    @pytest.mark.parametrize("reply", [http(503, retry_after="5"), http(429, retry_after="5")], ids=["503", "429"])
    async def test_a_call_that_is_given_up_while_it_waits_sends_nothing_more(
        self, client: UpstreamClient, reply: Reply
    ) -> None:
        retry, told = Retry(), Told()
        async with faulty(reply, http()) as vendor:
            call = begun(client, retry, told)
            running = asyncio.create_task(call.send(request(vendor.url)))
            while not told.said:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert len(vendor.requests) == 1
        assert 0 < call.effort.waited < 4

    async def test_a_second_attempt_that_is_given_up_is_not_a_third(self, client: UpstreamClient) -> None:
        async with faulty(http(503), Reply([60.0]), http()) as vendor:
            running = asyncio.create_task(begun(client).send(request(vendor.url)))
            while len(vendor.requests) < 2:
                await asyncio.sleep(0.001)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await asyncio.sleep(0.05)
        assert len(vendor.requests) == 2


def test_an_effort_says_nothing_where_all_went_well_at_once() -> None:
    assert Effort(requests=3, attempts=3).to_json() == {}
    assert Effort(requests=3, attempts=4, waited=0.256).to_json() == {"attempts": 4, "waited": 0.26}
    assert Effort(requests=1, attempts=1, waited=2.0).to_json() == {"attempts": 1, "waited": 2.0}


class TestRejectedTokens:
    @staticmethod
    def takes_only(token: str) -> Callable[[Request], Answer]:
        return lambda request: Answer(body={"ok": True}) if request.token == token else Answer(401, {"code": 124})

    @pytest.mark.parametrize("method", METHODS)
    async def test_any_method_is_sent_again_with_another_token(
        self, client: UpstreamClient, upstream: Upstream, method: str
    ) -> None:
        async def renew(rejected: Token) -> Token | None:
            assert rejected == TOKEN
            return Token("another")

        upstream.answer = self.takes_only("another")
        call = Retry().call(client, "acme", TOKEN, Told(), renew)
        response = await call.send(request(upstream.url, method))
        assert response.status == 200
        assert [entry.token for entry in upstream.requests] == [SECRET, "another"]
        assert upstream.requests[0].body == upstream.requests[1].body
        assert (call.effort.requests, call.effort.attempts) == (1, 2)

    async def test_it_is_sent_again_once_and_for_all_pages_of_a_call(
        self, client: UpstreamClient, upstream: Upstream
    ) -> None:
        renewed: list[Token] = []

        async def renew(rejected: Token) -> Token | None:
            renewed.append(rejected)
            return Token("as bad")

        upstream.answers(401, {"code": 124})
        call = Retry().call(client, "acme", TOKEN, Told(), renew)
        assert [(await call.send(request(upstream.url))).status for _ in range(2)] == [401, 401]
        assert renewed == [TOKEN]
        assert len(upstream.requests) == 3

    @pytest.mark.parametrize("renewable", [True, False])
    async def test_without_another_token_the_answer_stands(
        self, client: UpstreamClient, upstream: Upstream, renewable: bool
    ) -> None:
        async def renew(_: Token) -> Token | None:
            return None

        upstream.answers(401, {"code": 124})
        call = Retry().call(client, "acme", TOKEN, Told(), renew if renewable else None)
        assert (await call.send(request(upstream.url))).status == 401
        assert len(upstream.requests) == 1

    async def test_waiting_for_another_token_counts_towards_the_time_of_the_call(
        self, client: UpstreamClient, upstream: Upstream
    ) -> None:
        async def renew(_: Token) -> Token | None:
            await asyncio.sleep(600)
            return None

        upstream.answers(401, {"code": 124})
        call = Retry(RetryPolicy(timeout=0.5)).call(client, "acme", TOKEN, Told(), renew)
        assert (await error_of(call, request(upstream.url, "POST"))).startswith("nothing more was sent to ")
