"""The MCP server over HTTP: one port, both protocol eras, streamable HTTP and, for older clients, SSE."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

import fastmcp
import uvicorn
from fastmcp import FastMCP
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.server.catalogue_server import CatalogueServer
from bridge.server.drain import RETRY_SECONDS, Drain
from bridge.server.edge import Gate, Guard, is_public
from bridge.server.hangup import asked_by_sighup
from bridge.server.limits import Edge
from bridge.server.listening import Listeners
from bridge.server.quiet_calls import QuietCalls
from bridge.server.ready_listing import WithReadyListing
from bridge.server.reload import Reloads
from bridge.server.session_answers import SessionAnswers
from bridge.server.sole_answer import SoleAnswerAsJson
from bridge.server.workers import Workers
from bridge.shipped import DISTRIBUTION, package_version
from bridge.vendors import Vendor

if TYPE_CHECKING:  # prometheus_client is imported with --metrics alone
    from bridge.server.metrics import Metrics

MCP_PATH = "/mcp"
SSE_PATH = "/sse"
HEALTH_PATH = "/health"
READY_PATH = "/ready"
METRICS_PATH = "/metrics"

CLOSING_SECONDS = 1
"""How long connections may take to close once no call runs any more."""

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept open: longer than clients and proxies keep theirs, which then never send a call
on a connection that is just being closed (uvicorn's own 5 s are shorter than the minute of most)."""

_log = logging.getLogger(__name__)

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "plain"}},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
        for name in ("uvicorn", __name__, "bridge.server.drain")
    },
}


def http_app(
    server: FastMCP[Any],
    vendors: Collection[Vendor],
    *,
    stateless: bool,
    reloads: Reloads | None = None,
    drain: Drain | None = None,
    edge: Edge | None = None,
    guard: Guard | None = None,
    metrics: Metrics | None = None,
) -> Starlette:
    """Return the ASGI app that serves ``server``.

    ``/mcp`` is streamable HTTP in both protocol eras, and ``/sse`` the transport of older clients; both want a
    caller's token. ``GET /health``, ``/ready`` and ``/metrics`` are open. Everything else is 404, also without a token:
    a client that was answered 401 looks for OAuth metadata below ``/.well-known`` (RFC 9728, section 3), and 404 is the
    answer for "none".

    Args:
        server: the MCP server.
        vendors: the vendors that are served, whose headers admit a caller.
        stateless: keep no sessions, so that any replica can answer any request. Handshake-era clients then get no
            notifications outside of calls and cannot be asked anything; SSE, which is a session, is not served.
        reloads: answered while the app runs.
        drain: the server's calls; once they end for good, ``/health`` says so.
        edge: which hosts and origins are let in, and how many requests at one time; at ``/mcp`` and ``/sse``.
        guard: wraps what is let in by a caller's token; None: ``AccessMiddleware``.
        metrics: answer ``/metrics``; None: it is 404.
    """
    gate = Gate(edge or Edge(), vendors, guard)
    streamable = server.http_app(path=MCP_PATH, json_response=False, stateless_http=stateless)
    apps = [streamable]
    answering: ASGIApp = streamable
    # Without a session a client that goes away takes its call along, and only an event stream notices.
    if isinstance(server, CatalogueServer) and not stateless:
        answering = QuietCalls(streamable, server.is_quiet, SessionAnswers(streamable))
    guarded_mcp = gate.guarded(SoleAnswerAsJson(WithReadyListing(answering)))
    routes = [
        Route(HEALTH_PATH, partial(_health, drain, "ok")),
        Route(READY_PATH, partial(_health, drain, "ready")),
        *_routes(MCP_PATH, guarded_mcp),
    ]
    if metrics is not None:
        routes.append(Route(METRICS_PATH, metrics.answer))
    if not stateless:
        sse = server.http_app(path=SSE_PATH, transport="sse")
        apps.append(sse)
        guarded = gate.guarded(WithReadyListing(sse))
        routes += [*_routes(SSE_PATH, guarded), Route(fastmcp.settings.message_path, guarded)]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps:
                await stack.enter_async_context(app.lifespan(app))
            if reloads is not None:
                await stack.enter_async_context(reloads.running())
            yield

    app = _Direct(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _error})
    app.router.redirect_slashes = False
    app.direct[MCP_PATH] = guarded_mcp
    return app


class _Direct(Starlette):
    """An app that has some paths answered at once, without a router and the layers before it; they have their own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.direct: dict[str, ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        app = self.direct.get(scope["path"]) if scope["type"] == "http" and not scope.get("root_path") else None
        await (app or super().__call__)(scope, receive, send)


def _routes(path: str, app: ASGIApp) -> list[Route]:
    """Serve ``path`` with and without a slash at its end.

    FastMCP would redirect from one to the other. Behind a proxy that ends TLS, the ``Location`` would be a ``http:``
    URL, and a client that follows it sends its vendor header over the net in clear text.
    """
    return [Route(path, app), Route(f"{path}/", _Unslashed(app))]


class _Unslashed:
    """Hands a request on as if its path had no slash at the end."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "path": scope["path"].rstrip("/")}, receive, send)


async def _health(drain: Drain | None, status: str, _: Request) -> Response:
    # Nothing listens before the catalogue is loaded: who answers is ready, until the end begins.
    about = {"name": DISTRIBUTION, "version": package_version()}
    if drain is not None and drain.begun:
        return JSONResponse({"status": "ending", **about}, 503, {"Retry-After": str(RETRY_SECONDS)})
    return JSONResponse({"status": status, **about})


async def _error(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = f"nothing is served here; MCP is at {MCP_PATH}" if error.status_code == 404 else error.detail
    return JSONResponse(
        {"error": error.detail.lower().replace(" ", "_"), "message": message},
        status_code=error.status_code,
        headers=error.headers,
    )


def serve_http(
    app: ASGIApp,
    host: str,
    port: int,
    log_level: str,
    drain: Drain,
    reloads: Reloads | None = None,
    *,
    workers: int = 1,
) -> None:
    """Serve ``app`` until SIGINT or SIGTERM, then return.

    The calls that run then have the time of ``drain`` to end, whatever carries their answers; new ones are refused. The
    same signal once more ends it at once. Logs go to stderr, requests and headers are not logged, and nothing is
    written to stdout.

    Args:
        app: from :func:`http_app`.
        host: the address to listen on.
        port: the port, 0 for any that is free.
        log_level: of the HTTP server: ``debug``, ``info``, ``warning``, ``error`` or ``critical``.
        drain: the calls.
        reloads: those that ``app`` answers, whose streams are ended first.
        workers: how many processes answer; with more than one, ``app`` keeps no sessions.

    Raises:
        OptionError: the address cannot be listened on.
        BridgeError: a worker process did not end well.
    """
    listeners = Listeners(host, port, workers)
    config = uvicorn.Config(
        app,
        log_config=_LOGGING,
        log_level=log_level.lower(),
        access_log=False,
        lifespan="on",
        ws="none",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    shown = f"[{host}]" if ":" in host else host
    if is_public(host):
        _log.warning(
            "%s can be reached from other computers, and tokens come in clear text: put TLS in front, or a proxy that "
            "ends it; callers name this computer in Host, or a name that --allowed-host gives",
            shown,
        )
    _log.info("serving MCP on http://%s:%s%s", shown, listeners.port, MCP_PATH)

    def work(worker: int) -> None:
        server = _DrainingServer(config, drain, reloads)
        with _streams_kept_open(), _ending_well(server), asked_by_sighup(reloads.ask) if reloads else nullcontext():
            server.run(sockets=[listeners.of(worker)])

    # All that is there now stays: the collector needs not look at it again, and processes go on sharing its pages.
    gc.freeze()
    gc.enable()
    if workers == 1:
        work(0)
    else:
        _log.info("%s processes answer", workers)
        Workers(workers, work, ending=listeners.close).run()


class _DrainingServer(uvicorn.Server):
    """A uvicorn server that shuts down once the calls have ended.

    uvicorn alone would wait for connections, and a client's stream of notifications never ends by itself.
    """

    def __init__(self, config: uvicorn.Config, drain: Drain, reloads: Reloads | None) -> None:
        super().__init__(config)
        self._drain = drain
        self._reloads = reloads
        self._idle_ticks = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; the second time, end."""
        if self._drain.begun:
            AppStatus.should_exit = True
            super().handle_exit(sig, frame)
        self._drain.begin()

    async def on_tick(self, counter: int) -> bool:
        """Return whether to shut down; asked ten times a second."""
        # Two ticks: the answer of the last call has one to leave.
        self._idle_ticks = self._idle_ticks + 1 if self._drain.over else 0
        if self._idle_ticks == 2:
            self._drain.end()
            self.should_exit = AppStatus.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down, after ending what would never end by itself."""
        if self._reloads is not None:
            self._reloads.end_streams()
        await super().shutdown(sockets)


@contextmanager
def _streams_kept_open() -> Iterator[None]:
    """Keep sse-starlette from ending event streams, and the calls on them, at the first signal.

    It watches uvicorn's signals in every process that imports it; its own switch leaves the end of the streams to us.
    """
    AppStatus.enable_automatic_graceful_drain = False
    try:
        yield
    finally:
        AppStatus.should_exit = False
        AppStatus.enable_automatic_graceful_drain = True


@contextmanager
def _ending_well(server: uvicorn.Server) -> Iterator[None]:
    """Make the signals that end ``server`` end the process with code 0.

    uvicorn raises a signal again once it has shut down, for the handlers that were there before; Python's own would
    end the process with the signal. These also catch what comes before uvicorn listens to signals.
    """

    def end(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
