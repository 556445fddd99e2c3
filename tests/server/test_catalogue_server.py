"""The server of a catalogue: which tool a call finds, and which calls ask nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.catalogue.listing_plan import Mode
from bridge.catalogue.overrides import ConfirmTool
from bridge.catalogue.own_tools import CALL_TOOL, CALL_WRITE_TOOL, SEARCH_TOOLS
from bridge.server.app import build_server
from bridge.server.catalogue_server import CatalogueServer
from bridge.server.confirm import Confirm
from bridge.server.consent import Consent
from bridge.server.live import LiveCatalogue
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests.documents import operation
from tests.tools import OneToken, catalogue_of, spec_of


def server_of(mode: Mode = Mode.FULL, confirm: Confirm = Confirm.AUTO) -> CatalogueServer:
    tools = [
        spec_of(operation("GET", "/things"), "acme_list"),
        spec_of(operation("GET", "/alarm"), "acme_alarm", confirm=ConfirmTool.ALWAYS),
        spec_of(operation("POST", "/things"), "acme_create"),
        spec_of(operation("DELETE", "/things"), "acme_delete"),
    ]
    upstream = Upstream(UpstreamClient(), OneToken(), {}, consent=Consent(confirm))
    return build_server(LiveCatalogue(catalogue_of(tools), mode), upstream)


class TestGetTool:
    async def test_a_tool_of_the_catalogue_is_found_and_made_once(self) -> None:
        server = server_of()
        found = await server.get_tool("acme_list")
        assert found is not None
        assert found.name == "acme_list"
        assert await server.get_tool("acme_list") is found

    async def test_a_tool_that_was_added_to_the_server_is_found_too(self) -> None:
        server = server_of()

        @server.tool
        def greet() -> str:
            return "hello"

        found = await server.get_tool("greet")
        assert found is not None
        assert found.name == "greet"

    async def test_what_nobody_has_is_none(self) -> None:
        assert await server_of().get_tool("acme_nothing") is None


class TestIsQuiet:
    @pytest.mark.parametrize(
        ("call", "quiet"),
        [
            ({"name": "acme_list"}, True),
            ({"name": "acme_list", "arguments": None}, True),
            ({"name": "acme_create", "arguments": {"body": {}}}, True),
            ({"name": "acme_delete", "arguments": {}}, False),
            ({"name": "acme_alarm", "arguments": {}}, False),
            ({"name": "acme_nothing", "arguments": {}}, True),
            ({"name": 3}, False),
            ({}, False),
            ({"name": "acme_list", "arguments": "all"}, False),
        ],
    )
    def test_a_tool_is_where_nobody_is_asked_about_it(self, call: dict[str, Any], quiet: bool) -> None:
        assert server_of().is_quiet(call) is quiet

    @pytest.mark.parametrize(
        ("name", "arguments", "quiet"),
        [
            (SEARCH_TOOLS, {"queries": "things"}, True),
            (CALL_TOOL, {"name": "acme_list"}, True),
            (CALL_TOOL, {"name": "acme_alarm"}, False),
            (CALL_WRITE_TOOL, {"name": "acme_create"}, True),
            (CALL_WRITE_TOOL, {"name": "acme_delete", "arguments": "{}"}, False),
            (CALL_WRITE_TOOL, {"name": "acme_nothing"}, True),
            (CALL_WRITE_TOOL, {"name": ["acme_delete"]}, True),
        ],
    )
    def test_through_a_tool_of_our_own_the_one_that_is_called_counts(
        self, name: str, arguments: dict[str, Any], quiet: bool
    ) -> None:
        assert server_of(Mode.SEARCH).is_quiet({"name": name, "arguments": arguments}) is quiet

    def test_where_nobody_is_ever_asked_every_call_is(self) -> None:
        assert server_of(confirm=Confirm.NEVER).is_quiet({"name": "acme_delete", "arguments": {}})
