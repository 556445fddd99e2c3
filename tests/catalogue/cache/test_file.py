"""The file: whole or not there, checked, and nobody else's."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bridge.catalogue.cache.file import MAGIC, open_sections, write_sections
from bridge.errors import CacheFormatError

SECTIONS = {"table": b'{"a": 1}', "empty": b"", "large": bytes(range(256)) * 4_000}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of sections."""
    path = tmp_path / "new" / "folder" / "a.catalogue"
    write_sections(path, SECTIONS)
    return path


def test_sections_come_out_as_they_went_in(file: Path) -> None:
    found = open_sections(file)
    assert {name: bytes(found.section(name)) for name in SECTIONS} == SECTIONS
    with pytest.raises(CacheFormatError, match="no section other"):
        found.section("other")
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_it_is_for_its_owner_alone(file: Path) -> None:
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    file.chmod(0o666)
    with pytest.raises(CacheFormatError, match="others may write it"):
        open_sections(file)


@pytest.mark.parametrize("place", [0, 10, len(MAGIC), len(MAGIC) + 5, len(MAGIC) + 20, -1])
def test_a_damaged_byte_anywhere_is_noticed(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    with pytest.raises(CacheFormatError):
        open_sections(file)


@pytest.mark.parametrize("length", [0, 5, len(MAGIC) + 3, 100, 100_000])
def test_a_file_that_ends_too_early_is_noticed(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(CacheFormatError):
        open_sections(file)


def test_processes_that_write_at_one_time_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.catalogue"
    writers = [
        threading.Thread(target=lambda n=number: write_sections(path, {"n": str(n).encode() * 100_000}))
        for number in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = bytes(open_sections(path).section("n"))
    assert len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_what_uses_a_file_goes_on_with_it_when_another_takes_its_place(file: Path) -> None:
    before = open_sections(file)
    write_sections(file, {"table": b"new"})
    assert bytes(before.section("large")) == SECTIONS["large"]
    assert bytes(open_sections(file).section("table")) == b"new"
