"""Lock files: where they belong, read with one clear sentence for what is wrong, written whole or not at all."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import LockError
from bridge.lock_file import check_writable, lock_folder, lock_text, read_lock, toml_text, write_lock
from bridge.shipped import shipped_path

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


class TestLockFolder:
    def test_it_is_beside_the_overrides_that_win(self, tmp_path: Path) -> None:
        first, second = tmp_path / "a" / "one.yaml", tmp_path / "b" / "two.yaml"
        for path in (first, second):
            path.parent.mkdir()
            path.touch()
        assert lock_folder([first, second], tmp_path) == second.parent
        assert lock_folder([first, Path("/dev/null")], tmp_path) == first.parent

    def test_it_is_never_in_the_installation(self, tmp_path: Path) -> None:
        shipped = shipped_path("overrides.yaml")
        assert lock_folder([shipped], tmp_path) == tmp_path
        assert lock_folder([Path("/dev/null")], tmp_path) == tmp_path
        own = tmp_path / "mine" / "mine.yaml"
        own.parent.mkdir()
        own.touch()
        assert lock_folder([own, shipped], tmp_path) == own.parent


class TestReadLock:
    def test_no_file_is_no_lock(self, tmp_path: Path) -> None:
        assert read_lock(tmp_path / "specs.lock") is None

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"version = 1\n[a\n", "it is no TOML: Expected ']'"),
            (b"version = 1\na = 1\na = 2\n", "it is no TOML: Cannot overwrite a value"),
            (b"version = 1\n\n<<<<<<< HEAD\na = 1\n=======\n", "line 3 is the mark of a merge conflict"),
            (b"version = 1\n# \xff\n", "byte 14 is no UTF-8"),
            (b"[webex]\n", "`version` is None; this program reads 1"),
            (b"version = 2\n", "`version` is 2; this program reads 1"),
            (b"version = true\n", "`version` is True; this program reads 1"),
        ],
    )
    def test_what_is_no_lock_file_is_one_sentence(self, tmp_path: Path, content: bytes, sentence: str) -> None:
        path = tmp_path / "names.lock"
        path.write_bytes(content)
        with pytest.raises(LockError) as raised:
            read_lock(path)
        assert str(raised.value).startswith(f"{path}: {sentence}")
        assert str(raised.value).endswith("(restore it from version control, or delete it and run `cli.py specs lock`)")

    def test_a_folder_in_its_place_is_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(LockError, match="cannot be read: Is a directory"):
            read_lock(tmp_path)

    @given(st.binary(max_size=40))
    def test_garbage_is_tables_or_one_sentence(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        path = tmp_path_factory.getbasetemp() / "garbage.lock"
        path.write_bytes(b"version = 1\n" + content)
        said = str(path)
        try:
            assert "version" not in (read_lock(path) or {})
        except LockError as error:
            said = str(error)
        assert said.startswith(str(path))


class TestWriteLock:
    def test_it_says_whether_anything_changed_and_leaves_nothing_beside_it(self, tmp_path: Path) -> None:
        path = tmp_path / "specs.lock"
        assert write_lock(path, "version = 1\n")
        assert not write_lock(path, "version = 1\n")
        assert write_lock(path, "version = 1\na = 2\n")
        assert path.read_text() == "version = 1\na = 2\n"
        assert [entry.name for entry in tmp_path.iterdir()] == ["specs.lock"]

    def test_behind_a_link_the_file_that_is_meant_is_written(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        real, link = tmp_path / "real" / "specs.lock", tmp_path / "specs.lock"
        real.write_text("old")
        link.symlink_to(real)
        write_lock(link, "new")
        assert link.is_symlink()
        assert real.read_text() == "new"

    def test_what_cannot_be_written_leaves_what_was_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        path = tmp_path / "specs.lock"
        path.write_text("old")
        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(LockError, match=r"specs\.lock: cannot be written: No space left on device"):
            write_lock(path, "new")
        assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("specs.lock", "old")]

    def test_a_folder_that_cannot_be_written_is_known_before_the_work(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        check_writable(tmp_path)
        monkeypatch.setattr("os.access", lambda *_: False)
        with pytest.raises(LockError, match=r"the lock files cannot be written there; .* --no-lock writes none"):
            check_writable(tmp_path)


class TestLockText:
    def test_a_person_can_read_it(self) -> None:
        tables = [(("webex", "a b"), [("title", toml_text('The "A"')), ("operations", "3")])]
        assert lock_text("What it is.\nWho writes it.", tables) == (
            '# What it is.\n# Who writes it.\n\nversion = 1\n\n[webex."a b"]\ntitle = "The \\"A\\""\noperations = 3\n'
        )

    @given(st.dictionaries(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=3), max_size=3))
    def test_whatever_is_written_is_read_again(self, content: dict[str, dict[str, str]]) -> None:
        tables = [
            ((f"t{name}",), [(key, toml_text(value)) for key, value in entries.items()])
            for name, entries in content.items()
        ]
        read = tomllib.loads(lock_text("About.", tables))
        assert read == {"version": 1, **{f"t{name}": entries for name, entries in content.items()}}
