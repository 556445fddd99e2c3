"""What a vendor issues: a token, how long it is good, what may renew it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from bridge.errors import TokenError
from bridge.upstream.region import checked_api_url
from bridge.upstream.tokens import Token, parse_token
from bridge.vendors import Vendor


@dataclass(frozen=True, slots=True)
class Grant:
    """A token and what was said with it.

    Attributes:
        token: the access token.
        expires_at: seconds since 1970; None where it was not said.
        lifetime: the seconds that it was issued for; None where it was not said.
        refresh_token: renews it; None: whatever obtained it does.
        scopes: what it may do; empty where it was not said.
        api_url: scheme and host of the API that it is for; None where it does not matter.
    """

    token: Token
    expires_at: float | None = None
    lifetime: float | None = None
    refresh_token: Token | None = None
    scopes: tuple[str, ...] = ()
    api_url: str | None = None


def read_grant(body: bytes, vendor: Vendor, now: float) -> Grant:
    """Read the answer of a token endpoint (RFC 6749, section 5.1).

    Args:
        body: the answer.
        vendor: whose.
        now: seconds since 1970.

    Raises:
        TokenError: it is no such answer, or names an API elsewhere; the text repeats nothing of it.
    """
    source = f"the answer with the token for {vendor.title}"
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise TokenError(f"{source} is no JSON") from None
    if not isinstance(answer, dict):
        raise TokenError(f"{source} is no JSON object")
    kind = answer.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenError(f"{source} holds a token that is no bearer token")
    lifetime = _lifetime(answer.get("expires_in"))
    refresh = answer.get("refresh_token")
    return Grant(
        _token(answer.get("access_token"), f"{source} ('access_token')"),
        None if lifetime is None else now + lifetime,
        lifetime,
        _token(refresh, f"{source} ('refresh_token')") if refresh else None,
        _scopes(answer.get("scope")),
        checked_api_url(answer.get("api_url"), vendor),
    )


def _token(value: Any, where: str) -> Token:
    if not isinstance(value, str):
        raise TokenError(f"there is no token in {where}")
    return parse_token(value, where)


def _lifetime(value: Any) -> float | None:
    """Return seconds; None for what says nothing. Some servers send the number as text."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < math.inf else None


def _scopes(value: Any) -> tuple[str, ...]:
    # RFC 6749, section 3.3: separated by spaces; Zoom has sent commas too.
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else ()
