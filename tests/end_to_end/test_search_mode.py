"""The real command in search mode: four tools to find and call all others, over every way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.clients import (
    HTTP_WAYS,
    SECRET,
    SSE_WAYS,
    STDIO_WAYS,
    Way,
    connected,
    started,
    structured,
    text_of,
)
from tests.end_to_end.conftest import program
from tests.program import HttpProgram, environ, serve_command
from tests.upstream_server import Upstream

OWN = ["search_tools", "describe_tool", "call_tool", "call_write_tool"]
BOTH = {"x-shop-access-token": f"{SECRET}-shop", "x-depot-access-token": f"{SECRET}-depot"}


@pytest.fixture(scope="module")
def searching(folder: Path, upstream_server: Upstream) -> Iterator[HttpProgram]:
    arguments = ("--mode", "search", "--spec", "shop.yaml", "--spec", "depot.json")
    with program(folder, upstream_server, *arguments, "--upstream", f"shop={upstream_server.url}") as running:
        yield running


@pytest.mark.parametrize("way", HTTP_WAYS + SSE_WAYS, ids=str)
async def test_a_tool_is_found_described_and_called(searching: HttpProgram, upstream: Upstream, way: Way) -> None:
    async with connected(way, searching.url, BOTH) as caller:
        assert await caller.names() == OWN
        found = await caller.call("search_tools", {"queries": ["set a picture"], "vendor": "shop"})
        shown = await caller.call("describe_tool", {"names": ["shop_delete_thing"]})
        refused = await caller.call("call_tool", {"name": "shop_delete_thing", "arguments": {"id": "1"}})
        read = await caller.call("call_tool", {"name": "depot_get_box", "arguments": {"id": "1"}})
        made = await caller.call("call_write_tool", {"name": "shop_create_thing", "arguments": {"name": "x"}})
    assert text_of(found).startswith("shop_set_picture(id: string, ...) writes: Set a picture\n")
    assert '"required": ["id"]' in text_of(shown)
    assert refused.is_error
    assert structured(read)["status_code"] == 200
    assert structured(made)["status_code"] == 200
    assert [(request.method, request.token) for request in upstream.requests] == [
        ("GET", f"{SECRET}-depot"),
        ("POST", f"{SECRET}-shop"),
    ]


@pytest.mark.parametrize("way", STDIO_WAYS, ids=str)
async def test_over_stdio_too(folder: Path, upstream: Upstream, way: Way, tmp_path: Path) -> None:
    options = ("--overrides", "/dev/null", "--mode", "search", "--spec", "shop.yaml")
    command = serve_command(*options, "--upstream", f"shop={upstream.url}")
    variables = {"SHOP_ACCESS_TOKEN": f"{SECRET}-shop"}
    log = tmp_path / "log"
    with log.open("w") as stderr:
        async with started(way, command, folder, environ(folder, variables), stderr) as caller:
            assert await caller.names() == OWN
            assert "shop_set_picture" in text_of(await caller.call("search_tools", {"queries": "change the picture"}))
            read = await caller.call("call_tool", {"name": "shop_get_thing", "arguments": {"id": "1"}})
    assert structured(read)["status_code"] == 200
    assert upstream.only.token == f"{SECRET}-shop"
    assert "search mode (--mode search): 0 pinned tools and 4 that find and call the others" in log.read_text("utf-8")
