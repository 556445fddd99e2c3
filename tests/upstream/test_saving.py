"""An answer that is written to the disk: under which name, never over another file, and only when it is whole."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import SavingError
from bridge.upstream import saving
from bridge.upstream.saving import Download, SavedFile, disposition_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("attachment", ""),
        ("attachment; filename=report.pdf", "report.pdf"),
        ('attachment; filename="a; b \\"c\\".pdf"', "a; b _c_.pdf"),
        ("attachment; FileName=report.pdf", "report.pdf"),
        ("attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.pdf", "Größe €.pdf"),
        ("attachment; filename=plain.pdf; filename*=UTF-8''b%C3%A9.pdf", "bé.pdf"),
        ("attachment; filename*=UTF-8''b%C3%A9.pdf; filename=plain.pdf", "bé.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''a%0D%0Ab.txt", "a  b.txt"),
        ("attachment; filename*=no-such-charset''a.txt", "a.txt"),
        ('attachment; filename=".."', ""),
    ],
)
def test_the_name_is_that_of_content_disposition_made_safe(header: str, name: str) -> None:
    assert disposition_name({"content-disposition": header} if header else {}) == name


@given(st.text("filename*=UTF-8'%20;\"\\ \t\r\n\u00e9\u00df/0123", max_size=80).map("attachment; ".__add__) | st.text())
def test_any_header_gives_a_plain_name_or_none(header: str) -> None:
    name = disposition_name({"content-disposition": header})
    assert not set("/\\\r\n\x00") & set(name)


def save(folder: Path, name: str, *chunks: bytes) -> SavedFile:
    with Download(folder, name) as download:
        for chunk in chunks:
            download.write(chunk)
        return download.finish()


def test_a_file_is_whole_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    saved = save(tmp_path, "a.mp4", b"one", b"two")
    assert saved == SavedFile(tmp_path / "a.mp4", 6)
    assert saved.path.read_bytes() == b"onetwo"
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [saved.path]


def test_no_file_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(b"mine")
    (tmp_path / "a.tar-2.gz").symlink_to(tmp_path / "nowhere")
    saved = [save(tmp_path, "a.tar.gz", b"1"), save(tmp_path, "a.tar.gz", b"2"), save(tmp_path, "b", b"3")]
    assert [entry.path.name for entry in saved] == ["a.tar-3.gz", "a.tar-4.gz", "b"]
    assert [entry.path.read_bytes() for entry in saved] == [b"1", b"2", b"3"]
    assert (tmp_path / "a.tar.gz").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    def stopped() -> None:
        with Download(tmp_path, "a.mp4") as download:
            download.write(b"half")
            (only,) = tmp_path.iterdir()
            assert only.name != "a.mp4"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SavingError, match=r"the answer cannot be saved in .*/gone: No such file or directory"):
        Download(tmp_path / "gone", "a.mp4")


def test_a_file_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MAX_SAVED_BYTES", 10)
    with pytest.raises(SavingError, match="the file is larger than"):
        save(tmp_path, "a.mp4", b"12345", b"67890", b"1")
    assert list(tmp_path.iterdir()) == []
