"""Whose a token is, and whether it is one at all."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.upstream.client import UpstreamClient
from bridge.upstream.oauth.owner import Owner, ask_owner
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors
from tests.upstream_server import Answer, Upstream


async def asked(upstream: Upstream, name: str, status: int, body: Any) -> Owner:
    upstream.answer = lambda _: Answer(status, body)
    async with UpstreamClient() as client:
        return await ask_owner(client, official_vendors()[name], Token("s3cret"), upstream.url)


async def test_zooms_owner(upstream: Upstream) -> None:
    body = {"display_name": "Ada", "email": "ada@example.com", "account_id": "A1"}
    assert await asked(upstream, "zoom", 200, body) == Owner("good", 200, "Ada", "ada@example.com", "A1")
    assert (upstream.only.raw_path, upstream.only.token) == ("/v2/users/me", "s3cret")


async def test_webexs_owner(upstream: Upstream) -> None:
    body = {"displayName": "Ada", "emails": ["ada@example.com"], "orgId": "O1"}
    assert await asked(upstream, "webex", 200, body) == Owner("good", 200, "Ada", "ada@example.com", "O1")
    assert upstream.only.raw_path == "/v1/people/me"


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (401, {"code": 124}, "invalid"),
        (400, {"code": 124, "message": "Invalid access token."}, "invalid"),
        (400, {"code": 4711, "message": "does not contain scopes"}, "good"),
        (403, {}, "good"),
        (404, {"code": 1001}, "good"),
        (200, b"<html>", "good"),
        (200, {"emails": [], "email": None}, "good"),
        (429, {}, "unknown"),
        (503, b"", "unknown"),
        (302, b"", "unknown"),
    ],
)
async def test_only_a_clear_word_is_a_verdict(upstream: Upstream, status: int, body: Any, verdict: str) -> None:
    found = await asked(upstream, "zoom", status, body)
    assert (found.verdict, found.email) == (verdict, "")
