"""A dry run: the request that would be sent, as a result."""

from __future__ import annotations

import json
from typing import Any

from bridge.upstream.client import OutgoingRequest
from bridge.upstream.excerpt import excerpt
from bridge.upstream.response import Reading

NOTICE = "dry run: nothing was sent; the token is not shown"


def request_shown(request: OutgoingRequest, max_characters: int = 0) -> Reading:
    """Return a request as a client is shown it: ``method``, ``url``, ``headers`` and ``body``, without the token.

    Args:
        request: the request.
        max_characters: how much JSON a body may have before it is cut; 0 for any.
    """
    shown: dict[str, Any] = {"method": request.method, "url": request.url, "headers": dict(request.headers)}
    notice = NOTICE
    if request.content:
        shown["body"], missing = _body(request.content, max_characters)
        notice = f"{NOTICE}; cut to fit: {missing}" if missing else NOTICE
    return Reading(True, {"request": shown, "notice": notice})


def _body(content: bytes, limit: int) -> tuple[Any, str]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = content.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return excerpt(body, limit) if limit else (body, "")
