"""Who owns a token: what the vendor says to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from bridge.upstream.advice import ZOOM_INVALID_TOKEN
from bridge.upstream.base_url import redirected_base
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.tokens import Token
from bridge.vendors import Vendor


@dataclass(frozen=True, slots=True)
class Owner:
    """What a vendor says of a token.

    Attributes:
        verdict: ``good``: it knows the token; ``invalid``: it does not; ``unknown``: it said neither.
        status: of its answer.
        name, email, account: of the owner, empty where nothing was said.
    """

    verdict: Literal["good", "invalid", "unknown"]
    status: int
    name: str = ""
    email: str = ""
    account: str = ""


async def ask_owner(client: UpstreamClient, vendor: Vendor, token: Token, host: str | None) -> Owner:
    """Ask the vendor who owns a token.

    A token that lacks the scope for the question, or has no user (Zoom's Server-to-Server), is good all the same.

    Args:
        client: sends the question.
        vendor: whose token; it has ``me``.
        token: the token.
        host: scheme and host in the place of the vendor's.

    Raises:
        UpstreamError: no answer.
    """
    url = redirected_base(vendor.me or "", host)
    response = await client.send(OutgoingRequest("GET", url, {}, b""), token)
    body = _object(response.body)
    if response.status == 401 or body.get("code") == ZOOM_INVALID_TOKEN:
        return Owner("invalid", response.status)
    if response.status == 429 or response.status >= 500 or response.status < 200:
        return Owner("unknown", response.status)
    if response.status != 200:
        return Owner("good" if response.status in (400, 403, 404) else "unknown", response.status)
    emails = body.get("emails")
    email = body.get("email") or (emails[0] if isinstance(emails, list) and emails else "")
    name = body.get("display_name") or body.get("displayName") or ""
    return Owner("good", 200, str(name), str(email), str(body.get("account_id") or body.get("orgId") or ""))


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
