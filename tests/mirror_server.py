"""A server of documents on loopback that answers as the test says: late, cut short, elsewhere, with validators."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def openapi(title: str, **more: Any) -> dict[str, Any]:
    """Return an OpenAPI document with two operations."""
    answers = {"200": {"description": "Fine."}}
    item = {"get": {"operationId": "get", "responses": answers}, "post": {"operationId": "add", "responses": answers}}
    return {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": {"/things": item}, **more}


@dataclass(frozen=True)
class Reply:
    """What is answered.

    Attributes:
        body: sent as JSON unless it is bytes.
        length: the ``Content-Length``, whatever comes; None for the true one, -1 for none.
        delay: seconds before the body.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    delay: float = 0.0

    @property
    def data(self) -> bytes:
        """Return the body as it is sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Mirror:
    """The documents: ``replies`` says what a path gets, one after the other, the last for ever."""

    def __init__(self) -> None:
        self.url = ""
        self.replies: dict[str, list[Reply]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.together = threading.Barrier(1)
        self._lock = threading.Lock()

    @property
    def paths(self) -> list[str]:
        """Return the paths that were asked for."""
        return [path for path, _ in self.requests]

    def serves(self, path: str, *replies: Reply) -> None:
        """Answer a path so."""
        self.replies[path] = list(replies)

    def document(self, path: str, title: str, **more: Any) -> None:
        """Answer a path with a document, an ETag and a Last-Modified."""
        data = json.dumps(openapi(title, **more)).encode()
        tag = f'"{hashlib.sha256(data).hexdigest()[:12]}"'
        self.serves(path, Reply(body=data, headers={"ETag": tag, "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"}))

    def next_reply(self, path: str, headers: dict[str, str]) -> Reply:
        """Record a request and return its answer."""
        with self._lock:
            self.requests.append((path, headers))
            queue = self.replies.get(path, [Reply(404)])
            reply = queue.pop(0) if len(queue) > 1 else queue[0]
        self.together.wait(10)
        if (tag := reply.headers.get("ETag")) and headers.get("if-none-match") == tag:
            return Reply(304, headers=reply.headers)
        return reply


class _Handler(BaseHTTPRequestHandler):
    mirror: Mirror

    def do_GET(self) -> None:
        reply = self.mirror.next_reply(self.path, {name.lower(): value for name, value in self.headers.items()})
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        length = len(reply.data) if reply.length is None else reply.length
        if length >= 0 and reply.status != 304:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        time.sleep(reply.delay)
        self.wfile.write(reply.data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class calls it so)
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a client goes away."""


@contextmanager
def running_mirror() -> Iterator[Mirror]:
    """Run a server of documents."""
    mirror = Mirror()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"mirror": mirror}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    mirror.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
