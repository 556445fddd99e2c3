"""What a trace says of a call."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bridge.server.audit import Outcome, Record
from bridge.server.span import describe_span
from bridge.upstream.retry import Effort
from tests.documents import operation
from tests.tools import SECRET, call_spec, spec_of
from tests.upstream_server import Upstream

SPEC = spec_of(operation("GET", "/things"))


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> trace.Tracer:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("test")


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_the_span_that_is_current_says_what_is_known(tracer: trace.Tracer, exporter: InMemorySpanExporter) -> None:
    kept = Record(SPEC.name, spec=SPEC, outcome=Outcome.OK, status=200, effort=Effort(1, 2, 0.5))
    with tracer.start_as_current_span("tools/call"):
        describe_span(kept)
    assert dict(only(exporter).attributes or {}) == {
        "bridge.tool": SPEC.name,
        "bridge.vendor": SPEC.vendor.name,
        "bridge.outcome": "ok",
        "bridge.attempts": 2,
        "bridge.waited_seconds": 0.5,
        "http.request.method": "GET",
        "url.template": "/things",
        "http.response.status_code": 200,
    }


def test_without_a_span_nothing_happens() -> None:
    describe_span(Record(SPEC.name, spec=SPEC))


async def test_a_call_describes_its_span_without_a_secret(
    tracer: trace.Tracer, exporter: InMemorySpanExporter, upstream: Upstream
) -> None:
    upstream.answers(200, {"ok": True})
    with tracer.start_as_current_span("tools/call"):
        await call_spec(SPEC, upstream.url, {})
    attributes = only(exporter).attributes or {}
    assert attributes["bridge.tool"] == SPEC.name
    assert SECRET not in only(exporter).to_json()
