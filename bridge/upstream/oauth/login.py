"""Logging in: the authorization-code flow with PKCE on a loopback redirect (RFC 6749, 7636 and 8252)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

from bridge.errors import OptionError, TokenError
from bridge.upstream.oauth.endpoint import TokenEndpoint
from bridge.upstream.oauth.grant import Grant
from bridge.vendors import OAuth

REDIRECT_PATH = "/callback"
SECONDS = 300.0
"""What a person may take in the browser."""

_DONE = "Done. You can close this window and go back to the terminal.\n"
_DENIED = "Nothing was allowed. You can close this window.\n"
_FOREIGN = "This is not the answer to a login that was begun here.\n"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one login has to itself: whoever has the code alone can do nothing with it.

    Attributes:
        state: comes back with the answer (RFC 6749, section 10.12).
        verifier: shown when the code is redeemed (RFC 7636, section 4.1).
    """

    state: str
    verifier: str

    @classmethod
    def new(cls) -> Self:
        """Return one of 256 and 384 random bits."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """Return the verifier's SHA-256 (RFC 7636, section 4.2, ``S256``)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def __repr__(self) -> str:
        return "Attempt(***)"


def authorization_url(
    oauth: OAuth, client_id: str, redirect_uri: str, attempt: Attempt, scopes: Sequence[str] = ()
) -> str:
    """Return the URL that the person's browser opens (RFC 6749, section 4.1.1)."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": attempt.state,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    if scopes:
        query["scope"] = " ".join(scopes)
    return f"{oauth.authorize}?{urlencode(query)}"


async def redeem(endpoint: TokenEndpoint, code: str, redirect_uri: str, attempt: Attempt) -> Grant:
    """Return the tokens that a code stands for (RFC 6749, section 4.1.3).

    Raises:
        TokenError: the vendor refuses.
        UpstreamError: it does not answer.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": attempt.verifier,
    }
    return await endpoint.ask(form, repeatable=False)


class LoopbackRedirect:
    """Listens on 127.0.0.1 for the browser that comes back (RFC 8252, section 7.3).

    Args:
        port: to listen on; 0: any that is free.

    Raises:
        OptionError: the port is in use.
    """

    def __init__(self, port: int) -> None:
        self._answer: dict[str, str] | None = None
        self._state = ""
        try:
            self._server = HTTPServer(("127.0.0.1", port), self._handler())
        except OSError as error:
            raise OptionError(f"--port {port}: {error.strerror}; choose another, and register it") from None
        self._server.timeout = 0.5

    @property
    def uri(self) -> str:
        """Return what has to be registered with the app."""
        return f"http://127.0.0.1:{self._server.server_port}{REDIRECT_PATH}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()

    def wait(self, state: str, seconds: float = SECONDS) -> str:
        """Return the code that the browser brings, once it shows the right state; whatever else comes is ignored.

        Raises:
            TokenError: the person or the vendor said no, or nobody came.
        """
        self._state = state
        deadline = time.monotonic() + seconds
        while self._answer is None:
            if time.monotonic() > deadline:
                raise TokenError(f"nobody came back from the browser in {seconds:g} s")
            self._server.handle_request()
        if code := self._answer.get("code"):
            return code
        raise TokenError("the login was refused, by you or by the vendor; check the app's redirect URI and scopes")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        redirect = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                status, text = redirect._come(self.path)
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
                """Log nothing: the code stands in the path."""

        return Handler

    def _come(self, target: str) -> tuple[int, str]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != REDIRECT_PATH:
            return 404, _FOREIGN
        if not self._state or not hmac.compare_digest(query.get("state", "").encode(), self._state.encode()):
            return 400, _FOREIGN
        self._answer = query
        return (200, _DONE) if query.get("code") else (200, _DENIED)
