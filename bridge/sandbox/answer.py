"""Operation -> the answer that its document promises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.spec.instance import fits, instance
from bridge.spec.operation import Operation
from bridge.spec.response import Response, ResponseMedia, responses_of

JSON = "application/json"
DOWNLOAD_PATH = "/sandbox/download"
"""Where a declared redirect leads; a path of the sandbox itself, open to all as the vendors' signed links are."""

DOWNLOAD = b"WEBVTT\n\n00:00.000 --> 00:01.000\nSandbox\n"

_NO_BODY = frozenset({204, 205, 304})
_SAMPLES: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "application/zip": b"PK\x05\x06" + bytes(18),
    "image/png": bytes.fromhex("89504e470d0a1a0a"),
    "image/jpeg": bytes.fromhex("ffd8ffe000104a4649460001ffd9"),
    "image/gif": b"GIF89a",
    "audio/wav": b"RIFF\x04\x00\x00\x00WAVE",
    "audio/x-wav": b"RIFF\x04\x00\x00\x00WAVE",
    "audio/mpeg": b"ID3\x04\x00\x00\x00\x00\x00\x00",
}
_TEXT_APPLICATIONS = ("application/xml", "application/x-yaml", "application/yaml", "application/javascript")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer of JSON."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), JSON, headers or {})


def answer_of(operation: Operation) -> Answer:
    """Return the lowest 2xx answer that the document declares, with its example or an instance of its schema.

    Where only a redirect is declared, it leads to ``DOWNLOAD_PATH``; where nothing fits, the answer is an empty object.
    """
    responses = responses_of(operation)
    good = sorted((response for response in responses if response.status[:1] == "2"), key=_status)
    if good:
        return _declared(good[0])
    redirects = [response.status.upper().replace("XX", "02") for response in responses if response.status[:1] == "3"]
    if redirects:
        return Answer(int(redirects[0]), headers={"location": DOWNLOAD_PATH})
    return json_answer(200, {})


def _status(response: Response) -> int:
    return int(response.status.upper().replace("X", "0"))


def _declared(response: Response) -> Answer:
    status = _status(response)
    if status in _NO_BODY or not response.content:
        return Answer(status)
    declared = next((name for name in response.content if _is_json(_essence(name))), next(iter(response.content)))
    media = response.content[declared]
    # What is no media type one can send (`*/*`, `undefined`) is JSON with these vendors.
    sent = declared if "/" in declared and "*" not in declared else JSON
    return Answer(status, _body(sent, media), sent)


def _essence(media_type: str) -> str:
    return media_type.split(";", maxsplit=1)[0].strip().lower()


def _is_json(essence: str) -> bool:
    return essence == JSON or essence.endswith("+json") or "*" in essence or "/" not in essence


def _body(media_type: str, media: ResponseMedia) -> bytes:
    essence = _essence(media_type)
    if _is_json(essence):
        return json.dumps(_json_value(media), ensure_ascii=False).encode()
    if essence.startswith("text/") or essence in _TEXT_APPLICATIONS:
        return (media.example if isinstance(media.example, str) and media.example else "text").encode()
    return _SAMPLES.get(essence, b"\x00\x01\x02\x03")


def _json_value(media: ResponseMedia) -> Any:
    """Return the example, parsed where it is JSON written as text; an instance where its type is not as declared."""
    example, schema = media.example, media.schema
    kind = {"type": schema["type"]} if "type" in schema else {}
    if isinstance(example, str) and (not kind or not fits(kind, example)):
        try:
            example = json.loads(example)
        except ValueError:
            example = example if not kind else None
    if example is None or not fits(kind, example):
        return instance(schema)
    return example
