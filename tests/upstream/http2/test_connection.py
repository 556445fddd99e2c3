"""Calls over HTTP/2, against a real server over TLS that sends the frames that a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes

from bridge.errors import ConnectionLostError, UnansweredError, UpstreamError
from bridge.shipped import user_agent
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.http2 import connection
from bridge.upstream.tokens import Token
from tests.http2_server import Http2Request, Http2Server, Peer
from tests.tls import trusting

SECRET = "s3cret-token"
TOKEN = Token(SECRET)


@asynccontextmanager
async def client(**options: Any) -> AsyncIterator[UpstreamClient]:
    async with UpstreamClient(certificates=trusting(), http2=True, **options) as opened:
        yield opened


def get(url: str, **headers: str) -> OutgoingRequest:
    return OutgoingRequest("GET", url, headers, b"")


def post(url: str, body: bytes) -> OutgoingRequest:
    return OutgoingRequest("POST", url, {"content-type": "application/json"}, body)


class TestRequests:
    async def test_method_path_query_and_body_arrive_as_they_are(self) -> None:
        path = "/a%2Fb/%252Fc/d%20e/f%3D%3D?q=1%2B1&r=a%20b&s=%C3%A9&t"
        async with Http2Server().running() as server, client() as opened:
            response = await opened.send(
                OutgoingRequest("PATCH", server.url + path, {"content-type": "application/json-patch+json"}, b"[1]"),
                TOKEN,
            )
        assert (response.status, response.body) == (200, b"{}")
        assert (server.only.method, server.only.path, server.only.body) == ("PATCH", path, b"[1]")

    async def test_nothing_is_sent_but_what_the_request_holds_and_http_needs(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            await opened.send(get(f"{server.url}/things", TimeZone="Europe/Berlin"), TOKEN)
        assert [name for name, _ in server.only.headers[:4]] == [":method", ":authority", ":scheme", ":path"]
        assert sorted(server.only.headers) == [
            (":authority", server.url.removeprefix("https://")),
            (":method", "GET"),
            (":path", "/things"),
            (":scheme", "https"),
            ("accept", "*/*"),
            ("accept-encoding", server.only.header("accept-encoding")),
            ("authorization", f"Bearer {SECRET}"),
            ("timezone", "Europe/Berlin"),
            ("user-agent", user_agent()),
        ]

    @pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST", "PUT"])
    async def test_a_request_without_a_body_ends_with_its_head(self, method: str) -> None:
        async with Http2Server(at_head=True).running() as server, client() as opened:
            assert (await opened.send(OutgoingRequest(method, server.url, {}, b""), TOKEN)).status == 200
        assert (server.only.body, server.peers[0].resets) == (b"", {})

    async def test_a_delete_takes_its_body_along(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            await opened.send(OutgoingRequest("DELETE", server.url, {}, b'{"a":1}'), TOKEN)
        assert (server.only.method, server.only.body) == ("DELETE", b'{"a":1}')

    async def test_a_body_larger_than_the_servers_windows_arrives_whole(self) -> None:
        body = bytes(range(256)) * 8192
        async with Http2Server().running() as server, client() as opened:
            assert (await opened.send(post(server.url, body), TOKEN)).status == 200
        assert server.only.body == body

    async def test_many_large_bodies_at_a_time_arrive_whole(self) -> None:
        bodies = [bytes([number]) * 300_000 for number in range(16)]
        async with Http2Server().running() as server, client() as opened:
            await asyncio.gather(*(opened.send(post(server.url, body), TOKEN) for body in bodies))
        assert sorted(request.body for request in server.requests) == bodies
        assert len(server.peers) == 1

    async def test_names_of_headers_are_in_lower_case_and_doubles_together(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            pairs = [(":status", "200"), ("link", "<a>"), ("link", "<b>"), ("trackingid", "t1")]
            peer.h2.send_headers(request.stream, pairs, end_stream=True)
            peer.flush()

        async with Http2Server(answer).running() as server, client() as opened:
            headers = (await opened.send(get(server.url), TOKEN)).headers
        assert dict(headers) == {"link": "<a>, <b>", "trackingid": "t1"}

    @pytest.mark.parametrize(
        ("name", "value"), [("x-bad", "a\r\nx-injected: 1"), ("x-bad", "a\nb"), ("x-bad", "\x00"), ("x bad", "a")]
    )
    async def test_a_header_that_cannot_be_sent_is_refused(self, name: str, value: str) -> None:
        async with Http2Server().running() as server, client() as opened:
            with pytest.raises(UpstreamError, match="cannot be sent") as caught:
                await opened.send(OutgoingRequest("GET", server.url, {name: value}, b""), TOKEN)
            assert SECRET not in str(caught.value)
            assert (await opened.send(get(server.url), TOKEN)).status == 200
        assert len(server.requests) == 1


class TestSharing:
    async def test_64_callers_each_show_their_own_token_over_one_connection(self) -> None:
        everyone = asyncio.Event()

        async def answer(peer: Peer, request: Http2Request) -> None:
            if len(server.requests) == 64:
                everyone.set()
            await everyone.wait()
            await peer.answer(request, [request.token, request.path])

        async with Http2Server(answer).running() as server, client() as opened:
            calls = [opened.send(get(f"{server.url}/{number}"), Token(f"token-{number}")) for number in range(64)]
            bodies = [response.body for response in await asyncio.gather(*calls)]
        assert bodies == [f'["token-{number}", "/{number}"]'.encode() for number in range(64)]
        assert (len(server.peers), server.most_streams) == (1, 64)

    async def test_a_connection_is_kept_for_the_next_call(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            for _ in range(5):
                await opened.send(get(server.url), TOKEN)
        assert [(request.connection, request.stream) for request in server.requests] == [
            (0, stream) for stream in (1, 3, 5, 7, 9)
        ]

    async def test_a_connection_is_replaced_after_so_many_calls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "MAX_CALLS", 3)
        async with Http2Server().running() as server, client() as opened:
            for _ in range(7):
                await opened.send(get(server.url), TOKEN)
        assert [request.connection for request in server.requests] == [0, 0, 0, 1, 1, 1, 2]

    async def test_more_calls_than_a_server_takes_go_over_further_connections(self) -> None:
        both = asyncio.Event()

        async def answer(peer: Peer, request: Http2Request) -> None:
            if len(server.requests) == 3:
                both.set()
            await both.wait()
            await peer.answer(request)

        server = Http2Server(answer, {SettingCodes.MAX_CONCURRENT_STREAMS: 1})
        async with server.running(), client() as opened:
            await asyncio.gather(*(opened.send(get(server.url), TOKEN) for _ in range(3)))
        assert (len(server.peers), server.most_streams) == (3, 1)

    async def test_a_server_that_names_no_limit_gets_many_at_a_time(self) -> None:
        everyone = asyncio.Event()

        async def answer(peer: Peer, request: Http2Request) -> None:
            if len(server.requests) == 50:
                everyone.set()
            await everyone.wait()
            await peer.answer(request)

        server = Http2Server(answer, {})
        async with server.running(), client() as opened:
            await asyncio.gather(*(opened.send(get(server.url), TOKEN) for _ in range(50)))
        assert (len(server.peers), server.most_streams) == (1, 50)


class TestBreakingOff:
    async def test_a_cancelled_call_resets_its_stream_and_no_other(self) -> None:
        go_on = asyncio.Event()

        async def answer(peer: Peer, request: Http2Request) -> None:
            if request.path == "/hangs":
                await asyncio.sleep(60)
            await go_on.wait()
            await peer.answer(request, request.path)

        async with Http2Server(answer).running() as server, client() as opened:
            other = asyncio.create_task(opened.send(get(f"{server.url}/other"), TOKEN))
            call = asyncio.create_task(opened.send(get(f"{server.url}/hangs"), TOKEN))
            while len(server.requests) < 2:
                await asyncio.sleep(0.01)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await asyncio.wait_for(server.reset.wait(), 10)
            go_on.set()
            assert (await other).body == b'"/other"'
            assert (await opened.send(get(f"{server.url}/next"), TOKEN)).body == b'"/next"'
        stream = next(request.stream for request in server.requests if request.path == "/hangs")
        assert (len(server.peers), server.peers[0].resets) == (1, {stream: ErrorCodes.CANCEL})

    async def test_300_cancelled_calls_leave_a_connection_good(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            if request.path == "/hangs":
                await asyncio.sleep(60)
            await peer.answer(request)

        async with Http2Server(answer).running() as server, client() as opened:
            for _ in range(6):
                calls = [asyncio.create_task(opened.send(get(f"{server.url}/hangs"), TOKEN)) for _ in range(50)]
                before = len(server.requests)
                while len(server.requests) < before + 50:
                    await asyncio.sleep(0.01)
                for call in calls:
                    call.cancel()
                outcomes = await asyncio.gather(*calls, return_exceptions=True)
                assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
                assert (await opened.send(get(f"{server.url}/good"), TOKEN)).status == 200
        assert (len(server.peers), len(server.peers[0].resets)) == (1, 300)

    async def test_cancelling_while_a_body_is_sent_spoils_nothing_of_the_others(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            for pause in range(20):
                uploads = [asyncio.create_task(opened.send(post(server.url, b"x" * 200_000), TOKEN)) for _ in range(4)]
                for _ in range(pause):
                    await asyncio.sleep(0)
                for upload in uploads[::2]:
                    upload.cancel()
                outcomes = await asyncio.gather(*uploads, return_exceptions=True)
                assert not [outcome for outcome in outcomes[1::2] if isinstance(outcome, BaseException)]
        assert server.errors == []

    async def test_answers_that_are_too_large_are_broken_off_and_starve_nobody(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # What is under way of 20 answers is more than the window of the whole connection.
        monkeypatch.setattr(connection, "STREAM_WINDOW", 256 * 1024)
        monkeypatch.setattr(connection, "CONNECTION_WINDOW", 1024 * 1024)

        async def answer(peer: Peer, request: Http2Request) -> None:
            await peer.answer(request, b"x" * (2_000_000 if request.path == "/large" else 100_000))

        async with Http2Server(answer).running() as server, client(max_body_bytes=200_000) as opened:
            for _ in range(20):
                with pytest.raises(UpstreamError, match=r"is larger than 195 KB; ask for less of it"):
                    await opened.send(get(f"{server.url}/large"), TOKEN)
            assert len((await opened.send(get(f"{server.url}/small"), TOKEN)).body) == 100_000
        assert len(server.peers) == 1
        assert list(server.peers[0].resets.values()) == [ErrorCodes.CANCEL] * 20

    async def test_an_answer_before_the_whole_request_is_the_answer(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            await peer.answer(request, {"message": "too large"}, status=413)

        server = Http2Server(answer, at_head=True, holds_windows=True)
        async with server.running(), client() as opened:
            response = await opened.send(post(server.url, b"x" * 500_000), TOKEN)
            assert (response.status, response.body) == (413, b'{"message": "too large"}')
            await asyncio.wait_for(server.reset.wait(), 10)
        assert server.peers[0].resets == {1: ErrorCodes.NO_ERROR}


class TestTimeouts:
    async def test_a_stream_that_stalls_times_out_while_others_are_busy(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            if request.path == "/stalls":
                peer.head(request)
                await peer.data(request, b"[", ends=False)
                await asyncio.sleep(60)
            await peer.answer(request)

        async with Http2Server(answer).running() as server, client(timeout=httpx2.Timeout(1)) as opened:
            call = asyncio.create_task(opened.send(get(f"{server.url}/stalls"), TOKEN))
            while not call.done():
                assert (await opened.send(get(f"{server.url}/busy"), TOKEN)).status == 200
                await asyncio.sleep(0.02)
            with pytest.raises(UnansweredError, match=r"no answer from .* in time \(ReadTimeout\)"):
                await call
        stream = next(request.stream for request in server.requests if request.path == "/stalls")
        assert (len(server.peers), server.peers[0].resets) == (1, {stream: ErrorCodes.CANCEL})

    async def test_the_time_of_one_is_not_up_for_another_that_began_later(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            await asyncio.sleep(60 if request.path == "/hangs" else 0.6)
            await peer.answer(request)

        async with Http2Server(answer).running() as server, client(timeout=httpx2.Timeout(1)) as opened:
            hanging = asyncio.create_task(opened.send(get(f"{server.url}/hangs"), TOKEN))
            await asyncio.sleep(0.6)
            assert (await opened.send(get(f"{server.url}/slow"), TOKEN)).status == 200
            with pytest.raises(UnansweredError, match="in time"):
                await hanging

    async def test_a_connection_on_which_nothing_comes_takes_no_further_call(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            await asyncio.sleep(60 if request.path == "/hangs" else 0)
            await peer.answer(request)

        async with Http2Server(answer).running() as server, client(timeout=httpx2.Timeout(0.2)) as opened:
            await opened.send(get(server.url), TOKEN)
            with pytest.raises(UnansweredError):
                await opened.send(get(f"{server.url}/hangs"), TOKEN)
            assert (await opened.send(get(server.url), TOKEN)).status == 200
        assert len(server.peers) == 2

    async def test_a_server_that_takes_no_body_times_out(self) -> None:
        server = Http2Server(holds_windows=True)
        async with server.running(), client(timeout=httpx2.Timeout(5, write=0.2)) as opened:
            with pytest.raises(UnansweredError, match=r"in time \(WriteTimeout\)"):
                await opened.send(post(server.url, b"x" * 100_000), TOKEN)


class TestBrokenAnswers:
    async def test_a_connection_that_ends_within_a_body_is_one_sentence(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            peer.head(request, headers={"content-length": "10"})
            await peer.data(request, b"[1", ends=False)
            peer.close()

        async with Http2Server(answer).running() as server, client() as opened:
            with pytest.raises(ConnectionLostError, match="the server closed the connection") as caught:
                await opened.send(get(server.url), TOKEN)
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None

    @pytest.mark.parametrize("code", [ErrorCodes.INTERNAL_ERROR, ErrorCodes.CANCEL, ErrorCodes.ENHANCE_YOUR_CALM])
    async def test_a_stream_that_is_broken_off_says_why_and_ends_alone(self, code: ErrorCodes) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            if request.path == "/broken":
                peer.refuse(request, code)
            else:
                await peer.answer(request)

        async with Http2Server(answer).running() as server, client() as opened:
            with pytest.raises(ConnectionLostError, match=f"the server broke the stream off: {code.name}"):
                await opened.send(get(f"{server.url}/broken"), TOKEN)
            assert (await opened.send(get(f"{server.url}/good"), TOKEN)).status == 200
        assert len(server.peers) == 1

    async def test_what_is_no_http2_is_one_sentence(self) -> None:
        async def answer(peer: Peer, _: Http2Request) -> None:
            peer.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)

        async with Http2Server(answer).running() as server, client() as opened:
            with pytest.raises(ConnectionLostError, match=r"this is no HTTP/2 \(FrameTooLargeError\)"):
                await opened.send(get(server.url), TOKEN)

    async def test_an_answer_with_an_impossible_status_is_one_sentence(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            peer.h2.send_headers(request.stream, [(":status", "fine")], end_stream=True)
            peer.flush()

        async with Http2Server(answer).running() as server, client() as opened:
            with pytest.raises(ConnectionLostError, match="the answer has no status"):
                await opened.send(get(server.url), TOKEN)


class TestGoingAway:
    async def test_an_answer_under_way_arrives_whole_after_goaway(self) -> None:
        others_answered = asyncio.Event()

        async def answer(peer: Peer, request: Http2Request) -> None:
            if request.path == "/first":
                peer.head(request)
                await peer.data(request, b"[1,", ends=False)
                peer.go_away(request.stream)
                await peer.ping()
                await others_answered.wait()
                await peer.data(request, b"2]")
            else:
                await peer.answer(request)

        async with Http2Server(answer).running() as server, client() as opened:
            first = asyncio.create_task(opened.send(get(f"{server.url}/first"), TOKEN))
            await server.arrived.wait()
            await server.peers[0].pinged.wait()
            assert (await opened.send(get(f"{server.url}/second"), TOKEN)).status == 200
            others_answered.set()
            assert (await first).body == b"[1,2]"
        assert [(request.path, request.connection) for request in server.requests] == [("/first", 0), ("/second", 1)]

    async def test_a_connection_that_goes_away_while_idle_is_not_used_again(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            for _ in range(3):
                assert (await opened.send(post(server.url, b"{}"), TOKEN)).status == 200
                server.peers[-1].go_away(1)
                server.peers[-1].close()
                await asyncio.sleep(0.1)
        assert [request.connection for request in server.requests] == [0, 1, 2]

    async def test_a_connection_that_is_closed_while_idle_is_not_used_again(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            for _ in range(3):
                assert (await opened.send(post(server.url, b"{}"), TOKEN)).status == 200
                server.peers[-1].close()
                await asyncio.sleep(0.1)
        assert [request.connection for request in server.requests] == [0, 1, 2]

    async def test_a_server_that_goes_away_every_few_requests_is_not_noticed(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            if request.stream == 19:
                peer.go_away(request.stream)
            await peer.answer(request, request.path)

        async with Http2Server(answer).running() as server, client() as opened:
            slots = asyncio.Semaphore(8)

            async def call(number: int) -> bytes:
                async with slots:
                    return (await opened.send(post(f"{server.url}/{number}", b"{}"), TOKEN)).body

            bodies = await asyncio.gather(*(call(number) for number in range(200)))
        assert bodies == [f'"/{number}"'.encode() for number in range(200)]
        assert len(server.peers) >= 10

    async def test_the_reason_of_a_goaway_is_told(self) -> None:
        async def answer(peer: Peer, request: Http2Request) -> None:
            peer.go_away(request.stream, ErrorCodes.ENHANCE_YOUR_CALM)
            peer.close()

        async with Http2Server(answer).running() as server, client() as opened:
            with pytest.raises(ConnectionLostError, match="closed the connection: ENHANCE_YOUR_CALM"):
                await opened.send(get(server.url), TOKEN)

    async def test_a_ping_is_answered_while_nobody_calls(self) -> None:
        async with Http2Server().running() as server, client() as opened:
            await opened.send(get(server.url), TOKEN)
            await asyncio.wait_for(server.peers[0].ping(), 10)
