"""The token endpoint: what is sent, what is asked again, and what never goes anywhere else."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace

import pytest

from bridge.errors import TokenError, UpstreamError
from bridge.upstream.oauth.endpoint import TokenEndpoint
from bridge.upstream.oauth.source import oauth_at
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors
from tests.oauth_server import ACCOUNT_ID, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, SECRET, OAuthServer
from tests.upstream_server import Answer

ZOOM, WEBEX = official_vendors()["zoom"], official_vendors()["webex"]
ACCOUNT = {"grant_type": "account_credentials", "account_id": ACCOUNT_ID}
REFRESH = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}


def zoom(server: OAuthServer, secret: str | None = CLIENT_SECRET) -> TokenEndpoint:
    return TokenEndpoint(ZOOM, oauth_at(ZOOM, server.url), CLIENT_ID, Token(secret) if secret else None)


def webex(server: OAuthServer) -> TokenEndpoint:
    return TokenEndpoint(WEBEX, oauth_at(WEBEX, server.url), CLIENT_ID, Token(CLIENT_SECRET))


async def test_zooms_app_shows_its_secret_as_http_basic(server: OAuthServer) -> None:
    grant = await zoom(server).ask(ACCOUNT, repeatable=True)
    assert grant.token == Token(f"{SECRET}-token-1")
    assert server.asked == [ACCOUNT]
    assert server.upstream.only.raw_path == "/oauth/token"


async def test_webexs_app_shows_its_secret_in_the_form(server: OAuthServer) -> None:
    grant = await webex(server).ask(REFRESH, repeatable=False)
    assert grant.refresh_token == Token(f"{SECRET}-refresh-1")
    assert server.asked == [{**REFRESH, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}]
    assert server.upstream.only.header("authorization") is None
    assert server.upstream.only.raw_path == "/v1/access_token"


async def test_an_app_without_a_secret_shows_its_id_alone(server: OAuthServer) -> None:
    server.lie = [Answer(body={"access_token": "t"})]
    await zoom(server, secret=None).ask(REFRESH, repeatable=False)
    assert server.asked == [{**REFRESH, "client_id": CLIENT_ID}]
    assert server.upstream.only.header("authorization") is None


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (Answer(400, {"error": "invalid_grant"}), TokenError, r"refuses \(400 invalid_grant\)"),
        (Answer(401, {"error": f"{SECRET}"}), TokenError, r"refuses \(401\)"),
        (Answer(400, {"error": [SECRET]}), TokenError, r"refuses \(400\)"),
        (Answer(400, SECRET.encode()), TokenError, r"refuses \(400\)"),
        (Answer(302, {}, {"location": "http://127.0.0.1:1/"}), TokenError, r"refuses \(302\)"),
        (Answer(204, b""), TokenError, r"refuses \(204\)"),
        (Answer(200, b"[]"), TokenError, "is no JSON object"),
        (Answer(200, {"access_token": SECRET, "api_url": "https://evil.example"}), TokenError, "none of Zoom's"),
        (Answer(200, b" " * 70_000), UpstreamError, "is larger than 64 KB"),
        (Answer(500, SECRET.encode()), UpstreamError, "answers 500; try again later"),
        (Answer(429, {}, {"retry-after": "3600"}), UpstreamError, "answers 429; try again later"),
    ],
)
async def test_a_refusal_or_a_lie_is_one_sentence_without_a_secret(
    server: OAuthServer, answer: Answer, error: type[Exception], sentence: str
) -> None:
    server.lie = [answer]
    with pytest.raises(error, match=sentence) as caught:
        await zoom(server).ask(ACCOUNT, repeatable=True)
    said = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    basic = base64.b64encode(f"{CLIENT_ID}:".encode()).decode()[:12]
    assert SECRET not in said
    assert basic not in said
    assert len(server.asked) == 1


async def test_a_redirect_of_a_request_with_a_secret_is_not_followed(server: OAuthServer) -> None:
    server.lie = [Answer(307, {}, {"location": f"{server.url}/elsewhere"})]
    with pytest.raises(TokenError, match="307"):
        await webex(server).ask(REFRESH, repeatable=False)
    assert [request.raw_path for request in server.upstream.requests] == ["/v1/access_token"]


async def test_a_throttled_request_waits_and_is_sent_again(server: OAuthServer) -> None:
    truth = Answer(body={"access_token": "t"})
    server.lie = [Answer(429, {}, {"retry-after": "0"}), Answer(429, {}, {"retry-after": "0"}), truth]
    assert (await webex(server).ask(REFRESH, repeatable=False)).token == Token("t")
    assert len(server.asked) == 3


async def test_after_three_attempts_it_gives_up(server: OAuthServer) -> None:
    server.lie = [Answer(429, {}, {"retry-after": "0"})]
    with pytest.raises(UpstreamError, match="answers 429"):
        await webex(server).ask(REFRESH, repeatable=False)
    assert len(server.asked) == 3


async def test_a_failure_is_repeated_only_where_nothing_is_used_up(server: OAuthServer) -> None:
    server.lie = [Answer(503, {}, {"retry-after": "0"}), Answer(body={"access_token": "t"})]
    assert (await zoom(server).ask(ACCOUNT, repeatable=True)).token == Token("t")
    server.asked.clear()
    server.lie = [Answer(503, {}, {"retry-after": "0"})]
    with pytest.raises(UpstreamError, match="answers 503"):
        await webex(server).ask(REFRESH, repeatable=False)
    assert len(server.asked) == 1


async def test_nobody_there_is_said_with_the_vendors_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        return None

    oauth = replace(oauth_at(ZOOM, None), token="http://127.0.0.1:1/oauth/token")
    endpoint = TokenEndpoint(ZOOM, oauth, CLIENT_ID, Token(CLIENT_SECRET))
    monkeypatch.setattr(asyncio, "sleep", at_once)
    with pytest.raises(UpstreamError, match=r"^no token for Zoom: no answer from 127\.0\.0\.1:1"):
        await endpoint.ask(ACCOUNT, repeatable=True)
