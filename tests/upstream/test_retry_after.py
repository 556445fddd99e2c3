from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.upstream.client import VendorResponse
from bridge.upstream.retry_after import is_daily, told_moment, told_wait

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("0.25", 0.25),
        ("7, 9", 7),
        ("Thu, 26 Nov 2026 12:00:30 GMT", 30),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0),
        ("Thu, 26 Nov 2026 12:01:00 -0000", 60),
        ("2026-11-26T12:10:00Z", 600),
        ("2026-11-26T14:00:01+02:00", 1),
        ("2026-11-26T12:00:05", 5),
        ("2026-11-27", 12 * 3600),
    ],
)
def test_seconds_http_dates_and_iso_8601_are_read(value: str, seconds: float) -> None:
    assert told_wait({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize("value", ["", "soon", "-1", "1e9", "nan", "inf", "9" * 40, "Thu, 99 Nov 2026 12:00:30 GMT"])
def test_what_cannot_be_read_says_nothing(value: str) -> None:
    assert told_wait({"retry-after": value}, NOW) is None


def test_without_the_header_nothing_is_told() -> None:
    assert told_wait({}, NOW) is None


def test_a_date_is_counted_from_the_clock_of_who_sent_it() -> None:
    headers = {"retry-after": "Thu, 26 Nov 2026 09:00:30 GMT", "date": "Thu, 26 Nov 2026 09:00:10 GMT"}
    assert told_wait(headers, NOW) == 20


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_a_wait_or_none(value: str, date: str) -> None:
    found = told_wait({"retry-after": value, "date": date}, NOW)
    assert found is None or found >= 0


@given(st.integers(0, 10**6))
def test_a_date_gives_back_its_distance(seconds: int) -> None:
    then = NOW + timedelta(seconds=seconds)
    assert told_wait({"retry-after": format_datetime(then, usegmt=True)}, NOW) == seconds
    assert told_moment({"retry-after": then.isoformat()}) == then


@pytest.mark.parametrize(
    ("headers", "body", "daily"),
    [
        ({"x-ratelimit-type": "Daily-limit"}, b"", True),
        ({"x-ratelimit-type": "QPS"}, b"the daily report", False),
        ({}, b'{"message": "You have exceeded the daily rate limit (100) of Meeting Create/Update"}', True),
        ({}, b'{"message": "at most 100 requests per day"}', True),
        ({}, b'{"message": "Too many requests"}', False),
        ({}, b"", False),
    ],
)
def test_a_limit_for_a_day_is_told_from_others(headers: dict[str, str], body: bytes, daily: bool) -> None:
    assert is_daily(VendorResponse(429, headers, body)) is daily
