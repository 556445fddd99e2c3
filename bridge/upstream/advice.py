"""One sentence of advice with an error, where we know more than the vendor says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

ZOOM_INVALID_TOKEN = 124
ZOOM_MISSING_SCOPE = frozenset({4700, 4711})
SHOWN_SCOPES = 8

_URL = re.compile(r"https://[\w.-]+(?:/[\w./-]*)?")


def advice(vendor: str, status: int, body: Any, *, scopes: Sequence[str], remedy: str) -> str:
    """Return what the caller can do about an error; empty where the vendor has said it all.

    Args:
        vendor: the vendor's name.
        status: the HTTP status.
        body: the error's body.
        scopes: those that the operation names; any of them will do.
        remedy: what to do about a token that is rejected: ``put a new one into the header x-zoom-access-token``.
    """
    code = body.get("code") if isinstance(body, dict) else None
    if vendor == "zoom" and code in ZOOM_MISSING_SCOPE:
        return _scopes(scopes)
    if status == 401 or (vendor == "zoom" and code == ZOOM_INVALID_TOKEN):
        return f"The token is expired, revoked or not one of this vendor: {remedy}."
    return _by_status(status, body, scopes)


def _by_status(status: int, body: Any, scopes: Sequence[str]) -> str:
    if status == 403:
        return _scopes(scopes) or "The token's owner may not do this: an administrator's token may be needed."
    if status == 404:
        return "Check the ids: they have to come from a list or search of the same account, unchanged."
    if status == 423:
        return "The resource is locked for now: try again later."
    if status == 428:
        return (
            "The file was not scanned for malware yet: try again later, or say explicitly that it may be unscannable."
        )
    if status == 451:
        return _region(body)
    return ""


def _scopes(scopes: Sequence[str]) -> str:
    if not scopes:
        return ""
    named = ", ".join(scopes[:SHOWN_SCOPES]) + (", ..." if len(scopes) > SHOWN_SCOPES else "")
    return f"The token may lack a scope; this operation needs {'one of ' if len(scopes) > 1 else ''}{named}."


def _region(body: Any) -> str:
    found = _URL.search(json.dumps(body, ensure_ascii=False)) if body is not None else None
    where = f" {found[0]}" if found else ""
    return f"The data lives in another region{where}: set it as base_url of this path in the overrides."
