"""A vendor's token endpoint: an app shows its secret and what it has, and gets a token (RFC 6749)."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

import httpx2

from bridge.errors import TokenError, UpstreamError
from bridge.upstream.client import OutgoingRequest, UpstreamClient, VendorResponse
from bridge.upstream.oauth.grant import Grant, read_grant
from bridge.upstream.retry_decision import Decision, decide
from bridge.upstream.tokens import Token
from bridge.vendors import OAuth, Vendor

TIMEOUT = httpx2.Timeout(10.0)
"""Seconds: connecting, and each read or write."""
MAX_ANSWER_BYTES = 64 * 1024
ATTEMPTS = 3
MAX_WAIT = 10.0
"""Seconds between two attempts at most; a vendor that asks for more is not asked again."""

_ERRORS = frozenset(
    {
        # RFC 6749, sections 4.1.2.1 and 5.2
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
    }
)


@dataclass(frozen=True, slots=True)
class BasicCredential:
    """An app's id and secret as HTTP Basic (RFC 6749, section 2.3.1)."""

    client_id: str
    client_secret: Token

    @property
    def authorization(self) -> str:
        """Return the value of the ``Authorization`` header."""
        pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret.reveal(), safe='')}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"


class TokenEndpoint:
    """Where one app of one vendor gets its tokens.

    Args:
        vendor: whose; it has ``oauth``.
        oauth: where it issues tokens.
        client_id: the app's.
        client_secret: the app's; None: a public app, which has none (RFC 6749, section 2.1).
    """

    def __init__(self, vendor: Vendor, oauth: OAuth, client_id: str, client_secret: Token | None) -> None:
        self.vendor = vendor
        self._oauth = oauth
        self._client_id = client_id
        self._client_secret = client_secret

    async def ask(self, form: Mapping[str, str], *, repeatable: bool) -> Grant:
        """Send one request for a token and read its answer.

        Args:
            form: ``grant_type`` and what it needs.
            repeatable: whether it may be sent again when nobody knows whether it was carried out: not where a refresh
                token or a code is used up by it.

        Raises:
            TokenError: the vendor refuses, or answers with what is no token.
            UpstreamError: it does not answer, or asks to wait for longer than we do.
        """
        request, credential = self._request(form)
        async with UpstreamClient(timeout=TIMEOUT, max_body_bytes=MAX_ANSWER_BYTES) as client:
            for attempt in range(1, ATTEMPTS + 1):
                outcome = await _outcome(client, request, credential)
                # To `decide`, a request that may be repeated is one like GET.
                decision = decide("GET" if repeatable else "POST", outcome, datetime.now(UTC))
                pause = _pause(decision, attempt)
                if attempt == ATTEMPTS or not decision.repeat or pause > MAX_WAIT:
                    break
                await asyncio.sleep(pause)
        return self._grant(outcome)

    def _request(self, form: Mapping[str, str]) -> tuple[OutgoingRequest, BasicCredential | None]:
        credential = None
        if self._client_secret is not None and self._oauth.client_authentication == "basic":
            credential = BasicCredential(self._client_id, self._client_secret)
        else:
            form = {**form, "client_id": self._client_id}
            if self._client_secret is not None:
                form["client_secret"] = self._client_secret.reveal()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return OutgoingRequest("POST", self._oauth.token, headers, urlencode(form).encode()), credential

    def _grant(self, outcome: VendorResponse | UpstreamError) -> Grant:
        title = self.vendor.title
        if isinstance(outcome, UpstreamError):
            raise UpstreamError(f"no token for {title}: {outcome}")
        host = urlsplit(self._oauth.token).netloc
        if outcome.status == 200:
            return read_grant(outcome.body, self.vendor, time.time())
        if outcome.status == 429 or outcome.status >= 500:
            raise UpstreamError(f"no token for {title}: {host} answers {outcome.status}; try again later")
        named = _error_of(outcome.body)
        raise TokenError(f"no token for {title}: {host} refuses ({outcome.status}{named and ' ' + named})")


async def _outcome(
    client: UpstreamClient, request: OutgoingRequest, credential: BasicCredential | None
) -> VendorResponse | UpstreamError:
    try:
        return await client.send(request, credential)
    except UpstreamError as error:
        return error


def _pause(decision: Decision, attempt: int) -> float:
    return float(2 ** (attempt - 1)) if decision.told is None else decision.told


def _error_of(body: bytes) -> str:
    """Return the error code of an answer; only one of RFC 6749's: anything else could repeat what was sent."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    code = answer.get("error") if isinstance(answer, dict) else None
    return code if isinstance(code, str) and code in _ERRORS else ""
