"""An upstream on loopback that records every request and answers what it is told, caller by caller."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from types import TracebackType
from typing import Any

import uvicorn

from tests.official.fidelity.expectation import Arrived

Answer = tuple[int, dict[str, str], bytes]
START_SECONDS = 20


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Return the headers by name; what stands twice is seen to stand twice (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


class Recorder:
    """Requests and answers are kept by token, so that many callers can be checked at once."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.arrived: dict[str, list[Arrived]] = defaultdict(list)
        config = uvicorn.Config(
            self._app, host="127.0.0.1", port=0, log_level="error", lifespan="off", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        authorization = tuple(value for name, value in headers if name == "authorization")
        token = authorization[0].removeprefix("Bearer ") if authorization else ""
        raw_path = scope["raw_path"].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        self.arrived[token].append(Arrived(scope["method"], raw_path, query, _joined(headers), body, authorization))
        status, answer_headers, content = self.answers.get(token, (200, {}, b"{}"))
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in answer_headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": content})

    def __enter__(self) -> str:
        """Start, and return the URL."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline:
                raise TimeoutError("the recording upstream did not start")
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
