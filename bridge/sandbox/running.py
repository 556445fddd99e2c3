"""The vendors' APIs on loopback ports, served from a thread of their own."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import uvicorn

from bridge.errors import BridgeError, OptionError, did_you_mean
from bridge.sandbox.app import ASGIApp, Receive, RequestLog, Scope, Send, sandbox_app
from bridge.spec.operation import Operation

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0


class Sandbox:
    """The sandbox of several vendors, one port each, served from entering the context until it is left.

    ``with Sandbox({"zoom": operations}) as sandbox:`` gives ``sandbox.urls["zoom"]``, such as
    ``http://127.0.0.1:41234``; ``sandbox.wait()`` inside blocks until Ctrl-C.
    """

    def __init__(
        self,
        operations_by_vendor: Mapping[str, Sequence[Operation]],
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
        on_request: RequestLog | None = None,
    ) -> None:
        """Prepare a sandbox; nothing listens yet.

        Args:
            operations_by_vendor: what to serve.
            host: the address to listen at.
            ports: the port of a vendor; a vendor without one, or with 0, gets a free one.
            on_request: told of every request that was answered; called in the server's thread.

        Raises:
            OptionError: a port for a vendor that is not served.
        """
        self._ports = dict(ports or {})
        for name in self._ports:
            if name not in operations_by_vendor:
                raise OptionError(f"a port for {name!r}, which is not served{did_you_mean(name, operations_by_vendor)}")
        self._host = host
        self._on_request = on_request
        self._apps: dict[str, ASGIApp] = {}
        self.serve(operations_by_vendor)
        self._by_port: dict[int, str] = {}
        self._urls: dict[str, str] = {}
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def urls(self) -> Mapping[str, str]:
        """Return ``http://host:port`` of every vendor, without a path; empty while nothing listens."""
        return dict(self._urls)

    def serve(self, operations_by_vendor: Mapping[str, Sequence[Operation]]) -> None:
        """Answer for these operations from now on; may be called while it runs, for the same vendors."""
        self._apps = {name: sandbox_app(entries, self._on_request) for name, entries in operations_by_vendor.items()}

    def start(self) -> None:
        """Listen and serve; returns when requests are accepted.

        Raises:
            OptionError: a port is taken, or the host is not an address of this machine.
            BridgeError: the server does not start.
        """
        sockets = self._listen()
        config = uvicorn.Config(
            self._dispatch,
            interface="asgi3",
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=(sockets,), name="sandbox", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise BridgeError("the sandbox did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop serving; does nothing if nothing is served."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(_STOP_SECONDS)
        self._server = self._thread = None
        self._urls.clear()
        self._by_port.clear()

    def wait(self) -> None:
        """Block until the person presses Ctrl-C, or the server ends."""
        try:
            while self._thread and self._thread.is_alive():
                self._thread.join(0.5)
        except KeyboardInterrupt:
            return

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listen(self) -> list[socket.socket]:
        sockets: list[socket.socket] = []
        for name in self._apps:
            port = self._ports.get(name, 0)
            try:
                listening = _listening_socket(self._host, port)
            except OSError as error:
                for opened in sockets:
                    opened.close()
                self._urls.clear()
                self._by_port.clear()
                raise OptionError(
                    f"sandbox of {name}: cannot listen at {self._host}, port {port or 'any'}: {error.strerror}"
                ) from error
            sockets.append(listening)
            port = listening.getsockname()[1]
            self._by_port[port] = name
            self._urls[name] = f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{port}"
        return sockets

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        # One server serves all ports; the port that a connection came in by tells the vendor.
        if scope["type"] == "http":
            await self._apps[self._by_port[scope["server"][1]]](scope, receive, send)


def _listening_socket(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; else every answer waits 40 ms for an ACK.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(128)
    except OSError:
        opened.close()
        raise
    return opened
