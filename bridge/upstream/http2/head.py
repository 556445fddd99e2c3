"""The head of a request, as HTTP/2 has it."""

from __future__ import annotations

import re

import httpcore2

from bridge.upstream.http2.stream import Headers

_NOT_SENT = frozenset({b"host", b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"})
"""What HTTP/2 says otherwise (RFC 9113, sections 8.2.2 and 8.3.1)."""
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(rb"[^\x00\r\n]*")
"""What h11 takes: h2 looks at what comes in alone."""


def request_head(request: httpcore2.Request) -> Headers:
    """Return pseudo-headers and headers, names in lower case, without those that belong to HTTP/1.1.

    Raises:
        LocalProtocolError: a name or a value has characters that no header can have.
    """
    headers = [
        (b":method", request.method),
        (b":authority", next((value for name, value in request.headers if name.lower() == b"host"), b"")),
        (b":scheme", request.url.scheme),
        (b":path", request.url.target),
    ]
    for name, value in request.headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise httpcore2.LocalProtocolError("a header has characters that no header can have")
        lower = name.lower()
        if lower not in _NOT_SENT:
            headers.append((lower, value))
    return headers
