"""Tokens that are obtained or verified, end to end: expired, revoked, many callers at a time; and what is counted."""

from __future__ import annotations

import asyncio
import json
import shlex
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from bridge.upstream.oauth.grant import Grant
from bridge.upstream.oauth.session import Session, save_session
from bridge.upstream.tokens import Token
from tests.end_to_end.clients import HTTP_WAYS, STDIO_WAYS, connected, started, structured, text_of
from tests.file_keyring import VARIABLE, FileKeyring, keyring_in_use
from tests.oauth_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    SECRET,
    WEBEX,
    ZOOM,
    OAuthServer,
    running_oauth,
)
from tests.program import CLI, HttpProgram, environ, serve_command
from tests.upstream_server import Answer

USERS = {
    "openapi": "3.1.0",
    "info": {"title": "Users", "version": "1"},
    "paths": {
        "/users": {
            "get": {"operationId": "users", "summary": "List users", "responses": {"200": {"description": "They."}}},
            "post": {
                "operationId": "userCreate",
                "summary": "Create a user",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {}}}}},
                "responses": {"201": {"description": "Done."}},
            },
        }
    },
}
ROOT = CLI.parent
LIST, CREATE = "zoom_list_users", "zoom_create_user"
TOGETHER = 30


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    with running_oauth() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with two operations of Zoom and of Webex."""
    for vendor, file in (("zoom", "users.json"), ("webex", "webex-admin.json")):
        (tmp_path / vendor).mkdir()
        (tmp_path / vendor / file).write_text(json.dumps(USERS), "utf-8")
    return tmp_path


def options(server: OAuthServer, store: Path, vendor: str = "zoom") -> list[str]:
    words = ["--specs-dir", str(store), "--spec", vendor, "--overrides", "/dev/null", "--log-level", "debug"]
    return [*words, "--upstream", f"{vendor}={server.url}", "--oauth", f"{vendor}={server.url}"]


def post(url: str, headers: dict[str, str]) -> int:
    """Return the status of a request with these headers."""
    return httpx2.post(f"{url}/mcp", headers=headers, json={}).status_code


async def test_over_stdio_credentials_last_longer_than_a_token(
    server: OAuthServer, store: Path, tmp_path: Path
) -> None:
    server.expires_in = 3600
    log = tmp_path / "log"
    with log.open("w") as stderr:
        command = serve_command(*options(server, store))
        async with started(STDIO_WAYS[0], command, tmp_path, environ(tmp_path, ZOOM), stderr) as caller:
            assert set(await caller.names()) == {LIST, CREATE}
            first = await asyncio.gather(*(caller.call(LIST, {}) for _ in range(TOGETHER)))
            assert len(server.asked) == 1
            server.revoke()
            second = await asyncio.gather(*(caller.call(CREATE, {}) for _ in range(TOGETHER)))
            assert len(server.asked) == 2
            server.revoke()
            server.lie = [Answer(400, {"error": "invalid_grant", "reason": CLIENT_SECRET})]
            refused = await caller.call(LIST, {})
    assert {structured(result)["status_code"] for result in first + second} == {200}
    assert text_of(refused).startswith("401 ") or "no token for Zoom" in text_of(refused)
    accepted = [call for call in server.calls if call.method == "POST" and call.token == f"{SECRET}-token-2"]
    assert len(accepted) == TOGETHER  # each once, and not one lost
    said = log.read_text("utf-8")
    assert "tokens for Zoom are obtained with ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET" in said
    assert SECRET not in said + str([*first, *second, refused])


async def test_a_refresh_token_that_rotates_is_kept_for_the_next_process(
    server: OAuthServer, store: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "refresh"
    variables = environ(tmp_path, {**WEBEX, "WEBEX_REFRESH_TOKEN_FILE": str(kept)})
    command = serve_command(*options(server, store, "webex"))
    log = tmp_path / "log"
    with log.open("w") as stderr:
        for _ in range(2):
            async with started(STDIO_WAYS[0], command, tmp_path, variables, stderr) as caller:
                name, _ = await caller.names()
                assert structured(await caller.call(name, {}))["body"] == {"ok": True}
    assert [form["refresh_token"] for form in server.asked] == [f"{SECRET}-refresh-0", f"{SECRET}-refresh-1"]
    assert kept.read_text() == f"{SECRET}-refresh-2\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert SECRET not in log.read_text("utf-8")


async def test_over_stdio_a_login_is_used_and_renewed_in_the_keyring(
    server: OAuthServer, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "keyring"
    keyring = {"PYTHON_KEYRING_BACKEND": "tests.file_keyring.FileKeyring", "PYTHONPATH": str(ROOT), VARIABLE: str(kept)}
    variables = environ(tmp_path, keyring)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    expired = Grant(Token(f"{SECRET}-old"), 1.0, 3600.0, Token(REFRESH_TOKEN))
    with keyring_in_use(FileKeyring):
        save_session(Session("zoom", CLIENT_ID, Token(CLIENT_SECRET), expired))
    log = tmp_path / "log"
    with log.open("w") as stderr:
        async with started(
            STDIO_WAYS[0], serve_command(*options(server, store)), tmp_path, variables, stderr
        ) as caller:
            results = [structured(await caller.call(LIST, {})) for _ in range(2)]
    assert [result["body"] for result in results] == [{"ok": True}] * 2
    assert [form["refresh_token"] for form in server.asked] == [REFRESH_TOKEN]
    assert f"{SECRET}-refresh-1" in kept.read_text()
    said = log.read_text("utf-8")
    assert "tokens for Zoom are obtained with cli.py login zoom" in said
    assert SECRET not in said


async def test_a_command_runs_again_when_its_token_is_rejected(
    server: OAuthServer, store: Path, tmp_path: Path
) -> None:
    server.valid = f"{SECRET}-2"
    count = tmp_path / "count"
    program = (
        f"import pathlib, sys; p = pathlib.Path({str(count)!r}); n = len(p.read_text()) + 1 if p.exists() else 1; "
        f"p.write_text('x' * n); print('{SECRET} on stderr', file=sys.stderr); print(f'{SECRET}-{{n}}')"
    )
    command = [*serve_command(*options(server, store)), "--token-command"]
    command.append(f"zoom={shlex.join([sys.executable, '-c', program])}")
    log = tmp_path / "log"
    with log.open("w") as stderr:
        async with started(STDIO_WAYS[0], command, tmp_path, environ(tmp_path), stderr) as caller:
            result = await caller.call(CREATE, {})
    assert structured(result)["body"] == {"ok": True}
    assert [call.token for call in server.calls] == [f"{SECRET}-1", f"{SECRET}-2"]
    assert SECRET not in log.read_text("utf-8")


async def test_over_http_shared_credentials_serve_everybody_and_nobodys_token_is_mixed_in(
    server: OAuthServer, store: Path, tmp_path: Path
) -> None:
    running = HttpProgram(tmp_path, *options(server, store), "--shared-credentials", variables=ZOOM)
    try:
        running.wait()
        async with connected(HTTP_WAYS[1], running.url) as caller:
            results = await asyncio.gather(*(caller.call(LIST, {}) for _ in range(TOGETHER)))
        assert post(running.url, {"x-zoom-access-token": "mine"}) == 400
    finally:
        ended = running.end()
    assert ended == (0, b"")
    assert {structured(result)["status_code"] for result in results} == {200}
    assert len(server.asked) == 1
    assert {call.token for call in server.calls} == {f"{SECRET}-token-1"}
    said = "\n".join(running.log)
    assert "whoever reaches this server acts with its tokens" in said
    assert SECRET not in said


async def test_over_http_credentials_are_not_used_unless_they_are_shared(
    server: OAuthServer, store: Path, tmp_path: Path
) -> None:
    running = HttpProgram(tmp_path, *options(server, store), variables=ZOOM)
    server.valid = "mine"
    try:
        running.wait()
        assert post(running.url, {}) == 401
        async with connected(HTTP_WAYS[1], running.url, {"x-zoom-access-token": "mine"}) as caller:
            assert structured(await caller.call(LIST, {}))["body"] == {"ok": True}
            server.revoke()
            rejected = await caller.call(LIST, {})
    finally:
        running.end()
    assert "put a new one into the header x-zoom-access-token" in text_of(rejected)
    assert not server.asked
    assert any("are set and not used: over HTTP each caller brings their own token" in line for line in running.log)


async def test_with_verify_tokens_a_bad_token_gets_no_further_than_the_edge_and_is_counted(
    server: OAuthServer, store: Path, tmp_path: Path
) -> None:
    running = HttpProgram(tmp_path, *options(server, store), "--verify-tokens", "--metrics")
    server.valid = f"{SECRET}-good"
    try:
        running.wait()
        bad = httpx2.post(f"{running.url}/mcp", headers={"x-zoom-access-token": f"{SECRET}-bad"}, json={})
        async with connected(HTTP_WAYS[1], running.url, {"x-zoom-access-token": server.valid}) as caller:
            results = [await caller.call(LIST, {}) for _ in range(3)]
        ready = httpx2.get(f"{running.url}/ready")
        metrics = httpx2.get(f"{running.url}/metrics").text
    finally:
        ended = running.end()
    assert ended == (0, b"")
    assert bad.status_code == 401
    assert 'error="invalid_token"' in bad.headers["www-authenticate"]
    assert bad.json()["message"] == "Zoom rejects the token: it is expired, revoked or not one of Zoom's"
    assert {structured(result)["status_code"] for result in results} == {200}
    assert [call.token for call in server.calls if call.raw_path.endswith("/me")] == [f"{SECRET}-bad", server.valid]
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert f'bridge_calls_total{{outcome="ok",status="2xx",tool="{LIST}"}} 3.0' in metrics
    assert 'bridge_tokens_rejected_total{vendor="zoom",where="edge"} 1.0' in metrics
    assert SECRET not in "\n".join(running.log) + metrics
