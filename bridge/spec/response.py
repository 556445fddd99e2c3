"""The responses that an operation declares: what the sandbox answers with, and what is observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation, Source, example_of


@dataclass(frozen=True, slots=True)
class ResponseMedia:
    """One media type of a response: its JSON Schema, standing alone, and its example (None where there is none)."""

    schema: JsonObject
    example: Any = None


@dataclass(frozen=True, slots=True)
class Response:
    """One declared response.

    Attributes:
        status: ``200``, ``2XX`` or ``default``, as declared.
        content: by media type, as declared; empty where there is no body.
    """

    status: str
    description: str
    content: Mapping[str, ResponseMedia]


def responses_of(operation: Operation) -> tuple[Response, ...]:
    """Return the responses of an operation's first declaration, in the document's order."""
    source = operation.sources[0]
    declared = source.site.operation.get("responses")
    if not isinstance(declared, dict):
        return ()
    return tuple(_response(source, str(status), response) for status, response in declared.items())


def answers_with_body(operation: Operation) -> bool:
    """Tell whether a document declares that a success has a body, or the operation reads."""
    return operation.method == "GET" or any(_declares_body(source) for source in operation.sources)


def _declares_body(source: Source) -> bool:
    declared = source.site.operation.get("responses")
    entries = declared.items() if isinstance(declared, dict) else ()
    return any(
        str(status).startswith("2") and source.document.follow(entry).get("content") for status, entry in entries
    )


def _response(source: Source, status: str, raw: Any) -> Response:
    followed = source.document.follow(raw)
    content = followed.get("content")
    media = content.items() if isinstance(content, dict) else ()
    return Response(
        status=status,
        description=str(followed.get("description") or ""),
        content={str(name): _media(source, entry) for name, entry in media if isinstance(entry, dict)},
    )


def _media(source: Source, raw: JsonObject) -> ResponseMedia:
    schema = raw.get("schema")
    example = example_of(source.document, raw, source.document.follow(schema))
    return ResponseMedia(schema=source.schemas.read(schema), example=example)
