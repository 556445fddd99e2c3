"""The file of a refresh token: private, whole, and never half a token."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bridge.errors import TokenError
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.oauth.refresh_token_file import RefreshTokenFile
from bridge.upstream.tokens import Token

VARIABLE = "WEBEX_REFRESH_TOKEN_FILE"


def saved(path: Path, refresh: str = "s3cret") -> RefreshTokenFile:
    file = RefreshTokenFile(path, VARIABLE)
    file.save(Grant(Token("access"), refresh_token=Token(refresh)))
    return file


def test_what_is_saved_is_loaded_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "refresh"
    assert saved(path).load() == Token("s3cret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "refresh"
    path.write_text("older")
    path.chmod(0o644)
    saved(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_token_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "refresh"
    saved(path)
    before = path.stat().st_ino
    saved(path)
    assert path.stat().st_ino == before


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "refresh", tmp_path / "link"
    link.symlink_to(path)
    saved(link)
    assert link.is_symlink()
    assert path.read_text() == "s3cret\n"


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_no_file_or_an_empty_one_holds_no_token(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "refresh"
    if content is not None:
        path.write_text(content)
    file = RefreshTokenFile(path, VARIABLE)
    file.check()
    assert file.load() is None


def test_what_is_no_token_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "refresh"
    path.write_text("two s3cret\n")
    with pytest.raises(TokenError, match=r"the token in the file .*refresh has whitespace") as caught:
        RefreshTokenFile(path, VARIABLE).check()
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["no-such-folder/refresh", "."])
def test_where_it_cannot_be_written_is_known_before_a_token_is_used_up(tmp_path: Path, name: str) -> None:
    with pytest.raises(TokenError, match=rf"^{VARIABLE}: .* cannot be written"):
        RefreshTokenFile(tmp_path / name, VARIABLE).check()


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "refresh"
    saved(path, "older")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TokenError, match="No space left on device"):
        saved(path)
    assert path.read_text() == "older\n"
    assert list(tmp_path.iterdir()) == [path]
