"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.tool_spec import Catalogue
from bridge.shipped import shipped_path
from bridge.spec.store import select_documents
from bridge.vendors import official_vendors
from tests.tls import strangers_file
from tests.upstream_server import Upstream, running_upstream

settings.register_profile("default", deadline=None, print_blob=True, max_examples=40)
settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# What this process loads is not kept: a test that is about the cache says so itself.
os.environ["BRIDGE_NO_CACHE"] = "1"


@pytest.fixture(scope="session", autouse=True)
def a_cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep compiled catalogues, of this process and of those that it starts, out of the user's own cache."""
    folder = tmp_path_factory.mktemp("user-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("BRIDGE_CACHE_DIR", str(folder / "catalogues"))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def nobody_is_trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let HTTP clients of this process, and of those that it starts, trust nobody: no test calls the world.

    Each would else read all certificates of the system, which takes longer than most tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(strangers_file(tmp_path_factory.mktemp("certificates"))))
        yield


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


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return the catalogue of the built-in core: an empty store, the shipped overrides, nothing of the environment."""
    catalogue = _catalogue(tmp_path_factory.mktemp("empty-store"))
    assert {entry.documents.origin for entry in catalogue.vendors} == {"core"}
    return catalogue


@pytest.fixture(scope="session")
def official_catalogue(official_specs: Path) -> Catalogue:
    """Return the catalogue of all official operations under the shipped overrides."""
    return _catalogue(official_specs)


def _catalogue(store: Path) -> Catalogue:
    overrides = load_overrides((shipped_path("overrides.yaml"),), [*official_vendors()])
    return build_catalogue(select_documents((), store), overrides)


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes ``-n auto`` means: tests wait for the servers that they start a third of their time."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


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
