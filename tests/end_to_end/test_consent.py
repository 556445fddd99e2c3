"""A person is asked before what destroys: every client, over every transport, in both protocol eras."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import mcp_types
import pytest

from tests.end_to_end.clients import (
    HTTP_WAYS,
    MODES,
    SECRET,
    SSE_WAYS,
    STDIO_WAYS,
    Person,
    Way,
    agrees,
    connected,
    declines,
    http_client,
    started,
    structured,
    text_of,
)
from tests.end_to_end.conftest import program
from tests.program import HttpProgram, environ, serve_command
from tests.upstream_server import Upstream

HEADERS = {"x-shop-access-token": f"{SECRET}-shop"}
QUESTION = "shop: Delete a thing?\nThis calls DELETE /things/{id} with\n- id: a b"
NO = "shop_delete_thing: the person did not agree; nothing was sent. Do not try again unless they ask for it"


class Asked:
    """Somebody who remembers the questions."""

    def __init__(self, answer: Person) -> None:
        self.questions: list[str] = []
        self._answer = answer

    def __call__(self, question: mcp_types.ElicitRequestFormParams) -> mcp_types.ElicitResult:
        self.questions.append(question.message)
        assert question.requested_schema["required"] == ["confirm"]
        return self._answer(question)


@pytest.mark.parametrize("way", HTTP_WAYS + SSE_WAYS, ids=str)
async def test_over_http_a_yes_lets_the_call_through_and_a_no_does_not(
    two_vendors: HttpProgram, upstream: Upstream, way: Way
) -> None:
    upstream.answers(204, b"")
    yes, no = Asked(agrees), Asked(declines)
    async with connected(way, two_vendors.url, HEADERS, person=no) as caller:
        refused = await caller.call("shop_delete_thing", {"id": "a b"})
    assert refused.is_error
    assert text_of(refused) == NO
    assert upstream.requests == []
    async with connected(way, two_vendors.url, HEADERS, person=yes) as caller:
        assert structured(await caller.call("shop_delete_thing", {"id": "a b"}))["status_code"] == 204
        assert structured(await caller.call("shop_get_thing", {"id": "1"}))["status_code"] == 204
    assert yes.questions == no.questions == [QUESTION]
    assert [request.method for request in upstream.requests] == ["DELETE", "GET"]


@pytest.mark.parametrize("way", STDIO_WAYS, ids=str)
async def test_over_stdio_too(folder: Path, upstream: Upstream, way: Way, tmp_path: Path) -> None:
    upstream.answers(204, b"")
    command = serve_command(
        "--spec", "shop.yaml", "--overrides", "/dev/null", "--upstream", f"shop={upstream.url}", "--log-level", "debug"
    )
    variables = environ(folder, {"SHOP_ACCESS_TOKEN": f"{SECRET}-shop"})
    for person, error in ((Asked(agrees), False), (Asked(declines), True)):
        with (tmp_path / "log").open("w") as log:
            async with started(way, command, folder, variables, log, person=person) as caller:
                result = await caller.call("shop_delete_thing", {"id": "a b"})
        assert result.is_error is error
        assert person.questions == [QUESTION]
        assert SECRET not in (tmp_path / "log").read_text()
    assert len(upstream.requests) == 1


@pytest.fixture(scope="module")
def replicas(folder: Path, upstream_server: Upstream) -> Iterator[list[HttpProgram]]:
    """Return two servers without sessions that share a key."""
    arguments = ("--stateless", "--spec", "shop.yaml", "--upstream", f"shop={upstream_server.url}")
    key = {"BRIDGE_STATE_KEY": "k" * 40}
    with (
        program(folder, upstream_server, *arguments, variables=key) as one,
        program(folder, upstream_server, *arguments, variables=key) as other,
    ):
        yield [one, other]


@pytest.mark.parametrize("client", ["fastmcp", "official"])
async def test_one_replica_understands_what_another_asked(
    replicas: list[HttpProgram], upstream: Upstream, client: str
) -> None:
    upstream.answers(204, b"")
    one, other = (entry.url.encode() for entry in replicas)
    way = next(way for way in HTTP_WAYS if way.client == client and way.mode == MODES[1])
    seen: list[bytes] = []

    async def second_round_elsewhere(request: httpx2.Request) -> None:
        if b"inputResponses" in request.content:
            request.url = httpx2.URL(str(request.url).replace(one.decode(), other.decode()))
            request.headers["host"] = other.decode().removeprefix("http://")
            seen.append(request.content)

    person = Asked(agrees)
    async with connected(way, replicas[0].url, HEADERS, second_round_elsewhere, person) as caller:
        assert structured(await caller.call("shop_delete_thing", {"id": "a b"}))["status_code"] == 204
    assert person.questions == [QUESTION]
    assert len(seen) == 1
    assert SECRET.encode() not in seen[0]


@pytest.mark.parametrize("way", HTTP_WAYS, ids=str)
async def test_a_client_that_cannot_ask_calls_a_plain_delete_under_its_own_approval(
    two_vendors: HttpProgram, upstream: Upstream, way: Way
) -> None:
    upstream.answers(204, b"")
    async with connected(way, two_vendors.url, HEADERS) as caller:
        assert structured(await caller.call("shop_delete_thing", {"id": "1"}))["status_code"] == 204


class TestAnApprovalIsForOneCall:
    """The second round of an approved call, sent again by somebody who changes it."""

    @pytest.fixture
    async def approved(self, two_vendors: HttpProgram, upstream: Upstream) -> tuple[dict[str, str], dict[str, Any]]:
        """Return headers and body of the second round; the call was made."""
        upstream.answers(204, b"")
        seen: list[httpx2.Request] = []

        async def remember(request: httpx2.Request) -> None:
            if b"inputResponses" in request.content:
                seen.append(request)

        way = next(way for way in HTTP_WAYS if way.mode == MODES[1])
        async with connected(way, two_vendors.url, HEADERS, remember, agrees) as caller:
            structured(await caller.call("shop_delete_thing", {"id": "1"}))
        (request,) = seen
        assert [made.method for made in upstream.requests] == ["DELETE"]
        kept = {name: value for name, value in request.headers.items() if name not in ("content-length", "host")}
        return kept, json.loads(request.content)

    async def send(self, server: HttpProgram, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        async with http_client({}) as http:
            answer = await http.post(f"{server.url}/mcp", headers=headers, json=body)
        found: dict[str, Any] = answer.json()
        return found

    async def test_sent_again_it_is_asked_again(
        self, two_vendors: HttpProgram, upstream: Upstream, approved: tuple[dict[str, str], dict[str, Any]]
    ) -> None:
        again = await self.send(two_vendors, *approved)
        assert again["result"]["resultType"] == "input_required"
        assert len(upstream.requests) == 1

    @pytest.mark.parametrize(
        "change",
        [
            lambda _, params: params["arguments"].update(id="2"),
            lambda headers, params: headers.update({"x-shop-access-token": f"{SECRET}-other"}),
            lambda _, params: params.update(requestState=params["requestState"][:-2] + "AA"),
            lambda headers, params: (params.update(name="shop_create_thing"), headers.pop("mcp-name")),
        ],
        ids=["arguments", "caller", "tampered", "tool"],
    )
    async def test_for_another_call_it_is_refused(
        self,
        two_vendors: HttpProgram,
        upstream: Upstream,
        approved: tuple[dict[str, str], dict[str, Any]],
        change: Any,
    ) -> None:
        headers, body = approved
        change(headers, body["params"])
        refused = await self.send(two_vendors, headers, body)
        assert "error" in refused
        assert len(upstream.requests) == 1

    async def test_an_answer_to_a_question_that_was_not_asked_counts_for_nothing(
        self, two_vendors: HttpProgram, upstream: Upstream, approved: tuple[dict[str, str], dict[str, Any]]
    ) -> None:
        headers, body = approved
        del body["params"]["requestState"]
        asked = await self.send(two_vendors, headers, body)
        assert asked["result"]["resultType"] == "input_required"
        assert asked["result"]["inputRequests"]["consent"]["params"]["message"].startswith("shop: Delete a thing?")
        assert len(upstream.requests) == 1


@pytest.fixture(scope="module")
def searching(folder: Path, upstream_server: Upstream) -> Iterator[HttpProgram]:
    """Return a server that lists the tools to search and call alone."""
    arguments = ("--mode", "search", "--spec", "shop.yaml", "--upstream", f"shop={upstream_server.url}")
    with program(folder, upstream_server, *arguments) as running:
        yield running


@pytest.mark.parametrize("way", HTTP_WAYS, ids=str)
async def test_through_another_tool_the_person_is_asked_about_the_one_that_is_called(
    searching: HttpProgram, upstream: Upstream, way: Way
) -> None:
    upstream.answers(204, b"")
    call = {"name": "shop_delete_thing", "arguments": {"id": "a b"}}
    yes, no = Asked(agrees), Asked(declines)
    for person in (no, yes):
        async with connected(way, searching.url, HEADERS, person=person) as caller:
            result = await caller.call("call_write_tool", call)
        assert result.is_error is (person is no)
    assert yes.questions == no.questions == [QUESTION]
    async with connected(way, searching.url, HEADERS) as caller:
        refused = await caller.call("call_write_tool", call)
        direct = await caller.call("shop_delete_thing", {"id": "1"})
    assert "Call shop_delete_thing by its own name, not through call_write_tool" in text_of(refused)
    assert structured(direct)["status_code"] == 204
    assert len(upstream.requests) == 2
