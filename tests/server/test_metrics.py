"""What is counted of calls, and that nothing of a caller's becomes a label."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from bridge.server.audit import Outcome, Record
from bridge.server.live import LiveCatalogue
from bridge.server.metrics import Metrics
from bridge.upstream.retry import Effort
from tests.documents import operation
from tests.tools import catalogue_of, spec_of

SPEC = spec_of(operation("GET", "/things"))
VENDOR = SPEC.vendor.name


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(LiveCatalogue(catalogue_of([SPEC])))


def shown(metrics: Metrics) -> dict[str, float]:
    """Return the samples as Prometheus reads them."""
    client = TestClient(Starlette(routes=[Route("/metrics", metrics.answer)]))
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in response.text.splitlines() if not line.startswith("#") and "_created" not in line]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def ended(**facts: Any) -> Record:
    return Record(SPEC.name, spec=SPEC, **facts)


def test_a_call_is_counted_with_all_that_it_cost(metrics: Metrics) -> None:
    effort = Effort(requests=2, attempts=5, waited=1.5, received=100)
    metrics.call(ended(outcome=Outcome.OK, status=201, effort=effort), 0.3)
    found = shown(metrics)
    assert found[f'bridge_calls_total{{outcome="ok",status="2xx",tool="{SPEC.name}"}}'] == 1
    assert found[f'bridge_call_seconds_bucket{{le="0.25",method="GET",vendor="{VENDOR}"}}'] == 0
    assert found[f'bridge_call_seconds_bucket{{le="0.5",method="GET",vendor="{VENDOR}"}}'] == 1
    assert found[f'bridge_retries_total{{vendor="{VENDOR}"}}'] == 3
    assert found[f'bridge_wait_seconds_total{{vendor="{VENDOR}"}}'] == 1.5
    assert found[f'bridge_received_bytes_total{{vendor="{VENDOR}"}}'] == 100
    assert found["bridge_catalogue_tools"] == 1


def test_tokens_that_are_rejected_are_counted_by_where(metrics: Metrics) -> None:
    metrics.call(ended(outcome=Outcome.ERROR, status=401), 0.1)
    metrics.token_rejected(VENDOR)
    found = shown(metrics)
    assert found[f'bridge_tokens_rejected_total{{vendor="{VENDOR}",where="call"}}'] == 1
    assert found[f'bridge_tokens_rejected_total{{vendor="{VENDOR}",where="edge"}}'] == 1


def test_what_never_reached_the_vendor_has_no_status(metrics: Metrics) -> None:
    metrics.call(ended(outcome=Outcome.INVALID), 0.01)
    assert shown(metrics)[f'bridge_calls_total{{outcome="invalid",status="none",tool="{SPEC.name}"}}'] == 1


def test_a_name_that_no_tool_has_is_no_label(metrics: Metrics) -> None:
    metrics.call(Record("s3cret", outcome=Outcome.REFUSED), 0.01)
    metrics.call(Record("search_tools", outcome=Outcome.OK), 0.01)
    found = shown(metrics)
    assert found['bridge_calls_total{outcome="refused",status="none",tool="other"}'] == 1
    assert found['bridge_calls_total{outcome="ok",status="none",tool="search_tools"}'] == 1
    assert "s3cret" not in str(found)


def test_how_many_calls_run_is_asked_when_it_is_read(metrics: Metrics) -> None:
    running = [3]
    metrics.watch(lambda: running[0])
    assert shown(metrics)["bridge_calls_running"] == 3
    running[0] = 1
    assert shown(metrics)["bridge_calls_running"] == 1
