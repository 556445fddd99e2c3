"""Errors in the shape of each vendor (its error reference; for Zoom the codes 124, 300 and 2300)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.answer import Answer, json_answer

_QUOTED = re.compile(r"'([^']+)'")
_ZOOM_CODES = {400: 300, 401: 124, 404: 2300, 405: 2300}


def refusal(
    vendor: str,
    status: int,
    message: str,
    *,
    tracking_id: str,
    reasons: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return an error as a vendor would write it.

    Args:
        vendor: ``zoom``, ``webex``; any other gets ``{"message": ...}``.
        status: the HTTP status.
        message: what is wrong.
        tracking_id: what Webex's support would ask for.
        reasons: the single problems of a request.
        headers: further headers.
    """
    content: dict[str, Any] = {"message": message}
    if vendor == "zoom":
        content = {"code": _ZOOM_CODES.get(status, status), "message": message}
        if reasons:
            content["errors"] = [{"field": _field(reason), "message": reason} for reason in reasons]
    elif vendor == "webex":
        content["errors"] = [{"description": reason} for reason in reasons or (message,)]
        content["trackingId"] = tracking_id
    elif reasons:
        content["message"] = f"{message} {'; '.join(reasons)}"
    return json_answer(status, content, headers)


def _field(reason: str) -> str:
    """Return the name that a sentence of ``RequestValidator`` is about, ``body`` where it names none."""
    found = _QUOTED.search(reason)
    return found[1] if found else "body"
