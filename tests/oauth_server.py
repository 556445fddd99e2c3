"""A vendor that issues tokens and takes them, on loopback: it rotates, expires, throttles and, where told to, lies."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from tests.upstream_server import Answer, Request, Upstream, running_upstream

SECRET = "s3cret"
"""In every secret of the tests, so that no place where one must not be goes unnoticed."""

CLIENT_ID = "the-app"
CLIENT_SECRET = f"{SECRET}-of/the+app"
ACCOUNT_ID = "the-account"
REFRESH_TOKEN = f"{SECRET}-refresh-0"

ZOOM = {"ZOOM_ACCOUNT_ID": ACCOUNT_ID, "ZOOM_CLIENT_ID": CLIENT_ID, "ZOOM_CLIENT_SECRET": CLIENT_SECRET}
WEBEX = {"WEBEX_REFRESH_TOKEN": REFRESH_TOKEN, "WEBEX_CLIENT_ID": CLIENT_ID, "WEBEX_CLIENT_SECRET": CLIENT_SECRET}

TOKEN_PATHS = ("/oauth/token", "/v1/access_token")
AUTHORIZE_PATHS = ("/oauth/authorize", "/v1/authorize")


class OAuthServer:
    """Issues ``s3cret-token-1``, ``-2``, ...; a new one makes the earlier ones invalid.

    Its API takes the newest token, and answers ``{"ok": true}``.

    Attributes:
        lie: answers the next requests for a token in the place of the truth, one each; the last one stands.
        expires_in: what is said of it; None: nothing.
        more: goes into the token answer too.
        asked: the forms of the requests for a token.
        refresh_token: the only good one.
        authorized: what the last authorization asked for.
        me: what the API answers to who is asking.
    """

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.url = upstream.url
        self.lie: list[Answer] = []
        self.expires_in: Any = 3600
        self.more: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.refresh_token = REFRESH_TOKEN
        self.rotates = True
        self.valid = ""
        self.code = f"{SECRET}-code"
        self.authorized: dict[str, str] = {}
        self.me = Answer(body={"id": "me", "email": "ada@example.com", "emails": ["ada@example.com"]})
        upstream.answer = self.answer

    @property
    def calls(self) -> list[Request]:
        """Return the requests that went to the API."""
        return [entry for entry in self.upstream.requests if entry.raw_path not in (*TOKEN_PATHS, *AUTHORIZE_PATHS)]

    def revoke(self) -> None:
        """Take no access token that was issued so far."""
        self.valid = ""

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        if request.raw_path in TOKEN_PATHS:
            return self._token(request)
        if request.raw_path in AUTHORIZE_PATHS:
            return self._authorize(request)
        if not self.valid or request.header("authorization") != f"Bearer {self.valid}":
            return Answer(401, {"code": 124, "message": "Invalid access token."})
        return self.me if request.raw_path.endswith("/me") else Answer(body={"ok": True})

    def _token(self, request: Request) -> Answer:
        form = dict(parse_qsl(request.body.decode()))
        self.asked.append(form)
        if self.lie:
            return self.lie.pop(0) if len(self.lie) > 1 else self.lie[0]
        if not self._is_the_app(request, form):
            return Answer(401, {"error": "invalid_client", "reason": f"Invalid client_id or client_secret {form}"})
        if not self._is_granted(form):
            return Answer(400, {"error": "invalid_grant", "error_description": f"Bad: {form}"})
        number = len(self.asked)
        self.valid = f"{SECRET}-token-{number}"
        body = {"access_token": self.valid, "token_type": "bearer", "scope": "a:read b:write", **self.more}
        if self.expires_in is not None:
            body["expires_in"] = self.expires_in
        if form["grant_type"] != "account_credentials":
            if self.rotates:
                self.refresh_token = f"{SECRET}-refresh-{number}"
            body["refresh_token"] = self.refresh_token
        return Answer(body=body)

    def _is_the_app(self, request: Request, form: dict[str, str]) -> bool:
        if request.raw_path == "/v1/access_token":
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        pair = f"{CLIENT_ID}:{CLIENT_SECRET.replace('/', '%2F').replace('+', '%2B')}"
        return request.header("authorization") == f"Basic {base64.b64encode(pair.encode()).decode()}"

    def _is_granted(self, form: dict[str, str]) -> bool:
        match form["grant_type"]:
            case "account_credentials":
                return form["account_id"] == ACCOUNT_ID
            case "refresh_token":
                return form["refresh_token"] == self.refresh_token
            case "authorization_code":
                digest = hashlib.sha256(form["code_verifier"].encode()).digest()
                challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                return (
                    form["code"] == self.code
                    and form["redirect_uri"] == self.authorized["redirect_uri"]
                    and challenge == self.authorized["code_challenge"]
                )
        return False

    def _authorize(self, request: Request) -> Answer:
        """Send the browser back with a code, as if a person had agreed."""
        self.authorized = {name: values[0] for name, values in parse_qs(request.query).items()}
        back = urlencode({"code": self.code, "state": self.authorized["state"]})
        return Answer(302, {}, {"location": f"{self.authorized['redirect_uri']}?{back}"})


@contextmanager
def running_oauth() -> Iterator[OAuthServer]:
    """Run one of its own, beside the API that other tests share."""
    with running_upstream() as upstream:
        yield OAuthServer(upstream)
