"""Tokens and credentials are found, never shown and never tried."""

from __future__ import annotations

from bridge.doctor.credentials import credentials
from bridge.upstream.oauth.grant import Grant
from bridge.upstream.oauth.session import Session
from bridge.upstream.oauth.token_command import TokenCommand
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors
from tests.oauth_server import SECRET, WEBEX, ZOOM

ZOOMS = [official_vendors()["zoom"]]
COMMAND = {"zoom": TokenCommand(("no-such-program", SECRET))}


def test_each_state_is_one_line_without_a_secret() -> None:
    cases = [
        ({}, {}, "warning"),
        ({"ZOOM_ACCESS_TOKEN": SECRET}, {}, "ok"),
        (ZOOM, {}, "ok"),
        ({**ZOOM, "ZOOM_ACCESS_TOKEN": SECRET}, {}, "problem"),
        ({"ZOOM_ACCOUNT_ID": "a"}, {}, "problem"),
        ({"ZOOM_ACCESS_TOKEN": f"Bearer {SECRET}"}, {}, "problem"),
        ({}, COMMAND, "ok"),
        (WEBEX, {}, "warning"),
    ]
    for environ, commands, state in cases:
        (finding,) = credentials(ZOOMS, environ, commands, lambda _: None)
        assert finding.state == state, environ
        assert (finding.mend == "") == (state == "ok")
        assert SECRET not in str(finding.to_json())


def test_a_login_is_found_where_no_variable_is_set() -> None:
    session = Session("zoom", "the-app", Token(SECRET), Grant(Token(SECRET)))
    (finding,) = credentials(ZOOMS, {}, {}, lambda _: session)
    assert (finding.state, finding.text) == ("ok", "cli.py login zoom obtained it")
