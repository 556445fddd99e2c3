"""What a refusal says of the time to wait: Retry-After in its three forms, and limits that last a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bridge.upstream.client import VendorResponse

_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_A_DAY = re.compile(rb"\bdaily\b|\b(?:per|a|each) day\b", re.IGNORECASE)
_READ_BYTES = 4096


def told_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks to wait, 0 or more; None where it is missing or unreadable.

    It holds seconds or an HTTP date (RFC 9110, section 10.2.3), and an ISO 8601 date-time on Zoom's daily limits
    (https://developers.zoom.us/docs/api/rate-limits/). A date is counted from the response's own ``Date``, so that a
    clock that is wrong on either side does no harm.

    Args:
        headers: of the response, names in lower case.
        now: what is taken for the time of the response if it has no ``Date``.
    """
    value = headers.get("retry-after", "").strip()
    first = value.partition(",")[0].strip()  # the header stood twice; an HTTP date has a comma, too
    if _SECONDS.fullmatch(first):
        return float(first)
    until = _moment(value)
    if until is None:
        return None
    return max(0.0, (until - (_moment(headers.get("date", "")) or now)).total_seconds())


def told_moment(headers: Mapping[str, str]) -> datetime | None:
    """Return the moment that ``Retry-After`` names, in UTC; None if it names none."""
    return _moment(headers.get("retry-after", ""))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
    # RFC 5322 has dates whose zone is unknown, ISO 8601 dates without one: HTTP's are in GMT.
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def is_daily(response: VendorResponse) -> bool:
    """Return whether a 429 is of a limit for a whole day: by Zoom's ``X-RateLimit-Type``, else by its message."""
    kind = response.headers.get("x-ratelimit-type", "")
    if kind:
        return "daily" in kind.lower()
    return _A_DAY.search(response.body[:_READ_BYTES]) is not None
