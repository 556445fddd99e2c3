"""The edge: whom a request is for, where it comes from, how large it is, how many there are; /health asks nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastmcp import FastMCP
from starlette.applications import Starlette

from bridge.server.edge import MAX_REQUEST_BYTES, is_public
from bridge.server.http import http_app
from bridge.server.limits import Edge
from tests.documents import ACME

TOKEN = {"x-acme-access-token": "s3cret-acme"}
ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
Post = Callable[..., Coroutine[Any, Any, httpx2.Response]]


@asynccontextmanager
async def served(edge: Edge | None = None, server: FastMCP[Any] | None = None) -> AsyncIterator[Post]:
    """Serve, and give a function that posts ``initialize``."""
    app: Starlette = http_app(server or FastMCP("small"), [ACME], stateless=True, edge=edge)
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport) as http:

        async def post(headers: dict[str, str], url: str = "http://127.0.0.1:8000/mcp", **more: Any) -> httpx2.Response:
            content = more.pop("content", json.dumps(INITIALIZE).encode())
            return await http.request(
                more.pop("method", "POST"), url, headers={**ACCEPT, **TOKEN, **headers}, content=content
            )

        yield post


class TestHostAndOrigin:
    async def test_as_the_conformance_scenario_dns_rebinding_protection_asks(self) -> None:
        # What @modelcontextprotocol/conformance 0.1.16 sends: initialize, both headers foreign, and both ours.
        async with served() as post:
            evil = await post({"host": "evil.example.com", "origin": "http://evil.example.com"})
            assert 400 <= evil.status_code < 500
            for own in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
                assert (await post({"host": own, "origin": f"http://{own}"})).status_code == 200

    @pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
    async def test_a_host_that_is_not_this_computer_is_refused_before_the_token_is_looked_at(self, path: str) -> None:
        async with served() as post:
            refused = await post(
                {"host": "evil.example.com", "x-acme-access-token": ""}, url=f"http://127.0.0.1:8000{path}"
            )
        assert refused.status_code == 421
        assert refused.json() == {
            "error": "forbidden_host",
            "message": "this server does not answer requests with this Host header; --allowed-host lets one in",
        }

    @pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://127.0.0.1.evil.example.com"])
    async def test_a_foreign_web_page_is_refused(self, origin: str) -> None:
        async with served() as post:
            refused = await post({"host": "127.0.0.1:8000", "origin": origin})
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden_origin")

    async def test_names_that_are_allowed_are_let_in_and_so_is_the_name_of_this_computer(self) -> None:
        edge = Edge(hosts=("bridge.example.com", "*.test"), origins=("https://inspector.example.com",))
        async with served(edge) as post:
            for host in ("bridge.example.com", "a.test:8443", socket.gethostname()):
                assert (await post({"host": host})).status_code == 200
            allowed = {"host": "bridge.example.com", "origin": "https://inspector.example.com"}
            assert (await post(allowed)).status_code == 200
            assert (await post({"host": "example.com"})).status_code == 421

    async def test_what_was_let_in_once_lets_nothing_else_in(self) -> None:
        own, foreign = "127.0.0.1:8000", "https://evil.example.com"
        async with served() as post:
            for _ in range(2):
                assert (await post({"host": own})).status_code == 200
                assert (await post({"host": own, "origin": f"http://{own}"})).status_code == 200
                assert (await post({"host": own, "origin": foreign})).status_code == 403
                assert (await post({"host": "evil.example.com", "origin": f"http://{own}"})).status_code == 421

    async def test_many_names_are_judged_one_by_one_and_none_is_forgotten_to_be(self) -> None:
        async with served(Edge(hosts=("*.test",))) as post:
            answers = [(await post({"host": f"h{n}.{'test' if n % 2 else 'evil'}"})).status_code for n in range(600)]
        assert answers == [421, 200] * 300

    async def test_health_asks_for_neither(self) -> None:
        async with served() as post:
            foreign = {"host": "10.1.2.3", "origin": "https://evil.example.com"}
            assert (await post(foreign, url="http://127.0.0.1:8000/health", method="GET")).status_code == 200


class TestSize:
    async def test_a_declared_size_too_large_is_refused_unread(self) -> None:
        async with served() as post:
            refused = await post({"host": "127.0.0.1"}, content=b" " * (MAX_REQUEST_BYTES + 1))
        assert (refused.status_code, refused.json()) == (
            413,
            {"error": "too_large", "message": "a request has at most 4 MiB"},
        )

    async def test_one_that_is_not_declared_too(self) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(MAX_REQUEST_BYTES // 65_536 + 1):
                yield b" " * 65_536

        async with served() as post:
            refused = await post({"host": "127.0.0.1"}, content=chunks())
        assert (refused.status_code, refused.json()["error"]) == (413, "too_large")

    @pytest.mark.parametrize("length", ["-1", "x", "9" * 40, "٣"])
    async def test_a_length_that_is_none_does_no_harm(self, length: str) -> None:
        async with served() as post:
            try:
                answer = await post({"host": "127.0.0.1", "content-length": length})
            except (ValueError, httpx2.HTTPError):
                return  # the client does not send it
        assert answer.status_code < 500


class TestLoad:
    @asynccontextmanager
    async def busy(self, edge: Edge, calls: int) -> AsyncIterator[Post]:
        """Serve while so many calls of one caller are being answered."""
        server: FastMCP[Any] = FastMCP("slow")
        running, may_end = asyncio.Semaphore(0), asyncio.Event()

        @server.tool
        async def wait() -> str:
            running.release()
            await may_end.wait()
            return "done"

        call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "wait", "arguments": {}}}
        async with served(edge, server) as post, asyncio.TaskGroup() as group:
            for _ in range(calls):
                group.create_task(post({"host": "127.0.0.1"}, content=json.dumps(call).encode()))
                await running.acquire()
            yield post
            may_end.set()

    async def test_a_caller_with_too_many_requests_waits_and_others_do_not(self) -> None:
        async with self.busy(Edge(max_requests_of_a_caller=2), 2) as post:
            refused = await post({"host": "127.0.0.1"})
            other = await post({"host": "127.0.0.1", "x-acme-access-token": "s3cret-other"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert refused.json()["message"] == "2 of your requests are being answered; wait for some of them"
        assert other.status_code == 200

    async def test_when_the_server_is_full_everybody_waits(self) -> None:
        async with self.busy(Edge(max_requests=2), 2) as post:
            refused = await post({"host": "127.0.0.1", "x-acme-access-token": "s3cret-other"})
        assert (refused.status_code, refused.json()["error"]) == (503, "busy")

    async def test_what_is_answered_counts_no_longer(self) -> None:
        async with served(Edge(max_requests=1, max_requests_of_a_caller=1)) as post:
            for _ in range(3):
                assert (await post({"host": "127.0.0.1"})).status_code == 200


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("127.0.0.1", False),
        ("localhost", False),
        ("::1", False),
        ("[::1]", False),
        ("0.0.0.0", True),  # noqa: S104
        ("::", True),
        ("192.168.1.2", True),
        ("example.com", True),
    ],
)
def test_what_other_computers_reach_is_public(host: str, public: bool) -> None:
    assert is_public(host) is public
