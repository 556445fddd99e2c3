"""The server that is built of a catalogue, as a client in the same process meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client, FastMCP

from bridge.catalogue.listing_plan import Mode
from bridge.catalogue.own_tools import OWN_NAMES
from bridge.catalogue.tool_spec import Catalogue
from bridge.server.app import build_server
from bridge.server.instructions import MAX_INSTRUCTIONS
from bridge.server.live import LiveCatalogue
from bridge.server.tool import Upstream
from bridge.shipped import DISTRIBUTION, package_version
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, catalogue_of, parameter, spec_of

ERAS = ["legacy", "2026-07-28"]


def server_of(catalogue: Catalogue, url: str = "http://127.0.0.1:9") -> FastMCP[None]:
    return build_server(LiveCatalogue(catalogue), Upstream(UpstreamClient(), OneToken(), {"acme": url}))


def one_tool() -> Catalogue:
    declared = [parameter("id", "path"), parameter("max", schema={"type": "integer"})]
    return catalogue_of([spec_of(operation("GET", "/things/{id}", parameters=declared), "acme_get")])


class TestBuildServer:
    @pytest.mark.parametrize("mode", ["legacy", "auto"])
    async def test_it_says_who_it_is_and_what_its_results_hold(self, mode: Any) -> None:
        async with Client(server_of(one_tool()), mode=mode) as client:
            shown = client.server_info
            instructions = client.instructions
        assert shown is not None
        assert (shown.name, shown.version) == (DISTRIBUTION, package_version())
        assert instructions is not None
        assert instructions.startswith("1 tool of Acme, one for each operation")
        assert len(instructions) <= MAX_INSTRUCTIONS

    def test_in_search_mode_they_say_how_to_find_a_tool(self, tmp_path: Path) -> None:
        folders = tuple(tmp_path / ("x" * 40) for _ in range(3))
        upstream = Upstream(UpstreamClient(), OneToken(), files_dirs=folders)
        told = build_server(LiveCatalogue(one_tool(), Mode.SEARCH), upstream).instructions
        assert told is not None
        assert all(name in told for name in OWN_NAMES)
        assert len(told) <= MAX_INSTRUCTIONS

    def test_the_folders_of_files_are_named_where_there_are_any(self, tmp_path: Path) -> None:
        plain = server_of(one_tool()).instructions
        upstream = Upstream(UpstreamClient(), OneToken(), files_dirs=(tmp_path,))
        named = build_server(LiveCatalogue(one_tool()), upstream).instructions
        assert plain is not None
        assert named is not None
        assert plain.endswith("A file (format: binary) is one string: a data: URI or base64 text.")
        assert named.endswith(f"a data: URI, base64 text, or the absolute path of a file in {tmp_path}.")

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_call_reaches_the_vendor(self, upstream: upstream_server.Upstream, mode: Any) -> None:
        upstream.answers(200, {"ok": True})
        async with Client(server_of(one_tool(), upstream.url), mode=mode) as client:
            result = await client.call_tool("acme_get", {"id": "a/b", "max": 5})
        assert result.structured_content == {"status_code": 200, "body": {"ok": True}}
        assert (upstream.only.raw_path, upstream.only.query) == ("/v1/things/a%2Fb", "max=5")

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_mistake_in_the_arguments_is_an_error_result(self, mode: Any) -> None:
        async with Client(server_of(one_tool()), mode=mode) as client:
            result = await client.call_tool("acme_get", {"id": "1", "maxx": 5}, raise_on_error=False)
        assert result.is_error
        assert "unknown argument 'maxx'; did you mean 'max'?" in str(result.content)

    @pytest.mark.parametrize("mode", ERAS)
    async def test_a_tool_that_is_not_there_is_an_error_that_names_it(self, mode: Any) -> None:
        async with Client(server_of(one_tool()), mode=mode) as client:
            with pytest.raises(Exception, match="acme_gett"):
                await client.call_tool("acme_gett", {"id": "1"})

    async def test_a_catalogue_without_tools_is_served_too(self) -> None:
        async with Client(server_of(Catalogue((), ()))) as client:
            assert await client.list_tools() == []
