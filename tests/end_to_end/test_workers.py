"""``serve --workers``: several processes behind one port, and a good end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.end_to_end.clients import HTTP_WAYS, SECRET, Way, connected, structured
from tests.program import HttpProgram
from tests.upstream_server import Upstream

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
HEADERS = {"x-shop-access-token": f"{SECRET}-shop"}


@pytest.mark.parametrize("way", HTTP_WAYS, ids=str)
async def test_calls_are_answered_by_workers_and_sigterm_ends_them_all(
    folder: Path, upstream: Upstream, way: Way
) -> None:
    upstream.answers(200, {"id": 1})
    options = ("--overrides", "/dev/null", "--spec", "shop.yaml", "--upstream", f"shop={upstream.url}")
    program = HttpProgram(folder, *options, "--workers", "2", forked=False).wait()
    try:
        for _ in range(4):
            async with connected(way, program.url, HEADERS) as caller:
                assert len(await caller.names()) == 5
                assert structured(await caller.call("shop_get_thing", {"id": "1"}))["body"] == {"id": 1}
    finally:
        code, stdout = program.end()
    assert (code, stdout) == (0, b"")
    assert any("2 processes answer" in line for line in program.log)
