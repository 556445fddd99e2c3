"""The HTTP edge: who is let in, what a refusal says, and that each call has its own caller's token."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import mcp
import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import SSETransport, StreamableHttpTransport
from mcp.client.streamable_http import streamable_http_client
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bridge.errors import TokenError
from bridge.server.access import AccessMiddleware, RequestTokens, caller_tokens, tokens_of
from bridge.server.http import http_app
from bridge.vendors import Vendor
from tests.upstream_server import running

WEBEX = Vendor("webex", "Webex", "x-webex-access-token", "WEBEX_ACCESS_TOKEN")
ZOOM = Vendor("zoom", "Zoom", "x-zoom-access-token", "ZOOM_ACCESS_TOKEN")
BOTH = (WEBEX, ZOOM)
ERAS = ["legacy", "2026-07-28"]


def headers(*pairs: tuple[str, str]) -> Headers:
    """Return request headers as an ASGI server hands them over: names in lower case, doubles kept."""
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for name, value in pairs])


def revealed(*pairs: tuple[str, str], vendors: tuple[Vendor, ...] = BOTH) -> dict[str, str]:
    return {name: token.reveal() for name, token in caller_tokens(headers(*pairs), vendors).items()}


class TestCallerTokens:
    def test_each_vendor_has_its_own_header(self) -> None:
        pairs = (("X-Zoom-Access-Token", "z1"), ("x-webex-ACCESS-token", "w1"))
        assert revealed(*pairs) == {"webex": "w1", "zoom": "z1"}

    def test_one_of_two_headers_is_enough(self) -> None:
        assert revealed(("x-zoom-access-token", "z1")) == {"zoom": "z1"}

    @pytest.mark.parametrize("value", ["Bearer w1", "bearer w1", "BEARER w1", "Bearer   w1"])
    def test_with_one_vendor_authorization_bearer_counts(self, value: str) -> None:
        assert revealed(("Authorization", value), vendors=(WEBEX,)) == {"webex": "w1"}

    def test_with_two_vendors_authorization_is_nobodys_token(self) -> None:
        assert revealed(("Authorization", "Bearer w1")) == {}
        assert revealed(("Authorization", "Bearer w1"), ("x-zoom-access-token", "z1")) == {"zoom": "z1"}

    @pytest.mark.parametrize("other", ["Bearer from-authorization", "Basic dTpw", "Bearer a b", ""])
    def test_the_vendors_header_wins_over_authorization(self, other: str) -> None:
        pairs = (("Authorization", other), ("x-webex-access-token", "w1"))
        assert revealed(*pairs, vendors=(WEBEX,)) == {"webex": "w1"}

    @pytest.mark.parametrize("value", ["Basic dXNlcjpwYXNz", "Digest x", "w1", ""])
    def test_another_scheme_is_no_token(self, value: str) -> None:
        assert revealed(("Authorization", value), vendors=(WEBEX,)) == {}

    def test_another_vendors_header_is_no_token(self) -> None:
        assert revealed(("x-zoom-access-token", "z1"), vendors=(WEBEX,)) == {}

    @pytest.mark.parametrize(
        ("pairs", "message"),
        [
            ([("x-webex-access-token", "s3cret"), ("X-Webex-Access-Token", "s3cret")], "stands 2 times"),
            ([("authorization", "Bearer s3cret"), ("authorization", "Bearer s3cret")], "stands 2 times"),
            ([("x-webex-access-token", "")], "the header x-webex-access-token is empty"),
            ([("x-webex-access-token", "Bearer s3cret")], "the header x-webex-access-token has whitespace"),
            ([("x-webex-access-token", "s3cret, s3cret")], "the header x-webex-access-token has whitespace"),
            ([("x-webex-access-token", "s3cr\xe9t")], "beyond ASCII"),
            ([("authorization", "Bearer")], "the header Authorization is empty"),
            ([("authorization", "Bearer s3cret s3cret")], "the header Authorization has whitespace"),
        ],
    )
    def test_a_malformed_header_is_refused_without_repeating_it(
        self, pairs: list[tuple[str, str]], message: str
    ) -> None:
        with pytest.raises(TokenError, match=message) as caught:
            caller_tokens(headers(*pairs), (WEBEX,))
        assert "s3cr" not in str(caught.value)

    def test_one_malformed_header_of_two_refuses_the_request(self) -> None:
        with pytest.raises(TokenError, match="x-zoom-access-token"):
            caller_tokens(headers(("x-webex-access-token", "w1"), ("x-zoom-access-token", "a b")), BOTH)


def scope_with(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"type": "http", "headers": headers(*pairs).raw}


class TestTokensOf:
    def test_a_request_has_its_tokens_read_once(self) -> None:
        scope = scope_with(("x-webex-access-token", "w1"))
        assert tokens_of(scope, BOTH)["webex"] is tokens_of(scope, BOTH)["webex"]

    def test_another_request_has_its_own_and_other_vendors_are_read_anew(self) -> None:
        first, second = scope_with(("x-webex-access-token", "w1")), scope_with(("x-webex-access-token", "w2"))
        assert [tokens_of(scope, BOTH)["webex"].reveal() for scope in (first, second)] == ["w1", "w2"]
        bearer = scope_with(("authorization", "Bearer b1"))
        assert tokens_of(bearer, (WEBEX,))["webex"].reveal() == "b1"
        assert tokens_of(bearer, BOTH) == {}

    def test_what_stays_with_the_request_shows_no_token(self) -> None:
        scope = scope_with(("x-webex-access-token", "s3cret"))
        tokens_of(scope, BOTH)
        assert "s3cret" not in str({key: value for key, value in scope.items() if key != "headers"})


class Inner:
    """An app that answers 200 and keeps the scopes that reach it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        if scope["type"] == "http":
            await PlainTextResponse("inner")(scope, receive, send)


async def request(
    vendors: tuple[Vendor, ...], pairs: list[tuple[str, str]], method: str = "POST"
) -> tuple[httpx2.Response, Inner]:
    inner = Inner()
    transport = httpx2.ASGITransport(AccessMiddleware(inner, vendors))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, "/mcp", headers=pairs), inner


class TestAccessMiddleware:
    async def test_a_request_with_a_token_goes_through(self) -> None:
        response, inner = await request(BOTH, [("x-zoom-access-token", "z1")])
        assert response.text == "inner"
        assert len(inner.scopes) == 1

    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "HEAD", "PUT"])
    async def test_without_a_token_every_method_gets_a_challenge_without_an_error_code(self, method: str) -> None:
        response, inner = await request((WEBEX,), [], method)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == 'Bearer realm="zoom-webex-bridge"'
        assert response.headers["cache-control"] == "no-store"
        assert inner.scopes == []

    async def test_with_one_vendor_the_body_says_which_header_to_send(self) -> None:
        response, _ = await request((WEBEX,), [])
        assert response.json() == {
            "error": "missing_token",
            "message": "send your Webex token in the header x-webex-access-token (or Authorization: Bearer)",
            "headers": ["x-webex-access-token"],
        }

    async def test_with_two_vendors_the_body_names_both_headers(self) -> None:
        response, _ = await request(BOTH, [])
        assert response.json() == {
            "error": "missing_token",
            "message": "send your Webex token in the header x-webex-access-token "
            "or your Zoom token in the header x-zoom-access-token, or both",
            "headers": ["x-webex-access-token", "x-zoom-access-token"],
        }

    async def test_with_two_vendors_authorization_admits_nobody_and_the_body_says_why(self) -> None:
        response, inner = await request(BOTH, [("Authorization", "Bearer s3cret")])
        assert response.status_code == 401
        assert response.json()["error"] == "missing_token"
        assert response.json()["message"].endswith("; Authorization does not say which vendor's token it holds")
        assert "s3cret" not in response.text + str(response.headers)
        assert inner.scopes == []

    @pytest.mark.parametrize(
        "pairs",
        [
            [("x-webex-access-token", "s3cret s3cret")],
            [("x-webex-access-token", "s3cret"), ("x-webex-access-token", "s3cret")],
            [("authorization", 'Bearer s3cret "s3cret"')],
            [("x-webex-access-token", "s3cret" * 2000)],
        ],
    )
    async def test_a_malformed_token_is_refused_and_never_repeated_or_sent_on(
        self, pairs: list[tuple[str, str]]
    ) -> None:
        response, inner = await request((WEBEX,), pairs)
        assert response.status_code == 401
        challenge = response.headers["www-authenticate"]
        assert challenge.startswith('Bearer realm="zoom-webex-bridge", error="invalid_token", error_description="the ')
        assert challenge.count('"') == 6
        assert response.json()["error"] == "invalid_token"
        assert response.json()["headers"] == ["x-webex-access-token"]
        assert "s3cret" not in response.text + str(response.headers)
        assert inner.scopes == []

    async def test_a_preflight_without_a_token_goes_through(self) -> None:
        response, _ = await request((WEBEX,), [("origin", "https://app.example")], "OPTIONS")
        assert response.text == "inner"

    async def test_the_lifespan_goes_through(self) -> None:
        inner = Inner()

        async def receive() -> dict[str, Any]:
            raise AssertionError

        async def send(_: Any) -> None:
            raise AssertionError

        await AccessMiddleware(inner, BOTH)({"type": "lifespan"}, receive, send)
        assert inner.scopes == [{"type": "lifespan"}]


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def who_is_calling(vendors: tuple[Vendor, ...]) -> FastMCP[Any]:
    """Return a server whose tools tell whose token they would send."""
    server: FastMCP[Any] = FastMCP("who")
    source = RequestTokens(vendors)

    @server.tool
    async def whose(pause: float = 0.0) -> str:
        before = await source.token(WEBEX)
        await asyncio.sleep(pause)
        after = await asyncio.create_task(_later(source))
        assert before == after
        return fingerprint(after.reveal())

    @server.tool
    def whose_in_a_thread() -> str:
        return fingerprint(asyncio.run(source.token(WEBEX)).reveal())

    @server.tool
    async def whose_zoom() -> str:
        return fingerprint((await source.token(ZOOM)).reveal())

    return server


async def _later(source: RequestTokens) -> Any:
    return await source.token(WEBEX)


@pytest.fixture(scope="module", params=[False, True], ids=["sessions", "stateless"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with running(http_app(who_is_calling(BOTH), BOTH, stateless=request.param)) as base:
        yield base


@pytest.fixture(scope="module")
def session_url() -> Iterator[str]:
    with running(http_app(who_is_calling(BOTH), BOTH, stateless=False)) as base:
        yield base


@asynccontextmanager
async def one_session(url: str, mode: Any) -> AsyncIterator[tuple[mcp.Client, dict[str, str]]]:
    """Open the official client; give it and a mapping from a call's ``pause`` argument to the token that it carries.

    The token is put into the header of each single POST by what its body says, so that the calls of one session, which
    share one HTTP client, carry different tokens.
    """
    tokens: dict[str, str] = {}

    async def choose_token(outgoing: httpx2.Request) -> None:
        body = json.loads(outgoing.content) if outgoing.method == "POST" else {}
        pause = body.get("params", {}).get("arguments", {}).get("pause")
        outgoing.headers["x-webex-access-token"] = tokens.get(str(pause), "opens-the-session")

    # Without TLS no certificates need be loaded, which takes each client 30 ms.
    http_client = httpx2.AsyncClient(event_hooks={"request": [choose_token]}, timeout=30, verify=False)
    async with http_client, mcp.Client(streamable_http_client(url, http_client=http_client), mode=mode) as client:
        yield client, tokens


async def ask(client: mcp.Client, pause: float) -> str:
    result = await client.call_tool("whose", {"pause": pause})
    (content,) = result.content
    assert content.type == "text"
    return content.text


class TestRequestTokens:
    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_hundred_concurrent_calls_of_one_session_each_see_their_own_token(
        self, url: str, mode: str
    ) -> None:
        async with one_session(f"{url}/mcp", mode) as (client, tokens):
            pauses = [round(0.2 + number / 1000, 3) for number in range(100)]
            tokens.update({str(pause): f"token-{number}" for number, pause in enumerate(pauses)})
            seen = await asyncio.gather(*(ask(client, pause) for pause in pauses))
        assert seen == [fingerprint(f"token-{number}") for number in range(100)]

    @pytest.mark.parametrize("mode", ERAS)
    async def test_twenty_concurrent_sessions_each_see_their_own_token(self, url: str, mode: Any) -> None:
        async def session(number: int) -> list[str]:
            own = {"x-webex-access-token": f"token-{number}"}
            transport = StreamableHttpTransport(f"{url}/mcp", headers=own, verify=False)
            async with Client(transport, mode=mode) as client:
                calls = [client.call_tool(tool) for tool in ("whose", "whose_in_a_thread") for _ in range(2)]
                return [result.data for result in await asyncio.gather(*calls)]

        seen = await asyncio.gather(*(session(number) for number in range(20)))
        assert seen == [[fingerprint(f"token-{number}")] * 4 for number in range(20)]

    async def test_a_call_never_falls_back_on_the_token_that_opened_the_session(self, session_url: str) -> None:
        async with one_session(f"{session_url}/mcp", "legacy") as (client, tokens):
            assert await ask(client, 0.0) == fingerprint("opens-the-session")
            tokens["0.0"] = "another"
            assert await ask(client, 0.0) == fingerprint("another")

    async def test_over_sse_the_token_of_the_post_counts(self, session_url: str) -> None:
        def factory(
            headers: dict[str, str] | None = None,
            timeout: httpx2.Timeout | None = None,
            auth: httpx2.Auth | None = None,
            **_: Any,
        ) -> httpx2.AsyncClient:
            async def choose_token(outgoing: httpx2.Request) -> None:
                kind = "of-the-post" if outgoing.method == "POST" else "of-the-stream"
                outgoing.headers["x-webex-access-token"] = kind

            return httpx2.AsyncClient(
                event_hooks={"request": [choose_token]}, headers=headers, timeout=timeout, auth=auth, verify=False
            )

        async with Client(SSETransport(f"{session_url}/sse", httpx_client_factory=factory)) as client:
            assert (await client.call_tool("whose")).data == fingerprint("of-the-post")

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_call_to_a_vendor_without_a_token_says_which_header_to_send(self, url: str, mode: Any) -> None:
        transport = StreamableHttpTransport(f"{url}/mcp", headers={"x-webex-access-token": "w1"}, verify=False)
        async with Client(transport, mode=mode) as client:
            result = await client.call_tool("whose_zoom", raise_on_error=False)
        assert result.is_error
        assert "no token for Zoom: send the header x-zoom-access-token" in str(result.content)

    async def test_with_one_vendor_authorization_bearer_reaches_the_tool(self) -> None:
        with running(http_app(who_is_calling((WEBEX,)), (WEBEX,), stateless=False)) as base:
            async with Client(StreamableHttpTransport(f"{base}/mcp", auth="w1", verify=False)) as client:
                assert (await client.call_tool("whose")).data == fingerprint("w1")

    async def test_a_message_that_did_not_come_over_http_has_no_token(self) -> None:
        async with Client(who_is_calling((WEBEX,))) as client:
            result = await client.call_tool("whose", raise_on_error=False)
        assert "no token for Webex: send the header x-webex-access-token (or Auth" in str(result.content)

    async def test_outside_of_a_message_there_is_no_token(self) -> None:
        with pytest.raises(TokenError, match="no token for Zoom: send the header x-zoom-access-token"):
            await RequestTokens(BOTH).token(ZOOM)
