"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.upstream_server import Upstream, running_upstream

settings.register_profile("default", deadline=None, print_blob=True)
settings.load_profile("default")

# What this process loads is not kept where the user's own is; programs that tests start have a home of their own.
os.environ["BRIDGE_NO_CACHE"] = "1"


@pytest.fixture(scope="session")
def official_specs() -> Path:
    """Return the folder of the vendors' official documents, laid out as ``<vendor>/<document>.json``."""
    named = os.environ.get("BRIDGE_SPECS_DIR")
    if not named:
        pytest.skip("BRIDGE_SPECS_DIR does not name a folder of official documents (`cli.py specs pull` makes one)")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"BRIDGE_SPECS_DIR {folder}: no such folder")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-golden", action="store_true", help="Write the golden files of the tests anew.")


@pytest.fixture(scope="session")
def upstream_server() -> Iterator[Upstream]:
    """Return a vendor's API on loopback that records what comes; use ``upstream``, which forgets between tests."""
    with running_upstream() as server:
        yield server


@pytest.fixture
def upstream(upstream_server: Upstream) -> Upstream:
    """Return the recording API, with nothing recorded yet."""
    upstream_server.reset()
    return upstream_server
