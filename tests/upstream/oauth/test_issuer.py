"""Issuers: credentials alone, and refresh tokens that are replaced as they are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import TokenError
from bridge.upstream.oauth.endpoint import TokenEndpoint
from bridge.upstream.oauth.issuer import AccountIssuer, RefreshIssuer
from bridge.upstream.oauth.refresh_token_file import RefreshTokenFile
from bridge.upstream.oauth.source import oauth_at
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors
from tests.oauth_server import ACCOUNT_ID, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, SECRET, OAuthServer

RENEWAL = "WEBEX_REFRESH_TOKEN needs a new one"


def endpoint(server: OAuthServer, name: str) -> TokenEndpoint:
    vendor = official_vendors()[name]
    return TokenEndpoint(vendor, oauth_at(vendor, server.url), CLIENT_ID, Token(CLIENT_SECRET))


def refreshing(server: OAuthServer, file: Path | None = None, given: str = REFRESH_TOKEN) -> RefreshIssuer:
    store = RefreshTokenFile(file, "WEBEX_REFRESH_TOKEN_FILE") if file else None
    return RefreshIssuer(endpoint(server, "webex"), Token(given), store, RENEWAL)


async def test_an_account_asks_again_with_the_same_credentials(server: OAuthServer) -> None:
    issuer = AccountIssuer(endpoint(server, "zoom"), ACCOUNT_ID)
    assert [(await issuer.issue()).token.reveal() for _ in range(2)] == [f"{SECRET}-token-1", f"{SECRET}-token-2"]


async def test_each_refresh_uses_the_token_that_the_one_before_brought(server: OAuthServer) -> None:
    issuer = refreshing(server)
    for _ in range(3):
        await issuer.issue()
    used = [form["refresh_token"] for form in server.asked]
    assert used == [REFRESH_TOKEN, f"{SECRET}-refresh-1", f"{SECRET}-refresh-2"]


async def test_without_a_file_nothing_is_written(server: OAuthServer, tmp_path: Path) -> None:
    await refreshing(server).issue()
    assert list(tmp_path.iterdir()) == []


async def test_what_is_kept_is_used_by_the_next_process(server: OAuthServer, tmp_path: Path) -> None:
    file = tmp_path / "refresh"
    await refreshing(server, file).issue()
    assert file.read_text() == f"{SECRET}-refresh-1\n"
    await refreshing(server, file).issue()
    assert server.asked[-1]["refresh_token"] == f"{SECRET}-refresh-1"


async def test_a_new_one_that_a_person_set_helps_where_the_kept_one_is_refused(
    server: OAuthServer, tmp_path: Path
) -> None:
    file = tmp_path / "refresh"
    file.write_text("outdated\n")
    await refreshing(server, file).issue()
    assert [form["refresh_token"] for form in server.asked] == ["outdated", REFRESH_TOKEN]


async def test_a_file_that_cannot_be_written_loses_no_token_in_memory(
    server: OAuthServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "refresh"
    issuer = refreshing(server, file)
    file.write_text(REFRESH_TOKEN)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    for _ in range(2):
        await issuer.issue()
    assert server.asked[-1]["refresh_token"] == f"{SECRET}-refresh-1"
    assert "No space left on device; the new refresh token is lost when this process ends" in caplog.text
    assert SECRET not in caplog.text


async def test_a_refusal_says_what_to_do(server: OAuthServer) -> None:
    with pytest.raises(TokenError, match=rf"refuses \(400 invalid_grant\); {RENEWAL}$"):
        await refreshing(server, given="outdated").issue()
