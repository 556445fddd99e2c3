"""Who obtains a token, each time that one is needed: an app's credentials, or a refresh token."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from bridge.errors import TokenError
from bridge.upstream.oauth.endpoint import TokenEndpoint
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.tokens import Token

_log = logging.getLogger(__name__)


class Issuer(Protocol):
    """Obtains tokens for one vendor."""

    async def issue(self) -> Grant:
        """Return a new token.

        Raises:
            TokenError: it is refused.
            UpstreamError: whoever issues it does not answer.
        """
        ...


class RefreshStore(Protocol):
    """Where a refresh token is kept."""

    def load(self) -> Token | None:
        """Return the one that was kept last, None if there is none; raises ``TokenError``."""
        ...

    def save(self, grant: Grant) -> None:
        """Keep what was issued; raises ``TokenError``."""
        ...


class AccountIssuer:
    """Zoom's Server-to-Server OAuth: the app's credentials alone."""

    def __init__(self, endpoint: TokenEndpoint, account_id: str) -> None:
        self._endpoint = endpoint
        self._account_id = account_id

    async def issue(self) -> Grant:
        """Return a new token; an earlier one may be good no longer."""
        form = {"grant_type": "account_credentials", "account_id": self._account_id}
        return await self._endpoint.ask(form, repeatable=True)


class RefreshIssuer:
    """A refresh token and the app it belongs to (RFC 6749, section 6).

    Args:
        endpoint: the app's.
        refresh_token: the first one; None: the one that is kept.
        store: where one goes that is issued in its place; None: nowhere, it is lost with the process.
        renewal: what a person does once it is good no longer.
    """

    def __init__(
        self, endpoint: TokenEndpoint, refresh_token: Token | None, store: RefreshStore | None, renewal: str
    ) -> None:
        self._endpoint = endpoint
        self._refresh_token = refresh_token
        self._store = store
        self._renewal = renewal

    async def issue(self) -> Grant:
        """Return a new token, and keep the refresh token that came with it."""
        # Another process may have been here: what is kept is newer than what we know. Unless a person was.
        kept = await asyncio.to_thread(self._store.load) if self._store else None
        refusal = TokenError(f"no refresh token for {self._endpoint.vendor.title}")
        for used in dict.fromkeys(filter(None, (kept, self._refresh_token))):
            form = {"grant_type": "refresh_token", "refresh_token": used.reveal()}
            try:
                grant = await self._endpoint.ask(form, repeatable=False)
            except TokenError as error:
                refusal = error
            else:
                await self._keep(grant, used)
                return grant
        raise TokenError(f"{refusal}; {self._renewal}")

    async def _keep(self, grant: Grant, used: Token) -> None:
        self._refresh_token = grant.refresh_token or used
        try:
            if self._store:
                await asyncio.to_thread(self._store.save, grant)
        except TokenError as error:
            # The token is good all the same; what is kept is not, and must not be read again.
            _log.error("%s; the new refresh token is lost when this process ends", error)
            self._store = None
