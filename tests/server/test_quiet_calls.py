"""Which requests are answered in JSON from the start, and that every other one reaches the app as it came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from bridge.server.quiet_calls import MAX_PEEK_BYTES, QuietCalls

BOTH = "application/json, text/event-stream"


class App:
    """An app that keeps the bodies of what it is to answer."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.after: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        self.after.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


def request(call: Any = None, **more: Any) -> bytes:
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "acme_list"} if call is None else call,
    }
    return json.dumps({**message, **more}).encode()


async def answered(
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "POST",
    quiet: bool = True,
    session: bool = True,
    parts: int = 1,
) -> str:
    """Return who answers a request: ``json`` or ``app``; either has to get the whole of it."""
    app, in_json = App(), App()
    size = -(-len(body) // parts)
    messages: list[Message] = [
        {"type": "http.request", "body": body[at * size : (at + 1) * size], "more_body": at + 1 < parts}
        for at in range(parts)
    ]
    left: Message = {"type": "http.disconnect"}
    coming = iter([*messages, left])

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        sent.append(message["type"])

    sent: list[str] = []
    given = {"accept": BOTH, "content-length": str(len(body)), **(headers or {})}
    scope = {
        "type": "http",
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    calls = QuietCalls(app, lambda _: quiet, lambda _: in_json if session else None)
    await calls(scope, receive, send)
    assert sent == ["http.response.start", "http.response.body"]
    assert app.bodies + in_json.bodies == [body]
    assert app.after + in_json.after == [left]
    return "json" if in_json.bodies else "app"


class TestQuietCalls:
    @pytest.mark.parametrize("parts", [1, 3])
    @pytest.mark.parametrize("version", ["2025-11-25", "2025-06-18", "2025-03-26", None])
    async def test_a_quiet_call_of_the_handshake_era_is_answered_in_json(self, version: str | None, parts: int) -> None:
        headers = {"mcp-protocol-version": version} if version else {}
        assert await answered(request(), headers, parts=parts) == "json"

    async def test_one_that_may_ask_goes_on_as_a_stream(self) -> None:
        assert await answered(request(), quiet=False) == "app"

    async def test_one_whose_client_wants_progress_goes_on_as_a_stream(self) -> None:
        assert await answered(request({"name": "acme_list", "_meta": {"progressToken": 0}})) == "app"
        assert await answered(request({"name": "acme_list", "_meta": {"other": 0}})) == "json"

    async def test_without_a_session_the_app_answers(self) -> None:
        assert await answered(request(), session=False) == "app"

    async def test_the_sessionless_era_chooses_by_itself(self) -> None:
        assert await answered(request(), {"mcp-protocol-version": "2026-07-28"}) == "app"

    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream", "*/*", ""])
    async def test_a_client_that_does_not_say_that_it_takes_both_is_left_to_the_sdk(self, accept: str) -> None:
        assert await answered(request(), {"accept": accept}) == "app"

    @pytest.mark.parametrize(
        "body",
        [
            request(method="tools/list"),
            request(method="initialize"),
            json.dumps({"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "acme_list"}}).encode(),
            request(["acme_list"]),
            b"[" + request() + b"]",
            b"{",
            b"\xff",
        ],
    )
    async def test_whatever_else_comes_is_the_apps(self, body: bytes) -> None:
        assert await answered(body) == "app"

    @pytest.mark.parametrize("length", ["", "many", "-1", str(MAX_PEEK_BYTES + 1), "9" * 30])
    async def test_a_large_request_and_one_without_a_length_are_not_read_ahead(self, length: str) -> None:
        assert await answered(request(), {"content-length": length}) == "app"

    async def test_a_request_without_a_body_is_not_read_ahead(self) -> None:
        assert await answered(b"", method="GET") == "app"

    async def test_a_client_that_leaves_before_its_body_is_whole_is_told_to_the_app(self) -> None:
        seen: list[Message] = []
        part: Message = {"type": "http.request", "body": b'{"jsonrpc"', "more_body": True}
        coming = iter([part, {"type": "http.disconnect"}])

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            seen.extend([await receive(), await receive()])

        async def receive() -> Message:
            return next(coming)

        async def send(message: Message) -> None:
            raise AssertionError(message)

        headers = [(b"accept", BOTH.encode()), (b"content-length", b"100")]
        scope = {"type": "http", "method": "POST", "headers": headers}
        await QuietCalls(app, lambda _: True, lambda _: app)(scope, receive, send)
        assert [message["type"] for message in seen] == ["http.request", "http.disconnect"]
