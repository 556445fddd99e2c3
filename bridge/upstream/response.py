"""Vendor response -> what a model gets: the body as it is, the next page, the error in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bridge.upstream.client import VendorResponse

_TRACKING_HEADERS = ("trackingid", "x-zm-trackingid", "x-request-id")
_TEXT_TYPES = ("text/", "application/xml", "application/javascript", "application/yaml", "application/x-ndjson")
_NEXT_LINK = re.compile(r'<([^>]*)>\s*;[^,]*?\brel="?next"?', re.IGNORECASE)
SHOWN_ERROR_CHARACTERS = 4000

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A response, read.

    Attributes:
        ok: whether the vendor did what was asked (a 2xx).
        structured: ``status_code`` and ``body``, and ``tracking_id``, ``next`` and ``notice`` where there are any.
        error: the whole error in words; empty if ok.
        file: a body that is no text, with its media type; None otherwise.
    """

    ok: bool
    structured: JsonObject
    error: str = ""
    file: tuple[bytes, str] | None = None


def read_response(response: VendorResponse) -> Reading:
    """Read a vendor's answer."""
    body, file, notice = _body(response)
    structured: JsonObject = {"status_code": response.status, "body": body}
    if tracking := tracking_id(response.headers):
        structured["tracking_id"] = tracking
    if not 200 <= response.status < 300:
        return Reading(False, structured, error_text(response, body))
    if following := next_page(response.headers, body):
        structured["next"] = following
    if notice:
        structured["notice"] = notice
    return Reading(True, structured, file=file)


def _body(response: VendorResponse) -> tuple[Any, tuple[bytes, str] | None, str]:
    data, media_type = response.body, response.media_type
    if not data:
        said = {202: "accepted: the vendor works on it", 204: "done; there is nothing to return"}
        return None, None, said.get(response.status, "the answer has no body")
    if _is_json(media_type) or not media_type or media_type in ("*/*", "application/octet-stream"):
        parsed, value = _parse(data)
        if parsed:
            return value, None, ""
    text = _text(data, response.headers.get("content-type", ""))
    if text is not None and (media_type.startswith(_TEXT_TYPES) or _is_json(media_type) or not media_type):
        return text, None, ""
    media = media_type or "application/octet-stream"
    return None, (data, media), f"the body is a file: {media}, {len(data):,} bytes"


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json") or media_type == "text/json"


def _parse(data: bytes) -> tuple[bool, Any]:
    try:
        return True, json.loads(data)
    except (ValueError, RecursionError):
        return False, None


def _text(data: bytes, content_type: str) -> str | None:
    charset = re.search(r"charset=\"?([\w.:-]+)", content_type, re.IGNORECASE)
    for encoding in filter(None, (charset and charset[1], "utf-8")):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return None


def tracking_id(headers: Mapping[str, str]) -> str | None:
    """Return the id that the vendor's support asks for."""
    return next((headers[name] for name in _TRACKING_HEADERS if headers.get(name)), None)


def next_page(headers: Mapping[str, str], body: Any) -> JsonObject | None:
    """Return the arguments that fetch the next page; None on the last one.

    Webex: the query of the ``Link: <...>; rel="next"`` header (RFC 8288). Zoom: ``next_page_token`` of the body.
    """
    link = _NEXT_LINK.search(headers.get("link", ""))
    if link:
        return dict(parse_qsl(urlsplit(link[1]).query, keep_blank_values=True)) or {"url": link[1]}
    token = body.get("next_page_token") if isinstance(body, dict) else None
    return {"next_page_token": token} if isinstance(token, str) and token else None


def error_text(response: VendorResponse, body: Any) -> str:
    """Return the whole error in words: status, the vendor's message and code, field errors, tracking id, wait."""
    parts = [f"{response.status} {_reason(response.status)}".strip()]
    message = vendor_message(body)
    if message:
        parts[0] += f": {message}"
    if tracking := tracking_id(response.headers) or _find(body, "trackingId"):
        parts.append(f"Tracking id: {tracking}.")
    if wait := response.headers.get("retry-after"):
        parts.append(f"Retry-After: {wait}.")
    text = " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)
    return text[:SHOWN_ERROR_CHARACTERS]


def vendor_message(body: Any) -> str:
    """Return the vendor's own words: message, code, and what it says of single fields.

    Zoom: ``{"code", "message", "errors": [{"field", "message"}]}``. Webex: ``{"message", "errors":
    [{"description"}]}``; Contact Center also ``{"error": {"key", "message": [...]}}`` and ``{"code", "message"}``.
    """
    if isinstance(body, str):
        return " ".join(body.split())
    if not isinstance(body, dict):
        return json.dumps(body, ensure_ascii=False) if body is not None else ""
    inner = body.get("error")
    source = inner if isinstance(inner, dict) else body
    message = _words(source.get("message") or source.get("reason") or source.get("detail") or body.get("message"))
    if not message:
        message = inner if isinstance(inner, str) else json.dumps(body, ensure_ascii=False)
    code = source.get("code", source.get("key", body.get("code")))
    if code is not None and str(code) not in message:
        message += f" (code {code})"
    fields = [_words(entry) for entry in body.get("errors") or () if entry]
    said = [field for field in fields if field and field not in message]
    return f"{message}: {'; '.join(said)}" if said else message


def _words(entry: Any) -> str:
    if isinstance(entry, str):
        return " ".join(entry.split()).rstrip(".")
    if isinstance(entry, list):
        return "; ".join(filter(None, map(_words, entry)))
    if isinstance(entry, dict):
        text = entry.get("description") or entry.get("message") or entry.get("detail") or ""
        field = entry.get("field")
        return f"{field}: {_words(text)}" if field else _words(text)
    return ""


def _find(body: Any, key: str) -> str | None:
    value = body.get(key) if isinstance(body, dict) else None
    return value if isinstance(value, str) and value else None


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
