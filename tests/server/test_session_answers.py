"""Calls that are answered in JSON in a session, among its other requests: over real HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bridge.catalogue.tool_spec import Catalogue
from bridge.server import patient_answer
from bridge.server.app import build_server
from bridge.server.catalogue_server import CatalogueServer
from bridge.server.http import MCP_PATH, http_app
from bridge.server.live import LiveCatalogue
from bridge.server.quiet_calls import QuietCalls
from bridge.server.session_answers import SessionAnswers
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import ACME, operation
from tests.tools import OneToken, catalogue_of, spec_of
from tests.upstream_server import Answer, running

IDLE_SECONDS = 0.5
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
CALL = {"name": "acme_list", "arguments": {}}


def catalogue() -> Catalogue:
    return catalogue_of(
        [spec_of(operation("GET", "/things"), "acme_list"), spec_of(operation("DELETE", "/things"), "acme_delete")]
    )


def server_of(upstream: upstream_server.Upstream) -> CatalogueServer:
    return build_server(LiveCatalogue(catalogue()), Upstream(UpstreamClient(), OneToken(), {"acme": upstream.url}))


@pytest.fixture
def url(upstream: upstream_server.Upstream) -> Iterator[str]:
    with running(http_app(server_of(upstream), [ACME], stateless=False)) as base:
        yield base + MCP_PATH


@pytest.fixture
def brief(upstream: upstream_server.Upstream) -> Iterator[str]:
    """Serve sessions that end after half a second without a request."""
    server = server_of(upstream)
    streamable = server.http_app(path=MCP_PATH, session_idle_timeout=IDLE_SECONDS)
    calls = QuietCalls(streamable, server.is_quiet, SessionAnswers(streamable))
    with running(_Within(calls, streamable)) as base:
        yield base + MCP_PATH


class _Within:
    """An app that runs as long as another one."""

    def __init__(self, app: QuietCalls, whole: Starlette) -> None:
        self.app = app
        self.whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.whole if scope["type"] == "lifespan" else self.app)(scope, receive, send)


class Session:
    """A session of a client that speaks HTTP by hand."""

    def __init__(self, http: httpx2.AsyncClient, url: str) -> None:
        self.http = http
        self.url = url
        self.count = 0

    async def post(self, method: str, params: dict[str, Any], **more: Any) -> httpx2.Response:
        self.count += 1
        message = {"jsonrpc": "2.0", "id": self.count, "method": method, "params": params, **more}
        return await self.http.post(self.url, json=message)

    async def call(self, **meta: Any) -> httpx2.Response:
        return await self.post("tools/call", {**CALL, **({"_meta": meta} if meta else {})})


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Session]:
    headers = {ACME.token_header: "t", "accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(headers=headers, timeout=30, verify=False) as http:
        session = Session(http, url)
        welcome = await session.post("initialize", HELLO)
        http.headers["mcp-session-id"] = welcome.headers["mcp-session-id"]
        http.headers["mcp-protocol-version"] = "2025-11-25"
        await http.post(url, json={"jsonrpc": "2.0", "method": "notifications/initialized"})
        yield session


async def begun(session: Session, upstream: upstream_server.Upstream, answer: Answer) -> asyncio.Task[httpx2.Response]:
    """Return a call that has reached the vendor, who answers so."""
    upstream.answer = lambda _: answer
    call = asyncio.create_task(session.call())
    assert await asyncio.to_thread(upstream.arrived.wait, 10)
    return call


def answer_of(response: httpx2.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()["result"]["structuredContent"]["status_code"]


class TestSessionAnswers:
    async def test_the_answer_is_json_of_the_same_session(self, url: str) -> None:
        async with opened(url) as session:
            response = await session.call()
        assert answer_of(response) == 200
        assert response.headers["content-type"] == "application/json"
        assert response.headers["mcp-session-id"] == session.http.headers["mcp-session-id"]

    async def test_many_at_one_time_each_get_their_own(self, url: str, upstream: upstream_server.Upstream) -> None:
        upstream.answer = lambda _: Answer(together=20)
        async with opened(url) as session:
            responses = await asyncio.gather(*(session.call() for _ in range(20)))
        assert sorted(response.json()["id"] for response in responses) == list(range(2, 22))

    async def test_a_call_with_progress_keeps_its_stream_beside_them(
        self, url: str, upstream: upstream_server.Upstream
    ) -> None:
        refused = threading.Event()

        def answer(_: upstream_server.Request) -> Answer:
            if not refused.is_set():
                refused.set()
                return Answer(429, headers={"retry-after": "0.2"})
            return Answer()

        upstream.answer = answer
        async with opened(url) as session:
            loud = asyncio.create_task(session.call(progressToken="p"))
            assert await asyncio.to_thread(refused.wait, 10)
            quiet = await session.call()
            response = await loud
        assert answer_of(quiet) == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert '"progressToken":"p"' in response.text
        assert '"status_code":200' in response.text

    async def test_a_call_that_is_cancelled_is_answered_and_leaves_the_vendor(
        self, url: str, upstream: upstream_server.Upstream
    ) -> None:
        async with opened(url) as session:
            call = await begun(session, upstream, Answer(hangs=True))
            cancelled = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": session.count}}
            await session.http.post(url, json=cancelled)
            assert "error" in (await call).json()
            assert await asyncio.to_thread(upstream.left.wait, 10)

    async def test_a_session_that_nobody_opened_or_that_was_ended_is_not_found(self, url: str) -> None:
        async with opened(url) as session:
            assert answer_of(await session.call()) == 200
            await session.http.delete(url)
            assert (await session.call()).status_code == 404
            session.http.headers["mcp-session-id"] = "unknown"
            assert (await session.call()).status_code == 404

    async def test_a_session_that_ends_meanwhile_ends_the_response_without_an_answer(
        self, url: str, upstream: upstream_server.Upstream
    ) -> None:
        async with opened(url) as session:
            call = await begun(session, upstream, Answer(hangs=True))
            await session.http.delete(url)
            response = await call
        assert (response.status_code, response.text) == (200, "")
        assert response.headers["content-type"] == "text/event-stream"

    async def test_a_slow_answer_is_a_stream_that_is_kept_alive(
        self, url: str, upstream: upstream_server.Upstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patient_answer, "PING_SECONDS", 0.02)
        ready = threading.Event()
        async with opened(url) as session:
            call = await begun(session, upstream, Answer(after=ready))
            await asyncio.sleep(0.1)
            ready.set()
            response = await call
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["mcp-session-id"] == session.http.headers["mcp-session-id"]
        *pings, event, _ = response.text.split("\r\n\r\n")
        assert pings
        assert set(pings) == {": ping"}
        assert event.startswith('event: message\r\ndata: {"jsonrpc":"2.0","id":2,"result":')


class TestHowLongASessionLasts:
    async def test_calls_in_json_keep_it(self, brief: str) -> None:
        async with opened(brief) as session:
            for _ in range(4):
                await asyncio.sleep(IDLE_SECONDS / 2)
                assert answer_of(await session.call()) == 200

    async def test_without_any_it_ends(self, brief: str) -> None:
        async with opened(brief) as session:
            assert answer_of(await session.call()) == 200
            await asyncio.sleep(IDLE_SECONDS * 2)
            assert (await session.call()).status_code == 404

    async def test_an_open_event_stream_keeps_it_whatever_calls_end(self, brief: str) -> None:
        async with opened(brief) as session, session.http.stream("GET", brief) as stream:
            assert stream.status_code == 200
            assert answer_of(await session.call()) == 200
            await asyncio.sleep(IDLE_SECONDS * 2)
            assert answer_of(await session.call()) == 200
