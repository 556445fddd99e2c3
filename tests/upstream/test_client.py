"""The client, against real servers: one token to one host, no cookies, redirects, and answers that are broken."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from bridge.errors import UpstreamError
from bridge.shipped import user_agent
from bridge.upstream.client import MAX_REDIRECTS, OutgoingRequest, UpstreamClient, VendorResponse
from bridge.upstream.file_answer import FileAnswers
from bridge.upstream.saving import SavedFile
from bridge.upstream.tokens import Token
from tests.upstream_server import Answer, Request, Upstream, running_upstream

SECRET = "s3cret-token"
TOKEN = Token(SECRET)


def get(url: str, **headers: str) -> OutgoingRequest:
    return OutgoingRequest("GET", url, headers, b"")


async def send(request: OutgoingRequest, token: Token = TOKEN) -> VendorResponse:
    async with UpstreamClient() as client:
        return await client.send(request, token)


class TestRequests:
    async def test_the_token_stands_in_the_one_authorization_header(self, upstream: Upstream) -> None:
        await send(get(f"{upstream.url}/things", authorization="Bearer another", Authorization="Basic eDp5"))
        assert upstream.only.header("authorization") == f"Bearer {SECRET}"

    async def test_nothing_is_sent_but_what_the_request_holds_and_http_needs(self, upstream: Upstream) -> None:
        await send(get(f"{upstream.url}/things", timezone="Europe/Berlin"))
        assert sorted(name for name, _ in upstream.only.headers) == [
            *("accept", "accept-encoding", "authorization", "connection", "host", "timezone", "user-agent")
        ]
        assert upstream.only.header("user-agent") == user_agent()
        assert upstream.only.header("accept") == "*/*"

    async def test_method_url_and_body_arrive_as_they_are(self, upstream: Upstream) -> None:
        url = f"{upstream.url}/a%2Fb/%252Fc/d%20e/f%3D%3D?q=1%2B1&r=a%20b&s=%C3%A9&t"
        await send(OutgoingRequest("PATCH", url, {"content-type": "application/json-patch+json"}, b"[1]"))
        request = upstream.only
        assert (request.method, request.raw_path) == ("PATCH", "/a%2Fb/%252Fc/d%20e/f%3D%3D")
        assert request.query == "q=1%2B1&r=a%20b&s=%C3%A9&t"
        assert request.header("content-type") == "application/json-patch+json"
        assert request.body == b"[1]"

    async def test_a_delete_takes_its_body_along(self, upstream: Upstream) -> None:
        await send(OutgoingRequest("DELETE", f"{upstream.url}/x", {"content-type": "application/json"}, b'{"a":1}'))
        assert (upstream.only.method, upstream.only.json) == ("DELETE", {"a": 1})

    async def test_names_of_headers_come_in_lower_case_and_doubles_together(self, upstream: Upstream) -> None:
        upstream.answer = lambda _: Answer(headers=[("Link", "<a>"), ("link", "<b>"), ("TrackingId", "t1")])
        headers = (await send(get(upstream.url))).headers
        assert headers["link"] == "<a>, <b>"
        assert headers["trackingid"] == "t1"

    @pytest.mark.parametrize(
        ("content_type", "expected"),
        [
            ("Application/JSON; charset=UTF-8", "application/json"),
            ("text/plain", "text/plain"),
            ("application/json, application/json", "application/json"),
            ("", ""),
        ],
    )
    def test_the_media_type_is_what_stands_before_parameters(self, content_type: str, expected: str) -> None:
        assert VendorResponse(200, {"content-type": content_type}, b"").media_type == expected

    @pytest.mark.parametrize(
        ("coding", "body"), [("gzip", gzip.compress(b'{"a":1}', mtime=0)), ("deflate", zlib.compress(b'{"a":1}'))]
    )
    async def test_a_compressed_body_is_unpacked(self, upstream: Upstream, coding: str, body: bytes) -> None:
        upstream.answer = lambda _: Answer(body=body, headers={"content-encoding": coding})
        assert (await send(get(upstream.url))).body == b'{"a":1}'

    async def test_a_client_can_be_opened_again_after_it_was_closed(self, upstream: Upstream) -> None:
        client = UpstreamClient()
        for _ in range(2):
            async with client:
                assert (await client.send(get(upstream.url), TOKEN)).status == 200


class TestCookies:
    async def test_a_vendors_cookie_never_comes_back(self, upstream: Upstream) -> None:
        upstream.answer = lambda _: Answer(headers={"set-cookie": "session=of-somebody; Path=/"})
        async with UpstreamClient() as client:
            for _ in range(3):
                await client.send(get(upstream.url), TOKEN)
        assert [request.header("cookie") for request in upstream.requests] == [None] * 3

    async def test_not_even_among_concurrent_calls(self, upstream: Upstream) -> None:
        upstream.answer = lambda request: Answer(headers={"set-cookie": f"session={request.token}; Path=/"})
        async with UpstreamClient() as client:
            calls = [client.send(get(upstream.url), Token(f"token-{number}")) for number in range(100)]
            await asyncio.gather(*calls)
        assert {request.header("cookie") for request in upstream.requests} == {None}
        assert {request.token for request in upstream.requests} == {f"token-{number}" for number in range(100)}

    async def test_nor_on_the_way_along_a_redirect(self, upstream: Upstream) -> None:
        upstream.answer = lambda request: (
            Answer(302, headers={"location": "/b", "set-cookie": "a=b; Path=/"})
            if request.raw_path == "/a"
            else Answer()
        )
        await send(get(f"{upstream.url}/a"))
        assert [request.header("cookie") for request in upstream.requests] == [None, None]


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_get_is_followed_within_the_host_with_token_and_headers(
        self, upstream: Upstream, status: int
    ) -> None:
        upstream.answer = lambda request: (
            Answer(status, headers={"location": "/there?x=1"}) if request.raw_path == "/here" else Answer(body=[1])
        )
        response = await send(get(f"{upstream.url}/here?y=2", timezone="UTC"))
        assert response.body == b"[1]"
        assert [(request.raw_path, request.query) for request in upstream.requests] == [
            ("/here", "y=2"),
            ("/there", "x=1"),
        ]
        assert {request.token for request in upstream.requests} == {SECRET}
        assert {request.header("timezone") for request in upstream.requests} == {"UTC"}

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    async def test_nothing_but_a_get_is_followed(self, upstream: Upstream, method: str) -> None:
        upstream.answer = lambda _: Answer(307, headers={"location": "/there"})
        response = await send(OutgoingRequest(method, f"{upstream.url}/here", {}, b""))
        assert response.status == 307
        assert len(upstream.requests) == 1

    async def test_a_token_never_goes_to_another_host(self, upstream: Upstream) -> None:
        with running_upstream() as other:
            upstream.answer = lambda _: Answer(302, headers={"location": f"{other.url}/elsewhere"})
            response = await send(get(upstream.url))
            assert (response.status, other.requests) == (302, [])

    async def test_a_redirect_to_another_https_host_goes_without_token_and_headers(
        self, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[httpx2.Request] = []

        async def answered(_: httpx2.AsyncClient, request: httpx2.Request, **__: object) -> httpx2.Response:
            # TLS on loopback would need a certificate: this stands in the place of the wire.
            seen.append(request)
            ways = {"api.example": "https://files.example/f?signed=1", "files.example": "https://api.example/back"}
            following = {} if request.url.path == "/back" else {"location": ways[request.url.host]}
            return httpx2.Response(302 if following else 200, headers=following, content=b"", request=request)

        monkeypatch.setattr(httpx2.AsyncClient, "send", answered)
        response = await send(get("https://api.example/recording", timezone="UTC"))
        assert response.status == 200
        assert [str(request.url) for request in seen] == [
            "https://api.example/recording",
            "https://files.example/f?signed=1",
            "https://api.example/back",
        ]
        assert [request.headers.get("authorization") for request in seen] == [f"Bearer {SECRET}", None, None]
        assert [request.headers.get("timezone") for request in seen] == ["UTC", None, None]

    @pytest.mark.parametrize(
        "location",
        [
            *("http://user:password@{host}/x", "https://user@{host}/x", "ftp://{host}/x", "javascript:alert(1)"),
            *("http://{host}:99999/x", "//evil.invalid/x", "http://[::1", ""),
        ],
    )
    async def test_a_redirect_that_cannot_be_trusted_is_the_answer(self, upstream: Upstream, location: str) -> None:
        target = location.format(host=upstream.url.removeprefix("http://").partition(":")[0])
        upstream.answer = lambda _: Answer(302, headers={"location": target})
        assert (await send(get(upstream.url))).status == 302
        assert len(upstream.requests) == 1

    async def test_a_loop_ends(self, upstream: Upstream) -> None:
        upstream.answer = lambda _: Answer(302, headers={"location": "/again"})
        with pytest.raises(UpstreamError, match=f"redirected more than {MAX_REDIRECTS} times"):
            await send(get(upstream.url))
        assert len(upstream.requests) == MAX_REDIRECTS + 1


@asynccontextmanager
async def answering(raw: bytes) -> AsyncIterator[str]:
    """Serve these very bytes to whoever sends a request, and close the connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(raw)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}", "is broken"),
            (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{}", "is broken"),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-encoding: gzip\r\n\r\n{}", "is broken"),
            (b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "is broken"),
            (b"HTTP/1.1 200 OK\r\ncont", "is broken"),
            (b"SSH-2.0-OpenSSH\r\n\r\n", "is broken"),
            (b"", "is broken"),
        ],
    )
    async def test_an_answer_that_is_no_http_or_breaks_off_is_one_sentence(self, raw: bytes, said: str) -> None:
        async with answering(raw) as url:
            with pytest.raises(UpstreamError, match=said) as caught:
                await send(get(url))
        assert SECRET not in str(caught.value)
        assert "127.0.0.1" in str(caught.value)

    async def test_more_bytes_than_the_content_length_says_are_not_read(self) -> None:
        async with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 500 smuggled\r\n\r\n") as url:
            assert (await send(get(url))).body == b"{}"

    async def test_a_body_without_a_length_ends_with_the_connection(self) -> None:
        async with answering(b"HTTP/1.1 200 OK\r\n\r\n[1]") as url:
            assert (await send(get(url))).body == b"[1]"

    async def test_nobody_there_is_one_sentence(self) -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        with pytest.raises(UpstreamError, match=f"no answer from 127.0.0.1:{port}: ConnectError"):
            await send(get(f"http://127.0.0.1:{port}/"))

    async def test_no_answer_in_time_is_one_sentence(self, upstream: Upstream) -> None:
        upstream.answer = lambda _: Answer(hangs=True)
        async with UpstreamClient(timeout=httpx2.Timeout(0.1)) as client:
            with pytest.raises(UpstreamError, match=r"no answer from .* in time \(ReadTimeout\)"):
                await client.send(get(upstream.url), TOKEN)

    @pytest.mark.parametrize("packed", [False, True])
    async def test_an_answer_that_is_too_large_is_refused_packed_or_not(self, upstream: Upstream, packed: bool) -> None:
        content = b"x" * (2 * 1024 * 1024)
        headers = {"content-encoding": "gzip"} if packed else {}
        body = gzip.compress(content) if packed else content
        upstream.answer = lambda _: Answer(body=body, headers=headers)
        async with UpstreamClient(max_body_bytes=1024 * 1024) as client:
            with pytest.raises(UpstreamError, match="is larger than 1 MB; ask for less of it"):
                await client.send(get(upstream.url), TOKEN)

    @pytest.mark.parametrize("packed", [False, True])
    async def test_a_file_that_is_too_large_for_the_memory_goes_to_the_disk(
        self, upstream: Upstream, tmp_path: Path, packed: bool
    ) -> None:
        content = bytes(range(256)) * 8192
        headers = {"content-type": "video/mp4", **({"content-encoding": "gzip"} if packed else {})}
        upstream.answer = lambda _: Answer(body=gzip.compress(content) if packed else content, headers=headers)
        async with UpstreamClient(max_body_bytes=1000) as client:
            response = await client.send(get(upstream.url), TOKEN, FileAnswers("acme_get", tmp_path))
        assert response.saved == SavedFile(tmp_path / "acme_get.mp4", len(content))
        assert response.body == b""
        assert (tmp_path / "acme_get.mp4").read_bytes() == content

    async def test_text_that_is_too_large_is_refused_whatever_takes_files(
        self, upstream: Upstream, tmp_path: Path
    ) -> None:
        upstream.answers(200, b"[" + b" " * 3000, content_type="application/json")
        async with UpstreamClient(max_body_bytes=1000) as client:
            with pytest.raises(UpstreamError, match="ask for less of it"):
                await client.send(get(upstream.url), TOKEN, FileAnswers("acme_get", tmp_path))
        assert list(tmp_path.iterdir()) == []

    async def test_a_connection_that_breaks_within_a_file_leaves_nothing(self, tmp_path: Path) -> None:
        async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = b"HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: 9000\r\n\r\n"
            writer.write(head + b"x" * 5000)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(half, "127.0.0.1", 0)
        async with server, UpstreamClient(max_body_bytes=1000) as client:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            with pytest.raises(UpstreamError, match="is broken"):
                await client.send(get(url), TOKEN, FileAnswers("acme_get", tmp_path))
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("name", "value"), [("x-bad", "a\r\nx-injected: 1"), ("x-bad", "a\nb"), ("x-bad", "\x00"), ("x bad", "a")]
    )
    async def test_a_header_that_cannot_be_sent_is_refused_and_not_repeated(
        self, upstream: Upstream, name: str, value: str
    ) -> None:
        with pytest.raises(UpstreamError, match="cannot be sent") as caught:
            await send(OutgoingRequest("GET", upstream.url, {name: value}, b""))
        assert upstream.requests == []
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None


class TestCancellation:
    async def test_a_cancelled_call_leaves_the_vendor(self, upstream: Upstream) -> None:
        upstream.answer = lambda _: Answer(hangs=True)
        async with UpstreamClient() as client:
            call = asyncio.create_task(client.send(get(upstream.url), TOKEN))
            assert await asyncio.to_thread(upstream.arrived.wait, 10)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert await asyncio.to_thread(upstream.left.wait, 10)
            upstream.answer = lambda _: Answer()
            assert (await client.send(get(upstream.url), TOKEN)).status == 200


class TestTokens:
    async def test_two_hundred_concurrent_calls_each_carry_their_own(self, upstream: Upstream) -> None:
        def echoed(request: Request) -> Answer:
            return Answer(body=request.token.encode())

        upstream.answer = echoed
        async with UpstreamClient() as client:
            calls = (client.send(get(upstream.url), Token(f"token-{number}")) for number in range(200))
            bodies = [response.body.decode() for response in await asyncio.gather(*calls)]
        assert bodies == [f"token-{number}" for number in range(200)]
