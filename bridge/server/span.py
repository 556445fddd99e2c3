"""What a trace says of a call: attributes of FastMCP's own span, where an OpenTelemetry SDK is configured."""

from __future__ import annotations

from opentelemetry import trace

from bridge.server.audit import Record


def describe_span(record: Record) -> None:
    """Put what is known of the call on the span that is current; without an SDK nothing is done.

    Names are those of OpenTelemetry's semantic conventions for HTTP, where there are any; no value of an argument, no
    token.
    """
    span = trace.get_current_span()
    if not span.is_recording() or record.spec is None:
        return
    operation = record.spec.operation
    span.set_attributes(
        {
            "bridge.tool": record.tool,
            "bridge.vendor": operation.vendor.name,
            "http.request.method": operation.method,
            "url.template": operation.path,
        }
    )
    if record.outcome is not None:
        span.set_attribute("bridge.outcome", record.outcome.value)
    if record.status is not None:
        span.set_attribute("http.response.status_code", record.status)
    if record.effort is not None:
        span.set_attribute("bridge.attempts", record.effort.attempts)
        span.set_attribute("bridge.waited_seconds", record.effort.waited)
