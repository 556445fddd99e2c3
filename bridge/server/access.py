"""The HTTP edge: who is let in, and whose token a call carries.

A caller shows a vendor's token in that vendor's own header, or, where one vendor alone is served, as
``Authorization: Bearer`` (RFC 6750, section 2.1). Nothing is looked up and nothing is kept: whether a token is good is
for the vendor to say. Nothing here passes a header on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import cast

from fastmcp.server.dependencies import get_context
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.errors import TokenError
from bridge.server.token_check import TokenCheck
from bridge.shipped import DISTRIBUTION
from bridge.upstream.tokens import GivenTokens, Token, parse_token
from bridge.vendors import Vendor

_KEPT = "bridge.tokens"


def caller_tokens(headers: Headers, vendors: Collection[Vendor]) -> dict[str, Token]:
    """Return the tokens of one HTTP request, by vendor name.

    Each vendor's own header counts. Where one vendor alone is served, ``Authorization: Bearer`` counts too, unless the
    vendor's own header is there; where there are more, nobody could say whose token it is, and it is not read.

    Args:
        headers: the request's; names and the scheme are compared without case (RFC 9110, sections 5.1 and 11.1).
        vendors: the vendors that are served.

    Raises:
        TokenError: a header stands twice, or holds what cannot be a token; the text never repeats the value.
    """
    tokens = {}
    for vendor in vendors:
        value = _single(headers, vendor.token_header)
        if value is not None:
            tokens[vendor.name] = parse_token(value, f"the header {vendor.token_header}")
    if not tokens and len(vendors) == 1:
        bearer = _bearer(headers)
        if bearer is not None:
            (vendor,) = vendors
            tokens[vendor.name] = bearer
    return tokens


def tokens_of(scope: Scope, vendors: Collection[Vendor]) -> Mapping[str, Token]:
    """Return the tokens of one HTTP request, which are read from its headers once.

    They stay with the request (ASGI's ``scope``, which is the server's own and no client's), and go with it.

    Raises:
        TokenError: as ``caller_tokens`` does.
    """
    kept = scope.get(_KEPT)
    if kept is None or kept[0] != vendors:
        kept = scope[_KEPT] = (vendors, caller_tokens(Headers(scope=scope), vendors))
    return cast(Mapping[str, Token], kept[1])


def _bearer(headers: Headers) -> Token | None:
    value = _single(headers, "authorization")
    if value is None:
        return None
    scheme, _, credentials = value.partition(" ")
    if scheme.lower() != "bearer":
        # RFC 6750, section 3.1: another scheme is a request without a token, not one with a bad token.
        return None
    # RFC 9110, section 11.4 separates scheme and token by one or more spaces.
    return parse_token(credentials.lstrip(" "), "the header Authorization")


def _single(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    if len(values) > 1:
        raise TokenError(f"the header {name} stands {len(values)} times in the request; send it once")
    return values[0] if values else None


class RequestTokens(GivenTokens):
    """The tokens of the HTTP request that carries the MCP message being answered: each call has its own caller.

    A session's messages are answered in a task that its first request started, and over SSE on a stream that another
    request opened. The request that the SDK attaches to each message is the POST that brought it, in both protocol
    eras, in sessions and without; only its headers count. Nothing is kept between calls.

    Args:
        vendors: the vendors that are served.
    """

    def __init__(self, vendors: Collection[Vendor]) -> None:
        self._vendors = tuple(vendors)

    async def token(self, vendor: Vendor) -> Token:
        """Return the caller's token for ``vendor``.

        Raises:
            TokenError: the request has none, or a malformed one, or the message did not come over HTTP.
        """
        scope = _request_scope()
        token = tokens_of(scope, self._vendors).get(vendor.name) if scope is not None else None
        if token is None:
            bearer = " (or Authorization: Bearer)" if len(self._vendors) == 1 else ""
            raise TokenError(f"no token for {vendor.title}: send the header {vendor.token_header}{bearer}")
        return token

    def remedy(self, vendor: Vendor) -> str:
        """Return which header wants a new token."""
        return f"put a new one into the header {vendor.token_header}"


def _request_scope() -> Scope | None:
    # Not FastMCP's get_http_request(): for a message without a request that falls back on a context variable of the
    # task it runs in, and a token must come from the call's own message or from nowhere.
    try:
        context = get_context().request_context
    except RuntimeError:
        return None
    request = context.request if context is not None else None
    return request.scope if request is not None else None


class AccessMiddleware:
    """Lets a request through to the MCP app only if it shows a token; answers 401 otherwise and sends nothing on.

    ``OPTIONS`` is let through: a browser's CORS preflight carries no credentials (Fetch standard, "CORS protocol and
    credentials"). Scopes other than ``http`` are none of its business.

    Args:
        app: the MCP app to guard.
        vendors: the vendors that are served.
        check: tells whether a token is one; None: that is left to the calls.
        rejected: told the vendor of each token that is none.
    """

    def __init__(
        self,
        app: ASGIApp,
        vendors: Collection[Vendor],
        check: TokenCheck | None = None,
        rejected: Callable[[str], None] | None = None,
    ) -> None:
        self.app = app
        self._vendors = tuple(vendors)
        self._check = check
        self._rejected = rejected

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        guarded = scope["type"] == "http" and scope["method"] != "OPTIONS"
        refusal = await self._refusal(scope) if guarded else None
        await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        try:
            tokens = tokens_of(scope, self._vendors)
        except TokenError as error:
            return self._unauthorized("invalid_token", str(error), error="invalid_token", error_description=str(error))
        if tokens:
            return await self._judged(tokens)
        # RFC 6750, section 3.1: a request that shows no token gets a challenge without an error code.
        return self._unauthorized("missing_token", self._what_to_send(Headers(scope=scope)))

    async def _judged(self, tokens: Mapping[str, Token]) -> Response | None:
        for vendor in self._vendors:
            token = tokens.get(vendor.name)
            if self._check is None or token is None or await self._check.verdict(vendor, token) != "invalid":
                continue
            if self._rejected is not None:
                self._rejected(vendor.name)
            message = f"{vendor.title} rejects the token: it is expired, revoked or not one of {vendor.title}'s"
            return self._unauthorized("invalid_token", message, error="invalid_token", error_description=message)
        return None

    def _what_to_send(self, headers: Headers) -> str:
        ways = " or ".join(f"your {vendor.title} token in the header {vendor.token_header}" for vendor in self._vendors)
        if len(self._vendors) == 1:
            return f"send {ways} (or Authorization: Bearer)"
        unread = "; Authorization does not say which vendor's token it holds" if "authorization" in headers else ""
        return f"send {ways}, or both{unread}" if len(self._vendors) == 2 else f"send {ways}{unread}"

    def _unauthorized(self, code: str, message: str, **challenge: str) -> Response:
        # Header names are all that the messages quote, so that nothing in them needs escaping (RFC 6750, section 3).
        parameters = ", ".join(f'{name}="{value}"' for name, value in {"realm": DISTRIBUTION, **challenge}.items())
        return JSONResponse(
            {"error": code, "message": message, "headers": [vendor.token_header for vendor in self._vendors]},
            status_code=401,
            headers={"WWW-Authenticate": f"Bearer {parameters}", "Cache-Control": "no-store"},
        )
