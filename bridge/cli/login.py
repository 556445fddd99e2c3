"""login, logout, whoami: a person's own tokens, kept in the system's keyring."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import webbrowser
from collections.abc import Collection, Sequence
from typing import Annotated, Any

import typer

from bridge.cli.options import Json, UpstreamOption
from bridge.cli.output import Column, errors, output, print_json, print_table
from bridge.cli.running import named_hosts
from bridge.cli.tokens import OAuthOption, TokenCommandOption, TokenOptions, oauth_hosts, token_origins
from bridge.errors import BridgeError, OptionError, TokenError, did_you_mean
from bridge.upstream.oauth.origin import GivenToken, Origin, what_to_set
from bridge.upstream.oauth.session import check_keyring, delete_session
from bridge.upstream.tokens import Token, environment_tokens, parse_token
from bridge.vendors import Vendor, official_vendors

DEFAULT_PORT = 8765

VendorName = Annotated[str, typer.Argument(help="webex or zoom.", metavar="VENDOR")]


def login(
    vendor: VendorName,
    client_id: Annotated[
        str, typer.Option("--client-id", help="Your app's client id. Default: $<VENDOR>_CLIENT_ID.", metavar="ID")
    ] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="Scopes to ask for, separated by spaces or commas. Repeatable.", metavar="SCOPES"),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of the redirect URI; 0: any that is free.")
    ] = DEFAULT_PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the URL, open no browser.")] = False,
    oauth: OAuthOption = None,
) -> None:
    """Log in with an OAuth app of yours: `serve` over stdio and `call` then act for you, until `logout`.

    The app's secret is read from $<VENDOR>_CLIENT_SECRET, or asked for.
    """
    from bridge.upstream.oauth.endpoint import TokenEndpoint  # noqa: PLC0415 (httpx2 takes its time to import)
    from bridge.upstream.oauth.login import Attempt, LoopbackRedirect, authorization_url, redeem  # noqa: PLC0415
    from bridge.upstream.oauth.session import Session, save_session  # noqa: PLC0415
    from bridge.upstream.oauth.source import oauth_at  # noqa: PLC0415

    known = _vendor(vendor)
    check_keyring()
    where = oauth_at(known, oauth_hosts([known], oauth).get(known.name))
    app_id = client_id or os.environ.get(known.variable("CLIENT_ID"), "").strip()
    if not app_id:
        raise OptionError(f"which app? Give --client-id, or set {known.variable('CLIENT_ID')}")
    scopes = [name for text in scope or () for name in text.replace(",", " ").split()]
    if where.names_scopes and not scopes:
        raise OptionError(
            f"{known.title} has to be told which scopes: --scope; cli.py list-tools --needs-scopes prints them"
        )
    secret, attempt = _client_secret(known), Attempt.new()
    endpoint = TokenEndpoint(known, where, app_id, secret)
    with LoopbackRedirect(port) as redirect:
        url = authorization_url(where, app_id, redirect.uri, attempt, scopes)
        _show(known, redirect.uri, url, no_browser=no_browser)
        code = redirect.wait(attempt.state)
    grant = asyncio.run(redeem(endpoint, code, redirect.uri, attempt))
    save_session(Session(known.name, app_id, secret, grant))
    output().print(f"logged in to {known.title}; cli.py whoami {known.name} says as whom", soft_wrap=True)


def _show(vendor: Vendor, redirect_uri: str, url: str, *, no_browser: bool) -> None:
    errors().print(f"redirect URI, to be registered with the app: {redirect_uri}", soft_wrap=True)
    opened = not no_browser and webbrowser.open(url)
    said = f"your browser asks you to let the app act for you; if it did not open, this is the page of {vendor.title}:"
    errors().print(said if opened else f"open this page of {vendor.title} in a browser on this computer:")
    errors().print(url, soft_wrap=True)


def _client_secret(vendor: Vendor) -> Token | None:
    variable = vendor.variable("CLIENT_SECRET")
    if text := os.environ.get(variable, "").strip():
        return parse_token(text, f"the environment variable {variable}")
    if not sys.stdin.isatty():
        return None
    typed = typer.prompt("The app's client secret (nothing, if it has none)", default="", hide_input=True, err=True)
    return parse_token(typed.strip(), "what you typed") if typed.strip() else None


def logout(vendor: VendorName) -> None:
    """Forget a login: delete its tokens from the keyring."""
    known = _vendor(vendor)
    if not delete_session(known):
        raise TokenError(f"there is no login with {known.title}")
    output().print(
        f"forgotten; what you allowed the app stays with {known.title} until you remove it there", soft_wrap=True
    )


def whoami(
    vendor: Annotated[str | None, typer.Argument(help="webex or zoom. Default: both.", metavar="VENDOR")] = None,
    token_command: TokenCommandOption = None,
    upstream: UpstreamOption = None,
    oauth: OAuthOption = None,
    json_output: Json = False,
) -> None:
    """Say for each token found where it comes from, whose it is, its scopes and its end. Exits with 1 without one."""
    vendors = [_vendor(vendor)] if vendor else list(official_vendors().values())
    options = TokenOptions(token_command, oauth)
    origins = token_origins(vendors, options, logins=True)
    found = {known: origin for known, origin in origins.items() if origin is not None}
    if not found:
        ways = "; ".join(f"for {known.title} {what_to_set(known)}" for known in vendors)
        raise TokenError(f"no token: set {ways}; or cli.py login")
    entries = asyncio.run(_asked(found, named_hosts(vendors, upstream), oauth_hosts(vendors, oauth)))
    if json_output:
        print_json(entries)
    else:
        _print(entries)
    if any(entry["error"] for entry in entries):
        raise typer.Exit(1)


async def _asked(origins: dict[Vendor, Origin], hosts: dict[str, str], oauth: dict[str, str]) -> list[dict[str, Any]]:
    return list(
        await asyncio.gather(
            *(
                _who(vendor, origin, hosts.get(vendor.name), oauth.get(vendor.name))
                for vendor, origin in origins.items()
            )
        )
    )


async def _who(vendor: Vendor, origin: Origin, host: str | None, oauth: str | None) -> dict[str, Any]:
    from bridge.upstream.client import UpstreamClient  # noqa: PLC0415 (httpx2 takes its time to import)
    from bridge.upstream.oauth.owner import ask_owner  # noqa: PLC0415
    from bridge.upstream.oauth.source import renewable_token  # noqa: PLC0415

    entry: dict[str, Any] = {"vendor": vendor.name, "from": origin.place, "name": "", "email": "", "account": ""}
    entry |= {"scopes": [], "expires_in": None, "error": ""}
    try:
        if isinstance(origin, GivenToken):
            token, api_url = environment_tokens([vendor], os.environ)[vendor.name], None
        else:
            renewable = renewable_token(vendor, origin, oauth)
            token = await renewable.token()
            grant = renewable.grant
            api_url = grant.api_url if grant else None
            entry["scopes"] = list(grant.scopes) if grant else []
            if grant and grant.expires_at is not None:
                entry["expires_in"] = max(0, round(grant.expires_at - time.time()))
        async with UpstreamClient() as client:
            owner = await ask_owner(client, vendor, token, host or api_url)
    except BridgeError as error:
        return entry | {"error": str(error)}
    if owner.verdict == "invalid":
        return entry | {"error": f"{vendor.title} rejects the token ({owner.status})"}
    if owner.status != 200:
        said = f"the token is good, but {vendor.title} does not say whose it is ({owner.status})"
        return entry | {"name": said} if owner.verdict == "good" else entry | {"error": f"no answer ({owner.status})"}
    return entry | {"name": owner.name, "email": owner.email, "account": owner.account}


def _print(entries: Sequence[dict[str, Any]]) -> None:
    columns = [Column("vendor", whole=True), Column("who"), Column("account"), Column("expires in", whole=True)]
    columns += [Column("from"), Column("scopes", wide=True)]
    print_table(columns, map(_row, entries))


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    who = entry["error"] or " ".join(filter(None, (entry["name"], entry["email"])))
    end = "not said" if entry["expires_in"] is None else f"{entry['expires_in'] // 60} min"
    return entry["vendor"], who, entry["account"], end, entry["from"], " ".join(entry["scopes"]) or "not said"


def _vendor(name: str, vendors: Collection[Vendor] = ()) -> Vendor:
    known = {entry.name: entry for entry in vendors or official_vendors().values() if entry.oauth is not None}
    if name not in known:
        raise OptionError(f"no vendor {name!r}: {' or '.join(known)}{did_you_mean(name, known)}")
    return known[name]
