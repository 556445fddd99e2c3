"""The options that say whose tokens calls carry."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from bridge.cli.tokens import TokenOptions, oauth_hosts, own_tokens, shared_tokens, token_origins
from bridge.errors import OptionError
from bridge.upstream.tokens import EnvironmentTokens, Token
from bridge.vendors import official_vendors
from tests.cli.conftest import Run
from tests.oauth_server import SECRET, WEBEX, ZOOM, OAuthServer
from tests.upstream_server import Answer, Upstream

VENDORS = list(official_vendors().values())
VENDOR = official_vendors()


@pytest.fixture
def server(upstream: Upstream) -> OAuthServer:
    return OAuthServer(upstream)


class TestOAuthHosts:
    def test_the_option_goes_before_the_variable(self) -> None:
        environ = {"BRIDGE_OAUTH_ZOOM": "http://127.0.0.1:1"}
        assert oauth_hosts(VENDORS, None, {}) == {}
        assert oauth_hosts(VENDORS, None, environ) == {"zoom": "http://127.0.0.1:1"}
        assert oauth_hosts(VENDORS, ["zoom=http://localhost:2"], environ) == {"zoom": "http://localhost:2"}

    def test_a_secret_does_not_go_over_the_net_in_clear_text(self) -> None:
        with pytest.raises(OptionError, match="an app's secret would go in clear text; give an https:// URL"):
            oauth_hosts(VENDORS, ["zoom=http://oauth.example"], {})
        assert oauth_hosts(VENDORS, ["zoom=https://oauth.example"], {}) == {"zoom": "https://oauth.example"}

    def test_a_wrong_variable_is_named(self) -> None:
        with pytest.raises(OptionError, match=r"^BRIDGE_OAUTH_WEBEX "):
            oauth_hosts(VENDORS, None, {"BRIDGE_OAUTH_WEBEX": "nowhere"})


class TestCommands:
    @pytest.mark.parametrize(
        ("commands", "sentence"),
        [
            (["zom=s3cret x"], "zom is not served; did you mean 'zoom'?; served: webex, zoom"),
            (["zoom=s3cret a", "zoom=s3cret b"], "--token-command zoom=... is given twice"),
            (["s3cret"], "give VENDOR=COMMAND"),
        ],
    )
    def test_a_mistake_is_one_sentence_without_the_command(self, commands: list[str], sentence: str) -> None:
        with pytest.raises(OptionError) as caught:
            token_origins(VENDORS, TokenOptions(commands), {})
        assert sentence in str(caught.value)
        assert SECRET not in str(caught.value)


class TestOwnTokens:
    async def test_each_vendor_has_its_own_way(self, server: OAuthServer) -> None:
        options = TokenOptions(["webex=echo w1"], [f"zoom={server.url}"])
        source = own_tokens(VENDORS, options, ZOOM)
        assert await source.token(VENDOR["zoom"]) == Token(f"{SECRET}-token-1")
        assert await source.token(VENDOR["webex"]) == Token("w1")

    async def test_the_sandbox_takes_any_and_nothing_is_obtained(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in ZOOM.items():
            monkeypatch.setenv(name, value)
        source = own_tokens(VENDORS, TokenOptions(), sandbox=True)
        assert isinstance(source, EnvironmentTokens)
        assert await source.token(VENDOR["zoom"]) == Token("sandbox")

    def test_what_is_obtained_and_what_is_missing_is_said(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            own_tokens(VENDORS, TokenOptions(), ZOOM, say=True)
        assert caplog.messages == [
            "no token for Webex: calls fail until WEBEX_ACCESS_TOKEN, or WEBEX_REFRESH_TOKEN, WEBEX_CLIENT_ID and "
            "WEBEX_CLIENT_SECRET is set",
            "tokens for Zoom are obtained with ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET",
        ]

    def test_a_command_beside_a_variable_is_said(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            own_tokens([VENDOR["zoom"]], TokenOptions(["zoom=op s3cret"]), {"ZOOM_ACCESS_TOKEN": "s3cret"}, say=True)
        assert caplog.messages == [
            "tokens for Zoom are obtained with --token-command (op)",
            "ZOOM_ACCESS_TOKEN is set too: --token-command goes before it",
        ]


class TestSharedTokens:
    def test_over_http_callers_bring_their_own_and_what_is_set_is_not_used(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name, value in WEBEX.items():
            monkeypatch.setenv(name, value)
        with caplog.at_level(logging.INFO):
            assert shared_tokens(VENDORS, TokenOptions(), "127.0.0.1") is None
        assert caplog.messages == [
            "WEBEX_REFRESH_TOKEN, WEBEX_CLIENT_ID and WEBEX_CLIENT_SECRET are set and not used: over HTTP each caller "
            "brings their own token (--shared-credentials changes that)"
        ]

    def test_what_is_not_used_may_be_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ZOOM_ACCOUNT_ID", "and nothing else")
        monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "Bearer s3cret")
        assert shared_tokens(VENDORS, TokenOptions(), "127.0.0.1") is None

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 (nothing listens)
    def test_what_sharing_means_is_said(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, host: str
    ) -> None:
        monkeypatch.setenv("ZOOM_ACCESS_TOKEN", "z1")
        assert shared_tokens([VENDOR["zoom"]], TokenOptions(shared=True), host) is not None
        assert "whoever reaches this server acts with its tokens and needs none of their own" in caplog.text
        assert ("0.0.0.0 is not this computer alone" in caplog.text) == (host != "127.0.0.1")

    def test_nothing_cannot_be_shared(self) -> None:
        with pytest.raises(OptionError, match="there is nothing to share; set for Webex WEBEX_ACCESS_TOKEN, or "):
            shared_tokens(VENDORS, TokenOptions(shared=True), "127.0.0.1")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--shared-credentials",), "--shared-credentials goes with --transport http"),
        (("--verify-tokens",), "--verify-tokens goes with --transport http, and without --shared-credentials"),
        (
            ("--transport", "http", "--workers", "2", "--shared-credentials"),
            "--workers and --shared-credentials exclude each other: each process would obtain a token of its own",
        ),
        (("--metrics",), "--metrics goes with --transport http"),
        (("--transport", "http", "--token-command", "zoom=x"), "--token-command goes with --transport stdio, or with "),
    ],
)
def test_serve_refuses_options_that_do_not_go_together(run: Run, words: tuple[str, ...], error: str) -> None:
    ran = run("serve", *words)
    assert ran.code == 2
    assert ran.err.splitlines()[-1].startswith(f"error: {error}")


def test_call_obtains_a_token_and_calls_with_it(
    run: Run, server: OAuthServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in ZOOM.items():
        monkeypatch.setenv(name, value)
    where = ("--upstream", f"zoom={server.url}", "--oauth", f"zoom={server.url}")
    ran = run("call", "zoom_list_users", "--spec", "zoom", *where, "--json")
    assert (ran.code, json.loads(ran.out)["body"]) == (0, {"ok": True})
    (call,) = server.calls
    assert (call.raw_path, call.token) == ("/v2/users", f"{SECRET}-token-1")
    assert SECRET not in ran.out + ran.err


def test_credentials_that_are_refused_are_one_sentence(
    run: Run, server: OAuthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ZOOM, "ZOOM_CLIENT_SECRET": f"{SECRET}-wrong"}.items():
        monkeypatch.setenv(name, value)
    where = ("--upstream", f"zoom={server.url}", "--oauth", f"zoom={server.url}")
    ran = run("call", "zoom_list_users", "--spec", "zoom", *where)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (f"error: no token for Zoom: {server.url.removeprefix('http://')} refuses (401 invalid_client)\n")


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        (Answer(307, {}, {"location": "https://evil.example/"}), "refuses (307)"),
        (Answer(200, b'{"access_token": "' + SECRET.encode() * 200_000), "is larger than 64 KB; ask for less of it"),
        (Answer(200, {"access_token": [SECRET]}), "there is no token in the answer with the token for Zoom"),
        (Answer(200, {"access_token": SECRET, "token_type": SECRET}), "holds a token that is no bearer token"),
        (
            Answer(200, {"access_token": SECRET, "api_url": f"https://{SECRET}.example"}),
            "names an API that is none of Zoom's; the token is not used",
        ),
        (Answer(429, {}, {"retry-after": "86400"}), "answers 429; try again later"),
    ],
    ids=["redirects", "is-huge", "wrong-type", "wrong-kind", "elsewhere", "throttles"],
)
def test_a_vendor_that_lies_gets_no_call_and_is_one_sentence(
    run: Run, server: OAuthServer, monkeypatch: pytest.MonkeyPatch, lie: Answer, sentence: str
) -> None:
    for name, value in ZOOM.items():
        monkeypatch.setenv(name, value)
    server.lie = [lie]
    where = ("--upstream", f"zoom={server.url}", "--oauth", f"zoom={server.url}")
    ran = run("call", "zoom_list_users", "--spec", "zoom/users", *where)
    assert (ran.code, ran.out, server.calls) == (1, "", [])
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert SECRET not in ran.err
