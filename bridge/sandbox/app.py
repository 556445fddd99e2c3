"""The API of one vendor as an ASGI application that answers from the documents."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from bridge.sandbox.answer import DOWNLOAD, DOWNLOAD_PATH, Answer, answer_of
from bridge.sandbox.refusal import refusal
from bridge.sandbox.routing import Router
from bridge.spec.operation import Operation
from bridge.upstream.validation import PlainRequest, RequestValidator

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

RequestLog = Callable[[str, str, str, int], None]
"""Called with vendor, method, path (percent-encoded, without the query) and status, when a request is answered."""

EXPIRED = "expired"
"""The token that is refused as an expired one is; every other is taken."""


def sandbox_app(operations: Sequence[Operation], on_request: RequestLog | None = None) -> ASGIApp:
    """Return an ASGI application that serves the operations of one vendor.

    Args:
        operations: the operations, all of one vendor; the first that fits wins where two live at the same place.
        on_request: told of every request that was answered.
    """
    return _SandboxApp(operations, on_request)


class _SandboxApp:
    def __init__(self, operations: Sequence[Operation], on_request: RequestLog | None) -> None:
        self._vendor = operations[0].vendor.name if operations else ""
        self._router = Router(operations)
        self._on_request = on_request
        self._validators: dict[int, RequestValidator] = {}
        self._answers: dict[int, Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _read(receive)
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace")
        tracking_id = f"SANDBOX_{uuid.uuid4()}"
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("ascii", "replace")
        request = PlainRequest(scope["method"], f"http://localhost{raw_path}?{query}", headers, body)
        answer = self._answer(request, raw_path, tracking_id)
        await _send(answer, self._headers(answer, headers, tracking_id), send)
        if self._on_request:
            self._on_request(self._vendor, scope["method"], raw_path, answer.status)

    def _answer(self, request: PlainRequest, raw_path: str, tracking_id: str) -> Answer:
        if raw_path == DOWNLOAD_PATH:
            return Answer(200, DOWNLOAD, "text/vtt")
        if not _has_valid_token(request):
            return refusal(self._vendor, 401, "Invalid access token.", tracking_id=tracking_id)
        match = self._router.match(request.method, raw_path)
        if not match.operations:
            return self._nothing_there(request.method, raw_path, match.methods, tracking_id)
        reasons: list[str] = []
        for operation in match.operations:
            problems = self._validator(operation).problems(request, strict=True)
            if not problems:
                return self._declared_answer(operation)
            reasons = reasons or problems
        return refusal(self._vendor, 400, "Validation Failed.", tracking_id=tracking_id, reasons=reasons)

    def _nothing_there(self, method: str, raw_path: str, methods: Sequence[str], tracking_id: str) -> Answer:
        # The path itself is not repeated: identifiers in it are nobody else's business.
        if methods:
            allowed = ", ".join(methods)
            message = f"This path does not take {method}; it takes {allowed}."
            return refusal(self._vendor, 405, message, tracking_id=tracking_id, headers={"allow": allowed})
        near = self._router.nearest_path(raw_path)
        message = f"No operation lives at this path{f'; the nearest is {near}' if near else ''}."
        return refusal(self._vendor, 404, message, tracking_id=tracking_id)

    def _validator(self, operation: Operation) -> RequestValidator:
        if id(operation) not in self._validators:
            self._validators[id(operation)] = RequestValidator(operation)
        return self._validators[id(operation)]

    def _declared_answer(self, operation: Operation) -> Answer:
        if id(operation) not in self._answers:
            self._answers[id(operation)] = answer_of(operation)
        return self._answers[id(operation)]

    def _headers(self, answer: Answer, sent: dict[str, str], tracking_id: str) -> dict[str, str]:
        headers = dict(answer.headers)
        if answer.media_type:
            headers["content-type"] = answer.media_type
        if answer.status not in (204, 304):
            headers["content-length"] = str(len(answer.body))
        if headers.get("location") == DOWNLOAD_PATH:
            # Absolute, and at another path than the operation's, as the vendors' download links are.
            headers["location"] = f"http://{sent.get('host', 'localhost')}{DOWNLOAD_PATH}"
        if self._vendor == "webex":
            headers["trackingid"] = tracking_id
        return headers


def _has_valid_token(request: PlainRequest) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and token.strip() not in ("", EXPIRED)


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(answer: Answer, headers: dict[str, str], send: Send) -> None:
    encoded = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})
