"""Vendor response -> what a model gets: the body as it is, the error in words."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bridge.media_types import BYTES, is_json, is_text
from bridge.upstream.client import VendorResponse
from bridge.upstream.saving import SavedFile, disposition_name

_TRACKING_HEADERS = ("trackingid", "x-zm-trackingid", "x-request-id")
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
MAX_NESTING = 100
"""Levels of JSON that are read; clients' own parsers give up at about 200."""
SHOWN_ERROR_CHARACTERS = 4000

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileBody:
    """A body that is no text: its bytes, its media type, and the vendor's name for it, empty if it gave none."""

    content: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A response, read.

    Attributes:
        ok: whether the vendor did what was asked (a 2xx).
        structured: ``status_code`` and ``body``, and ``tracking_id`` and ``notice`` where there are any.
        error: the whole error in words; empty if ok.
        file: a body that is no text; None otherwise.
    """

    ok: bool
    structured: JsonObject
    error: str = ""
    file: FileBody | None = None


def read_response(response: VendorResponse) -> Reading:
    """Read a vendor's answer."""
    body, file, notice = _body(response)
    structured: JsonObject = {"status_code": response.status, "body": body}
    ok = 200 <= response.status < 300
    if tracking := tracking_id(response.headers, None if ok else body):
        structured["tracking_id"] = tracking
    if not ok:
        return Reading(False, structured, error_text(response, body))
    if notice:
        structured["notice"] = notice
    return Reading(True, structured, file=file)


def _body(response: VendorResponse) -> tuple[Any, FileBody | None, str]:
    data, media_type = response.body, response.media_type
    if response.saved is not None:
        return None, None, saved_notice(response.saved, media_type or BYTES)
    if not data:
        said = {202: "accepted: the vendor works on it", 204: "done; there is nothing to return"}
        return None, None, said.get(response.status, "the answer has no body")
    charset = _charset(response.headers.get("content-type", ""))
    if is_json(media_type) or media_type in ("", "*/*", BYTES):
        parsed, value = _parse(data, charset)
        if parsed:
            return value, None, ""
    declared_text = is_text(media_type)
    if declared_text or not media_type:
        text = _decoded(data, (charset, "utf-8-sig"))
        if text is None and declared_text:
            text = data.decode("utf-8", "replace")
        if text is not None:
            return text, None, "the vendor calls this JSON, and it is none" if is_json(media_type) else ""
    file = FileBody(data, media_type or BYTES, disposition_name(response.headers))
    return None, file, _described(file.media_type, len(data))


def saved_notice(saved: SavedFile, media_type: str) -> str:
    """Return what is said of a body that became a file of the disk."""
    return f"{_described(media_type, saved.size)}, saved as {saved.path}"


def _described(media_type: str, size: int) -> str:
    return f"the body is a file: {media_type}, {size:,} bytes"


def _parse(data: bytes, charset: str) -> tuple[bool, Any]:
    """Return whether this is JSON, and its value.

    What Python reads and JSON does not have (NaN, infinite numbers), and what no client could read (a nesting too
    deep), counts as no JSON, and is text.
    """
    # RFC 8259, section 8.1: JSON is UTF-8, whatever a charset parameter says; some servers mean theirs all the same.
    text = _decoded(data, ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "", "utf-8-sig", charset))
    if text is None:
        return False, None
    try:
        value = json.loads(text, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return False, None
    if _is_too_deep(value):
        return False, None
    return True, _without_lone_surrogates(value) if _LONE_SURROGATE.search(data) else value


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("the number is too large")
    return value


def _is_too_deep(value: Any) -> bool:
    """Tell whether a value is nested deeper than ``MAX_NESTING``; level by level, which no value is too deep for."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_NESTING):
        if not level:
            return False
        level = [
            entry
            for outer in level
            for entry in (outer.values() if type(outer) is dict else outer)
            if type(entry) is dict or type(entry) is list
        ]
    return bool(level)


def _without_lone_surrogates(value: Any) -> Any:
    """Replace what a JSON escape can write and no UTF-8 can carry by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(entry) for entry in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(entry) for key, entry in value.items()}
    return value


def _charset(content_type: str) -> str:
    found = re.search(r"charset\s*=\s*\"?([\w.:-]+)", content_type, re.IGNORECASE)
    return found[1] if found else ""


def _decoded(data: bytes, encodings: Sequence[str]) -> str | None:
    for encoding in filter(None, encodings):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return None


def tracking_id(headers: Mapping[str, str], body: Any = None) -> str | None:
    """Return the id that the vendor's support asks for: of a header, else of the body."""
    found = next((headers[name] for name in _TRACKING_HEADERS if headers.get(name)), None)
    inside = body.get("trackingId") if isinstance(body, dict) else None
    return found or (inside if isinstance(inside, str) and inside else None)


def error_text(response: VendorResponse, body: Any) -> str:
    """Return the whole error in words: status, the vendor's message and code, field errors, tracking id, wait."""
    headers = response.headers
    status = f"{response.status} {_reason(response.status)}".strip()
    message = vendor_message(body)
    # Only the vendor's words are cut: what comes after them is what a person needs to go on.
    parts = [f"{status}: {_cut(message)}" if message else status]
    if tracking := tracking_id(headers, body):
        parts.append(f"Tracking id: {tracking}.")
    if wait := headers.get("retry-after"):
        parts.append(f"Retry-After: {wait}.")
    if 300 <= response.status < 400 and headers.get("location"):
        parts.append("It is a redirect that is not followed: only those of a GET are, and not from HTTPS to HTTP.")
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def _cut(message: str) -> str:
    return message if len(message) <= SHOWN_ERROR_CHARACTERS else f"{message[: SHOWN_ERROR_CHARACTERS - 3]}..."


def vendor_message(body: Any) -> str:
    """Return the vendor's own words: message, code, and what it says of single fields.

    Zoom: ``{"code", "message", "errors": [{"field", "message"}]}``. Webex: ``{"message", "errors":
    [{"description"}]}``; Contact Center also ``{"error": {"key", "message": [...]}}`` and ``{"code", "message"}``.
    OAuth (RFC 6749, section 5.2): ``{"error", "error_description"}``.
    """
    if isinstance(body, str):
        return " ".join(body.split())
    if not isinstance(body, dict):
        return json.dumps(body, ensure_ascii=False) if body is not None else ""
    inner = body.get("error")
    source = inner if isinstance(inner, dict) else body
    fields = _field_errors(body.get("errors"))
    message = _message(source, body) or "; ".join(fields) or json.dumps(body, ensure_ascii=False)
    code = source.get("code", source.get("key", body.get("code")))
    if code is not None and not re.search(rf"(?<!\w){re.escape(str(code))}(?!\w)", message):
        message += f" (code {code})"
    said = [field for field in fields if field not in message]
    return f"{message}: {'; '.join(said)}" if said else message


def _message(source: JsonObject, body: JsonObject) -> str:
    found = source.get("message") or source.get("reason") or source.get("detail") or body.get("message")
    if found:
        return _words(found)
    kind, description = _words(body.get("error")), _words(body.get("error_description"))
    return f"{kind}: {description}" if kind and description else kind or description


def _field_errors(errors: Any) -> list[str]:
    if isinstance(errors, dict) and not any(key in errors for key in ("description", "message", "detail")):
        errors = [{"field": field, "message": said} for field, said in errors.items()]
    entries = errors if isinstance(errors, list) else [errors]
    return [said for entry in entries if entry and (said := _words(entry))]


def _words(entry: Any) -> str:
    if isinstance(entry, str):
        return " ".join(entry.split()).rstrip(".")
    if isinstance(entry, list):
        return "; ".join(filter(None, map(_words, entry)))
    if isinstance(entry, dict):
        said = _words(entry.get("description") or entry.get("message") or entry.get("detail"))
        field = entry.get("field")
        return f"{field}: {said}" if field and said else said
    return ""


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
