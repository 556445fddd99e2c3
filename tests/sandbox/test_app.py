"""The sandbox over real connections: tokens, refusals in each vendor's shape, answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from bridge.sandbox import Sandbox
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import repair
from tests.documents import ACME, document, operation

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
FINE = {"200": {"description": "", "content": {"application/json": {"schema": THING}}}}
PATHS: dict[str, Any] = {
    "/things": {
        "get": {
            "parameters": [{"name": "max", "in": "query", "schema": {"type": "integer", "maximum": 10}}],
            "responses": FINE,
        },
        "post": {"requestBody": {"content": {"application/json": {"schema": THING}}}, "responses": {"201": {}}},
        "head": {"responses": FINE},
        "options": {"responses": {"204": {}}},
    },
    "/things/{id}": {"get": {"parameters": [ID], "responses": FINE}, "delete": {"responses": {"204": {}}}},
    "/things/{id}/recording": {"get": {"parameters": [ID], "responses": {"302": {"description": ""}}}},
}


def operations(vendor: str) -> list[Operation]:
    described = document(PATHS, vendor=replace(ACME, name=vendor))
    repair(described)
    return operations_of([described])


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    with Sandbox({vendor: operations(vendor) for vendor in ("zoom", "webex", "acme")}) as sandbox:
        yield {vendor: f"{url}/v1" for vendor, url in sandbox.urls.items()}


TOKEN = "t0ken"


def call(method: str, url: str, *, token: str | None = TOKEN, **more: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    with httpx2.Client() as client:
        return client.request(method, url, headers={**headers, **more.pop("headers", {})}, **more)


class TestTokens:
    @pytest.mark.parametrize("header", [None, "Basic t0ken", "Bearer", "Bearer expired", "t0ken"])
    def test_a_missing_or_expired_token_is_refused(self, urls: dict[str, str], header: str | None) -> None:
        headers = {"Authorization": header} if header else {}
        found = call("GET", f"{urls['zoom']}/things", token=None, headers=headers)
        assert found.status_code == 401
        assert found.json() == {"code": 124, "message": "Invalid access token."}

    def test_the_refusal_has_the_shape_of_the_vendor(self, urls: dict[str, str]) -> None:
        webex = call("GET", f"{urls['webex']}/things", token="expired")
        assert webex.json() == {
            "message": "Invalid access token.",
            "errors": [{"description": "Invalid access token."}],
            "trackingId": webex.headers["trackingid"],
        }
        assert call("GET", f"{urls['acme']}/things", token="expired").json() == {"message": "Invalid access token."}

    def test_any_other_token_is_taken(self, urls: dict[str, str]) -> None:
        assert call("GET", f"{urls['zoom']}/things", token="whatever").status_code == 200


class TestRefusals:
    def test_an_unknown_path_is_told_the_nearest(self, urls: dict[str, str]) -> None:
        found = call("GET", f"{urls['zoom']}/thing")
        assert found.status_code == 404
        assert found.json() == {
            "code": 2300,
            "message": "No operation lives at this path; the nearest is /v1/things.",
        }

    def test_a_wrong_method_is_told_the_right_ones(self, urls: dict[str, str]) -> None:
        found = call("PUT", f"{urls['acme']}/things/7")
        assert found.status_code == 405
        assert found.headers["allow"] == "GET, DELETE"
        assert found.json() == {"message": "This path does not take PUT; it takes GET, DELETE."}

    def test_a_request_against_the_document_is_refused_with_reasons(self, urls: dict[str, str]) -> None:
        reason = "query parameter 'max': 11 is greater than the maximum of 10"
        zoom = call("GET", f"{urls['zoom']}/things?max=11")
        assert zoom.status_code == 400
        assert zoom.json() == {
            "code": 300,
            "message": "Validation Failed.",
            "errors": [{"field": "max", "message": reason}],
        }
        assert call("GET", f"{urls['webex']}/things?max=11").json()["errors"] == [{"description": reason}]
        assert call("GET", f"{urls['acme']}/things?max=11").json() == {"message": f"Validation Failed. {reason}"}

    def test_an_undeclared_query_parameter_is_refused(self, urls: dict[str, str]) -> None:
        assert call("GET", f"{urls['zoom']}/things?mx=1").json()["errors"] == [
            {"field": "mx", "message": "query parameter 'mx' is not declared; did you mean 'max'?"}
        ]

    def test_a_bad_body_is_refused(self, urls: dict[str, str]) -> None:
        assert call("POST", f"{urls['zoom']}/things", json={}).json()["errors"] == [
            {"field": "name", "message": "body property 'name' is required"}
        ]
        unreadable = call("POST", f"{urls['zoom']}/things", content=b"{}", headers={"Content-Type": "text/plain"})
        assert unreadable.json()["errors"][0]["field"] == "body"

    def test_nothing_of_the_request_is_repeated(self, urls: dict[str, str]) -> None:
        for path in ("/s3cr3t", "/things/s3cr3t/none", "/things?max=s3cr3t"):
            found = call("GET", f"{urls['webex']}{path}", token="s3cr3t", headers={"X-Other": "s3cr3t"})
            assert found.status_code in (400, 404)
            assert "s3cr3t" not in found.text + str(found.headers)


class TestAnswers:
    def test_the_declared_answer_comes(self, urls: dict[str, str]) -> None:
        found = call("GET", f"{urls['acme']}/things/a%2Fb")
        assert (found.status_code, found.json()) == (200, {"name": "text"})
        assert found.headers["content-type"] == "application/json"

    def test_an_answer_without_content_has_no_body(self, urls: dict[str, str]) -> None:
        deleted = call("DELETE", f"{urls['acme']}/things/7")
        assert (deleted.status_code, deleted.content) == (204, b"")
        created = call("POST", f"{urls['acme']}/things", json={"name": "a"})
        assert (created.status_code, created.content) == (201, b"")

    def test_head_and_options_are_answered_where_they_are_declared(self, urls: dict[str, str]) -> None:
        head = call("HEAD", f"{urls['acme']}/things")
        assert (head.status_code, head.content) == (200, b"")
        assert call("OPTIONS", f"{urls['acme']}/things").status_code == 204

    def test_every_webex_answer_has_a_tracking_id_of_its_own(self, urls: dict[str, str]) -> None:
        ids = {call("GET", f"{urls['webex']}/things").headers["trackingid"] for _ in range(2)}
        assert len(ids) == 2
        assert all(found.startswith("SANDBOX_") for found in ids)
        assert "trackingid" not in call("GET", f"{urls['zoom']}/things").headers

    def test_a_redirect_can_be_followed_without_a_token(self, urls: dict[str, str]) -> None:
        found = call("GET", f"{urls['zoom']}/things/7/recording")
        assert found.status_code == 302
        assert found.headers["location"].startswith(urls["zoom"].removesuffix("/v1"))
        assert call("GET", found.headers["location"], token=None).content.startswith(b"WEBVTT")

    def test_a_body_in_chunks_is_read(self, urls: dict[str, str]) -> None:
        chunks = iter([b'{"name"', b": 5}"])
        found = call("POST", f"{urls['zoom']}/things", content=chunks, headers={"Content-Type": "application/json"})
        assert found.json()["errors"] == [{"field": "name", "message": "body property 'name' must be a string"}]


def test_of_two_operations_at_one_place_the_one_that_fits_answers() -> None:
    def at(host: str, status: str, name: str) -> Operation:
        base = replace(ACME, base_urls=(replace(ACME.base_urls[0], url=f"https://{host}/v1"),))
        needed = {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        return operation(parameters=[needed], responses={status: {}}, of=document(vendor=base))

    with Sandbox({"acme": [at("a.example", "201", "a"), at("b.example", "202", "b")]}) as sandbox:
        url = f"{sandbox.urls['acme']}/v1/things"
        assert call("GET", f"{url}?a=1").status_code == 201
        assert call("GET", f"{url}?b=1").status_code == 202
        assert call("GET", url).json()["message"].endswith("query parameter 'a' is required")


def test_no_operations_are_a_sandbox_without_paths() -> None:
    with Sandbox({"acme": []}) as sandbox:
        assert call("GET", f"{sandbox.urls['acme']}/things").status_code == 404
