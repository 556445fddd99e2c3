"""A vendor's API on loopback that records every request and answers as the test says."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Serve ``app`` on a free port of the loopback interface, in a thread; give its URL."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    # Idle connections are kept as long as the vendors' balancers keep theirs; uvicorn's own 5 s are short.
    config = uvicorn.Config(
        app, log_level="warning", ws="none", lifespan="auto", timeout_graceful_shutdown=1, timeout_keep_alive=75
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@dataclass(frozen=True)
class Request:
    """A request as it came: the path as it stood on the wire, all headers with their doubles."""

    method: str
    raw_path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the one value of a header, None if there is none; it must not stand twice."""
        values = [value for entry, value in self.headers if entry == name.lower()]
        assert len(values) <= 1, (name, values)
        return values[0] if values else None

    @property
    def token(self) -> str:
        """Return the bearer token."""
        scheme, _, token = (self.header("authorization") or "").partition(" ")
        assert scheme in ("Bearer", "")
        return token

    @property
    def json(self) -> Any:
        """Return the body, read as JSON."""
        return json.loads(self.body)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of the query."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """What is answered.

    Attributes:
        body: sent as JSON unless it is bytes.
        hangs: never answer; wait until the caller goes away.
        together: hold the answer back until so many requests have come, so that they run at one time.
        after: hold the answer back until this is set.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] | list[tuple[str, str]] = field(default_factory=dict)
    hangs: bool = False
    together: int = 0
    after: threading.Event | None = None

    def encoded(self) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Return headers and body as they are sent."""
        pairs = list(self.headers.items()) if isinstance(self.headers, Mapping) else list(self.headers)
        names = {name.lower() for name, _ in pairs}
        body = self.body
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            pairs += [("content-type", "application/json")] if "content-type" not in names else []
        pairs += [("content-length", str(len(body)))] if self.status != 204 else []
        return [(name.encode(), value.encode("latin-1")) for name, value in pairs], body


async def whole_body(receive: Receive) -> bytes:
    """Return the body of a request (ASGI)."""
    body = b""
    message: Message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


class Upstream:
    """The recording API: ``requests`` came, ``answer`` says what each gets."""

    url = ""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all requests, and answer everything with 200 and ``{}``."""
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Answer] = lambda _: Answer()
        self.arrived = threading.Event()
        self.left = threading.Event()
        """Set when a request came, and when a caller went away without having its answer."""
        self._all_here = asyncio.Event()

    def answers(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """Answer everything so; underscores in the names of headers are dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Answer(status, {} if body is None else body, named)
        self.answer = lambda _: answer

    @property
    def only(self) -> Request:
        """Return the one request that came."""
        (request,) = self.requests
        return request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record and answer one request (ASGI)."""
        if scope["type"] != "http":
            raise RuntimeError("only HTTP")
        body = await whole_body(receive)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        raw_path = scope["raw_path"].decode().partition("?")[0]
        request = Request(scope["method"], raw_path, scope["query_string"].decode(), headers, body)
        answer = self.answer(request)
        self.requests.append(request)
        self.arrived.set()
        if len(self.requests) >= answer.together:
            self._all_here.set()
        await self._all_here.wait()
        while answer.after is not None and not answer.after.is_set():
            await asyncio.sleep(0.01)
        if answer.hangs:
            while (await receive())["type"] != "http.disconnect":
                pass
            self.left.set()
            return
        encoded, content = answer.encoded()
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        await send({"type": "http.response.body", "body": content})


@contextmanager
def running_upstream() -> Iterator[Upstream]:
    """Run a recording API."""
    upstream = Upstream()
    with running(upstream) as url:
        upstream.url = url
        yield upstream
