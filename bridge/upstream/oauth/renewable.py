"""A token that is obtained when it is needed, and again before it expires; once for all who wait for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from bridge.errors import BridgeError, TokenError
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.oauth.issuer import Issuer
from bridge.upstream.tokens import Token, TokenSource
from bridge.vendors import Vendor

EARLY = 300.0
"""Seconds before its end at which a token is renewed; of one that lives shortly, a tenth of its life."""
SECONDS = 45.0
"""What obtaining a token may take in all."""
FAILURE_STANDS = 5.0
"""Seconds for which an error is not tried again: a vendor locks out who asks in vain too often."""
REJECTION_PAUSE = 10.0
"""Seconds between two renewals after a 401 at least: another token may mend it, a third one will not."""

_log = logging.getLogger(__name__)


class RenewableToken:
    """The token of one vendor.

    Args:
        issuer: obtains it.
        place: what it is obtained with, in words: ``ZOOM_ACCOUNT_ID, ...``.
        first: one that is there already.
        now: the clock, seconds since 1970: a computer that slept wakes with a token that it knows to be expired.
    """

    def __init__(
        self, issuer: Issuer, place: str, first: Grant | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.place = place
        self._issuer = issuer
        self._now = now
        self._grant = first
        self._renewal: asyncio.Task[Grant] | None = None
        self._failure: tuple[float, BridgeError] | None = None
        self._rejected_at: float | None = None

    @property
    def grant(self) -> Grant | None:
        """Return what was issued last."""
        return self._grant

    async def token(self) -> Token:
        """Return a token that is good for some time.

        Raises:
            TokenError: another one is refused.
            UpstreamError: whoever issues it does not answer.
        """
        grant = self._grant
        if grant is not None and (grant.expires_at is None or self._now() < grant.expires_at - _early(grant)):
            return grant.token
        try:
            return (await self._renewed()).token
        except BridgeError as error:
            if grant is not None and grant.expires_at is not None and self._now() < grant.expires_at:
                _log.warning("%s; the token at hand is good for a while yet", error)
                return grant.token
            raise

    async def replaced(self, rejected: Token) -> Token | None:
        """Return another token than the one that was rejected, None if asking again would not help."""
        grant = self._grant
        if grant is not None and grant.token != rejected:
            return grant.token  # another caller was here
        if self._renewal is None:
            if self._rejected_at is not None and self._now() < self._rejected_at + REJECTION_PAUSE:
                return None
            self._rejected_at = self._now()
        token = (await self._renewed()).token
        return token if token != rejected else None

    async def _renewed(self) -> Grant:
        """Wait for the one renewal that runs; whoever goes away leaves it to the others."""
        if self._renewal is None:
            if self._failure is not None and self._now() < self._failure[0] + FAILURE_STANDS:
                raise self._failure[1].with_traceback(None)
            self._renewal = asyncio.get_running_loop().create_task(self._renew())
            self._renewal.add_done_callback(self._finished)
        return await asyncio.shield(self._renewal)

    async def _renew(self) -> Grant:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._issuer.issue()
        except TimeoutError:
            raise TokenError(f"obtaining a token with {self.place} took longer than {SECONDS:g} s") from None

    def _finished(self, task: asyncio.Task[Grant]) -> None:
        self._renewal = None
        if task.cancelled():  # the program ends
            return
        error = task.exception()
        if error is None:
            self._grant, self._failure = task.result(), None
        elif isinstance(error, BridgeError):
            self._failure = (self._now(), error)


def _early(grant: Grant) -> float:
    return min(EARLY, (grant.lifetime or 0.0) / 10)


class RenewableTokens:
    """The tokens of whoever runs this process, some of them obtained.

    Args:
        renewable: by vendor name, those that are obtained.
        others: has the rest.
    """

    def __init__(self, renewable: Mapping[str, RenewableToken], others: TokenSource) -> None:
        self._renewable = dict(renewable)
        self._others = others

    async def token(self, vendor: Vendor) -> Token:
        """Return the token for ``vendor``.

        Raises:
            TokenError: there is none, or it is refused.
            UpstreamError: whoever issues it does not answer.
        """
        own = self._renewable.get(vendor.name)
        return await (own.token() if own else self._others.token(vendor))

    async def renewed(self, vendor: Vendor, rejected: Token) -> Token | None:
        """Return another token in the place of one that the vendor rejected."""
        own = self._renewable.get(vendor.name)
        return await (own.replaced(rejected) if own else self._others.renewed(vendor, rejected))

    def api_url(self, vendor: Vendor) -> str | None:
        """Return the API that the vendor named with the token."""
        own = self._renewable.get(vendor.name)
        return (own.grant.api_url if own.grant else None) if own else self._others.api_url(vendor)

    def remedy(self, vendor: Vendor) -> str:
        """Return what to do about a token that the vendor rejects."""
        own = self._renewable.get(vendor.name)
        if own is None:
            return self._others.remedy(vendor)
        return f"it is new, obtained with {own.place}: check that these are for this API, and still active"
