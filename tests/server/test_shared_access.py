"""The HTTP edge with shared tokens: nobody needs one, and nobody's is mixed in."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bridge.server.shared_access import SharedAccess
from bridge.vendors import official_vendors


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    response: Response = PlainTextResponse(Request(scope).method)
    await response(scope, receive, send)


@pytest.fixture
def client() -> TestClient:
    return TestClient(SharedAccess(inner, official_vendors().values()))


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic s3cret"}, {"Authorization": "Bearer s3cret"}])
def test_who_shows_no_vendors_token_is_let_in(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/mcp", headers=headers).text == "POST"


@pytest.mark.parametrize("name", ["x-zoom-access-token", "X-Webex-Access-Token"])
def test_a_callers_own_token_is_refused_and_not_repeated(client: TestClient, name: str) -> None:
    response = client.post("/mcp", headers={name: "s3cret"})
    assert response.status_code == 400
    assert response.json() == {
        "error": "token_not_taken",
        "message": f"this server calls with tokens of its own; leave out the header {name.lower()}",
    }
