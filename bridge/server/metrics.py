"""Counters and histograms of a server, as Prometheus reads them at ``/metrics``."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response

from bridge.catalogue.own_tools import OWN_NAMES
from bridge.server.audit import Record
from bridge.server.live import LiveCatalogue

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""Upper bounds of the buckets: a vendor answers in tenths of a second, a call that waits for it in minutes."""
OTHER = "other"
"""Stands for names of tools that do not exist: a client's text is no label."""


class Metrics:
    """What is counted. No label holds anything of a caller's: their number is that of tools, vendors and outcomes.

    Args:
        live: whose tools are counted.
    """

    def __init__(self, live: LiveCatalogue) -> None:
        self._registry = registry = CollectorRegistry()
        self._calls = Counter("bridge_calls", "Tool calls.", ("tool", "outcome", "status"), registry=registry)
        self._seconds = Histogram(
            "bridge_call_seconds", "How long calls took.", ("vendor", "method"), buckets=SECONDS, registry=registry
        )
        self._retries = Counter("bridge_retries", "Requests that were sent again.", ("vendor",), registry=registry)
        self._waited = Counter(
            "bridge_wait_seconds", "Time that calls waited for the vendor's limits.", ("vendor",), registry=registry
        )
        self._received = Counter("bridge_received_bytes", "Answers of the vendors.", ("vendor",), registry=registry)
        self._rejected = Counter(
            "bridge_tokens_rejected", "Tokens that a vendor rejects.", ("vendor", "where"), registry=registry
        )
        tools = Gauge("bridge_catalogue_tools", "Tools that can be called.", registry=registry)
        tools.set_function(lambda: len(live.catalogue.tools))
        self._running = Gauge("bridge_calls_running", "Calls that run now.", registry=registry)

    def watch(self, running: Callable[[], int]) -> None:
        """Show how many calls run, which ``running`` returns."""
        self._running.set_function(running)

    def call(self, record: Record, seconds: float) -> None:
        """Count a call that has ended."""
        tool = record.tool if record.spec or record.tool in OWN_NAMES else OTHER
        status = f"{record.status // 100}xx" if record.status else "none"
        self._calls.labels(tool, record.outcome or "none", status).inc()
        if record.spec is None:
            return
        vendor = record.spec.vendor.name
        self._seconds.labels(vendor, record.spec.operation.method).observe(seconds)
        if record.status == 401:
            self._rejected.labels(vendor, "call").inc()
        if record.effort is not None:
            self._retries.labels(vendor).inc(max(0, record.effort.attempts - record.effort.requests))
            self._waited.labels(vendor).inc(record.effort.waited)
            self._received.labels(vendor).inc(record.effort.received)

    def token_rejected(self, vendor: str) -> None:
        """Count a token that ``--verify-tokens`` found to be none."""
        self._rejected.labels(vendor, "edge").inc()

    async def answer(self, _: Request) -> Response:
        """Answer ``GET /metrics``."""
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
