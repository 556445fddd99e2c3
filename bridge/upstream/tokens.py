"""Whose token goes with a request: read, checked, carried, and never shown.

A token is opaque: both vendors use opaque strings and JWTs side by side, so nothing here looks inside. It is only made
sure that the value can stand in an ``Authorization: Bearer`` header (RFC 6750, section 2.1).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Mapping
from typing import NoReturn, Protocol

from bridge.errors import TokenError
from bridge.vendors import Vendor

MAX_TOKEN_BYTES = 8 * 1024
"""Longer values are refused, as common servers refuse a header of more than 8 KiB."""

_WHITESPACE = re.compile(r"[\t\n\v\f\r ]")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]*")

# Digests are for telling tokens apart within one process; the salt keeps a log from confirming a guessed token.
_SALT = secrets.token_bytes(32)


class Token:
    """A caller's secret that does not show itself: not in ``repr``, ``str``, a format, a pickle or a copy.

    Two tokens are equal when their secrets are, compared in constant time.
    """

    __slots__ = ("_digest", "_secret")

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._digest = hmac.new(_SALT, secret.encode(), hashlib.sha256).hexdigest()[:16]

    def reveal(self) -> str:
        """Return the secret itself, to be put into the one header of the one request that it is for."""
        return self._secret

    @property
    def authorization(self) -> str:
        """Return the value of the ``Authorization`` header that carries it (RFC 6750, section 2.1)."""
        return f"Bearer {self._secret}"

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that stand for the token in logs and keys; different in every process."""
        return self._digest

    def salted(self, salt: bytes) -> str:
        """Return 64 hexadecimal digits that stand for the token for whoever shares a secret salt."""
        return hmac.new(salt, self._secret.encode(), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return "Token(***)"

    def __format__(self, format_spec: str) -> str:
        return format(repr(self), format_spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Token):
            return NotImplemented
        return hmac.compare_digest(self._secret.encode(), other._secret.encode())

    def __hash__(self) -> int:
        return hash(self._digest)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Token cannot be pickled or copied")


def parse_token(value: str | bytes, where: str) -> Token:
    """Return the token that a header or an environment variable holds.

    RFC 6750 (section 2.1) names the alphabet ``b64token``; any visible ASCII character (0x21 to 0x7E) is let through,
    because what is in a token is the vendor's affair. Nothing is trimmed: that is for who knows the source.

    Args:
        value: the value as it came.
        where: where it came from, for the error: ``the header x-zoom-access-token``.

    Raises:
        TokenError: the value cannot be a token; the text names ``where`` and what is wrong, never the value.
    """
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    fault = _fault(text)
    if fault is not None:
        raise TokenError(f"the token in {where} {fault}")
    return Token(text)


def _fault(text: str) -> str | None:
    if not text:
        return "is empty"
    if len(text) > MAX_TOKEN_BYTES:
        return f"is longer than {MAX_TOKEN_BYTES} bytes"
    if _WHITESPACE.search(text):
        return "has whitespace in it; it has to be the token and nothing else"
    if not text.isascii():
        return "has characters beyond ASCII in it"
    if not _VISIBLE_ASCII.fullmatch(text):
        return "has control characters in it"
    return None


def environment_tokens(vendors: Collection[Vendor], environ: Mapping[str, str]) -> dict[str, Token]:
    """Return the tokens that the environment holds, by vendor name.

    Whitespace around a value is dropped, because ``$(cat token.txt)`` and ``.env`` files bring a newline along. A
    variable that is blank counts as not set: client configurations pass every variable that they declare.

    Args:
        vendors: whose ``token_variable`` to look for.
        environ: usually ``os.environ``.

    Raises:
        TokenError: a variable holds what cannot be a token; the text names the variable.
    """
    tokens = {}
    for vendor in vendors:
        value = environ.get(vendor.token_variable, "").strip()
        if value:
            tokens[vendor.name] = parse_token(value, f"the environment variable {vendor.token_variable}")
    return tokens


class TokenSource(Protocol):
    """Whoever knows the caller's token."""

    async def token(self, vendor: Vendor) -> Token:
        """Return the token to send to ``vendor`` with the call that is running now.

        Raises:
            TokenError: there is none, or it cannot be sent; the text says what the caller has to set.
            UpstreamError: it has to be obtained, and who issues it does not answer.
        """
        ...

    async def renewed(self, vendor: Vendor, rejected: Token) -> Token | None:
        """Return another token, after the vendor answered 401 to ``rejected``; None where there is no other.

        Raises:
            TokenError: another one is refused.
            UpstreamError: who issues it does not answer.
        """
        ...

    def api_url(self, vendor: Vendor) -> str | None:
        """Return scheme and host of the API that the token is for, None where it does not matter."""
        ...

    def remedy(self, vendor: Vendor) -> str:
        """Return what to do about a token that the vendor rejects: ``put a new one into the header ...``."""
        ...


class GivenTokens:
    """What sources have in common whose tokens are given, and cannot be renewed here."""

    async def renewed(self, vendor: Vendor, rejected: Token) -> Token | None:
        """Return None: whoever gave the token has to give another one."""
        return None

    def api_url(self, vendor: Vendor) -> str | None:
        """Return None: all hosts of a vendor take the token."""
        return None


class EnvironmentTokens(GivenTokens):
    """The tokens of the one person who started this process: over stdio, from the environment.

    Args:
        vendors: the vendors that are served.
        environ: usually ``os.environ``; read once, here.
        sandbox: tokens by vendor name for those that the environment does not hold; the embedded vendor API takes any.

    Raises:
        TokenError: a variable holds what cannot be a token.
    """

    def __init__(
        self, vendors: Collection[Vendor], environ: Mapping[str, str], *, sandbox: Mapping[str, Token] | None = None
    ) -> None:
        self._tokens = {**(sandbox or {}), **environment_tokens(vendors, environ)}

    async def token(self, vendor: Vendor) -> Token:
        """Return the token for ``vendor``.

        Raises:
            TokenError: its variable is not set.
        """
        try:
            return self._tokens[vendor.name]
        except KeyError:
            raise TokenError(
                f"no token for {vendor.title}: set the environment variable {vendor.token_variable} "
                f"to a {vendor.title} access token and start the server again"
            ) from None

    def remedy(self, vendor: Vendor) -> str:
        """Return which variable wants a new token."""
        return f"put a new one into the environment variable {vendor.token_variable}"
