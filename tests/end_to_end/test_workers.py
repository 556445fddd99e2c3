"""``serve --workers``: several processes behind one port, and a good end."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.clients import HTTP_WAYS, SECRET, Way, connected, structured
from tests.program import HttpProgram
from tests.upstream_server import Upstream

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
HEADERS = {"x-shop-access-token": f"{SECRET}-shop"}


@pytest.mark.parametrize("way", HTTP_WAYS, ids=str)
async def test_calls_are_answered_by_workers_and_sigterm_ends_them_all(
    folder: Path, upstream: Upstream, way: Way
) -> None:
    upstream.answers(200, {"id": 1})
    options = ("--overrides", "/dev/null", "--spec", "shop.yaml", "--upstream", f"shop={upstream.url}")
    program = HttpProgram(folder, *options, "--workers", "2", forked=False).wait()
    try:
        for _ in range(4):
            async with connected(way, program.url, HEADERS) as caller:
                assert len(await caller.names()) == 5
                assert structured(await caller.call("shop_get_thing", {"id": "1"}))["body"] == {"id": 1}
    finally:
        code, stdout = program.end()
    assert (code, stdout) == (0, b"")
    assert any("2 processes answer" in line for line in program.log)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not spread connections")
def test_connections_that_are_kept_are_spread_over_the_workers(folder: Path) -> None:
    program = HttpProgram(
        folder, "--overrides", "/dev/null", "--spec", "shop.yaml", "--workers", "2", forked=False
    ).wait()
    end = time.monotonic() + 30
    try:
        while sum("startup complete" in line for line in program.log) < 2:
            assert time.monotonic() < end, program.log
            time.sleep(0.01)
        before = _sockets_of_workers(program.pid)
        callers = [_asked_for_health(program.url) for _ in range(64)]
        after = _sockets_of_workers(program.pid)
    finally:
        program.end()
    for caller in callers:
        caller.close()
    added = [after[worker] - count for worker, count in before.items()]
    assert len(added) == 2
    assert sum(added) == len(callers)
    assert min(added) > 0  # by chance, all go to one worker once in 10 ** 19 runs


def _asked_for_health(url: str) -> socket.socket:
    """Return a connection that was answered, and is kept open."""
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname or "", address.port or 0), timeout=30)
    connection.sendall(f"GET /health HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    return connection


def _sockets_of_workers(parent: int) -> dict[int, int]:
    """Return how many sockets each worker has, by its process id."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child): sum(map(_is_socket, Path(f"/proc/{child}/fd").iterdir())) for child in children}


def _is_socket(descriptor: Path) -> bool:
    return str(descriptor.readlink()).startswith("socket:")
