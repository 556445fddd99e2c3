from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridge.errors import ConnectionLostError, NotSentError, UnansweredError, UpstreamError
from bridge.upstream.client import VendorResponse
from bridge.upstream.retry_decision import UNSURE, Decision, decide

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SAFE_TWICE = ["GET", "HEAD", "PUT", "DELETE"]
ONCE = ["POST", "PATCH"]


def answer(status: int, body: bytes = b"", **headers: str) -> VendorResponse:
    return VendorResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize("method", SAFE_TWICE + ONCE)
def test_what_was_not_processed_is_repeated_whatever_the_method(method: str) -> None:
    assert decide(method, answer(429, retry_after="3"), NOW) == Decision(True, 3.0, throttled=True)
    assert decide(method, answer(429), NOW) == Decision(True, None, throttled=True)
    assert decide(method, answer(423, retry_after="3"), NOW) == Decision(True, 3.0)
    assert decide(method, NotSentError("nobody there"), NOW) == Decision(True)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_vendor_out_of_order_is_asked_again_where_twice_does_no_harm(status: int) -> None:
    for method in SAFE_TWICE:
        assert decide(method, answer(status, retry_after="2"), NOW) == Decision(True, 2.0)
    for method in ONCE:
        assert decide(method, answer(status, retry_after="2"), NOW) == Decision(remark=UNSURE)


def test_a_connection_that_broke_is_tried_again_where_twice_does_no_harm() -> None:
    for method in SAFE_TWICE:
        assert decide(method, ConnectionLostError("it broke"), NOW) == Decision(True)
        assert decide(method, UnansweredError("no answer in time"), NOW) == Decision()
    for method in ONCE:
        assert decide(method, ConnectionLostError("it broke"), NOW) == Decision(remark=UNSURE)
        assert decide(method, UnansweredError("no answer in time"), NOW) == Decision(remark=UNSURE)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everything_else_stands(method: str) -> None:
    for status in (200, 202, 204, 301, 400, 401, 403, 404, 409, 423, 428, 451, 500, 501, 505):
        assert decide(method, answer(status), NOW) == Decision()
    assert decide(method, UpstreamError("too large"), NOW) == Decision()


def test_a_daily_limit_fails_at_once_with_the_time_of_its_reset() -> None:
    reached = answer(429, x_ratelimit_type="Daily-limit", retry_after="2026-11-27T00:00:00Z")
    remark = "This limit is one for a whole day, reset at 2026-11-27 00:00 UTC: it was not tried again."
    assert decide("GET", reached, NOW) == Decision(remark=remark)
    unknown = answer(429, b'{"message": "You reached your daily limit."}')
    assert decide("GET", unknown, NOW).remark == "This limit is one for a whole day: it was not tried again."
