"""A person's login with a vendor, kept in the system's keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from bridge.errors import TokenError
from bridge.shipped import DISTRIBUTION
from bridge.upstream.tokens import Token, parse_token
from bridge.vendors import Vendor

if TYPE_CHECKING:
    from bridge.upstream.oauth.grant import Grant

_PARTS = ("", " access", " refresh", " secret")
"""Entries of one login: what is no secret, and each secret by itself, since Windows keeps 1,280 characters in one."""


@dataclass(frozen=True, slots=True)
class Session:
    """A login.

    Attributes:
        vendor: its name.
        client_id: the app's.
        client_secret: the app's; None: a public app, which has none.
        grant: what was issued last.
    """

    vendor: str
    client_id: str
    client_secret: Token | None
    grant: Grant


def load_session(vendor: Vendor) -> Session | None:
    """Return the login with a vendor, None if there is none.

    Whoever never logged in pays nothing for it: the keyring, which takes a quarter of a second to import, is only
    asked where a login has left its mark.

    Raises:
        TokenError: the keyring cannot be read, or holds what is no login.
    """
    if not _mark(vendor.name).exists():
        return None
    from bridge.upstream.oauth.grant import Grant  # noqa: PLC0415 (only where there may be one)

    with _keyring("read") as keyring:
        about, access, refresh, secret = (keyring.get_password(DISTRIBUTION, vendor.name + part) for part in _PARTS)
    if about is None or access is None:
        return None
    where = f"the keyring's entry for {vendor.title}"
    try:
        told = json.loads(about)
        client_id, lifetime, scopes = str(told["client_id"]), told["lifetime"], tuple(map(str, told["scopes"]))
        expires_at, api_url = told["expires_at"], told["api_url"]
    except (ValueError, LookupError, TypeError):
        raise TokenError(f"{where} is no login; log in again: cli.py login {vendor.name}") from None
    grant = Grant(
        parse_token(access, where),
        expires_at,
        lifetime,
        parse_token(refresh, where) if refresh else None,
        scopes,
        api_url,
    )
    return Session(vendor.name, client_id, parse_token(secret, where) if secret else None, grant)


def save_session(session: Session) -> None:
    """Keep a login in the place of the one before.

    Raises:
        TokenError: the keyring cannot be written.
    """
    grant, name = session.grant, session.vendor
    about = {
        "client_id": session.client_id,
        "scopes": grant.scopes,
        "expires_at": grant.expires_at,
        "lifetime": grant.lifetime,
        "api_url": grant.api_url,
    }
    secrets = (grant.token, grant.refresh_token, session.client_secret)
    with _keyring("written") as keyring:
        for part, secret in zip(_PARTS[1:], secrets, strict=True):
            if secret is not None:
                keyring.set_password(DISTRIBUTION, name + part, secret.reveal())
            elif keyring.get_password(DISTRIBUTION, name + part) is not None:
                keyring.delete_password(DISTRIBUTION, name + part)
        keyring.set_password(DISTRIBUTION, name, json.dumps(about))
    try:
        _mark(name).parent.mkdir(parents=True, exist_ok=True)
        _mark(name).touch(0o600)
    except OSError as error:
        raise TokenError(f"{_mark(name)} cannot be written: {error.strerror}") from None


def delete_session(vendor: Vendor) -> bool:
    """Forget a login; tell whether there was one.

    Raises:
        TokenError: the keyring cannot be written.
    """
    found = False
    with _keyring("written") as keyring:
        for part in _PARTS:
            if keyring.get_password(DISTRIBUTION, vendor.name + part) is not None:
                keyring.delete_password(DISTRIBUTION, vendor.name + part)
                found = True
    with suppress(OSError):  # nothing in it is of worth; what counts is gone
        _mark(vendor.name).unlink(missing_ok=True)
    return found


def check_keyring() -> None:
    """Find out before a person logs in whether the login can be kept.

    Raises:
        TokenError: it cannot.
    """
    with _keyring("read") as keyring:
        keyring.get_password(DISTRIBUTION, "")


def _mark(vendor: str) -> Path:
    """Return the empty file that says that there is a login."""
    return platformdirs.user_data_path(DISTRIBUTION) / "logins" / vendor


class KeptSession:
    """Keeps what a login's refresh token brings (a ``RefreshStore``)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def load(self) -> Token | None:
        """Return the refresh token that is kept; another process may have put it there."""
        with _keyring("read") as keyring:
            kept = keyring.get_password(DISTRIBUTION, f"{self._session.vendor} refresh")
        return parse_token(kept, "the keyring") if kept else None

    def save(self, grant: Grant) -> None:
        """Keep what was issued."""
        refresh = grant.refresh_token or self._session.grant.refresh_token
        self._session = replace(self._session, grant=replace(grant, refresh_token=refresh))
        save_session(self._session)


@contextmanager
def _keyring(done: str) -> Iterator[Any]:
    import keyring  # noqa: PLC0415 (its backends take their time to import)
    from keyring.errors import KeyringError, NoKeyringError  # noqa: PLC0415

    try:
        yield keyring
    except NoKeyringError:
        raise TokenError(
            "this system has no keyring that a login could be kept in; use variables or --token-command"
        ) from None
    except KeyringError as error:
        raise TokenError(f"the system's keyring cannot be {done}: {type(error).__name__}") from None
