from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bridge.errors import SpecError, SpecNotFoundError
from bridge.spec.pull_fetch import FolderOrigin, Limits
from bridge.spec.pull_wanted import Wanted
from tests.documents import ACME

DEPOT = Wanted(ACME, ACME.documents[1], named=False)


def fetch(folder: Path, place: Path, max_bytes: int = 100) -> list[int]:
    received: list[int] = []
    origin = FolderOrigin(folder, Limits(max_bytes=max_bytes), received.append)
    fetched = asyncio.run(origin.fetch(DEPOT, None, place))
    assert (fetched.modified, fetched.url) == (True, "")
    return received


@pytest.mark.parametrize("file", ["acme-depot.json", "depot.json", "store.json"])
def test_a_document_is_copied_whatever_name_it_is_known_by(tmp_path: Path, file: str) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / file).write_bytes(b"{}")
    assert fetch(tmp_path, tmp_path / "new") == [2]
    assert (tmp_path / "new").read_bytes() == b"{}"


def test_what_the_folder_does_not_have_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecNotFoundError, match=r"^not in the mirror .* \(as acme/acme-depot\.json\)$"):
        fetch(tmp_path, tmp_path / "new")


def test_a_file_over_the_limit_or_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    file = tmp_path / "acme" / "depot.json"
    file.write_bytes(b"{" * 101)
    with pytest.raises(SpecError, match=r"depot\.json is larger than .* MB$"):
        fetch(tmp_path, tmp_path / "new")
    file.write_bytes(b"{" * 100)
    assert fetch(tmp_path, tmp_path / "new") == [100]
    file.unlink()
    file.mkdir()
    with pytest.raises(SpecError, match=r"depot\.json cannot be read: Is a directory"):
        fetch(tmp_path, tmp_path / "newer")
