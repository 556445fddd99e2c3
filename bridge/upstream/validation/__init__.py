"""An outgoing request checked against its operation with openapi-core, before anything is sent."""

from bridge.upstream.validation.request import PlainRequest, RequestValidator

__all__ = ["PlainRequest", "RequestValidator"]
