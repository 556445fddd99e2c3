"""The real command over HTTP and SSE: listed, called, refused, and every call with its own caller's token."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from bridge.upstream.response import MAX_NESTING
from tests.end_to_end.clients import (
    HTTP_WAYS,
    MODES,
    SECRET,
    SSE_WAYS,
    Mode,
    Way,
    connected,
    http_client,
    structured,
    text_of,
)
from tests.end_to_end.conftest import CANARY
from tests.program import DEPOT_TOOLS, SHOP_TOOLS, HttpProgram
from tests.upstream_server import Answer, Request, Upstream

SHOP_TOKEN = f"{SECRET}-shop"
DEPOT_TOKEN = f"{SECRET}-depot"
BOTH = {"x-shop-access-token": SHOP_TOKEN, "x-depot-access-token": DEPOT_TOKEN}
WAYS = HTTP_WAYS + SSE_WAYS
CALLS = 200
TOGETHER = 150


def nested(depth: int) -> list[Any]:
    """Return empty lists in each other."""
    found: list[Any] = []
    for _ in range(depth - 1):
        found = [found]
    return found


class TestEveryWay:
    @pytest.mark.parametrize("way", WAYS, ids=str)
    async def test_tools_are_listed_and_called(self, two_vendors: HttpProgram, upstream: Upstream, way: Way) -> None:
        upstream.answers(200, {"big": 9007199254740993, "none": None}, trackingid="T1")
        async with connected(way, two_vendors.url, BOTH) as caller:
            assert await caller.names() == SHOP_TOOLS + DEPOT_TOOLS
            result = await caller.call("shop_list_things", {"max": 2, "tag": ["a b", "c+d"], "timezone": "UTC"})
        assert structured(result) == {
            "status_code": 200,
            "body": {"big": 9007199254740993, "none": None},
            "tracking_id": "T1",
        }
        assert SECRET not in str(result)
        request = upstream.only
        assert (request.method, request.raw_path) == ("GET", "/api/v3/things")
        assert request.pairs == [("max", "2"), ("tag", "a b"), ("tag", "c+d")]
        assert (request.token, request.header("timezone")) == (SHOP_TOKEN, "UTC")

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("client", ["fastmcp", "official"])
    async def test_without_sessions_too(
        self, stateless: HttpProgram, upstream: Upstream, client: Any, mode: Mode
    ) -> None:
        async with connected(Way(client, "http", mode), stateless.url, BOTH) as caller:
            assert await caller.names() == SHOP_TOOLS + DEPOT_TOOLS
            assert structured(await caller.call("depot_get_box", {"id": "1"}))["status_code"] == 200
        assert (upstream.only.raw_path, upstream.only.token) == ("/depot/v1/boxes/1", DEPOT_TOKEN)

    @pytest.mark.parametrize("way", WAYS, ids=str)
    @pytest.mark.parametrize(
        ("status", "body", "headers", "text"),
        [
            (404, {"message": "No such thing.", "trackingId": "ROUTER_1"}, {}, "404 Not Found: No such thing. Tr"),
            (
                429,
                {"message": "Slow down."},
                {"retry_after": "300"},
                "429 Too Many Requests: Slow down. Retry-After: 300. Tried 1 time; it would have to wait 300 s,",
            ),
            (
                400,
                {"code": 300, "message": "Validation Failed.", "errors": [{"field": "id", "message": "Too long."}]},
                {},
                "400 Bad Request: Validation Failed (code 300): id: Too long.",
            ),
            (
                400,
                {"message": "It failed.", "errors": [{"description": "id is odd."}], "trackingId": "ROUTER_2"},
                {"trackingid": "ROUTER_2"},
                "400 Bad Request: It failed: id is odd. Tracking id: ROUTER_2.",
            ),
        ],
        ids=["404", "429", "400-zoom", "400-webex"],
    )
    async def test_what_the_vendor_refuses_is_an_error_result(
        self,
        two_vendors: HttpProgram,
        upstream: Upstream,
        way: Way,
        status: int,
        body: Any,
        headers: dict[str, str],
        text: str,
    ) -> None:
        upstream.answers(status, body, **headers)
        async with connected(way, two_vendors.url, BOTH) as caller:
            result = await caller.call("shop_get_thing", {"id": "1"})
        assert result.is_error
        assert text_of(result).startswith(text)
        assert result.structured_content is not None
        assert result.structured_content["body"] == body

    @pytest.mark.parametrize("way", WAYS, ids=str)
    @pytest.mark.parametrize(
        ("raw", "body"),
        [
            (b"123456789012345678901234567890", 123456789012345678901234567890),
            (b"[9007199254740993, 0.1, -1.5e-300, 1e308]", [9007199254740993, 0.1, -1.5e-300, 1e308]),
            (rb'{"a": "\ud800", "b": "\ud83d\ude00"}', {"a": "\N{REPLACEMENT CHARACTER}", "b": "\N{GRINNING FACE}"}),
            (b'{"a": NaN}', '{"a": NaN}'),
            (b"[" * MAX_NESTING + b"]" * MAX_NESTING, nested(MAX_NESTING)),
            (b"[" * 5000 + b"]" * 5000, "[" * 5000 + "]" * 5000),
            ('"\u2028 \x7f \u0085"'.encode(), "\u2028 \x7f \u0085"),
        ],
        ids=["big", "numbers", "surrogates", "nan", "nested", "too-deep", "separators"],
    )
    async def test_whatever_json_the_vendor_sends_reaches_the_client(
        self, two_vendors: HttpProgram, upstream: Upstream, way: Way, raw: bytes, body: Any
    ) -> None:
        upstream.answers(200, raw, content_type="application/json")
        async with connected(way, two_vendors.url, BOTH) as caller:
            assert structured(await caller.call("shop_list_things", {}))["body"] == body

    @pytest.mark.parametrize("way", [*HTTP_WAYS[:2], SSE_WAYS[0]], ids=str)
    async def test_bodies_and_empty_answers(self, two_vendors: HttpProgram, upstream: Upstream, way: Way) -> None:
        upstream.answer = lambda request: Answer(204, b"") if request.method == "DELETE" else Answer(201, request.json)
        async with connected(way, two_vendors.url, BOTH) as caller:
            made = await caller.call("shop_create_thing", {"name": "é", "note": None, "size": 9007199254740993})
            gone = await caller.call("shop_delete_thing", {"id": "a/b c"})
            refused = await caller.call("shop_create_thing", {"name": 1})
        assert structured(made)["body"] == {"name": "é", "note": None, "size": 9007199254740993}
        assert structured(gone) == {"status_code": 204, "body": None, "notice": "done; there is nothing to return"}
        assert (refused.is_error, "'name'" in text_of(refused)) == (True, True)
        assert [request.raw_path for request in upstream.requests] == ["/api/v3/things", "/api/v3/things/a%2Fb%20c"]


async def post(base: str, headers: Mapping[str, str], path: str = "/mcp") -> httpx2.Response:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "depot_get_box"}}
    async with http_client({"accept": "application/json, text/event-stream", **headers}) as client:
        return await client.post(base + path, json=request)


class TestTokens:
    @pytest.mark.parametrize("path", ["/mcp", "/sse", "/messages/"])
    async def test_without_a_token_the_answer_is_401_and_says_what_to_send(
        self, two_vendors: HttpProgram, upstream: Upstream, path: str
    ) -> None:
        response = await post(two_vendors.url, {}, path)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer ")
        assert response.json()["headers"] == ["x-shop-access-token", "x-depot-access-token"]
        assert upstream.requests == []

    @pytest.mark.parametrize(
        "value",
        [
            *(b"", b"two words", b"Bearer s3cret", b"s3cr\xc3\xa9t", b"s3cret\xff", b"s3" + b"x" * 8192, b"s3\tcret"),
            *(b"s3\x01cret", b"s3\x7fcret", b"s3\x0bcret"),
        ],
        ids=lambda value: ascii(value)[:24],
    )
    async def test_a_malformed_token_is_never_sent_on(
        self, one_vendor: HttpProgram, upstream: Upstream, value: bytes
    ) -> None:
        host, _, port = one_vendor.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: 0\r\n")
        writer.write(b"x-depot-access-token: " + value + b"\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        # Some control characters are no HTTP at all: those are refused before the bridge sees them.
        assert int(answer.split()[1]) in ((400, 401) if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", value) else (401,))
        assert b"cret" not in answer
        assert upstream.requests == []

    @pytest.mark.parametrize("way", WAYS, ids=str)
    async def test_either_header_admits_and_a_call_without_its_vendors_token_names_the_header(
        self, two_vendors: HttpProgram, upstream: Upstream, way: Way
    ) -> None:
        async with connected(way, two_vendors.url, {"x-depot-access-token": DEPOT_TOKEN}) as caller:
            assert len(await caller.names()) == len(SHOP_TOOLS + DEPOT_TOOLS)
            refused = await caller.call("shop_get_thing", {"id": "1"})
            assert structured(await caller.call("depot_get_box", {"id": "1"}))["status_code"] == 200
        assert refused.is_error
        assert text_of(refused) == "no token for shop: send the header x-shop-access-token"
        assert upstream.only.token == DEPOT_TOKEN

    @pytest.mark.parametrize("way", WAYS, ids=str)
    async def test_authorization_bearer_counts_where_one_vendor_is_served(
        self, one_vendor: HttpProgram, upstream: Upstream, way: Way
    ) -> None:
        async with connected(way, one_vendor.url, {"authorization": f"Bearer {DEPOT_TOKEN}"}) as caller:
            assert structured(await caller.call("depot_get_box", {"id": "1"}))["status_code"] == 200
        assert upstream.only.token == DEPOT_TOKEN

    async def test_authorization_bearer_does_not_count_where_two_are(
        self, two_vendors: HttpProgram, upstream: Upstream
    ) -> None:
        response = await post(two_vendors.url, {"authorization": f"Bearer {DEPOT_TOKEN}"})
        assert response.status_code == 401
        assert SECRET not in response.text
        assert upstream.requests == []


def own_token(request: Request) -> Answer:
    """Answer with the token that came, once many calls are there at one time."""
    return Answer(body={"token": request.token.removeprefix(SECRET)}, together=TOGETHER)


def thing(number: int) -> dict[str, str]:
    return {"id": f"thing-{number}"}


def seen(upstream: Upstream) -> set[tuple[str, str]]:
    return {(request.raw_path.rpartition("/")[2], request.token) for request in upstream.requests}


EXPECTED = {(f"thing-{number}", f"{SECRET}-{number}") for number in range(CALLS)}


async def token_of_the_call(outgoing: httpx2.Request) -> None:
    """Put a token into the header of each POST by what its body calls, and another into all other requests."""
    message = json.loads(outgoing.content) if outgoing.method == "POST" else {}
    called = message.get("params", {}).get("arguments", {}).get("id", "-opens-the-session")
    outgoing.headers["x-shop-access-token"] = f"{SECRET}{called.removeprefix('thing')}"


class TestIsolation:
    """Two hundred calls, most of them at the vendor at one time: each has its own token, and gets its own answer."""

    @pytest.mark.parametrize(("server", "mode"), [("two_vendors", "legacy"), ("stateless", "2026-07-28")])
    async def test_sessions_of_their_own(
        self, request: pytest.FixtureRequest, upstream: Upstream, server: str, mode: Mode
    ) -> None:
        base = request.getfixturevalue(server).url
        upstream.answer = own_token

        async def one(number: int) -> str:
            headers = {"x-shop-access-token": f"{SECRET}-{number}"}
            async with connected(Way("official", "http", mode), base, headers) as caller:
                return str(structured(await caller.call("shop_get_thing", thing(number)))["body"]["token"])

        answered = await asyncio.gather(*(one(number) for number in range(CALLS)))
        assert answered == [f"-{number}" for number in range(CALLS)]
        assert seen(upstream) == EXPECTED

    @pytest.mark.parametrize(
        ("server", "way"),
        [
            ("two_vendors", HTTP_WAYS[2]),
            ("two_vendors", HTTP_WAYS[1]),
            ("two_vendors", SSE_WAYS[0]),
            ("stateless", HTTP_WAYS[0]),
            ("stateless", HTTP_WAYS[3]),
        ],
        ids=str,
    )
    async def test_one_session_whose_requests_carry_different_tokens(
        self, request: pytest.FixtureRequest, upstream: Upstream, server: str, way: Way
    ) -> None:
        base = request.getfixturevalue(server).url
        upstream.answer = own_token
        async with connected(way, base, hook=token_of_the_call) as caller:
            results = await asyncio.gather(*(caller.call("shop_get_thing", thing(n)) for n in range(CALLS)))
        assert [structured(result)["body"]["token"] for result in results] == [f"-{n}" for n in range(CALLS)]
        assert seen(upstream) == EXPECTED


FOREIGN = [
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via", "cookie", "origin"),
    *("referer", "user-agent", "accept-language", "x-request-id", "x-api-key", "x-custom", "traceparent", "baggage"),
    *("authorization", "proxy-authorization", "mcp-custom", "x-depot-access-token", "timezone", "if-none-match"),
    *("x-zoom-access-token", "x-webex-access-token", "last-event-id", "range", "priority", "te"),
]
OURS = ["accept", "accept-encoding", "authorization", "connection", "host", "user-agent"]


class TestHeaders:
    @pytest.mark.parametrize("way", WAYS, ids=str)
    async def test_nothing_of_the_callers_headers_reaches_the_vendor(
        self, two_vendors: HttpProgram, upstream: Upstream, way: Way
    ) -> None:
        headers = {**dict.fromkeys(FOREIGN, CANARY), "x-shop-access-token": SHOP_TOKEN}
        async with connected(way, two_vendors.url, headers) as caller:
            assert structured(await caller.call("shop_list_things", {}))["status_code"] == 200
        request = upstream.only
        assert CANARY not in str(request)
        assert sorted(name for name, _ in request.headers) == OURS
        assert request.header("authorization") == f"Bearer {SHOP_TOKEN}"

    @pytest.mark.parametrize("way", HTTP_WAYS, ids=str)
    async def test_without_sessions_neither(self, stateless: HttpProgram, upstream: Upstream, way: Way) -> None:
        headers = {**dict.fromkeys(FOREIGN, CANARY), "x-shop-access-token": SHOP_TOKEN}
        async with connected(way, stateless.url, headers) as caller:
            assert structured(await caller.call("shop_list_things", {}))["status_code"] == 200
        assert CANARY not in str(upstream.only)
        assert sorted(name for name, _ in upstream.only.headers) == OURS

    async def test_a_vendors_cookie_does_not_reach_the_next_caller(
        self, two_vendors: HttpProgram, upstream: Upstream
    ) -> None:
        upstream.answer = lambda _: Answer(headers={"set-cookie": "session=of-somebody; Path=/"})
        async with connected(HTTP_WAYS[0], two_vendors.url, BOTH) as caller:
            for number in range(3):
                await caller.call("shop_get_thing", thing(number))
        assert [request.header("cookie") for request in upstream.requests] == [None] * 3


class TestCancellation:
    @pytest.mark.parametrize("way", WAYS, ids=str)
    async def test_a_call_that_its_client_gives_up_leaves_the_vendor(
        self, two_vendors: HttpProgram, upstream: Upstream, way: Way
    ) -> None:
        upstream.answer = lambda _: Answer(hangs=True)
        async with connected(way, two_vendors.url, BOTH) as caller:
            call = asyncio.create_task(caller.call("shop_get_thing", thing(1)))
            assert await asyncio.to_thread(upstream.arrived.wait, 10)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert await asyncio.to_thread(upstream.left.wait, 10)
            upstream.answer = lambda _: Answer()
            assert structured(await caller.call("shop_get_thing", thing(2)))["status_code"] == 200
