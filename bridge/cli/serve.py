"""serve: the MCP server, over stdio or HTTP."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.catalogue.listing_plan import DEFAULT_BUDGET, ListingPlan, Mode
from bridge.catalogue.permissions import EVERYTHING
from bridge.catalogue.summary import summary_line
from bridge.catalogue.tool_spec import CHARACTERS_PER_TOKEN, Catalogue
from bridge.cli.audit import AuditLogOption, opened_audit_log
from bridge.cli.http_edge import AllowedHosts, AllowedOrigins, MaxRequests, MaxRequestsPerCaller, MetricsOption
from bridge.cli.options import (
    CheckRequestsOption,
    DrainOption,
    FilesDirs,
    Found,
    Http2Option,
    ListBudget,
    MaxWaitOption,
    ModeOption,
    NoCache,
    OverridesFile,
    RetriesOption,
    SandboxOption,
    Schema,
    SchemaOption,
    Spec,
    SpecsDir,
    TimeoutOption,
    UpstreamOption,
    files_dirs,
    find_catalogue,
)
from bridge.cli.permitted import Allow, Deny, ReadOnly, Scopes, permissions
from bridge.cli.running import Handling, sandbox_hosts, upstream_hosts, upstream_of
from bridge.cli.serve_stdio import serve_stdio
from bridge.cli.tokens import (
    OAuthOption,
    SharedCredentials,
    TokenCommandOption,
    TokenOptions,
    VerifyTokens,
    own_tokens,
    shared_tokens,
)
from bridge.errors import OptionError
from bridge.server.confirm import STATE_KEY_VARIABLE, Confirm
from bridge.server.hangup import Postponed, asked_by_sighup
from bridge.server.limits import MAX_REQUESTS, MAX_REQUESTS_OF_A_CALLER, Edge
from bridge.server.live import LiveCatalogue
from bridge.server.request_check import CheckRequests
from bridge.upstream.retry_policy import MAX_WAIT, RETRIES, TIMEOUT, RetryPolicy
from bridge.upstream.tokens import TokenSource
from bridge.vendors import Vendor

if TYPE_CHECKING:
    from bridge.server.edge import Guard
    from bridge.server.metrics import Metrics
    from bridge.server.tool import Upstream

logger = logging.getLogger("bridge")

BY_SANDBOX = ", answered by the sandbox"

DRAIN_SECONDS = 8.0
"""Container runtimes kill what still runs ten seconds after SIGTERM."""

MAX_RESULT_TOKENS = 25_000
"""What Claude Code takes of a result."""

WIRE_LOGGERS = ("fastmcp", "h2", "hpack", "httpcore2", "httpx2", "mcp", "sse_starlette", "uvicorn.access")
"""Libraries whose debug lines show headers, URLs, arguments or bodies: never below warning, whatever is asked for."""


Load = Callable[[], Catalogue]
"""What reads documents and overrides; with every call anew."""


class Transport(StrEnum):
    """How a client connects."""

    STDIO = "stdio"
    HTTP = "http"


class Results(StrEnum):
    """Where a result stands."""

    BOTH = "both"
    STRUCTURED = "structured"


class LogLevel(StrEnum):
    """The least severe line that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def serve(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Serve the documents that specs.lock names, or nothing.")
    ] = False,
    read_only: ReadOnly = False,
    allow: Allow = None,
    deny: Deny = None,
    scopes: Scopes = None,
    transport: Annotated[Transport, typer.Option(help="stdio, or http: /mcp, and /sse for older clients.")] = (
        Transport.STDIO
    ),
    host: Annotated[str, typer.Option(help="With --transport http: the address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="With --transport http: the port.")] = 8000,
    stateless: Annotated[
        bool, typer.Option("--stateless", help="With --transport http: no sessions, for many replicas.")
    ] = False,
    workers: Annotated[
        int,
        typer.Option(
            min=1, max=64, help="With --transport http: how many processes answer. More than one: --stateless."
        ),
    ] = 1,
    allowed_host: AllowedHosts = None,
    allowed_origin: AllowedOrigins = None,
    max_requests: MaxRequests = MAX_REQUESTS,
    max_requests_per_caller: MaxRequestsPerCaller = MAX_REQUESTS_OF_A_CALLER,
    shared_credentials: SharedCredentials = False,
    verify_tokens: VerifyTokens = False,
    metrics: MetricsOption = False,
    token_command: TokenCommandOption = None,
    oauth: OAuthOption = None,
    mode: ModeOption = Mode.AUTO,
    list_budget: ListBudget = DEFAULT_BUDGET,
    schema: SchemaOption = Schema.LEAN,
    upstream: UpstreamOption = None,
    sandbox: SandboxOption = False,
    files_dir: FilesDirs = None,
    check_requests: CheckRequestsOption = CheckRequests.WRITES,
    confirm: Annotated[
        Confirm,
        typer.Option(
            help="When a person is asked before what destroys: auto where the client can ask, always or not at all."
        ),
    ] = Confirm.AUTO,
    retries: RetriesOption = RETRIES,
    max_wait: MaxWaitOption = MAX_WAIT,
    timeout: TimeoutOption = TIMEOUT,
    http2: Http2Option = True,
    audit_log: AuditLogOption = None,
    max_result_tokens: Annotated[
        int, typer.Option(min=0, help="What a result may have before it is cut, a token being 4 characters; 0: any.")
    ] = MAX_RESULT_TOKENS,
    results: Annotated[
        Results,
        typer.Option(help="Where a result stands: structured sends it once, for clients that read structuredContent."),
    ] = Results.BOTH,
    drain: DrainOption = DRAIN_SECONDS,
    no_cache: NoCache = False,
    log_level: Annotated[LogLevel, typer.Option(help="The least severe line that is logged, on stderr.")] = (
        LogLevel.INFO
    ),
) -> None:
    """Serve the tools to an MCP client."""
    # Until it serves, next to nothing that is made is thrown away: looking for that takes a tenth of the time.
    gc.disable()
    _log_to_stderr(log_level)
    if stateless and transport is Transport.STDIO:
        raise OptionError("--stateless goes with --transport http")
    if workers > 1:
        _check_workers(transport, sandbox=sandbox, metrics=metrics, shared=shared_credentials)
        stateless = True
    if files_dir and transport is Transport.HTTP:
        raise OptionError("--files-dir goes with --transport stdio: over HTTP nobody may read this computer's files")
    if (allowed_host or allowed_origin) and transport is Transport.STDIO:
        raise OptionError("--allowed-host and --allowed-origin go with --transport http")
    edge = Edge(
        tuple(allowed_host or ()),
        tuple(allowed_origin or ()),
        max_requests,
        max_requests_per_caller,
        verify_tokens,
        metrics,
    )
    tokens = TokenOptions(token_command, oauth, shared=shared_credentials, verify=verify_tokens)
    tokens.check(over_http=transport is Transport.HTTP)
    if metrics and transport is Transport.STDIO:
        raise OptionError("--metrics goes with --transport http")
    folders = files_dirs(files_dir)
    permitted = permissions(read_only, allow, deny, scopes)

    def find() -> Found:
        cached = not (no_cache or sandbox)
        found = find_catalogue(spec, specs_dir, overrides, permitted, frozen=frozen, schema=schema, cached=cached)
        _say_what_is_served(found.catalogue)
        return found

    hangups = Postponed()
    with asked_by_sighup(hangups.ask):
        found = find()
        if transport is Transport.HTTP:  # nobody waits, and worker processes share what is compiled
            found = Found(found.ready())
        catalogue = found.catalogue
        handling = Handling(
            folders,
            check_requests,
            max_result_tokens * CHARACTERS_PER_TOKEN,
            permissions=catalogue.permissions or EVERYTHING,
            confirm=confirm,
            audit_log=audit_log or ("off" if transport is Transport.STDIO else "-"),
            retry=RetryPolicy(retries, max_wait, timeout),
            text_too=results is Results.BOTH,
            http2=http2,
        )
        live = LiveCatalogue(catalogue, mode, list_budget)
        _say_what_is_listed(live.exposure.plan)
        hosts = upstream_hosts(catalogue, upstream)
        with sandbox_hosts(catalogue, hosts, use_sandbox=sandbox) as reached:

            def reload() -> Catalogue:
                loaded = find().ready()
                reached.follow(loaded)
                return loaded

            if transport is Transport.STDIO:
                own = own_tokens([entry.vendor for entry in catalogue.vendors], tokens, sandbox=sandbox, say=True)
                logger.info("%s over stdio%s", _counted(len(catalogue.tools)), BY_SANDBOX if sandbox else "")
                serve_stdio(live, reload, reached.hosts, handling, own, drain, hangups, found.compiled)
            else:
                logger.info("%s over HTTP%s", _counted(len(catalogue.tools)), BY_SANDBOX if sandbox else "")
                shared = shared_tokens([entry.vendor for entry in catalogue.vendors], tokens, host, sandbox=sandbox)
                _serve_http(
                    live,
                    reload,
                    reached.hosts,
                    handling,
                    shared,
                    (host, port),
                    log_level,
                    drain,
                    edge,
                    hangups,
                    stateless=stateless,
                    workers=workers,
                )


def _say_what_is_served(catalogue: Catalogue) -> None:
    for vendor in catalogue.vendors:
        logger.info(summary_line(vendor))
    if withheld := sum(len(vendor.withheld) for vendor in catalogue.vendors):
        logger.info("%s withheld by --read-only, --allow, --deny or --scopes", _counted(withheld))
    for problem in catalogue.problems:
        if problem.severity == "warning":
            logger.warning(str(problem))
    if not catalogue.tools:
        logger.warning("no tools: nothing is selected, or everything is filtered out")


def _say_what_is_listed(plan: ListingPlan) -> None:
    logger.info(plan.reason)
    if plan.left_out:
        logger.warning("no room in --list-budget for pinned tools: %s", ", ".join(plan.left_out))


def _check_workers(transport: Transport, *, sandbox: bool, metrics: bool, shared: bool) -> None:
    if transport is Transport.STDIO:
        raise OptionError("--workers goes with --transport http")
    if not hasattr(os, "fork"):
        raise OptionError("--workers needs a system that can fork; start several servers behind a balancer instead")
    if sandbox or metrics:
        other = "--sandbox" if sandbox else "--metrics"
        raise OptionError(f"--workers and {other} exclude each other: it lives in one process")
    if shared:
        raise OptionError(
            "--workers and --shared-credentials exclude each other: each process would obtain a token of its own, "
            "and a new one may end the one before"
        )


def _counted(count: int) -> str:
    return f"{count:,} tool{'s' if count != 1 else ''}"


def _serve_http(
    live: LiveCatalogue,
    load: Load,
    hosts: dict[str, str],
    handling: Handling,
    shared: TokenSource | None,
    address: tuple[str, int],
    log_level: LogLevel,
    drain_seconds: float,
    edge: Edge,
    hangups: Postponed,
    *,
    stateless: bool,
    workers: int,
) -> None:
    from bridge.server.access import RequestTokens  # noqa: PLC0415 (FastMCP takes a second to import)
    from bridge.server.app import build_server, draining, reloads_of  # noqa: PLC0415
    from bridge.server.http import http_app, serve_http  # noqa: PLC0415
    from bridge.server.shared_access import SharedAccess  # noqa: PLC0415

    vendors = [entry.vendor for entry in live.catalogue.vendors]
    key = os.environ.get(STATE_KEY_VARIABLE)
    calls = upstream_of(shared or RequestTokens(vendors), hosts, handling)
    metrics = _metrics(live) if edge.metrics else None
    log = opened_audit_log(handling.audit_log, key)
    server = build_server(live, calls, key, log, [metrics.call] if metrics else ())
    reloads = reloads_of(server, live, calls, load)
    if stateless:
        logger.info("stateless: no SSE at /sse, no elicitation for handshake-era clients, no list_changed")
        if not key:
            logger.info("replicas need one %s: a person's answer is good in the process that asked", STATE_KEY_VARIABLE)
    else:
        logger.info("older clients find SSE at /sse")
    drain = draining(server, drain_seconds)
    if metrics:
        metrics.watch(lambda: drain.running)
    guard = partial(SharedAccess, vendors=vendors) if shared else _guard(vendors, calls, edge, metrics)
    hangups.lead_to(reloads.ask)
    app = http_app(
        server,
        vendors,
        stateless=stateless,
        reloads=reloads,
        drain=drain,
        edge=edge,
        guard=guard,
        metrics=metrics,
    )
    serve_http(app, *address, log_level.value, drain, reloads, workers=workers)


def _metrics(live: LiveCatalogue) -> Metrics:
    from bridge.server.metrics import Metrics  # noqa: PLC0415 (for who asks for them alone)

    logger.info("metrics at /metrics, open to whoever reaches this server")
    return Metrics(live)


def _guard(vendors: Sequence[Vendor], calls: Upstream, edge: Edge, metrics: Metrics | None) -> Guard:
    from bridge.server.access import AccessMiddleware  # noqa: PLC0415 (FastMCP takes a second to import)
    from bridge.server.token_check import TokenCheck  # noqa: PLC0415

    check = TokenCheck(calls.client, calls.hosts) if edge.verify_tokens else None
    return partial(AccessMiddleware, vendors=vendors, check=check, rejected=metrics.token_rejected if metrics else None)


def _log_to_stderr(level: LogLevel) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level.value.upper(), handlers=[handler], force=True)
    # FastMCP's own handler would draw its lines in colours and boxes: with it off they come through ours.
    os.environ["FASTMCP_LOG_ENABLED"] = "false"
    for name in WIRE_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
