"""What goes over the wire, by the document and its standards; and what arrived."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from tests.official.fidelity.raw import RawOperation, RawParameter
from tests.official.fidelity.synthesis import as_argument, flat_properties

CLIENT_HEADERS = frozenset(
    {"host", "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "user-agent"}
)
"""What every HTTP client sends by itself. Any other header has to be a parameter that was given."""

_SAFE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True)
class Arrived:
    """A request as the recording upstream saw it; header names in lower case, repeated ones joined by a comma."""

    method: str
    raw_path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    authorization: tuple[str, ...]


def base_path(operation: RawOperation) -> str:
    """Return the path of the base URL (facts of the vendors' documentation)."""
    vendor, document = operation.document.split("/")
    if vendor == "zoom":
        return "" if document == "scim2" else "/v2"
    if document == "contact-center" or operation.path.startswith(("/v1/", "/identity/")):
        return ""
    return "/v1"


def arguments_for(operation: RawOperation, parameters: Mapping[RawParameter, Any], body: Any) -> dict[str, Any]:
    """Return the arguments that a model gives, by the naming rules of the README."""
    arguments: dict[str, Any] = {}
    taken = {safe(parameter.name) for parameter in operation.parameters}
    for parameter, value in parameters.items():
        arguments[safe(parameter.name)] = value
    if body is None:
        return arguments
    if flat_properties(operation.body_schema) is not None:
        for name, value in body.items():
            argument = safe(name)
            arguments[f"{argument}_body" if argument in taken else argument] = as_argument(value)
        return arguments
    arguments["body_body" if "body" in taken else "body"] = body
    return arguments


def safe(name: str) -> str:
    """Return a name with every character outside ``[A-Za-z0-9_.-]`` replaced."""
    return name if _SAFE.fullmatch(name) else re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:64]


def differences(
    operation: RawOperation,
    parameters: Mapping[RawParameter, Any],
    body: Any,
    token: str,
    arrived: list[Arrived],
    base: str | None = None,
) -> list[str]:
    """Return what arrived differently; nothing if the request is exact.

    Args:
        operation: what was called.
        parameters: the values that were given, by parameter.
        body: the body that was given; None for none.
        token: what the Authorization has to carry.
        arrived: all requests that arrived.
        base: the base path; by default the one that the vendor documents.
    """
    if len(arrived) != 1:
        return [f"{len(arrived)} requests arrived"]
    got = arrived[0]
    found = []
    if got.method != operation.method:
        found.append(f"method {got.method}")
    if got.authorization != (f"Bearer {token}",):
        found.append("not exactly one Authorization")
    found += _path_differences(operation, parameters, got, base_path(operation) if base is None else base)
    found += _query_differences(parameters, got)
    found += _header_differences(parameters, got)
    found += _body_differences(operation, body, got)
    return found


def encoded_twice(operation: RawOperation, value: str) -> bool:
    """Tell whether a path value is percent-encoded twice (Zoom's documentation of meeting UUIDs)."""
    return operation.document.startswith("zoom/") and (value.startswith("/") or "//" in value)


def _path_differences(
    operation: RawOperation, parameters: Mapping[RawParameter, Any], got: Arrived, base: str
) -> list[str]:
    values = {p.name: _simple(v) for p, v in parameters.items() if p.location == "path"}

    def filled(match: re.Match[str]) -> str:
        once = quote(values[match[1]], safe="")
        return quote(once, safe="") if encoded_twice(operation, values[match[1]]) else once

    expected = base + re.sub(r"\{([^{}]+)\}", filled, operation.path)
    wanted, came = [unquote(s) for s in expected.split("/")], [unquote(s) for s in got.raw_path.split("/")]
    return [] if wanted == came else [f"path {got.raw_path} instead of {expected}"]


def _query_differences(parameters: Mapping[RawParameter, Any], got: Arrived) -> list[str]:
    wanted = Counter(pair for p, v in parameters.items() if p.location == "query" for pair in _query_pairs(p, v))
    came = Counter(parse_qsl(got.query, keep_blank_values=True))
    return [] if wanted == came else [f"query {got.query!r} instead of {sorted(wanted.elements())}"]


def _query_pairs(parameter: RawParameter, value: Any) -> list[tuple[str, str]]:
    name = parameter.name
    if isinstance(value, list):
        if parameter.explode:
            return [(name, _text(entry)) for entry in value]
        delimiter = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.style, ",")
        return [(name, delimiter.join(map(_text, value)))] if value else []
    if isinstance(value, dict):
        if parameter.style == "deepObject":
            return [(f"{name}[{key}]", _text(entry)) for key, entry in value.items()]
        if parameter.explode:
            return [(key, _text(entry)) for key, entry in value.items()]
        return [(name, ",".join(part for key, entry in value.items() for part in (key, _text(entry))))]
    return [(name, _text(value))]


def _header_differences(parameters: Mapping[RawParameter, Any], got: Arrived) -> list[str]:
    wanted = {p.name.lower(): _simple(value) for p, value in parameters.items() if p.location == "header"}
    found = [f"header {n}: {got.headers.get(n)!r}" for n, value in wanted.items() if got.headers.get(n) != value]
    foreign = sorted(set(got.headers) - set(wanted) - CLIENT_HEADERS)
    return found + [f"header {name} was not asked for" for name in foreign]


def _simple(value: Any) -> str:
    return ",".join(map(_text, value)) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value)  # no standard says how; JSON is what every server reads
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body_differences(operation: RawOperation, body: Any, got: Arrived) -> list[str]:
    content_type = got.headers.get("content-type", "")
    if body is None:
        return [f"a body of {len(got.body)} bytes"] if got.body else []
    essence = str(operation.media_type).split(";")[0]
    if content_type.split(";")[0] != essence:
        return [f"content type {content_type!r} instead of {operation.media_type!r}"]
    if essence == "multipart/form-data":
        return _part_differences(body, content_type, got.body)
    if "json" in essence:
        try:
            came = json.loads(got.body)
        except ValueError:
            return ["the body is no JSON"]
        return [] if _canonical(came) == _canonical(body) else [f"body {str(came)[:200]} instead of {str(body)[:200]}"]
    return [] if got.body == _text(body).encode() else ["another body"]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _part_differences(body: Mapping[str, Any], content_type: str, data: bytes) -> list[str]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    parts: dict[str, list[Message]] = {}
    for part in message.iter_parts():
        parts.setdefault(str(part.get_param("name", header="content-disposition")), []).append(part)
    if set(parts) != set(body):
        return [f"parts {sorted(parts)} instead of {sorted(body)}"]
    return [f"part {name}" for name, value in body.items() if not _same_part(parts[name], value)]


def _same_part(parts: list[Message], value: Any) -> bool:
    contents: list[Any] = [part.get_payload(decode=True) for part in parts]
    if isinstance(value, bytes):
        return contents == [value] and bool(parts[0].get_filename()) and parts[0].get("content-type") is not None
    if isinstance(value, list) and all(isinstance(entry, bytes) for entry in value):
        return contents == value and all(part.get_filename() for part in parts)
    if isinstance(value, dict | list):
        try:
            return _canonical(json.loads(contents[0])) == _canonical(value)
        except ValueError:
            return False
    return contents == [_text(value).encode()]
