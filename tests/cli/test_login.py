"""login, logout and whoami, with a vendor on loopback, a browser that agrees and a keyring in a file."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from tests.cli.conftest import Run
from tests.file_keyring import VARIABLE, FileKeyring, keyring_in_use
from tests.oauth_server import CLIENT_ID, CLIENT_SECRET, SECRET, ZOOM, OAuthServer
from tests.upstream_server import Answer, Upstream


@pytest.fixture
def server(upstream: Upstream) -> OAuthServer:
    return OAuthServer(upstream)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the file of a keyring."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "keyring"))
    with keyring_in_use(FileKeyring):
        yield tmp_path / "keyring"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """Open pages as a person who agrees would, and say which."""
    opened: list[threading.Thread] = []

    def visit(url: str) -> None:
        httpx2.get(url, follow_redirects=True, timeout=30)

    def open_page(url: str) -> bool:
        opened.append(threading.Thread(target=visit, args=(url,)))
        opened[-1].start()
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)
    return opened


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set an app's id and secret."""
    monkeypatch.setenv("ZOOM_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("ZOOM_CLIENT_SECRET", CLIENT_SECRET)


def where(server: OAuthServer) -> list[str]:
    return ["--upstream", f"zoom={server.url}", "--oauth", f"zoom={server.url}"]


@pytest.mark.usefixtures("app")
def test_a_login_is_used_refreshed_told_of_and_forgotten(
    run: Run, server: OAuthServer, kept: Path, browser: list[threading.Thread]
) -> None:
    said = []
    ran = run("login", "zoom", "--port", "0", "--oauth", f"zoom={server.url}")
    for thread in browser:
        thread.join()
    assert (ran.code, ran.out) == (0, "logged in to Zoom; cli.py whoami zoom says as whom\n")
    assert "redirect URI, to be registered with the app: http://127.0.0.1:" in ran.err
    assert server.authorized["code_challenge_method"] == "S256"
    said.append(ran)

    who = run("whoami", "zoom", *where(server), "--json")
    (entry,) = who.json
    assert (entry["email"], entry["scopes"], entry["from"]) == (
        "ada@example.com",
        ["a:read", "b:write"],
        "cli.py login zoom",
    )
    assert 3500 < entry["expires_in"] <= 3600
    said.append(who)

    server.revoke()
    called = run("call", "zoom_list_users", "--spec", "zoom/users", *where(server), "--json")
    assert called.json["body"] == {"ok": True}
    assert server.asked[-1]["refresh_token"] == f"{SECRET}-refresh-1"
    assert f"{SECRET}-refresh-2" in kept.read_text()
    said.append(called)

    out = run("logout", "zoom")
    assert out.code == 0
    assert SECRET not in kept.read_text()
    again = run("logout", "zoom")
    assert (again.code, again.err) == (1, "error: there is no login with Zoom\n")
    said += [out, again]
    assert SECRET not in "".join(ran.out + ran.err for ran in said)


@pytest.mark.usefixtures("kept")
def test_a_variable_goes_before_a_login(run: Run, server: OAuthServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.valid = f"{SECRET}-mine"
    monkeypatch.setenv("ZOOM_ACCESS_TOKEN", server.valid)
    (entry,) = run("whoami", *where(server), "--json").json
    assert (entry["from"], entry["scopes"], entry["expires_in"]) == ("ZOOM_ACCESS_TOKEN", [], None)


@pytest.mark.usefixtures("kept")
def test_whoami_tells_a_bad_token_from_one_without_a_user(
    run: Run, server: OAuthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOOM_ACCESS_TOKEN", SECRET)
    bad = run("whoami", "zoom", *where(server))
    assert bad.code == 1
    assert "Zoom rejects the token (401)" in bad.out
    monkeypatch.delenv("ZOOM_ACCESS_TOKEN")
    for name, value in ZOOM.items():
        monkeypatch.setenv(name, value)
    server.me = Answer(400, {"code": 300})
    account = run("whoami", "zoom", *where(server))
    assert account.code == 0
    assert "the token is good, but Zoom does not say whose it is (400)" in account.out
    assert SECRET not in bad.out + bad.err + account.out + account.err


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("login", "zom"), 2, "no vendor 'zom': webex or zoom; did you mean 'zoom'?"),
        (("login", "zoom"), 2, "which app? Give --client-id, or set ZOOM_CLIENT_ID"),
        (("login", "webex", "--client-id", "a"), 2, "Webex has to be told which scopes: --scope; "),
        (("whoami",), 1, "no token: set for Webex WEBEX_ACCESS_TOKEN, or "),
    ],
)
def test_what_is_missing_is_one_sentence(run: Run, words: tuple[str, ...], code: int, error: str) -> None:
    ran = run(*words)
    assert ran.code == code
    assert ran.err.startswith(f"error: {error}")


def test_without_a_keyring_nobody_is_sent_to_the_browser(run: Run, browser: list[threading.Thread]) -> None:
    with keyring_in_use(NoKeyring):
        ran = run("login", "zoom", "--client-id", "a")
        none = run("whoami", "zoom")
    assert (ran.code, none.code, browser) == (1, 1, [])
    assert "this system has no keyring that a login could be kept in; use variables or --token-command" in ran.err
    assert none.err.startswith("error: no token: set for Zoom ")
