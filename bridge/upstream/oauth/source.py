"""Origin -> the token source of a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bridge.upstream.base_url import redirected_base
from bridge.upstream.oauth.endpoint import TokenEndpoint
from bridge.upstream.oauth.issuer import AccountIssuer, Issuer, RefreshIssuer
from bridge.upstream.oauth.origin import CommandOrigin, Credentials, GivenToken, Login, Origin
from bridge.upstream.oauth.refresh_token_file import RefreshTokenFile
from bridge.upstream.oauth.renewable import RenewableToken, RenewableTokens
from bridge.upstream.oauth.session import KeptSession
from bridge.upstream.oauth.token_command import CommandIssuer
from bridge.upstream.tokens import TokenSource
from bridge.vendors import OAuth, Vendor


def own_tokens(
    origins: Mapping[Vendor, Origin | None], hosts: Mapping[str, str], environment: TokenSource
) -> TokenSource:
    """Return the tokens of whoever runs this process.

    Args:
        origins: where they come from.
        hosts: by vendor, scheme and host that replace those of its OAuth endpoints.
        environment: has those that are given.

    Raises:
        TokenError: a refresh token could not be kept where it should.
    """
    renewable = {
        vendor.name: renewable_token(vendor, origin, hosts.get(vendor.name))
        for vendor, origin in origins.items()
        if origin is not None and not isinstance(origin, GivenToken)
    }
    return RenewableTokens(renewable, environment) if renewable else environment


def oauth_at(vendor: Vendor, host: str | None) -> OAuth:
    """Return where a vendor issues tokens, or another host in its place."""
    assert vendor.oauth is not None  # noqa: S101 (asked for official vendors alone)
    oauth = vendor.oauth
    return replace(oauth, authorize=redirected_base(oauth.authorize, host), token=redirected_base(oauth.token, host))


def renewable_token(vendor: Vendor, origin: Credentials | CommandOrigin | Login, host: str | None) -> RenewableToken:
    """Return a vendor's token, obtained from ``origin``; of a login there is one already."""
    first = origin.session.grant if isinstance(origin, Login) else None
    return RenewableToken(_issuer(vendor, origin, host), origin.place, first)


def _issuer(vendor: Vendor, origin: Credentials | CommandOrigin | Login, host: str | None) -> Issuer:
    if isinstance(origin, CommandOrigin):
        return CommandIssuer(vendor, origin.command)
    if isinstance(origin, Login):
        session = origin.session
        endpoint = TokenEndpoint(vendor, oauth_at(vendor, host), session.client_id, session.client_secret)
        again = f"log in again: cli.py login {vendor.name}"
        return RefreshIssuer(endpoint, session.grant.refresh_token, KeptSession(session), again)
    endpoint = TokenEndpoint(vendor, oauth_at(vendor, host), origin.client_id, origin.client_secret)
    if origin.account_id is not None:
        return AccountIssuer(endpoint, origin.account_id)
    store = None
    variable = vendor.variable("REFRESH_TOKEN")
    if origin.refresh_file is not None:
        store = RefreshTokenFile(origin.refresh_file, f"{variable}_FILE")
        store.check()
    return RefreshIssuer(endpoint, origin.refresh_token, store, f"{variable} needs a new one")
