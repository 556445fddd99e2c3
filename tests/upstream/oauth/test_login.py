"""Logging in: only the browser that was sent comes back with a code, and only we can redeem it."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bridge.errors import OptionError, TokenError
from bridge.upstream.oauth.endpoint import TokenEndpoint
from bridge.upstream.oauth.login import Attempt, LoopbackRedirect, authorization_url, redeem
from bridge.upstream.oauth.source import oauth_at
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors
from tests.oauth_server import CLIENT_ID, CLIENT_SECRET, SECRET, OAuthServer

ZOOM = official_vendors()["zoom"]


class Waiting:
    """A redirect that is waited for in a thread, and what came of it."""

    def __init__(self, redirect: LoopbackRedirect, state: str = "the-state") -> None:
        self.code = ""
        self.error = ""
        self._thread = threading.Thread(target=self._wait, args=(redirect, state))
        self._thread.start()

    def _wait(self, redirect: LoopbackRedirect, state: str) -> None:
        try:
            self.code = redirect.wait(state, 30)
        except TokenError as error:
            self.error = str(error)

    def end(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()


def test_the_challenge_is_the_one_of_rfc_7636() -> None:
    attempt = Attempt("s", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")  # appendix B
    assert attempt.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert repr(attempt) == "Attempt(***)"
    assert Attempt.new().state != Attempt.new().state
    assert 43 <= len(Attempt.new().verifier) <= 128


def test_the_page_is_asked_for_a_code_with_state_and_challenge() -> None:
    attempt = Attempt.new()
    url = authorization_url(oauth_at(ZOOM, None), "the-app", "http://127.0.0.1:1/callback", attempt, ["a", "b"])
    assert url.startswith("https://zoom.us/oauth/authorize?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} == {
        "response_type": "code",
        "client_id": "the-app",
        "redirect_uri": "http://127.0.0.1:1/callback",
        "state": attempt.state,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
        "scope": "a b",
    }


def test_the_browser_brings_the_code_and_strangers_bring_nothing() -> None:
    with LoopbackRedirect(0) as redirect:
        assert redirect.uri.startswith("http://127.0.0.1:")
        waiting = Waiting(redirect)
        base = redirect.uri.removesuffix("/callback")
        assert httpx2.get(f"{base}/favicon.ico").status_code == 404
        assert httpx2.get(f"{redirect.uri}?code=evil").status_code == 400
        assert httpx2.get(f"{redirect.uri}?code=evil&state=guessed").status_code == 400
        assert httpx2.get(f"{redirect.uri}?error=access_denied&state=").status_code == 400
        done = httpx2.get(f"{redirect.uri}?code=the-code&state=the-state")
        waiting.end()
    assert (done.status_code, waiting.code) == (200, "the-code")
    assert "the-code" not in done.text


def test_who_says_no_ends_the_login() -> None:
    with LoopbackRedirect(0) as redirect:
        waiting = Waiting(redirect)
        httpx2.get(f"{redirect.uri}?error=s3cret&state=the-state")
        waiting.end()
    assert waiting.error.startswith("the login was refused, by you or by the vendor")
    assert "s3cret" not in waiting.error


def test_nobody_is_waited_for_forever() -> None:
    with LoopbackRedirect(0) as redirect, pytest.raises(TokenError, match=r"nobody came back from the browser in 0 s"):
        redirect.wait("the-state", 0)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with LoopbackRedirect(0) as redirect:
        port = urlsplit(redirect.uri).port
        assert port is not None
        with pytest.raises(OptionError, match=rf"^--port {port}: .*; choose another, and register it"):
            LoopbackRedirect(port)


async def test_a_code_is_redeemed_with_its_verifier_alone(server: OAuthServer) -> None:
    attempt, oauth = Attempt.new(), oauth_at(ZOOM, server.url)
    endpoint = TokenEndpoint(ZOOM, oauth, CLIENT_ID, Token(CLIENT_SECRET))
    redirect_uri = "http://127.0.0.1:1/callback"
    back = httpx2.get(authorization_url(oauth, CLIENT_ID, redirect_uri, attempt)).headers["location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    with pytest.raises(TokenError, match="invalid_grant") as caught:
        await redeem(endpoint, code, redirect_uri, Attempt.new())
    assert SECRET not in str(caught.value)
    grant = await redeem(endpoint, code, redirect_uri, attempt)
    assert (grant.token, grant.refresh_token) == (Token(f"{SECRET}-token-2"), Token(f"{SECRET}-refresh-2"))
