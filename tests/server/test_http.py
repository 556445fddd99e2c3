"""The HTTP app as clients and operators meet it: paths, both eras, big listings, ports, logs and signals."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import mcp
import pytest
from fastmcp import Client, Context, FastMCP
from fastmcp.client.transports import SSETransport, StreamableHttpTransport
from mcp.client.streamable_http import streamable_http_client

from bridge.errors import OptionError
from bridge.server.app import draining
from bridge.server.http import http_app, serve_http
from bridge.shipped import package_version
from bridge.vendors import Vendor
from tests.upstream_server import running

WEBEX = Vendor("webex", "Webex", "x-webex-access-token", "WEBEX_ACCESS_TOKEN")
ZOOM = Vendor("zoom", "Zoom", "x-zoom-access-token", "ZOOM_ACCESS_TOKEN")
BOTH = (WEBEX, ZOOM)
TOKEN = {"x-webex-access-token": "s3cret-webex-token"}
ERAS = ["legacy", "2026-07-28", "auto"]
BIG_LISTING = 100
"""Tools of a listing of over 3 MB: it is the bytes that have to get through, not the number."""


def small_server() -> FastMCP[Any]:
    server: FastMCP[Any] = FastMCP("small")

    @server.tool
    async def count(context: Context) -> str:
        for step in (1, 2):
            await context.report_progress(step, 2)
        return "counted"

    @server.tool
    async def ask(context: Context) -> str:
        return str((await context.elicit("Really?", response_type=bool)).action)

    @server.tool
    async def write(size: int) -> str:
        return "\N{SNOWMAN}\n" * size

    return server


def server_with_a_big_listing() -> FastMCP[Any]:
    """Return a server whose tools/list is over 3 MB."""
    server = small_server()
    for number in range(BIG_LISTING):

        def operation(page: int = 0) -> int:
            return page

        server.tool(operation, name=f"operation_{number}", description="d" * 31_000)
    return server


@pytest.fixture(scope="module", params=[False, True], ids=["sessions", "stateless"])
def big_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with running(http_app(server_with_a_big_listing(), BOTH, stateless=request.param)) as base:
        yield base


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(http_app(small_server(), BOTH, stateless=False)) as base:
        yield base


@asynccontextmanager
async def official_client(url: str, mode: Any) -> AsyncIterator[mcp.Client]:
    # Without TLS no certificates need be loaded, which takes each client 30 ms.
    http_client = httpx2.AsyncClient(headers=TOKEN, timeout=30, verify=False)
    async with http_client, mcp.Client(streamable_http_client(url, http_client=http_client), mode=mode) as client:
        yield client


def fastmcp_client(url: str, mode: Any = "auto", **options: Any) -> Client[StreamableHttpTransport]:
    return Client(StreamableHttpTransport(f"{url}/mcp", headers=TOKEN, verify=False), mode=mode, **options)


class TestBigAnswers:
    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_listing_of_three_megabytes_reaches_fastmcps_client(self, big_url: str, mode: str) -> None:
        async with fastmcp_client(big_url, mode) as client:
            tools = await client.list_tools()
        assert len(tools) == BIG_LISTING + 3
        assert sum(len(tool.model_dump_json()) for tool in tools) > 3_000_000

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_listing_of_three_megabytes_reaches_the_official_client(self, big_url: str, mode: str) -> None:
        async with official_client(f"{big_url}/mcp", mode) as client:
            assert len((await client.list_tools()).tools) == BIG_LISTING + 3

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_result_of_three_megabytes_arrives_unchanged(self, big_url: str, mode: str) -> None:
        async with fastmcp_client(big_url, mode) as client:
            result = await client.call_tool("write", {"size": 750_000})
        assert result.data == "\N{SNOWMAN}\n" * 750_000

    @pytest.mark.parametrize("mode", ERAS)
    async def test_progress_still_arrives_before_the_result(self, big_url: str, mode: str) -> None:
        seen: list[float] = []

        async def keep(progress: float, total: float | None, message: str | None) -> None:
            seen.append(progress)

        async with fastmcp_client(big_url, mode) as client:
            result = await client.call_tool("count", progress_handler=keep)
        assert (seen, result.data) == ([1.0, 2.0], "counted")

    async def test_a_question_to_the_person_still_arrives_during_a_handshake_era_call(self, url: str) -> None:
        async def decline(*_: Any) -> Any:
            return mcp.types.ElicitResult(action="decline")

        async with fastmcp_client(url, "legacy", elicitation_handler=decline) as client:
            assert (await client.call_tool("ask")).data == "decline"


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream"}


class TestPaths:
    async def test_health_is_open_and_names_the_version(self, url: str) -> None:
        async with httpx2.AsyncClient(verify=False) as client:
            response = await client.get(f"{url}/health")
        assert response.status_code == 200
        assert response.json() == {"status": "ok", "name": "zoom-webex-bridge", "version": package_version()}

    @pytest.mark.parametrize("path", ["/mcp", "/mcp/", "/sse", "/sse/", "/messages/"])
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    async def test_every_mcp_path_wants_a_token(self, url: str, path: str, method: str) -> None:
        async with httpx2.AsyncClient(verify=False) as client:
            response = await client.request(method, url + path, headers=ACCEPT, json=INITIALIZE)
        assert response.status_code == 401
        assert response.json()["error"] == "missing_token"

    @pytest.mark.parametrize(
        "path", ["/", "/mcp/x", "/MCP", "//mcp", "/messages/x", "/.well-known/oauth-protected-resource/mcp", "/health/"]
    )
    @pytest.mark.parametrize("headers", [{}, TOKEN])
    async def test_everything_else_is_404_with_or_without_a_token(
        self, url: str, path: str, headers: dict[str, str]
    ) -> None:
        async with httpx2.AsyncClient(headers=headers, verify=False) as client:
            response = await client.get(url + path)
        assert response.status_code == 404
        assert response.json() == {"error": "not_found", "message": "nothing is served here; MCP is at /mcp"}

    async def test_a_wrong_method_is_405_in_json(self, url: str) -> None:
        async with httpx2.AsyncClient(verify=False) as client:
            response = await client.post(f"{url}/health")
        assert response.status_code == 405
        assert response.json()["error"] == "method_not_allowed"

    @pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
    async def test_a_slash_at_the_end_is_served_without_a_redirect(self, url: str, path: str) -> None:
        async with httpx2.AsyncClient(headers={**TOKEN, **ACCEPT}, verify=False, follow_redirects=False) as client:
            response = await client.post(url + path, json=INITIALIZE)
        assert response.status_code == 200
        assert response.json()["result"]["serverInfo"]["name"] == "small"

    @pytest.mark.parametrize("path", ["/sse", "/sse/"])
    async def test_sse_serves_older_clients_on_the_same_port(self, url: str, path: str) -> None:
        async with Client(SSETransport(url + path, headers=TOKEN, verify=False)) as client:
            assert (await client.call_tool("count")).data == "counted"

    async def test_without_sessions_there_is_no_sse(self) -> None:
        with running(http_app(small_server(), BOTH, stateless=True)) as base:
            async with httpx2.AsyncClient(headers={**TOKEN, **ACCEPT}, verify=False) as client:
                assert "mcp-session-id" not in (await client.post(f"{base}/mcp", json=INITIALIZE)).headers
                assert (await client.get(f"{base}/sse")).status_code == 404

    async def test_both_apps_share_one_lifespan_of_the_server(self) -> None:
        entered: list[str] = []

        @asynccontextmanager
        async def lifespan(_: FastMCP[Any]) -> AsyncIterator[None]:
            entered.append("in")
            yield
            entered.append("out")

        server: FastMCP[Any] = FastMCP("lifespan", lifespan=lifespan)

        @server.tool
        def ok() -> str:
            return "ok"

        with running(http_app(server, BOTH, stateless=False)) as base:
            async with (
                fastmcp_client(base) as streamable,
                Client(SSETransport(f"{base}/sse", headers=TOKEN, verify=False)) as sse,
            ):
                for client in (streamable, sse):
                    assert (await client.call_tool("ok")).data == "ok"
            assert entered == ["in"]
        assert entered == ["in", "out"]


PROGRAM = textwrap.dedent(
    """
    import asyncio, logging, sys
    logging.basicConfig(level=logging.DEBUG)  # everything that any library logs, on stderr
    from fastmcp import FastMCP
    from fastmcp.utilities.logging import configure_logging
    configure_logging("DEBUG")
    from bridge.server.access import RequestTokens
    from bridge.server.app import draining
    from bridge.server.http import http_app, serve_http
    from bridge.vendors import Vendor

    vendors = (Vendor("webex", "Webex", "x-webex-access-token", "WEBEX_ACCESS_TOKEN"),)
    server = FastMCP("program")
    source = RequestTokens(vendors)

    @server.tool
    async def use() -> str:
        return f"{await source.token(vendors[0])}"

    @server.tool
    async def fail() -> str:
        token = await source.token(vendors[0])
        raise RuntimeError(f"failed with {token!r}")

    @server.tool
    async def wait(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "waited"

    drain = draining(server, 5)
    serve_http(http_app(server, vendors, stateless=False, drain=drain), "127.0.0.1", 0, "debug", drain)
    """
)


class Process:
    """A server in a process of its own, whose stderr goes to a file."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "stderr"
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with self.log.open("w") as stderr:
            self.popen = subprocess.Popen(
                [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=stderr, env=environ
            )
        self.url = self._wait_for_url()

    def _wait_for_url(self) -> str:
        begin = "serving MCP on "
        for _ in range(600):
            for line in self.log.read_text().splitlines():
                if begin in line:
                    return line.partition(begin)[2].removesuffix("/mcp")
            assert self.popen.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def end(self, number: signal.Signals) -> tuple[int, bytes]:
        """Send a signal; return the exit code and all that was written to stdout."""
        self.popen.send_signal(number)
        stdout, _ = self.popen.communicate(timeout=30)
        return self.popen.returncode, stdout


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    server = Process(tmp_path)
    try:
        yield server
    finally:
        server.popen.kill()
        server.popen.communicate()


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
class TestServeHttp:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_with_code_0_and_nothing_on_stdout(self, process: Process, number: signal.Signals) -> None:
        with httpx2.Client(verify=False) as client:
            assert client.get(f"{process.url}/health").status_code == 200
        assert process.end(number) == (0, b"")

    async def test_open_streams_do_not_hold_up_the_end(self, process: Process) -> None:
        async with (
            httpx2.AsyncClient(headers=TOKEN, verify=False) as client,
            client.stream("GET", f"{process.url}/sse"),
        ):
            begun = time.monotonic()
            assert await asyncio.to_thread(process.end, signal.SIGTERM) == (0, b"")
            assert time.monotonic() - begun < 5

    async def test_at_the_most_verbose_no_token_is_logged_and_stdout_stays_empty(self, process: Process) -> None:
        secret = TOKEN["x-webex-access-token"]
        for mode in ERAS:
            async with fastmcp_client(process.url, mode) as client:
                assert (await client.call_tool("use")).data == "Token(***)"
                assert (await client.call_tool("fail", raise_on_error=False)).is_error
        async with Client(SSETransport(f"{process.url}/sse", headers=TOKEN, verify=False)) as sse:
            assert (await sse.call_tool("use")).data == "Token(***)"
            assert (await sse.call_tool("fail", raise_on_error=False)).is_error
        async with httpx2.AsyncClient(verify=False) as http:
            for headers in ({"authorization": f"Bearer {secret} x"}, {"authorization": f"Basic {secret}"}):
                assert (await http.post(f"{process.url}/mcp", headers=headers)).status_code == 401
            broken = await http.post(f"{process.url}/mcp", headers={**TOKEN, **ACCEPT}, content=b"{")
            assert broken.status_code >= 400
        code, stdout = process.end(signal.SIGTERM)
        assert (code, stdout) == (0, b"")
        log = process.log.read_text()
        assert "failed with Token(***)" in log
        assert secret not in log

    def test_a_port_in_use_is_one_clear_sentence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(OptionError) as caught:
                serve_http(
                    http_app(small_server(), BOTH, stateless=True), "127.0.0.1", port, "info", draining(FastMCP(), 1)
                )
        assert str(caught.value) == f"port {port} on 127.0.0.1 is in use; choose another with --port"

    @pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
    def test_an_address_that_cannot_be_listened_on_is_named(self, host: str) -> None:
        with pytest.raises(OptionError, match=f"cannot listen on .*{host}"):
            serve_http(http_app(small_server(), BOTH, stateless=True), host, 0, "info", draining(FastMCP(), 1))

    @pytest.mark.parametrize("port", [-1, 65_536, 70_000])
    def test_a_port_that_does_not_exist_is_refused(self, port: int) -> None:
        with pytest.raises(OptionError, match=f"port {port} is not between 0 and 65535"):
            serve_http(
                http_app(small_server(), BOTH, stateless=True), "127.0.0.1", port, "info", draining(FastMCP(), 1)
            )
