"""An answer in JSON that comes at once stays one; a late one is the event of a stream that was kept alive."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Send

from bridge.server import patient_answer as module
from bridge.server.patient_answer import PatientAnswer

START: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
ANSWER: Message = {"type": "http.response.body", "body": b'{"jsonrpc":"2.0","id":1,"result":{}}'}
SCOPE = {"type": "http", "method": "POST", "headers": [(b"mcp-session-id", b"abc")]}
PING = b": ping\r\n\r\n"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PING_SECONDS", 0.02)


async def sent(app: Callable[[Send], Awaitable[None]], *, slow: bool = False) -> list[Message]:
    """Return what goes out of what an app sends."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        if slow:  # a client that does not read
            await asyncio.sleep(0.05)
        messages.append(message)

    async with PatientAnswer(SCOPE, send) as answer:
        await app(answer)
    count = len(messages)
    await asyncio.sleep(0.05)
    assert len(messages) == count, "something was sent after the end"
    return messages


def after(seconds: float) -> Callable[[Send], Awaitable[None]]:
    async def app(send: Send) -> None:
        await asyncio.sleep(seconds)
        await send(START)
        await send(ANSWER)

    return app


async def test_an_answer_in_time_passes_unchanged() -> None:
    assert await sent(after(0)) == [START, ANSWER]


@pytest.mark.parametrize("slow", [False, True])
async def test_a_late_one_is_the_last_event_of_a_stream_of_pings(slow: bool) -> None:
    head, *pings, last = await sent(after(0.07), slow=slow)
    assert head["status"] == 200
    assert dict(head["headers"]) == {
        b"content-type": b"text/event-stream",
        b"cache-control": b"no-cache, no-transform",
        b"x-accel-buffering": b"no",
        b"mcp-session-id": b"abc",
    }
    assert pings
    assert all(message["body"] == PING and message["more_body"] for message in pings)
    assert last["body"] == b"event: message\r\ndata: " + ANSWER["body"] + b"\r\n\r\n"
    assert not last["more_body"]


async def test_where_a_client_does_not_read_the_head_still_comes_before_the_answer() -> None:
    # The answer is there while the head of the stream waits to be sent.
    head, *_, last = await sent(after(0.04), slow=True)
    assert head["type"] == "http.response.start"
    assert last["body"].startswith(b"event: message\r\n")


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    async def app(_: Send) -> None:
        await asyncio.sleep(0.03)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await sent(app)
    await asyncio.sleep(0.05)
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
