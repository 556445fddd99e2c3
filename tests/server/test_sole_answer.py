"""An answer that is alone on its stream becomes JSON; everything else passes as it is."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.server.sole_answer import SoleAnswerAsJson


class Stream:
    """An app that sends the messages it was made with."""

    def __init__(self, content_type: str, *bodies: bytes, ended: bool = True) -> None:
        self.bodies = bodies
        self.ended = ended
        self.headers = [(b"content-type", content_type.encode()), (b"mcp-session-id", b"1")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        for body in self.bodies:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if self.ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def sent(app: ASGIApp, method: str = "POST") -> tuple[dict[bytes, bytes], list[bytes]]:
    """Return the headers and the body parts that come out of ``SoleAnswerAsJson``."""
    messages: list[Message] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Message:
        raise AssertionError

    await SoleAnswerAsJson(app)({"type": "http", "method": method, "headers": []}, receive, send)
    assert not messages[-1]["more_body"]
    return dict(messages[0]["headers"]), [message["body"] for message in messages[1:] if message["body"]]


def event(data: str) -> bytes:
    return f"event: message\r\ndata: {data}\r\n\r\n".encode()


class TestSoleAnswerAsJson:
    @pytest.mark.parametrize("identifier", ["1", "-1", '"a"', r'"a\"b,"'])
    @pytest.mark.parametrize("outcome", ["result", "error"])
    async def test_an_answer_alone_becomes_json_with_its_length(self, identifier: str, outcome: str) -> None:
        answer = f'{{"jsonrpc":"2.0","id":{identifier},"{outcome}":{{"text":"\\r\\n event: message"}}}}'
        headers, bodies = await sent(Stream("text/event-stream", event(answer)))
        assert headers[b"content-type"] == b"application/json"
        assert headers[b"content-length"] == str(len(answer)).encode()
        assert headers[b"mcp-session-id"] == b"1"
        assert bodies == [answer.encode()]

    @pytest.mark.parametrize(
        "first",
        [
            event('{"jsonrpc":"2.0","method":"notifications/progress","params":{"result":1}}'),
            event('{"jsonrpc":"2.0","id":7,"method":"elicitation/create","params":{}}'),
            b": ping - 2026-11-24 00:00:00\r\n\r\n",
            b"id: 1\r\nevent: message\r\ndata: \r\n\r\n",
        ],
    )
    async def test_a_stream_that_begins_with_anything_else_is_passed_on_at_once(self, first: bytes) -> None:
        answer = event('{"jsonrpc":"2.0","id":1,"result":{}}')
        headers, bodies = await sent(Stream("text/event-stream", first, answer))
        assert headers[b"content-type"] == b"text/event-stream"
        assert bodies == [first, answer]

    async def test_a_stream_that_goes_on_after_an_answer_stays_a_stream(self) -> None:
        answer, more = event('{"jsonrpc":"2.0","id":1,"result":{}}'), event('{"jsonrpc":"2.0","method":"x"}')
        headers, bodies = await sent(Stream("text/event-stream", answer, more))
        assert headers[b"content-type"] == b"text/event-stream"
        assert bodies == [answer, more]

    async def test_json_passes_unchanged(self) -> None:
        headers, bodies = await sent(Stream("application/json", b'{"a":', b"1}"))
        assert headers[b"content-type"] == b"application/json"
        assert bodies == [b'{"a":', b"1}"]

    async def test_the_stream_of_a_get_passes_unchanged(self) -> None:
        answer = event('{"jsonrpc":"2.0","id":1,"result":{}}')
        headers, bodies = await sent(Stream("text/event-stream", answer), "GET")
        assert headers[b"content-type"] == b"text/event-stream"
        assert bodies == [answer]

    @pytest.mark.parametrize("ended", [True, False])
    async def test_a_stream_without_an_answer_is_ended_empty(self, ended: bool) -> None:
        headers, bodies = await sent(Stream("text/event-stream", ended=ended))
        assert headers[b"content-type"] == b"text/event-stream"
        assert bodies == []

    async def test_an_answer_is_not_lost_when_the_stream_breaks_off_after_it(self) -> None:
        answer = '{"jsonrpc":"2.0","id":1,"result":{}}'
        headers, bodies = await sent(Stream("text/event-stream", event(answer), ended=False))
        assert headers[b"content-type"] == b"application/json"
        assert bodies == [answer.encode()]
