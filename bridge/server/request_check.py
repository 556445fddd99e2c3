"""Requests checked against the vendor's document before they leave; openapi-core is imported for the first one."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from bridge.catalogue.tool_spec import ToolSpec
from bridge.controls import READING_METHODS
from bridge.errors import ArgumentError

if TYPE_CHECKING:
    from bridge.upstream.client import OutgoingRequest
    from bridge.upstream.validation import RequestValidator

_SUBJECT = re.compile(r"(?:(query|path|header|cookie) parameter|body property) '([^'.\[]+)")


class CheckRequests(StrEnum):
    """Which requests are checked."""

    WRITES = "writes"
    ALL = "all"
    OFF = "off"


class RequestCheck:
    """The check of one tool's requests; the validator is built for the first of them."""

    def __init__(self, spec: ToolSpec, which: CheckRequests) -> None:
        self._spec = spec
        writes = spec.operation.method not in READING_METHODS
        self._wanted = which is CheckRequests.ALL or (which is CheckRequests.WRITES and writes)
        self._validator: RequestValidator | None = None

    def check(self, request: OutgoingRequest) -> None:
        """Let a request through that fits the document.

        Raises:
            ArgumentError: each mistake in a sentence that names the argument.
        """
        if not self._wanted:
            return
        from bridge.upstream.validation import PlainRequest, RequestValidator  # noqa: PLC0415 (half a second)

        if self._validator is None:
            self._validator = RequestValidator(self._spec.operation)
        plain = PlainRequest(request.method, request.url, request.headers, request.content)
        problems = self._validator.problems(plain)
        if problems:
            said = "; ".join(map(self._named, problems))
            raise ArgumentError(f"{self._spec.name}: nothing was sent, the request does not fit the document: {said}")

    def _named(self, problem: str) -> str:
        """Put the argument before a sentence that speaks of the vendor's name for it."""
        found = _SUBJECT.match(problem)
        if found is None:
            return problem
        place = found[1] or "property"
        names = (a.name for a in self._spec.arguments.visible if (a.place, a.wire_name) == (place, found[2]))
        name = next(names, None)
        return problem if name is None else f"argument {name!r}: {problem}"
