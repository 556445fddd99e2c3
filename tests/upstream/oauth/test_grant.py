"""What a token endpoint answers, and what is no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import TokenError
from bridge.upstream.oauth.grant import read_grant
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors

ZOOM, WEBEX = official_vendors()["zoom"], official_vendors()["webex"]
NOW = 1_000_000.0


def granted(**answer: Any) -> Any:
    return read_grant(json.dumps(answer).encode(), ZOOM, NOW)


def test_all_that_is_said_is_read() -> None:
    grant = granted(
        access_token="t1",
        token_type="Bearer",
        expires_in=3600,
        refresh_token="r1",
        scope="a:read b:write",
        api_url="https://api-eu.zoom.us",
    )
    assert grant.token == Token("t1")
    assert (grant.expires_at, grant.lifetime) == (NOW + 3600, 3600)
    assert grant.refresh_token == Token("r1")
    assert grant.scopes == ("a:read", "b:write")
    assert grant.api_url == "https://api-eu.zoom.us"


def test_a_token_alone_is_enough() -> None:
    grant = granted(access_token="t1")
    assert (grant.expires_at, grant.refresh_token, grant.scopes, grant.api_url) == (None, None, (), None)


@pytest.mark.parametrize("lifetime", ["3600", 3600, 3600.0])
def test_the_lifetime_may_be_a_number_as_text(lifetime: Any) -> None:
    assert granted(access_token="t1", expires_in=lifetime).lifetime == 3600


@pytest.mark.parametrize("lifetime", [None, True, 0, -1, "soon", "nan", "inf", [], 10**400])
def test_a_lifetime_that_says_nothing_counts_as_none(lifetime: Any) -> None:
    assert granted(access_token="t1", expires_in=lifetime).expires_at is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<html>", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b'["s3cret"]', "is no JSON object"),
        (b"{}", "there is no token in"),
        (b'{"access_token": 5}', "there is no token in"),
        (b'{"access_token": ""}', "is empty"),
        (b'{"access_token": "s3cret\\r\\nX: y"}', "has whitespace in it"),
        (b'{"access_token": "s3cret", "token_type": "mac"}', "no bearer token"),
        (b'{"access_token": "s3cret", "token_type": 5}', "no bearer token"),
        (b'{"access_token": "s3cret", "refresh_token": ["s3cret"]}', "there is no token in"),
    ],
)
def test_what_is_no_answer_is_refused_and_not_repeated(body: bytes, fault: str) -> None:
    with pytest.raises(TokenError, match=fault) as caught:
        read_grant(body, ZOOM, NOW)
    assert "s3cret" not in str(caught.value)


@given(st.dictionaries(st.sampled_from(["access_token", "expires_in", "scope", "api_url"]), st.none() | st.text()))
def test_whatever_comes_is_a_grant_or_one_error(answer: dict[str, Any]) -> None:
    try:
        token = read_grant(json.dumps(answer).encode(), ZOOM, NOW).token.reveal()
    except TokenError as error:
        token = None
        said = str(error)
    assert token == answer["access_token"] if token else "Zoom" in said
