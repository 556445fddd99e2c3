"""The options that say whose tokens calls carry, and what they come to."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bridge.cli.running import environment
from bridge.errors import BridgeError, OptionError, TokenError, did_you_mean
from bridge.upstream.base_url import parse_upstream
from bridge.upstream.oauth.origin import CommandOrigin, GivenToken, Origin, find_origin, what_to_set
from bridge.upstream.oauth.session import Session, load_session
from bridge.upstream.oauth.token_command import TokenCommand, parse_token_command
from bridge.upstream.tokens import TokenSource, environment_tokens
from bridge.vendors import Vendor

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

logger = logging.getLogger("bridge")

TokenCommandOption = Annotated[
    list[str] | None,
    typer.Option(
        "--token-command",
        help="VENDOR=COMMAND: a command that prints the vendor's access token; run again when it expires or is "
        "rejected. Without a shell. Repeatable.",
        metavar="VENDOR=COMMAND",
    ),
]
OAuthOption = Annotated[
    list[str] | None,
    typer.Option(
        "--oauth",
        help="VENDOR=URL: replace scheme and host of the vendor's OAuth endpoints. Repeatable. "
        "Default: $BRIDGE_OAUTH_<VENDOR>.",
        metavar="VENDOR=URL",
    ),
]


SharedCredentials = Annotated[
    bool,
    typer.Option(
        "--shared-credentials",
        help="With --transport http: every caller acts with the server's own tokens, and needs none.",
    ),
]


VerifyTokens = Annotated[
    bool,
    typer.Option(
        "--verify-tokens",
        help="With --transport http: ask the vendor whose a caller's token is, and refuse one that it rejects.",
    ),
]


@dataclass(frozen=True, slots=True)
class TokenOptions:
    """What the options that concern tokens say, not read yet."""

    commands: Sequence[str] | None = None
    oauth: Sequence[str] | None = None
    shared: bool = False
    verify: bool = False

    def check(self, *, over_http: bool) -> None:
        """Raise ``OptionError`` for options that do not go together."""
        if self.shared and not over_http:
            raise OptionError("--shared-credentials goes with --transport http")
        if self.verify and (self.shared or not over_http):
            raise OptionError("--verify-tokens goes with --transport http, and without --shared-credentials")
        if self.commands and over_http and not self.shared:
            raise OptionError("--token-command goes with --transport stdio, or with --shared-credentials")


def own_tokens(
    vendors: Collection[Vendor],
    options: TokenOptions,
    environ: Mapping[str, str] = os.environ,
    *,
    sandbox: bool = False,
    say: bool = False,
) -> TokenSource:
    """Return the tokens of whoever runs this process.

    Args:
        vendors: whose tokens.
        options: of the command line.
        environ: usually ``os.environ``.
        sandbox: whether the sandbox is called, which takes any token.
        say: log where they come from.

    Raises:
        OptionError: options or variables do not go together.
        TokenError: a variable holds what cannot be a token, or a refresh token could not be kept where it should.
    """
    if sandbox:  # none need be obtained
        return environment(vendors, use_sandbox=True)
    origins = token_origins(vendors, options, environ, logins=not options.shared)
    source = token_source(origins, options, environ)
    if say:
        _say_whose_tokens(origins, environ)
    return source


def shared_tokens(
    vendors: Collection[Vendor], options: TokenOptions, host: str, *, sandbox: bool = False
) -> TokenSource | None:
    """Return the tokens with which all callers over HTTP act, None where each brings their own; log which it is.

    Raises:
        OptionError: options or variables do not go together, or there is nothing to share.
        TokenError: as ``own_tokens``.
    """
    if not options.shared:
        _say_what_is_not_used(vendors)
        return None
    source = own_tokens(vendors, options, sandbox=sandbox, say=True)
    if not sandbox and not any(token_origins(vendors, options).values()):
        ways = "; ".join(f"for {vendor.title} {what_to_set(vendor)}" for vendor in vendors)
        raise OptionError(f"--shared-credentials: there is nothing to share; set {ways}")
    logger.warning(
        "--shared-credentials: whoever reaches this server acts with its tokens and needs none of their own; "
        "a caller's token is refused"
    )
    if host not in LOOPBACK:
        logger.warning("%s is not this computer alone: put something that authenticates callers in front", host)
    return source


def token_origins(
    vendors: Collection[Vendor],
    options: TokenOptions,
    environ: Mapping[str, str] = os.environ,
    *,
    logins: bool = False,
) -> dict[Vendor, Origin | None]:
    """Return where each vendor's tokens come from.

    Args:
        vendors: whose.
        options: of the command line.
        environ: usually ``os.environ``.
        logins: whether logins count, which are a person's.

    Raises:
        OptionError: options or variables do not go together.
        TokenError: a variable holds what cannot be a token.
    """
    commands = token_commands(vendors, options.commands)
    kept = kept_login if logins else None
    return {vendor: find_origin(vendor, environ, commands.get(vendor.name), kept) for vendor in vendors}


def kept_login(vendor: Vendor) -> Session | None:
    """Return a person's login from the keyring; None if there is none, or no keyring that can be read."""
    try:
        return load_session(vendor)
    except TokenError as error:  # calls then say that there is no token
        logger.warning("%s", error)
        return None


def token_source(
    origins: Mapping[Vendor, Origin | None], options: TokenOptions, environ: Mapping[str, str] = os.environ
) -> TokenSource:
    """Return the tokens of whoever runs this process.

    Raises:
        OptionError: ``--oauth`` cannot be used.
        TokenError: a refresh token could not be kept where it should.
    """
    hosts = oauth_hosts(list(origins), options.oauth, environ)
    given = environment(list(origins), use_sandbox=False)
    if all(origin is None or isinstance(origin, GivenToken) for origin in origins.values()):
        return given
    from bridge.upstream.oauth.source import own_tokens  # noqa: PLC0415 (httpx2 takes its time to import)

    return own_tokens(origins, hosts, given)


def _say_whose_tokens(origins: Mapping[Vendor, Origin | None], environ: Mapping[str, str]) -> None:
    for vendor, origin in origins.items():
        if origin is None:
            logger.warning("no token for %s: calls fail until %s is set", vendor.title, what_to_set(vendor))
        elif not isinstance(origin, GivenToken):
            logger.info("tokens for %s are obtained with %s", vendor.title, origin.place)
        if isinstance(origin, CommandOrigin) and vendor.name in environment_tokens([vendor], environ):
            logger.info("%s is set too: --token-command goes before it", vendor.token_variable)


def _say_what_is_not_used(vendors: Collection[Vendor], environ: Mapping[str, str] = os.environ) -> None:
    for vendor in vendors:
        try:
            origin = find_origin(vendor, environ)
        except BridgeError:  # what is wrong with that which is not used concerns nobody
            continue
        if origin is not None:
            logger.info(
                "%s set and not used: over HTTP each caller brings their own token (--shared-credentials changes that)",
                f"{origin.place} {'is' if isinstance(origin, GivenToken) else 'are'}",
            )


def oauth_hosts(
    vendors: Collection[Vendor], given: Sequence[str] | None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the scheme and host that stand in for each vendor's OAuth endpoints.

    Raises:
        OptionError: a value that cannot be used: an app's secret goes over HTTPS, or stays on this computer.
    """
    known = {vendor.name: vendor for vendor in vendors if vendor.oauth is not None}
    named = [(f"BRIDGE_OAUTH_{name.upper()}", name, environ.get(f"BRIDGE_OAUTH_{name.upper()}")) for name in known]
    texts = [(variable, f"{name}={url}") for variable, name, url in named if url]
    texts += [("--oauth", text) for text in given or ()]
    hosts: dict[str, str] = {}
    for named_by, text in texts:
        name, url = parse_upstream(text, known, named_by)
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise OptionError(f"{named_by} {text!r}: an app's secret would go in clear text; give an https:// URL")
        hosts[name] = url
    return hosts


def token_commands(vendors: Collection[Vendor], given: Sequence[str] | None) -> dict[str, TokenCommand]:
    """Return what ``--token-command`` names, by vendor.

    Raises:
        OptionError: one cannot be used; the text does not repeat the command.
    """
    known = [vendor.name for vendor in vendors]
    commands: dict[str, TokenCommand] = {}
    for text in given or ():
        name, command = parse_token_command(text)
        if name not in known:
            raise OptionError(
                f"--token-command {name}=...: {name} is not served{did_you_mean(name, known)}; "
                f"served: {', '.join(known)}"
            )
        if name in commands:
            raise OptionError(f"--token-command {name}=... is given twice")
        commands[name] = command
    return commands
