"""When a request is sent again.

A 429 was not processed, nor was a 423 that says how long to wait: they are sent again whatever the method. A 502, 503
or 504 and a connection that broke leave open whether the request was carried out: only GET, HEAD, PUT and DELETE are
sent again then, and never a POST or PATCH. A connection that did not come about took nothing along, and what an HTTP/2
server refused before it looked at it (RFC 9113, section 8.7) was not carried out either: any method again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.errors import ConnectionLostError, NotSentError, UnansweredError, UpstreamError
from bridge.upstream.client import VendorResponse
from bridge.upstream.retry_after import is_daily, told_moment, told_wait

REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""What may be carried out twice (RFC 9110, section 9.2.2)."""
UNAVAILABLE = frozenset({502, 503, 504})
UNSURE = "It was not sent again, because it may have been carried out: look before you call again."


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after an attempt.

    Attributes:
        repeat: whether to send the request again.
        told: the seconds that the vendor asks to wait; None: it asks for none.
        throttled: whether it refused because of too many requests, which concerns all calls with this token.
        remark: why not, for whoever reads the error.
    """

    repeat: bool = False
    told: float | None = None
    throttled: bool = False
    remark: str = ""


def decide(method: str, outcome: VendorResponse | UpstreamError, now: datetime) -> Decision:
    """Return what to do after an attempt that came to ``outcome``, apart from how often and how long.

    Args:
        method: of the request.
        outcome: the answer or the error.
        now: the present time.
    """
    if isinstance(outcome, UpstreamError):
        return _after_error(method, outcome)
    told = told_wait(outcome.headers, now)
    if outcome.status == 429:
        return Decision(remark=_daily(outcome)) if is_daily(outcome) else Decision(True, told, throttled=True)
    if outcome.status == 423 and told is not None:
        return Decision(True, told)
    if outcome.status in UNAVAILABLE:
        return Decision(True, told) if method in REPEATABLE else Decision(remark=UNSURE)
    return Decision()


def _after_error(method: str, error: UpstreamError) -> Decision:
    if isinstance(error, NotSentError):
        return Decision(True)
    if not isinstance(error, UnansweredError):
        return Decision()
    if method not in REPEATABLE:
        return Decision(remark=UNSURE)
    # Who did not answer in time had all the time there is; an answer that cannot be unpacked would come again.
    return Decision(isinstance(error, ConnectionLostError))


def _daily(response: VendorResponse) -> str:
    moment = told_moment(response.headers)
    reset = f", reset at {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
    return f"This limit is one for a whole day{reset}: it was not tried again."
