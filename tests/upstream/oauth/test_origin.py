"""Exactly one place for each vendor's tokens, and a sentence where there are two or a half."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import OptionError, TokenError
from bridge.upstream.oauth.origin import CommandOrigin, Credentials, GivenToken, find_origin, what_to_set
from bridge.upstream.oauth.token_command import TokenCommand
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors, vendor_of_file
from tests.oauth_server import SECRET, WEBEX, ZOOM

VENDORS = official_vendors()
SHOP = vendor_of_file(Path("shop.yaml"))
COMMAND = TokenCommand(("op", "read", SECRET))


def test_nothing_set_is_nothing_found() -> None:
    assert find_origin(VENDORS["zoom"], {}) is None
    assert find_origin(VENDORS["zoom"], dict.fromkeys((*ZOOM, "ZOOM_ACCESS_TOKEN"), " ")) is None


def test_a_token_in_its_variable() -> None:
    assert find_origin(SHOP, {"SHOP_ACCESS_TOKEN": "t"}) == GivenToken("SHOP_ACCESS_TOKEN")


def test_an_accounts_credentials() -> None:
    found = find_origin(VENDORS["zoom"], ZOOM)
    assert isinstance(found, Credentials)
    assert (found.client_id, found.account_id, found.refresh_token) == ("the-app", "the-account", None)
    assert found.place == "ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET"
    assert SECRET not in repr(found)


def test_a_refresh_token_or_the_file_that_keeps_it() -> None:
    found = find_origin(VENDORS["webex"], WEBEX)
    assert isinstance(found, Credentials)
    assert (found.refresh_token, found.refresh_file) == (Token(WEBEX["WEBEX_REFRESH_TOKEN"]), None)
    assert SECRET not in repr(found)
    app = {name: value for name, value in WEBEX.items() if "REFRESH" not in name}
    kept = find_origin(VENDORS["webex"], {**app, "WEBEX_REFRESH_TOKEN_FILE": "kept"})
    assert isinstance(kept, Credentials)
    assert (kept.refresh_token, kept.refresh_file) == (None, Path("kept"))


def test_an_app_alone_is_no_credentials() -> None:
    app = {name: value for name, value in ZOOM.items() if "ACCOUNT" not in name}
    assert find_origin(VENDORS["zoom"], app) is None
    assert find_origin(VENDORS["zoom"], {**app, "ZOOM_ACCESS_TOKEN": "t"}) == GivenToken("ZOOM_ACCESS_TOKEN")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"ZOOM_ACCOUNT_ID": "a", "ZOOM_CLIENT_ID": "b"},
            "ZOOM_ACCOUNT_ID is set and ZOOM_CLIENT_SECRET is not: credentials for Zoom are "
            "ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET",
        ),
        (
            {"ZOOM_ACCOUNT_ID": "a"},
            "ZOOM_ACCOUNT_ID is set and ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET are not: credentials for Zoom are "
            "ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET",
        ),
        (
            {**ZOOM, "ZOOM_ACCESS_TOKEN": SECRET},
            "both a token (ZOOM_ACCESS_TOKEN) and credentials (ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and "
            "ZOOM_CLIENT_SECRET) are set for Zoom: unset one of them; which of them calls carry must not be a guess",
        ),
    ],
)
def test_a_half_and_a_double_are_one_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        find_origin(VENDORS["zoom"], environ)
    assert str(caught.value) == sentence


def test_a_secret_that_cannot_be_one_is_named_by_its_variable() -> None:
    with pytest.raises(TokenError, match="ZOOM_CLIENT_SECRET has whitespace") as caught:
        find_origin(VENDORS["zoom"], {**ZOOM, "ZOOM_CLIENT_SECRET": "s3 cret"})
    assert "cret" not in str(caught.value).replace("SECRET", "")


def test_a_command_goes_before_variables() -> None:
    found = find_origin(VENDORS["zoom"], {**ZOOM, "ZOOM_ACCESS_TOKEN": "t"}, COMMAND)
    assert found == CommandOrigin(COMMAND)
    assert found.place == "--token-command (op)"


def test_what_to_set_names_every_way() -> None:
    assert what_to_set(VENDORS["webex"]) == (
        "WEBEX_ACCESS_TOKEN, or WEBEX_REFRESH_TOKEN, WEBEX_CLIENT_ID and WEBEX_CLIENT_SECRET"
    )
    assert what_to_set(SHOP) == "SHOP_ACCESS_TOKEN"
