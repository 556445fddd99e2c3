"""FastMCP's client and the official one, over every transport and in both protocol eras, behind one face."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TextIO

import fastmcp
import httpx2
import mcp
import mcp_types
from fastmcp.client.transports import ClientTransport, SSETransport, StdioTransport, StreamableHttpTransport
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.dispatcher import ProgressFnT

from bridge.upstream.idle_probe import probe_cheaply

SECRET = "s3cret"
"""Every token of these tests has this in it, so that no place where one must not be goes unnoticed."""

Mode = Literal["legacy", "2026-07-28"]


@dataclass(frozen=True)
class Way:
    """A way to the server: whose client, over which transport, in which protocol era."""

    client: Literal["fastmcp", "official"]
    transport: Literal["http", "sse", "stdio"]
    mode: Mode

    def __str__(self) -> str:
        return f"{self.client}-{self.transport}-{self.mode}"


MODES: tuple[Mode, ...] = ("legacy", "2026-07-28")
CLIENTS: tuple[Literal["fastmcp", "official"], ...] = ("fastmcp", "official")
HTTP_WAYS = [Way(client, "http", mode) for client in CLIENTS for mode in MODES]
SSE_WAYS = [Way("fastmcp", "sse", "legacy"), Way("official", "sse", "legacy")]
STDIO_WAYS = [Way(client, "stdio", mode) for client in CLIENTS for mode in MODES]


class CallTool(Protocol):
    """Calls a tool; ``progress`` takes the notifications, and asks for them."""

    def __call__(
        self, name: str, arguments: dict[str, Any], progress: ProgressFnT | None = None
    ) -> Coroutine[Any, Any, mcp_types.CallToolResult]:
        """Call it."""


@dataclass(frozen=True)
class Caller:
    """A connected client."""

    names: Callable[[], Awaitable[list[str]]]
    call: CallTool


def text_of(result: mcp_types.CallToolResult) -> str:
    """Return the first text of a result."""
    block = result.content[0]
    assert isinstance(block, mcp_types.TextContent)
    return block.text


def structured(result: mcp_types.CallToolResult) -> dict[str, Any]:
    """Return what a successful result holds; its text says the same."""
    assert not result.is_error, text_of(result)
    assert result.structured_content == json.loads(text_of(result))
    return dict(result.structured_content)


Person = Callable[[mcp_types.ElicitRequestFormParams], mcp_types.ElicitResult]
"""Somebody who answers what the server asks."""


def agrees(_: mcp_types.ElicitRequestFormParams) -> mcp_types.ElicitResult:
    """Say yes."""
    return mcp_types.ElicitResult(action="accept", content={"confirm": True})


def declines(_: mcp_types.ElicitRequestFormParams) -> mcp_types.ElicitResult:
    """Say no."""
    return mcp_types.ElicitResult(action="decline")


def _asking_officials(person: Person | None) -> Any:
    async def answer(_: Any, params: Any) -> mcp_types.ElicitResult:
        assert person is not None
        return person(params)

    return answer if person else None


def _asking_fastmcps(person: Person | None) -> Any:
    async def answer(_: str, __: Any, params: Any, ___: Any) -> mcp_types.ElicitResult:
        assert person is not None
        return person(params)

    return answer if person else None


OutgoingHook = Callable[[httpx2.Request], Awaitable[None]]


def http_client(headers: Mapping[str, str], hook: OutgoingHook | None = None) -> httpx2.AsyncClient:
    """Return an HTTP client for any number of concurrent calls; without TLS no certificates need be loaded."""
    client = httpx2.AsyncClient(
        headers=dict(headers),
        event_hooks={"request": [hook] if hook else []},
        limits=httpx2.Limits(max_connections=None),
        timeout=60,
        verify=False,
    )
    # httpcore2 asks every idle connection with each request: with 200 callers that is most of what the client does.
    probe_cheaply(client)
    return client


@asynccontextmanager
async def connected(
    way: Way,
    base: str,
    headers: Mapping[str, str] | None = None,
    hook: OutgoingHook | None = None,
    person: Person | None = None,
) -> AsyncIterator[Caller]:
    """Connect over HTTP or SSE to the server at ``base``.

    Args:
        way: how.
        base: the server's URL.
        headers: of every request.
        hook: sees, and may change, every HTTP request.
        person: answers questions; without one the client cannot be asked any.
    """
    given = headers or {}
    async with AsyncExitStack() as stack:
        if way.client == "official":
            http = await stack.enter_async_context(http_client(given, hook))
            transport = (
                streamable_http_client(f"{base}/mcp", http_client=http)
                if way.transport == "http"
                else sse_client(f"{base}/sse", httpx_client_factory=lambda *_, **__: http_client(given, hook))
            )
            own = mcp.Client(transport, mode=way.mode, elicitation_callback=_asking_officials(person))
            yield _official(await stack.enter_async_context(own))
            return

        def factory(headers: dict[str, str] | None = None, *_: Any, **__: Any) -> httpx2.AsyncClient:
            return http_client({**(headers or {}), **given}, hook)

        if way.transport == "http":
            fastmcps: ClientTransport = StreamableHttpTransport(f"{base}/mcp", httpx_client_factory=factory)
        else:
            fastmcps = SSETransport(f"{base}/sse", httpx_client_factory=factory)
        other = fastmcp.Client(fastmcps, mode=way.mode, elicitation_handler=_asking_fastmcps(person))
        yield _fastmcp(await stack.enter_async_context(other))


@asynccontextmanager
async def started(
    way: Way,
    command: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    log: TextIO,
    person: Person | None = None,
) -> AsyncIterator[Caller]:
    """Start the server over stdio and connect to it; its stderr goes to ``log``."""
    program, *arguments = command
    if way.client == "official":
        parameters = StdioServerParameters(command=program, args=arguments, env=environment, cwd=folder)
        own = mcp.Client(
            stdio_client(parameters, errlog=log), mode=way.mode, elicitation_callback=_asking_officials(person)
        )
        async with own as client:
            yield _official(client)
        return
    transport = StdioTransport(program, arguments, environment, str(folder), keep_alive=False, log_file=log)
    asking = _asking_fastmcps(person)
    async with fastmcp.Client(transport, mode=way.mode, elicitation_handler=asking) as other:
        yield _fastmcp(other)


def _official(client: mcp.Client) -> Caller:
    async def names() -> list[str]:
        page = await client.list_tools()
        assert page.next_cursor is None
        return [tool.name for tool in page.tools]

    async def call(
        name: str, arguments: dict[str, Any], progress: ProgressFnT | None = None
    ) -> mcp_types.CallToolResult:
        return await client.call_tool(name, arguments, progress_callback=progress)

    return Caller(names, call)


def _fastmcp(client: fastmcp.Client[Any]) -> Caller:
    async def names() -> list[str]:
        return [tool.name for tool in await client.list_tools()]

    async def call(
        name: str, arguments: dict[str, Any], progress: ProgressFnT | None = None
    ) -> mcp_types.CallToolResult:
        return await client.call_tool_mcp(name, arguments, progress_handler=progress)

    return Caller(names, call)
