"""Logins in the keyring: kept whole, forgotten whole, and one sentence where there is no keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from bridge.errors import TokenError
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.oauth.session import (
    KeptSession,
    Session,
    check_keyring,
    delete_session,
    load_session,
    save_session,
)
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors
from tests.file_keyring import VARIABLE, FileKeyring, keyring_in_use

ZOOM = official_vendors()["zoom"]
GRANT = Grant(Token("access"), 5000.0, 3600.0, Token("refresh"), ("a:read",), "https://api-eu.zoom.us")
SESSION = Session("zoom", "the-app", Token("s3cret"), GRANT)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "keyring"))
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with keyring_in_use(FileKeyring):
        yield tmp_path / "keyring"


@pytest.mark.usefixtures("file")
class TestKept:
    @pytest.mark.parametrize(
        "session", [SESSION, Session("zoom", "the-app", None, Grant(Token("access")))], ids=["all", "least"]
    )
    def test_a_login_comes_back_as_it_was(self, session: Session) -> None:
        assert load_session(ZOOM) is None
        save_session(session)
        assert load_session(ZOOM) == session
        assert load_session(official_vendors()["webex"]) is None

    def test_the_next_login_leaves_nothing_of_the_one_before(self) -> None:
        save_session(SESSION)
        save_session(Session("zoom", "another", None, Grant(Token("t"))))
        assert load_session(ZOOM) == Session("zoom", "another", None, Grant(Token("t")))

    def test_who_never_logged_in_has_no_keyring_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def asked(*_: str) -> None:
            raise AssertionError("asked")

        monkeypatch.setattr(keyring, "get_password", asked)
        assert load_session(ZOOM) is None

    def test_it_is_forgotten_whole(self, file: Path) -> None:
        save_session(SESSION)
        assert delete_session(ZOOM)
        assert json.loads(file.read_text()) == {}
        assert not delete_session(ZOOM)
        assert load_session(ZOOM) is None

    def test_what_a_refresh_brings_is_kept_and_an_unchanged_refresh_token_stays(self) -> None:
        kept = KeptSession(SESSION)
        kept.save(Grant(Token("access-2")))
        found = load_session(ZOOM)
        assert found is not None
        assert (found.grant.token, found.grant.refresh_token) == (Token("access-2"), Token("refresh"))
        assert found.client_secret == Token("s3cret")
        kept.save(Grant(Token("access-3"), refresh_token=Token("refresh-3")))
        assert kept.load() == Token("refresh-3")

    @pytest.mark.parametrize("about", ["nonsense", "[]", "{}", '{"client_id": "a"}'])
    def test_an_entry_that_is_no_login_says_to_log_in_again(self, about: str) -> None:
        save_session(SESSION)
        keyring.set_password("zoom-webex-bridge", "zoom", about)
        with pytest.raises(TokenError, match=r"is no login; log in again: cli\.py login zoom$"):
            load_session(ZOOM)

    def test_no_secret_stands_with_what_is_none(self, file: Path) -> None:
        save_session(SESSION)
        about = json.loads(file.read_text())["zoom-webex-bridge/zoom"]
        assert not [secret for secret in ("access", "s3cret") if f'"{secret}"' in about]


class Locked(FileKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("s3cret")


def test_a_system_without_a_keyring_is_one_sentence() -> None:
    sentence = "this system has no keyring that a login could be kept in; use variables"
    with keyring_in_use(NoKeyring), pytest.raises(TokenError, match=sentence):
        check_keyring()


def test_a_keyring_that_is_locked_is_one_sentence() -> None:
    sentence = r"^the system's keyring cannot be read: KeyringLocked$"
    with keyring_in_use(Locked), pytest.raises(TokenError, match=sentence):
        check_keyring()
