"""The calls of one operation: what is given, what is answered, what has to come back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.official.fidelity.raw import RawDocument, RawOperation, RawParameter
from tests.official.fidelity.recorder import Answer
from tests.official.fidelity.synthesis import (
    FILE_BYTES,
    Unsynthesisable,
    body_value,
    declared_part,
    fits,
    parameter_value,
    value_of,
)

HARD_TEXTS = ("a/b c+d%e%2Fü==?#&;:@$,'()*~", "a/b c%2Fü", "a b&c=d")
"""Texts that break careless encoding, the hardest first; the first one that a schema allows is sent."""

ZOOM_UUIDS = ("/x+y==", "ab//c+d==")
"""Meeting UUIDs that Zoom wants percent-encoded twice: one that begins with a slash, one with two in a row."""


@dataclass(frozen=True)
class Call:
    """One call: which variant, its parameters and body (None: no body)."""

    variant: str
    parameters: Mapping[RawParameter, Any]
    body: Any


def calls_of(operation: RawOperation) -> Iterator[Call]:
    """Yield the calls of an operation; one that would be the same as an earlier one is not made again.

    ``required`` gives only what is required, ``all`` everything that is declared, ``example`` the body of the
    document's example. ``hard`` gives paths and queries characters that have to be encoded, where their schemas allow
    it; ``uuid`` gives a Zoom path a UUID that has to be encoded twice, and ``me`` the word that both vendors know.

    Raises:
        Unsynthesisable: the document allows no value that we find.
    """
    least = {p: parameter_value(p, everything=False) for p in operation.parameters if p.required}
    small = _body(operation, everything=False)
    yield Call("required", least, small)
    most = {p: parameter_value(p, everything=True) for p in operation.parameters}
    whole = _body(operation, everything=True)
    if (most, whole) != (least, small):
        yield Call("all", most, whole)
    example = _example_body(operation)
    if example is not None and example not in (small, whole):
        yield Call("example", most, example)
    for variant, values in _hard_values(operation):
        if values:
            yield Call(variant, {**least, **values}, small)


def _hard_values(operation: RawOperation) -> Iterator[tuple[str, Mapping[RawParameter, Any]]]:
    texts = [p for p in operation.parameters if p.schema.get("type") == "string" and "format" not in p.schema]
    placed = [p for p in texts if p.location in ("path", "query")]
    yield "hard", {p: text for p in placed if (text := _first_fitting(p, HARD_TEXTS))}
    in_path = [p for p in texts if p.location == "path"]
    for uuid in ZOOM_UUIDS if operation.document.startswith("zoom/") else ():
        yield "uuid", {p: uuid for p in in_path if fits(p.schema, uuid)}
    yield "me", {p: "me" for p in in_path if fits(p.schema, "me")}


def _first_fitting(parameter: RawParameter, texts: Sequence[str]) -> str | None:
    return next((text for text in texts if fits(parameter.schema, text)), None)


def _example_body(operation: RawOperation) -> Any:
    example = operation.body_example
    usable = operation.media_type != "multipart/form-data" and fits(operation.body_schema, example)
    return declared_part(operation, example) or None if example is not None and usable else None


def _body(operation: RawOperation, *, everything: bool) -> Any:
    if operation.media_type is None or not (operation.body_required or everything):
        return None
    body = body_value(operation, everything=everything)
    # Nothing to say, and nothing that has to be said: no body.
    return None if body == {} and not operation.body_required else body


@dataclass(frozen=True)
class Success:
    """The answer of the vendor, and what the client has to get of it: a body, or a file."""

    answer: Answer
    status: int
    body: Any = None
    file: bytes | None = None


def success_of(document: RawDocument, operation: RawOperation) -> Success:
    """Return the lowest declared success with the document's example, or an instance of its schema."""
    responses = {str(k): document.follow(v) for k, v in operation.responses.items() if str(k).startswith("2")}
    if not responses:
        return Success((200, {"content-type": "application/json"}, b"{}"), 200, {})
    status = min(responses)
    number = int(status) if status.isdigit() else 200
    content = responses[status].get("content") or {}
    if number in (204, 205) or not content:
        return Success((number, {}, b""), number)
    media_type = next((name for name in content if "json" in name), next(iter(content)))
    media = content[media_type] if isinstance(content[media_type], dict) else {}
    value = _example(document, media)
    if "json" in media_type or media_type == "*/*":
        data = json.dumps(value, ensure_ascii=False).encode()
        sent = "application/json" if media_type == "*/*" else media_type
        return Success((number, {"content-type": sent}, data), number, value)
    if media_type.startswith("text/"):
        text = value if isinstance(value, str) else "some text"
        return Success((number, {"content-type": media_type}, text.encode()), number, text)
    return Success((number, {"content-type": media_type}, FILE_BYTES), number, file=FILE_BYTES)


def _example(document: RawDocument, media: Mapping[str, Any]) -> Any:
    schema = document.inline(media.get("schema") or {})
    if "example" in media:
        return media["example"]
    for entry in (media.get("examples") or {}).values():
        followed = document.follow(entry)
        if isinstance(followed, dict) and "value" in followed:
            return followed["value"]
    if "example" in schema:
        return schema["example"]
    try:
        return value_of(schema, everything=True)
    except Unsynthesisable:
        return {"id": 12345678901234567890}


ERRORS: dict[str, tuple[Answer, tuple[str, ...]]] = {
    "zoom": (
        (
            400,
            {"content-type": "application/json", "x-zm-trackingid": "v=2.0;clid=us06;rid=WEB_canary"},
            json.dumps(
                {"code": 300, "message": "Validation Failed.", "errors": [{"field": "user", "message": "Not known"}]}
            ).encode(),
        ),
        ("400", "Validation Failed", "300", "user", "Not known", "WEB_canary"),
    ),
    "webex": (
        (
            404,
            {"content-type": "application/json;charset=UTF-8", "trackingid": "ROUTER_canary-01"},
            json.dumps(
                {
                    "message": "The requested resource could not be found.",
                    "errors": [{"description": "No such thing"}],
                    "trackingId": "ROUTER_canary-01",
                }
            ).encode(),
        ),
        ("404", "could not be found", "No such thing", "ROUTER_canary-01"),
    ),
    "throttled": (
        (429, {"content-type": "application/json", "retry-after": "3601"}, b'{"message": "Too many requests"}'),
        ("429", "Too many requests", "3601"),
    ),
}
