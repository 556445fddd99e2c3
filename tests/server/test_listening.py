"""The sockets of workers: one port, connections for each of them, and none for one that has ended."""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Iterator

import pytest

from bridge.errors import OptionError
from bridge.server import listening as module
from bridge.server.listening import Listeners

HOST = "127.0.0.1"
linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not spread connections")


@pytest.fixture
def two() -> Iterator[Listeners]:
    made = Listeners(HOST, 0, 2)
    yield made
    made.close()


def callers(port: int, count: int = 64) -> list[socket.socket]:
    return [socket.create_connection((HOST, port), timeout=10) for _ in range(count)]


def waiting(listener: socket.socket) -> int:
    """Return how many connections there are for a listening socket."""
    count = 0
    while select.select([listener], [], [], 0)[0]:
        listener.accept()[0].close()
        count += 1
    return count


class TestListeners:
    def test_a_single_worker_listens_on_a_port_that_is_not_shared(self) -> None:
        alone = Listeners(HOST, 0)
        assert alone.port
        with pytest.raises(OptionError, match=f"port {alone.port} on {HOST} is in use; choose another with --port"):
            Listeners(HOST, alone.port, 2)
        alone.close()

    @linux
    def test_connections_are_spread_over_the_workers(self, two: Listeners) -> None:
        assert {listener.getsockname() for listener in two._sockets} == {(HOST, two.port)}
        calling = callers(two.port)
        counts = [waiting(listener) for listener in two._sockets]
        # That all of 64 go to one by chance happens once in 10 ** 19 runs.
        assert min(counts) > 0
        assert sum(counts) == len(calling)
        for caller in calling:
            caller.close()

    @pytest.mark.parametrize("workers", [1, 2])
    def test_another_server_is_refused_the_port_whatever_it_shares(self, two: Listeners, workers: int) -> None:
        with pytest.raises(OptionError, match=f"port {two.port} on {HOST} is in use"):
            Listeners(HOST, two.port, workers)

    def test_a_worker_that_has_the_port_for_itself_gets_all(self, two: Listeners) -> None:
        mine = two.of(1)
        calling = callers(two.port)
        assert waiting(mine) == len(calling)
        for caller in calling:
            caller.close()

    def test_the_port_is_free_once_they_are_closed(self, two: Listeners) -> None:
        port = two.port
        two.close()
        two.close()
        again = Listeners(HOST, port)
        assert again.port == port
        again.close()

    def test_where_the_kernel_spreads_nothing_all_have_one_socket(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_IS_SHARED_OUT", False)
        listeners = Listeners(HOST, 0, 3)
        assert listeners.of(0) is listeners.of(2)
        assert listeners.of(0).fileno() >= 0
        listeners.close()

    @pytest.mark.parametrize("port", [-1, 65_536])
    def test_a_port_that_is_none_is_refused(self, port: int) -> None:
        with pytest.raises(OptionError, match=f"port {port} is not between 0 and 65535"):
            Listeners(HOST, port)

    def test_an_address_that_is_not_this_computers_is_refused(self) -> None:
        with pytest.raises(OptionError, match=r"cannot listen on port 0 of 192\.0\.2\.1"):
            Listeners("192.0.2.1", 0, 2)
