"""The address: whatever decides what a catalogue is changes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.catalogue.cache.address import address_of, shipped_inputs, stored_inputs


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return two files that are there, and one that is not."""
    for name in ("a.json", "overrides.yaml"):
        (tmp_path / name).write_text(name)
    return [tmp_path / "a.json", tmp_path / "overrides.yaml", tmp_path / "names.lock"]


def test_the_same_gives_the_same(files: list[Path]) -> None:
    assert address_of({"spec": ["webex"]}, files) == address_of({"spec": ["webex"]}, files)
    assert len(address_of({}, files)) == 64


def test_a_setting_changes_it(files: list[Path]) -> None:
    assert address_of({"schema": "lean"}, files) != address_of({"schema": "full"}, files)


@pytest.mark.parametrize("how", ["content", "size", "time", "replaced", "gone", "new"])
def test_a_file_changes_it(files: list[Path], how: str) -> None:
    before = address_of({}, files)
    first = files[0]
    about = first.stat()
    match how:
        case "content":
            first.write_text("b.json")
            os.utime(first, ns=(about.st_atime_ns, about.st_mtime_ns))
        case "size":
            first.write_text("longer than before")
        case "time":
            os.utime(first, ns=(1, 1))
        case "replaced":
            other = first.with_name("other")
            other.write_text(first.name)
            os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
            other.replace(first)
        case "gone":
            first.unlink()
        case _:
            files[2].write_text("")
    assert address_of({}, files) != before


def test_the_code_and_its_version_change_it(files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = address_of({}, files)
    code = tmp_path / "code" / "inner"
    code.mkdir(parents=True)
    monkeypatch.setattr("bridge.catalogue.cache.address._PACKAGE", code.parent)
    without = address_of({}, files)
    (code / "module.py").write_text("x = 1")
    with_module = address_of({}, files)
    monkeypatch.setattr("bridge.catalogue.cache.address.package_version", lambda: "99")
    assert len({before, without, with_module, address_of({}, files)}) == 4


def test_all_documents_of_a_store_and_all_that_is_shipped_count(tmp_path: Path) -> None:
    (tmp_path / "webex").mkdir()
    (tmp_path / "webex" / "webex-admin.json").write_text("{}")
    assert [path.name for path in stored_inputs(tmp_path)] == ["webex-admin.json"]
    assert list(stored_inputs(tmp_path / "none")) == []
    names = {path.name for path in shipped_inputs()}
    assert {"sources.yaml", "synonyms.yaml", "meetings.yaml"} <= names
