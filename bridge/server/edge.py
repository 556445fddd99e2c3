"""What an HTTP request has to pass beside its token: whom it is for, whence it comes, its size, the server's load."""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter
from collections.abc import Callable, Collection, Hashable
from functools import partial

from fastmcp.server.http import HostOriginGuardMiddleware
from mcp.server.transport_security import DEFAULT_MAX_REQUEST_BODY_SIZE
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.errors import TokenError
from bridge.server.access import AccessMiddleware, tokens_of
from bridge.server.limits import Edge
from bridge.vendors import Vendor

MAX_REQUEST_BYTES = DEFAULT_MAX_REQUEST_BODY_SIZE
"""The SDK's limit of a request body: 4 MiB."""
BUSY_SECONDS = 1
REMEMBERED = 256
"""Pairs of ``Host`` and ``Origin`` that were let in and need not be judged again."""


Guard = Callable[[ASGIApp], ASGIApp]
"""Wraps an app so that it is let in by a caller's token, or not."""


class Gate:
    """Puts what an edge asks for in front of apps; all of them share its counters.

    Args:
        edge: what is let in.
        vendors: the vendors that are served.
        guard: lets in by a caller's token; None: ``AccessMiddleware``.
    """

    def __init__(self, edge: Edge, vendors: Collection[Vendor], guard: Guard | None = None) -> None:
        self._guard = guard or partial(AccessMiddleware, vendors=vendors)
        self._edge = edge
        self._vendors = tuple(vendors)
        self._load = _Load(edge)

    def guarded(self, app: ASGIApp) -> ASGIApp:
        """Return ``app`` behind the checks: host and origin, token, size, load."""
        limited = LimitMiddleware(app, self._load, self._vendors)
        return HostOriginCheck(self._guard(limited), self._edge)


class HostOriginCheck:
    """Refuses requests for a host, or from a web page, that is none of this server's.

    A web page whose name was made to lead to this computer could otherwise talk to the server (DNS rebinding; MCP
    2025-11-25, Transports, "Security Warning"). FastMCP's guard judges; what it refuses is answered with what to set.

    Args:
        app: what is behind it.
        edge: which hosts and origins are let in.
    """

    def __init__(self, app: ASGIApp, edge: Edge) -> None:
        self.app = app
        self._guard = HostOriginGuardMiddleware(
            _passed, (*edge.hosts, socket.gethostname()), edge.origins, mode="strict"
        )
        self._let_in: set[Hashable] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # All that the guard looks at: what it has let in once, it lets in again.
        looks = tuple(pair for pair in scope["headers"] if pair[0] in (b"host", b"origin"))
        asked = (scope.get("scheme"), tuple(scope.get("server") or ()), looks)
        refusal = None if asked in self._let_in else await self._refusal(scope, receive, asked)
        await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, scope: Scope, receive: Receive, asked: Hashable) -> Response | None:
        statuses: list[int] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._guard(scope, receive, note)
        if not statuses:
            if len(self._let_in) < REMEMBERED:
                self._let_in.add(asked)
            return None
        header, option = ("Host", "--allowed-host") if statuses[0] == 421 else ("Origin", "--allowed-origin")
        code = f"forbidden_{header.lower()}"
        message = f"this server does not answer requests with this {header} header; {option} lets one in"
        return JSONResponse({"error": code, "message": message}, status_code=statuses[0])


async def _passed(_: Scope, __: Receive, ___: Send) -> None:
    """Stand for the app behind the guard: whoever comes here is let in."""


class _Load:
    """How many requests are being answered, of all callers and of each."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._callers: Counter[str] = Counter()

    def refusal(self, caller: str) -> Response | None:
        if self._callers.total() >= self._edge.max_requests:
            return _busy(503, "busy", "the server answers as many requests as it can; try again in a second")
        if self._callers[caller] >= self._edge.max_requests_of_a_caller:
            most = self._edge.max_requests_of_a_caller
            return _busy(429, "too_many_requests", f"{most} of your requests are being answered; wait for some of them")
        return None

    def begin(self, caller: str) -> None:
        self._callers[caller] += 1

    def end(self, caller: str) -> None:
        self._callers[caller] -= 1
        if not self._callers[caller]:
            del self._callers[caller]


def _busy(status: int, code: str, message: str) -> Response:
    return JSONResponse(
        {"error": code, "message": message}, status_code=status, headers={"Retry-After": str(BUSY_SECONDS)}
    )


class LimitMiddleware:
    """Limits the size of a request, and how many are answered at one time.

    Only POSTs count: an event stream that a client keeps open costs next to nothing.

    Args:
        app: what is behind it.
        load: the counters.
        vendors: the vendors that are served, whose tokens tell callers apart.
    """

    def __init__(self, app: ASGIApp, load: _Load, vendors: Collection[Vendor]) -> None:
        self.app = app
        self._load = load
        self._vendors = tuple(vendors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        caller = self._caller(scope)
        refusal = _too_large() if declared_size(headers) > MAX_REQUEST_BYTES else self._load.refusal(caller)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        self._load.begin(caller)
        try:
            await self.app(scope, receive, _InWords(scope, receive, send))
        finally:
            self._load.end(caller)

    def _caller(self, scope: Scope) -> str:
        try:
            tokens = tokens_of(scope, self._vendors)
        except TokenError:  # what has no good token did not come so far
            return ""
        return " ".join(sorted(token.digest for token in tokens.values()))


class _InWords:
    """An ASGI ``send`` that says in JSON what the SDK refuses in plain text: a body without a length, and too large."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._asgi = (scope, receive, send)
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 413:
            self._replaced = True
            await _too_large()(*self._asgi)
        elif not self._replaced:
            await self._asgi[2](message)


def declared_size(headers: Headers) -> int:
    """Return how many bytes a request says its body has; 0 where it does not say so."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _too_large() -> Response:
    megabytes = MAX_REQUEST_BYTES // (1024 * 1024)
    return JSONResponse(
        {"error": "too_large", "message": f"a request has at most {megabytes} MiB"},
        status_code=413,
        headers={"Connection": "close"},
    )


def is_public(host: str) -> bool:
    """Tell whether an address to listen on can be reached from other computers."""
    if host.lower() == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return True
