"""From variables to tokens, against a vendor that issues them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import TokenError
from bridge.upstream.oauth.origin import find_origin
from bridge.upstream.oauth.source import oauth_at, own_tokens
from bridge.upstream.oauth.token_command import TokenCommand
from bridge.upstream.tokens import EnvironmentTokens, Token, TokenSource
from bridge.vendors import official_vendors
from tests.oauth_server import SECRET, WEBEX, ZOOM, OAuthServer

VENDORS = official_vendors()


def source(server: OAuthServer, environ: dict[str, str], command: TokenCommand | None = None) -> TokenSource:
    origins = {vendor: find_origin(vendor, environ, command) for vendor in VENDORS.values()}
    return own_tokens(origins, dict.fromkeys(VENDORS, server.url), EnvironmentTokens(VENDORS.values(), environ))


@pytest.mark.parametrize(("name", "environ"), [("zoom", ZOOM), ("webex", WEBEX)])
async def test_credentials_come_to_tokens(server: OAuthServer, name: str, environ: dict[str, str]) -> None:
    tokens = source(server, environ)
    assert await tokens.token(VENDORS[name]) == Token(f"{SECRET}-token-1")
    assert await tokens.renewed(VENDORS[name], Token(f"{SECRET}-token-1")) == Token(f"{SECRET}-token-2")


async def test_a_command_comes_to_tokens(server: OAuthServer) -> None:
    tokens = source(server, {}, TokenCommand(("echo", "t")))
    assert await tokens.token(VENDORS["zoom"]) == Token("t")
    assert not server.asked


async def test_with_a_given_token_nothing_is_obtained(server: OAuthServer) -> None:
    tokens = source(server, {"ZOOM_ACCESS_TOKEN": "z1"})
    assert isinstance(tokens, EnvironmentTokens)
    assert await tokens.token(VENDORS["zoom"]) == Token("z1")


def test_a_file_that_cannot_be_written_stops_the_start(server: OAuthServer, tmp_path: Path) -> None:
    with pytest.raises(TokenError, match=r"^WEBEX_REFRESH_TOKEN_FILE: "):
        source(server, {**WEBEX, "WEBEX_REFRESH_TOKEN_FILE": str(tmp_path / "no" / "file")})


def test_the_endpoints_move_with_their_paths_kept() -> None:
    moved = oauth_at(VENDORS["webex"], "http://127.0.0.1:9000")
    assert moved.token == "http://127.0.0.1:9000/v1/access_token"
    assert moved.authorize == "http://127.0.0.1:9000/v1/authorize"
    assert oauth_at(VENDORS["webex"], None) == VENDORS["webex"].oauth
