"""HTTP/2 is spoken where a server agrees to it within TLS; HTTP/1.1 stays everywhere else."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import pytest

from bridge.errors import NotSentError, UpstreamError
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.tokens import Token
from tests.http2_server import Http2Request, Http2Server, Peer
from tests.tls import self_signed, trusting
from tests.upstream_server import Upstream

TOKEN = Token("s3cret-token")


def get(url: str) -> OutgoingRequest:
    return OutgoingRequest("GET", url, {}, b"")


@dataclass
class Http1Server:
    """An HTTP/1.1 server over TLS: what it offers by ALPN, and the first lines that came.

    Attributes:
        hangs_up: close each connection after one answer, without having said so.
    """

    url: str = ""
    hangs_up: bool = False
    connections: int = 0
    lines: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.lines.append(head.split(b"\r\n", 1)[0].decode())
                await asyncio.sleep(0.05)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                if self.hangs_up:
                    await writer.drain()
                    writer.transport.abort()  # close() would wait for the client's end first
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    @asynccontextmanager
    async def running(self, *protocols: str) -> AsyncIterator[Http1Server]:
        listening = await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=self_signed(protocols))
        self.url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listening.close()


class TestHttp1:
    @pytest.mark.parametrize("protocols", [("http/1.1",), ()], ids=["offered", "no ALPN"])
    async def test_a_tls_server_without_http2_is_called_as_ever(self, protocols: tuple[str, ...]) -> None:
        async with (
            Http1Server().running(*protocols) as server,
            UpstreamClient(certificates=trusting(), http2=True) as client,
        ):
            for _ in range(3):
                assert (await client.send(get(f"{server.url}/things?a=1"), TOKEN)).body == b"{}"
        assert server.lines == ["GET /things?a=1 HTTP/1.1"] * 3
        assert server.connections == 1

    async def test_an_idle_connection_that_the_server_closed_is_not_used_again(self) -> None:
        async with (
            Http1Server(hangs_up=True).running("http/1.1") as server,
            UpstreamClient(certificates=trusting(), http2=True) as client,
        ):
            for _ in range(3):
                answer = await client.send(OutgoingRequest("POST", server.url, {}, b""), TOKEN)
                assert answer.body == b"{}"
                await asyncio.sleep(0.02)
        assert server.connections == 3

    async def test_many_callers_get_a_connection_each(self) -> None:
        async with (
            Http1Server().running("http/1.1") as server,
            UpstreamClient(certificates=trusting(), http2=True) as client,
        ):
            for _ in range(2):
                responses = await asyncio.gather(*(client.send(get(server.url), TOKEN) for _ in range(20)))
                assert [response.status for response in responses] == [200] * 20
        assert (len(server.lines), server.connections) == (40, 20)

    async def test_without_tls_it_is_http1(self, upstream: Upstream) -> None:
        async with UpstreamClient(http2=True) as client:
            response = await client.send(OutgoingRequest("POST", f"{upstream.url}/x", {}, b"[1]"), TOKEN)
        assert (response.status, upstream.only.body, upstream.only.token) == (200, b"[1]", "s3cret-token")
        assert upstream.only.header("connection") == "keep-alive"

    async def test_a_client_without_http2_offers_none_even_with_the_same_certificates(self) -> None:
        context = trusting()
        async with Http2Server().running() as server, UpstreamClient(certificates=context, http2=True) as client:
            await client.send(get(server.url), TOKEN)
        async with Http1Server().running("h2", "http/1.1") as both, UpstreamClient(certificates=context) as client:
            assert (await client.send(get(both.url), TOKEN)).status == 200
        assert both.lines == ["GET / HTTP/1.1"]

    @pytest.mark.parametrize("variable", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
    async def test_a_proxy_is_gone_through_with_http1(
        self, variable: str, monkeypatch: pytest.MonkeyPatch, upstream: Upstream
    ) -> None:
        monkeypatch.setenv(variable, upstream.url)
        async with UpstreamClient(certificates=trusting(), http2=True) as client:
            if variable != "HTTPS_PROXY":
                await client.send(get("http://vendor.invalid/x"), TOKEN)
                assert upstream.only.raw_path == "http://vendor.invalid/x"
            if variable != "HTTP_PROXY":
                with pytest.raises(UpstreamError):  # it takes no CONNECT
                    await client.send(get("https://vendor.invalid/x"), TOKEN)
                assert upstream.requests[-1].method == "CONNECT"


class TestConnecting:
    async def test_a_certificate_that_is_not_trusted_is_one_sentence_for_all_who_wait(self) -> None:
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with Http2Server().running() as server, UpstreamClient(certificates=nobody, http2=True) as client:
            calls = [client.send(get(server.url), TOKEN) for _ in range(5)]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {UpstreamError}
        assert all("its certificate is not trusted: " in str(outcome) for outcome in outcomes)

    async def test_a_server_that_does_not_shake_hands_keeps_nobody_waiting_twice(self) -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        listening = await asyncio.start_server(silent, "127.0.0.1", 0)
        url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        timeout = httpx2.Timeout(5, connect=0.3)
        async with listening, UpstreamClient(certificates=trusting(), http2=True, timeout=timeout) as client:
            begun = asyncio.get_running_loop().time()
            calls = [client.send(get(url), TOKEN) for _ in range(10)]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            took = asyncio.get_running_loop().time() - begun
        assert {type(outcome) for outcome in outcomes} == {NotSentError}
        assert took < 2.9  # seconds; one after the other would be 3

    async def test_who_cancels_while_the_connection_is_made_takes_nobody_along(self) -> None:
        async with Http2Server().running() as server, UpstreamClient(certificates=trusting(), http2=True) as client:
            for pause in range(12):
                calls = [asyncio.create_task(client.send(get(server.url), TOKEN)) for _ in range(4)]
                for _ in range(pause):
                    await asyncio.sleep(0)
                calls[0].cancel()
                outcomes = await asyncio.gather(*calls, return_exceptions=True)
                assert [getattr(outcome, "status", None) for outcome in outcomes[1:]] == [200] * 3
                await client.__aexit__(None, None, None)

    async def test_nobody_there_is_surely_not_sent(self) -> None:
        async with Http2Server().running() as server:
            url = server.url
        async with UpstreamClient(certificates=trusting(), http2=True) as client:
            with pytest.raises(NotSentError, match="ConnectError"):
                await client.send(get(url), TOKEN)


class TestServers:
    async def test_each_server_has_a_connection_of_its_own(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            await peer.answer(request, peer.server.url)

        async with (
            Http2Server(answer).running() as one,
            Http2Server(answer).running() as two,
            UpstreamClient(certificates=trusting(), http2=True) as client,
        ):
            for url in (one.url, two.url, one.url):
                assert (await client.send(get(url), TOKEN)).body == f'"{url}"'.encode()
        assert (len(one.peers), len(two.peers)) == (1, 1)
