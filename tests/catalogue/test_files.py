"""A file comes as a ``data:`` URI, as base64 text or by its path, and becomes a part of a multipart body."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.files import FileAccess, FilePart, read_file_argument
from bridge.errors import ArgumentError


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("data:audio/wav;base64,UklGRg==", FilePart("greeting.wav", b"RIFF", "audio/wav")),
        ("DATA:Image/PNG;BASE64,UklGRg", FilePart("greeting.png", b"RIFF", "image/png")),
        ("data:image/png;base64,UklGRg%3D%3D", FilePart("greeting.png", b"RIFF", "image/png")),
        ("data:text/csv;charset=utf-8;base64,YSxi", FilePart("greeting.csv", b"a,b", "text/csv")),
        ("data:text/csv,a%2Cb,c", FilePart("greeting.csv", b"a,b,c", "text/csv")),
        ("data:,h%C3%A4", FilePart("greeting.txt", "hä".encode(), "text/plain")),
        ("data:;base64,aGk=", FilePart("greeting.txt", b"hi", "text/plain")),
        ("UklGRg==", FilePart("greeting.bin", b"RIFF", "application/octet-stream")),
        ("UklGRg", FilePart("greeting.bin", b"RIFF", "application/octet-stream")),
        ("Ukl\nGRg ==\n", FilePart("greeting.bin", b"RIFF", "application/octet-stream")),
        ("data:application/x-unheard-of;base64,aGk=", FilePart("greeting", b"hi", "application/x-unheard-of")),
        ("data:audio/wav;name=Hall%C3%B6.wav;base64,UklGRg==", FilePart("Hallö.wav", b"RIFF", "audio/wav")),
        ("data:text/csv;filename=..%2Fa.csv,a", FilePart("a.csv", b"a", "text/csv")),
        ("data:text/csv;name=%0D%0A,a", FilePart("greeting.csv", b"a", "text/csv")),
        ("/9j/4AAQ", FilePart("greeting.bin", bytes.fromhex("ffd8ffe00010"), "application/octet-stream")),
    ],
)
def test_a_file_is_read_with_its_media_type_and_named_after_the_argument(value: str, part: FilePart) -> None:
    found = read_file_argument("greeting", value)
    assert (found.content, found.media_type) == (part.content, part.media_type)
    assert found.filename == part.filename


@pytest.mark.parametrize(
    "value",
    [
        "greeting.wav!",
        "data:audio/wav;base64,****",
        "data:audio/wav",
        "A",
        "größe",
        "data:,\ud800",
        "data:text/plain\r\nX-Evil: 1;base64,aGk=",
        "data:no type,x",
    ],
)
def test_what_is_no_file_is_refused_with_the_name_of_the_argument(value: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        read_file_argument("greeting", value)
    assert str(refused.value) == "argument 'greeting': a file is given as base64 text or as a data: URI"


@given(st.binary(), st.booleans())
def test_any_bytes_arrive_as_they_are(content: bytes, as_uri: bool) -> None:
    text = base64.b64encode(content).decode()
    assert read_file_argument("file", f"data:image/gif;base64,{text}" if as_uri else text).content == content


@given(st.text(st.characters(codec=None)) | st.text("data:;,/base64\r\n%", max_size=30).map("data:".__add__))
def test_any_text_is_a_file_or_refused(text: str) -> None:
    try:
        part = read_file_argument("file", text)
    except ArgumentError:
        return
    assert part.filename
    assert not set("\r\n") & set(part.filename + part.media_type)
    assert len(part.content) <= len(text.encode("utf-8", "surrogatepass"))


class TestPaths:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = (tmp_path / "shared").resolve()
        (folder / "inner").mkdir(parents=True)
        (folder / "greeting.wav").write_bytes(b"RIFF")
        (folder / "inner" / "notes").write_bytes(b"hi")
        (tmp_path / "secret.txt").write_bytes(b"secret")
        (tmp_path / "shared-too").mkdir()
        (tmp_path / "shared-too" / "a.txt").write_bytes(b"secret")
        return folder

    def read(self, value: str | Path, *folders: Path, limit: int = 1000) -> FilePart:
        return read_file_argument("file", str(value), FileAccess(folders, limit))

    def refusal(self, value: str | Path, *folders: Path, limit: int = 1000) -> str:
        with pytest.raises(ArgumentError) as refused:
            self.read(value, *folders, limit=limit)
        assert str(refused.value).startswith("argument 'file': ")
        return str(refused.value).removeprefix("argument 'file': ")

    def test_a_file_of_a_named_folder_is_read_with_its_own_name_and_media_type(self, folder: Path) -> None:
        other = folder.parent / "nowhere"
        assert self.read(folder / "greeting.wav", other, folder) == FilePart("greeting.wav", b"RIFF", "audio/wav")
        assert self.read(folder / "inner" / ".." / "inner" / "notes", folder) == FilePart(
            "notes", b"hi", "application/octet-stream"
        )

    def test_links_are_followed_within_the_folder_only(self, folder: Path) -> None:
        (folder / "inside.txt").symlink_to(folder / "inner" / "notes")
        (folder / "outside.txt").symlink_to(folder.parent / "secret.txt")
        (folder / "up").symlink_to(folder.parent)
        assert self.read(folder / "inside.txt", folder) == FilePart("inside.txt", b"hi", "text/plain")
        for value in (folder / "outside.txt", folder / "up" / "secret.txt"):
            assert self.refusal(value, folder) == f"the path is outside {folder}"

    @pytest.mark.parametrize("value", ["../secret.txt", "../shared-too/a.txt", "../no-such-file", "..", "/etc/passwd"])
    def test_outside_nothing_is_read_nor_told(self, folder: Path, value: str) -> None:
        assert self.refusal(os.path.join(folder, value), folder) == f"the path is outside {folder}"  # noqa: PTH118

    def test_what_is_no_regular_file_is_not_opened(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe")
        for value in (folder / "pipe", folder / "inner", folder):
            assert self.refusal(value, folder) == "the path is not that of a regular file"

    def test_a_file_that_is_missing_or_in_circles_is_one_sentence(self, folder: Path) -> None:
        (folder / "circle").symlink_to(folder / "circle")
        assert "No such file" in self.refusal(folder / "missing.wav", folder)
        assert self.refusal(folder / "circle", folder)
        assert self.refusal(f"{folder}/a\0.wav", folder)
        assert self.refusal(f"{folder}/{'a' * 300}.wav", folder)

    def test_the_limit_is_told_with_the_size_and_nothing_of_the_content(self, folder: Path) -> None:
        (folder / "large.txt").write_bytes(b"content " * 200)
        said = "the file has 1,600 bytes, more than the limit of 1,000 bytes"
        assert self.refusal(folder / "large.txt", folder) == said
        assert self.refusal(base64.b64encode(b"content " * 200).decode()) == said
        assert self.refusal("data:text/plain," + "content " * 200) == said
        assert self.refusal("A" * 8_000_000, limit=1024 * 1024).endswith("6,000,000 bytes, more than the limit of 1 MB")

    def test_without_a_folder_a_path_says_which_option_opens_one(self, folder: Path) -> None:
        for value in (folder / "greeting.wav", "/no/such/file.wav", "/etc/passwd"):
            assert "with --files-dir FOLDER" in self.refusal(value)

    def test_base64_that_begins_with_a_slash_is_no_path(self, folder: Path) -> None:
        for content in (bytes.fromhex("ffd8ffe000104a464946"), bytes.fromhex("fffb90640000"), b"\xff" * 9000):
            text = base64.b64encode(content).decode()
            assert text.startswith("/")
            assert self.read(text, folder, limit=10_000).content == content
            assert self.read(text, limit=10_000).content == content

    def test_a_path_that_could_be_base64_is_a_path_if_its_first_folder_is_there(self, folder: Path) -> None:
        path = next(
            made
            for made in (folder / ("a" * count) for count in range(1, 9))
            if not len(str(made).replace("-", "")) % 4
        )
        path.write_bytes(b"hi")
        assert self.read(path, folder).content == b"hi"
        assert self.refusal("/etc/passwd1", folder) == f"the path is outside {folder}"

    def test_what_is_no_file_at_all_names_the_folders(self, folder: Path) -> None:
        assert self.refusal("greeting.wav", folder) == (
            f"a file is given as base64 text or as a data: URI, or as an absolute path inside {folder}"
        )
