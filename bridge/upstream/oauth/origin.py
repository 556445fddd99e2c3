"""Where the tokens of whoever runs this process come from: exactly one place for each vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import OptionError
from bridge.upstream.oauth.session import Session
from bridge.upstream.oauth.token_command import TokenCommand
from bridge.upstream.tokens import Token, environment_tokens, parse_token
from bridge.vendors import Vendor


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that stands in a variable; nobody renews it."""

    variable: str

    @property
    def place(self) -> str:
        """Return where it comes from, in words."""
        return self.variable


@dataclass(frozen=True, slots=True)
class Credentials:
    """An app's credentials, from the environment; an account's id or a refresh token goes with them.

    Attributes:
        variables: the names of those that are set.
        refresh_file: where a refresh token is kept.
    """

    variables: tuple[str, ...]
    client_id: str
    client_secret: Token
    account_id: str | None = None
    refresh_token: Token | None = None
    refresh_file: Path | None = None

    @property
    def place(self) -> str:
        """Return where the tokens come from, in words."""
        return listed(self.variables)


@dataclass(frozen=True, slots=True)
class CommandOrigin:
    """A command that prints a token."""

    command: TokenCommand

    @property
    def place(self) -> str:
        """Return where the tokens come from, in words."""
        return f"--token-command ({self.command.program})"


@dataclass(frozen=True, slots=True)
class Login:
    """A person's login, which the system's keyring keeps."""

    session: Session

    @property
    def place(self) -> str:
        """Return where the tokens come from, in words."""
        return f"cli.py login {self.session.vendor}"


Origin = GivenToken | Credentials | CommandOrigin | Login


def find_origin(
    vendor: Vendor,
    environ: Mapping[str, str],
    command: TokenCommand | None = None,
    logins: Callable[[Vendor], Session | None] | None = None,
) -> Origin | None:
    """Return where a vendor's tokens come from, None if from nowhere.

    A command, which somebody gave for this very process, goes before variables. A variable that is blank counts as
    not set, as everywhere.

    Args:
        vendor: whose tokens.
        environ: usually ``os.environ``.
        command: what ``--token-command`` names for the vendor.
        logins: asked for a login where nothing else is set; None: logins do not count.

    Raises:
        OptionError: credentials are incomplete, or a token is set beside them.
        TokenError: a variable holds what cannot be a token.
    """
    if command is not None:
        return CommandOrigin(command)
    credentials = _credentials(vendor, environ)
    if vendor.name not in environment_tokens([vendor], environ):
        session = logins(vendor) if logins is not None and credentials is None and vendor.oauth is not None else None
        return Login(session) if session else credentials
    if credentials is not None:
        raise OptionError(
            f"both a token ({vendor.token_variable}) and credentials ({credentials.place}) are set for {vendor.title}: "
            "unset one of them; which of them calls carry must not be a guess"
        )
    return GivenToken(vendor.token_variable)


def what_to_set(vendor: Vendor) -> str:
    """Return the ways to give tokens of a vendor, in words."""
    ways = [vendor.token_variable]
    if vendor.oauth is not None:
        ways.append(listed([vendor.variable(what) for what in _needed(vendor)]))
    return ", or ".join(ways)


def _needed(vendor: Vendor) -> tuple[str, ...]:
    own = vendor.oauth is not None and vendor.oauth.server_grant == "account_credentials"
    return ("ACCOUNT_ID" if own else "REFRESH_TOKEN", "CLIENT_ID", "CLIENT_SECRET")


def _credentials(vendor: Vendor, environ: Mapping[str, str]) -> Credentials | None:
    if vendor.oauth is None:
        return None
    own, *app = (vendor.variable(what) for what in _needed(vendor))
    file = f"{own}_FILE"
    values = {name: value for name in (own, file, *app) if (value := environ.get(name, "").strip())}
    # An app's id and secret alone are no credentials: they may be set for `login`.
    if own not in values and (vendor.oauth.server_grant == "account_credentials" or file not in values):
        return None
    if missing := [name for name in app if name not in values]:
        there = own if own in values else file
        raise OptionError(
            f"{there} is set and {listed(missing)} {'is' if len(missing) == 1 else 'are'} not: "
            f"credentials for {vendor.title} are {listed([own, *app])}"
        )
    client_id, client_secret = (values[name] for name in app)
    secret = parse_token(client_secret, f"the environment variable {app[1]}")
    if vendor.oauth.server_grant == "account_credentials":
        return Credentials((own, *app), client_id, secret, account_id=values[own])
    refresh = parse_token(values[own], f"the environment variable {own}") if own in values else None
    path = Path(values[file]) if file in values else None
    return Credentials(tuple(values), client_id, secret, refresh_token=refresh, refresh_file=path)


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Return names as one lists them: ``A, B and C``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
