"""The folder of compiled catalogues: what goes wrong in it stops nobody."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from bridge.catalogue.cache import CatalogueCache, cache_folder
from bridge.catalogue.cache.store import KEPT, SUFFIX
from bridge.catalogue.tool_spec import Catalogue
from bridge.cli.options import find_catalogue
from tests.program import write_documents


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Return a small catalogue."""
    write_documents(tmp_path)
    return find_catalogue([str(tmp_path / "shop.yaml")], None, [Path("/dev/null")]).ready()


@pytest.fixture
def cache(tmp_path: Path) -> CatalogueCache:
    """Return a cache with nothing in it."""
    return CatalogueCache(tmp_path / "cache")


def names(catalogue: Catalogue | None) -> list[str]:
    """Return the names of the tools."""
    return [tool.name for tool in catalogue.tools] if catalogue else []


def test_what_is_kept_is_found_under_its_address_alone(cache: CatalogueCache, catalogue: Catalogue) -> None:
    assert cache.find("a") is None
    assert names(cache.keep("a", catalogue)) == names(catalogue)
    assert names(cache.find("a")) == names(catalogue)
    assert cache.find("b") is None


def test_a_damaged_file_is_passed_over_and_made_anew(
    cache: CatalogueCache, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    cache.keep("a", catalogue)
    (entry,) = cache.entries()
    entry.path.write_bytes(entry.path.read_bytes()[:-1])
    with caplog.at_level(logging.INFO, "bridge.cache"):
        assert cache.find("a") is None
    assert "is not used, and made anew: the checksum is wrong" in caplog.text
    cache.keep("a", catalogue)
    assert cache.find("a") is not None


def test_a_folder_that_cannot_be_written_is_done_without(
    tmp_path: Path, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = CatalogueCache(tmp_path / "file" / "cache")
    with caplog.at_level(logging.INFO, "bridge.cache"):
        assert cache.keep("a", catalogue) is catalogue
    assert caplog.text.count("the catalogue is not kept for the next start") == 1
    assert (cache.find("a"), cache.entries(), cache.clear()) == (None, [], [])


def test_without_a_folder_nothing_is_kept(catalogue: Catalogue) -> None:
    cache = CatalogueCache(None)
    assert cache.keep("a", catalogue) is catalogue
    assert (cache.find("a"), cache.entries()) == (None, [])


def test_those_that_were_used_last_are_kept(cache: CatalogueCache, catalogue: Catalogue) -> None:
    assert cache.folder is not None
    for number in range(KEPT):
        cache.keep(str(number), catalogue)
        os.utime(cache.folder / f"{number}{SUFFIX}", (number, number))
    cache.find("0")
    stale = cache.folder / f".x{SUFFIX}.0123"
    stale.write_text("")
    os.utime(stale, (0, 0))
    cache.keep("new", catalogue)
    left = {entry.path.stem for entry in cache.entries()}
    assert left == {"new", "0", *map(str, range(2, KEPT))}
    assert not stale.exists()


def test_clear_removes_all_of_ours_and_nothing_else(cache: CatalogueCache, catalogue: Catalogue) -> None:
    used = cache.keep("a", catalogue)
    assert cache.folder is not None
    other = cache.folder / "notes.txt"
    other.write_text("mine")
    assert [entry.path.stem for entry in cache.clear()] == ["a"]
    assert list(cache.folder.iterdir()) == [other]
    assert used.tools[0].arguments.visible


def test_the_folder_is_the_one_that_is_named_else_the_users(tmp_path: Path) -> None:
    assert cache_folder({"BRIDGE_CACHE_DIR": str(tmp_path)}) == tmp_path
    assert cache_folder({}).parts[-2:] == ("zoom-webex-bridge", "catalogues")
