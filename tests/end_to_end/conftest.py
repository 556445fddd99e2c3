"""The servers of the end-to-end tests: the real command, started once for all tests that can share it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.clients import SECRET
from tests.program import HttpProgram, write_documents
from tests.upstream_server import Upstream

CANARY = "canary-value"
"""What stands in every header of a caller's that must not reach the vendor."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``shop.yaml`` and ``depot.json``, the working directory of all servers."""
    made = tmp_path_factory.mktemp("elsewhere")
    write_documents(made)
    return made


@contextmanager
def program(
    folder: Path,
    upstream: Upstream,
    *arguments: str,
    variables: Mapping[str, str] | None = None,
    forked: bool = True,
) -> Iterator[HttpProgram]:
    """Run a server over HTTP; at its end its exit code, its stdout and its log must be clean."""
    arguments = ("--overrides", "/dev/null", "--log-level", "debug", *arguments)
    variables = {"BRIDGE_UPSTREAM_DEPOT": upstream.url, **(variables or {})}
    running = HttpProgram(folder, *arguments, variables=variables, forked=forked)
    try:
        yield running.wait()
    finally:
        ended = running.end()
    assert ended == (0, b"")
    assert not [line for line in running.log if SECRET in line]


@pytest.fixture(scope="session")
def two_vendors(folder: Path, upstream_server: Upstream) -> Iterator[HttpProgram]:
    """Return a server of two vendors that keeps sessions, and serves SSE."""
    arguments = ("--spec", "shop.yaml", "--spec", "depot.json", "--upstream", f"shop={upstream_server.url}")
    with program(folder, upstream_server, *arguments, "--allowed-origin", CANARY, forked=False) as running:
        yield running


@pytest.fixture(scope="session")
def one_vendor(folder: Path, upstream_server: Upstream) -> Iterator[HttpProgram]:
    """Return a server of one vendor."""
    with program(folder, upstream_server, "--spec", "depot.json") as running:
        yield running


@pytest.fixture(scope="session")
def stateless(folder: Path, upstream_server: Upstream) -> Iterator[HttpProgram]:
    """Return a server of two vendors that keeps no sessions."""
    arguments = ("--stateless", "--spec", "shop.yaml", "--spec", "depot.json", "--upstream")
    reached = f"shop={upstream_server.url}"
    with program(folder, upstream_server, *arguments, reached, "--allowed-origin", CANARY) as running:
        yield running
