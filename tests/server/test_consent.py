"""Consent: who is asked when, what the question says, and what counts as an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any, Literal

import mcp_types
import pytest
from fastmcp import Client, FastMCP
from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.exceptions import MCPError

from bridge.catalogue.overrides import ConfirmTool
from bridge.catalogue.tool_spec import ToolAnnotations, ToolSpec
from bridge.errors import NotAllowedError, OptionError
from bridge.server import consent as module
from bridge.server.app import build_server
from bridge.server.confirm import Confirm
from bridge.server.consent import Consent, question_of, state_security
from bridge.server.live import LiveCatalogue
from bridge.server.tool import BridgeTool, Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, body, call_spec, catalogue_of, parameter, spec_of, text_of

Mode = Literal["legacy", "2026-07-28"]
MODES: list[Mode] = ["legacy", "2026-07-28"]
ID = [parameter("id", "path")]
DELETE = spec_of(operation("DELETE", "/things/{id}", parameters=ID))
GRAVE = replace(DELETE, confirm=ConfirmTool.ALWAYS)
EXEMPT = replace(DELETE, confirm=ConfirmTool.NEVER)
END = spec_of(operation("POST", "/things/{id}/end", parameters=ID), confirm=ConfirmTool.ALWAYS)
CREATE = spec_of(operation("POST", "/things/{id}", parameters=ID))
CANNOT = "acme_do needs a person's consent, and this client cannot ask for it; nothing was sent."

Reply = Callable[[mcp_types.ElicitRequestFormParams], Any]


def says(action: Any, **content: Any) -> Reply:
    return lambda _: mcp_types.ElicitResult(action=action, content=content or None)


YES = says("accept", confirm=True)


class Person:
    """Somebody at the client, who counts the questions."""

    def __init__(self, reply: Reply) -> None:
        self.asked: list[str] = []
        self._reply = reply

    async def __call__(self, _: str, __: Any, params: Any, ___: Any) -> Any:
        self.asked.append(params.message)
        return self._reply(params)


def server_of(spec: ToolSpec, url: str, confirm: Confirm = Confirm.AUTO) -> FastMCP[None]:
    upstream = Upstream(UpstreamClient(), OneToken(), {spec.vendor.name: url}, consent=Consent(confirm))
    return build_server(LiveCatalogue(catalogue_of([spec])), upstream)


async def called(
    server: FastMCP[None], mode: Mode, person: Person | None, arguments: dict[str, Any] | None = None
) -> mcp_types.CallToolResult:
    async with Client(server, mode=mode, elicitation_handler=person) as client:
        result: mcp_types.CallToolResult = await client.call_tool_mcp("acme_do", arguments or {"id": "1"})
    return result


def said(result: mcp_types.CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, mcp_types.TextContent)
    return block.text


@pytest.mark.parametrize("mode", MODES)
class TestWhoIsAsked:
    @pytest.mark.parametrize(
        ("confirm", "spec", "asked"),
        [
            (Confirm.AUTO, DELETE, True),
            (Confirm.AUTO, GRAVE, True),
            (Confirm.AUTO, END, True),
            (Confirm.AUTO, EXEMPT, False),
            (Confirm.AUTO, CREATE, False),
            (Confirm.ALWAYS, DELETE, True),
            (Confirm.ALWAYS, END, True),
            (Confirm.ALWAYS, EXEMPT, True),
            (Confirm.ALWAYS, CREATE, False),
            (Confirm.NEVER, DELETE, False),
            (Confirm.NEVER, GRAVE, False),
        ],
    )
    async def test_where_the_client_can_ask(
        self, upstream: upstream_server.Upstream, mode: Mode, confirm: Confirm, spec: ToolSpec, asked: bool
    ) -> None:
        person = Person(YES)
        result = await called(server_of(spec, upstream.url, confirm), mode, person)
        assert not result.is_error
        assert len(person.asked) == asked
        assert len(upstream.requests) == 1

    @pytest.mark.parametrize(
        ("confirm", "spec", "refusal"),
        [
            (Confirm.AUTO, DELETE, None),
            (Confirm.AUTO, EXEMPT, None),
            (
                Confirm.AUTO,
                GRAVE,
                f"{CANNOT} A person can allow it: 'confirm: never' for the key \"shop: DELETE /things/{{id}}\" in the "
                "server's overrides file (acme: tools:), or a client with elicitation",
            ),
            (
                Confirm.ALWAYS,
                DELETE,
                f"{CANNOT} The server runs with --confirm always: use a client with elicitation",
            ),
            (
                Confirm.ALWAYS,
                EXEMPT,
                f"{CANNOT} The server runs with --confirm always: use a client with elicitation",
            ),
            (Confirm.NEVER, GRAVE, None),
        ],
    )
    async def test_where_it_cannot(
        self, upstream: upstream_server.Upstream, mode: Mode, confirm: Confirm, spec: ToolSpec, refusal: str | None
    ) -> None:
        result = await called(server_of(spec, upstream.url, confirm), mode, None)
        assert result.is_error is bool(refusal)
        assert len(upstream.requests) == (0 if refusal else 1)
        if refusal:
            assert said(result) == refusal

    @pytest.mark.parametrize(
        "reply",
        [
            says("decline"),
            says("cancel"),
            says("accept", confirm=False),
            says("accept", confirm="true"),
            says("accept", confirm=1),
            says("accept", yes=True),
            says("accept"),
            lambda _: mcp_types.ErrorData(code=-32601, message="Method not found"),
        ],
        ids=["no", "cancelled", "false", "text", "number", "other", "empty", "error"],
    )
    async def test_anything_but_a_plain_yes_sends_nothing(
        self, upstream: upstream_server.Upstream, mode: Mode, reply: Reply
    ) -> None:
        person = Person(reply)
        # In the sessionless protocol a client that fails to ask gives the whole call up.
        with suppress(MCPError) if mode == "2026-07-28" else nullcontext():
            assert (await called(server_of(DELETE, upstream.url), mode, person)).is_error
        assert upstream.requests == []
        assert len(person.asked) == 1

    async def test_a_call_that_cannot_be_made_is_not_asked_about(
        self, upstream: upstream_server.Upstream, mode: Mode
    ) -> None:
        person = Person(YES)
        result = await called(server_of(DELETE, upstream.url), mode, person, {"idd": "1"})
        assert result.is_error
        assert person.asked == []

    @pytest.mark.parametrize("claim", ["confirm", "_confirm", "consent", "_consent", "force", "yes"])
    async def test_a_models_own_yes_is_no_argument(
        self, upstream: upstream_server.Upstream, mode: Mode, claim: str
    ) -> None:
        person = Person(says("decline"))
        result = await called(server_of(GRAVE, upstream.url), mode, person, {"id": "1", claim: True})
        assert result.is_error
        assert upstream.requests == []


async def test_through_another_tool_the_clients_approval_was_for_that_tool(
    upstream: upstream_server.Upstream,
) -> None:
    async with UpstreamClient() as client:
        tool = BridgeTool(DELETE, Upstream(client, OneToken(), {"acme": upstream.url}))
        refused = await tool.call({"id": "1"}, through="call_write_tool")
        direct = await tool.call({"id": "1"})
    assert text_of(refused) == (
        f"{CANNOT} Call acme_do by its own name, not through call_write_tool: then the client's own approval counts"
    )
    assert not direct.is_error
    assert len(upstream.requests) == 1


async def test_nobody_waits_for_an_answer_for_ever(
    upstream: upstream_server.Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STATE_SECONDS", 0.05)

    async def asleep(*_: Any) -> Any:
        await asyncio.sleep(30)

    async with Client(server_of(DELETE, upstream.url), mode="legacy", elicitation_handler=asleep) as client:
        result = await client.call_tool_mcp("acme_do", {"id": "1"})
    assert said(result).startswith("acme_do: nobody answered in")
    assert upstream.requests == []


class TestQuestion:
    def test_it_names_the_operation_and_its_arguments(self) -> None:
        schema = {"type": "object", "properties": {"note": {"type": "string"}, "deep": {"type": "object"}}}
        spec = spec_of(operation("POST", "/things/{id}", parameters=ID, requestBody=body(schema)))
        assert question_of(spec, {"id": "a b", "note": "", "deep": {"é": [1, None]}, "_select": "x"}) == (
            'Acme: Do it?\nThis calls POST /things/{id} with\n- id: a b\n- note: ""\n- deep: {"é": [1, null]}'
        )
        assert question_of(spec, {}) == "Acme: Do it?\nThis calls POST /things/{id} without arguments"

    @given(st.text(max_size=2000))
    def test_a_value_is_one_line_that_hides_nothing(self, value: str) -> None:
        lines = question_of(DELETE, {"id": value}).split("\n")
        assert len(lines) == 3
        assert lines[2].isprintable()
        assert len(lines[2]) < 600 * 10

    def test_a_long_value_says_how_long_it_is(self) -> None:
        assert question_of(DELETE, {"id": "x" * 5000}).endswith("x... (5,000 characters)")

    def test_many_arguments_are_counted(self) -> None:
        assert question_of(DELETE, {f"a{n}": n for n in range(50)}).endswith("- a39: 39\n- and 10 more arguments")


class TestStateKeys:
    @pytest.mark.parametrize("text", ["short", f"{'k' * 40},short", f"{'k' * 40},{'k' * 40}"])
    def test_a_bad_key_is_one_sentence_without_the_key(self, text: str) -> None:
        with pytest.raises(OptionError) as caught:
            state_security(text, [])
        assert str(caught.value).startswith("BRIDGE_STATE_KEY: give at least 32 random characters")
        assert "kkk" not in str(caught.value)

    @pytest.mark.parametrize("text", [None, "", " , ", "k" * 32, f"{'k' * 32}, {'n' * 32}"])
    def test_without_a_key_the_process_has_its_own(self, text: str | None) -> None:
        sealed = state_security(text, []).codec.seal(b"state")
        again = state_security(text, []).codec
        if text and text.strip(" ,"):
            assert again.unseal(sealed) == b"state"
        else:
            with pytest.raises(Exception, match="key"):
                again.unseal(sealed)


class TestDryRun:
    async def test_it_answers_with_the_request_and_sends_nothing(self, upstream: upstream_server.Upstream) -> None:
        schema = {"type": "object", "properties": {"note": {"type": "string"}}}
        parameters = [*ID, parameter("timezone", "header")]
        spec = spec_of(operation("PUT", "/things/{id}", parameters=parameters, requestBody=body(schema)))
        given_ = {"id": "a b", "note": "é", "timezone": "UTC", "_dry_run": True}
        result = await call_spec(spec, upstream.url, given_)
        assert result.structured_content == {
            "request": {
                "method": "PUT",
                "url": f"{upstream.url}/v1/things/a%20b",
                "headers": {"timezone": "UTC", "content-type": "application/json"},
                "body": {"note": "é"},
            },
            "notice": "dry run: nothing was sent; the token is not shown",
        }
        assert upstream.requests == []

    async def test_nobody_is_asked_and_wrong_arguments_are_told(self, upstream: upstream_server.Upstream) -> None:
        shown = await call_spec(GRAVE, upstream.url, {"id": "1", "_dry_run": True})
        assert not shown.is_error
        assert shown.structured_content is not None
        assert "body" not in shown.structured_content["request"]
        wrong = await call_spec(GRAVE, upstream.url, {"_dry_run": True})
        assert "argument 'id' is required" in text_of(wrong)
        assert upstream.requests == []

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
    def test_every_writing_tool_has_the_argument_and_no_other(self, method: str) -> None:
        spec = spec_of(operation(method, "/things"))
        assert ("_dry_run" in spec.input_schema["properties"]) is (method != "GET")

    async def test_false_sends_as_if_it_were_not_there(self, upstream: upstream_server.Upstream) -> None:
        await call_spec(CREATE, upstream.url, {"id": "1", "_dry_run": False})
        assert upstream.only.query == ""
        assert upstream.only.body == b""


def test_annotations_and_overrides_say_what_is_grave() -> None:
    marks = ToolAnnotations(read_only=False, destructive=True, idempotent=False)
    assert replace(CREATE, annotations=marks).is_grave
    assert not CREATE.is_grave
    assert END.is_grave
    assert not EXEMPT.is_grave


def test_a_refusal_is_an_error_of_its_own() -> None:
    consent = Consent(Confirm.ALWAYS)
    with pytest.raises(NotAllowedError):
        asyncio.run(consent.ask(DELETE, {"id": "1"}, None))
