"""The sockets that a server listens on."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any

from bridge.errors import OptionError

MAX_PORT = 65_535

_IS_SHARED_OUT = sys.platform == "linux"
"""Whether the kernel spreads connections over sockets that share a port (socket(7), SO_REUSEPORT); others give all to
the one that was bound last, or are not sure."""


class Listeners:
    """The listening sockets of the worker processes, all on one port.

    Of processes that wait on one socket, the one that runs takes whatever comes: many connections at one time all go to
    the same, and stay there. So each has a socket of its own where the kernel spreads connections over them.

    Attributes:
        port: the port that is listened on.

    Args:
        host: the address to listen on.
        port: the port, 0 for any that is free.
        workers: how many processes answer.

    Raises:
        OptionError: the address cannot be listened on. uvicorn's own attempt would end the process with a log line.
    """

    def __init__(self, host: str, port: int, workers: int = 1) -> None:
        if not 0 <= port <= MAX_PORT:
            # getaddrinfo would take it modulo 65,536 and listen on another port.
            raise OptionError(f"port {port} is not between 0 and {MAX_PORT}; choose another with --port")
        self._asked = (host, port)
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
        except OSError as error:
            raise OptionError(
                f"cannot listen on {host}: {error.strerror}; choose another address with --host"
            ) from error
        self._kind = (family, kind, protocol)
        first = self._bound(address)
        if workers == 1 or not _IS_SHARED_OUT:
            self._sockets = [first] * workers
        else:
            # A socket that shares its port shares it with another server of this user too. The first one, which does
            # not, has found the port free.
            address = first.getsockname()
            first.close()
            self._sockets = [self._bound(address, shared=True) for _ in range(workers)]
        self.port = int(self._sockets[0].getsockname()[1])

    def of(self, worker: int) -> socket.socket:
        """Return a worker's own socket, and close those of the others: in its process, once for each.

        What is held open by others would keep taking connections after its worker has ended.
        """
        mine = self._sockets[worker]
        for listener in self._sockets:
            if listener is not mine:
                listener.close()
        return mine

    def close(self) -> None:
        """Close them all."""
        for listener in self._sockets:
            listener.close()

    def _bound(self, address: Sequence[Any], *, shared: bool = False) -> socket.socket:
        listener = socket.socket(*self._kind)
        try:
            # Without this the port of a server just stopped would stay taken for a minute; on Windows it means that two
            # processes may share a port, which nobody wants.
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(tuple(address))
            listener.listen()
        except OSError as error:
            listener.close()
            host, port = self._asked
            if error.errno == errno.EADDRINUSE:
                raise OptionError(f"port {port} on {host} is in use; choose another with --port") from error
            raise OptionError(f"cannot listen on port {port} of {host}: {error.strerror}") from error
        return listener
