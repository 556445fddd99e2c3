"""The sandbox in the vendors' place: every answer of the embedded API, through the real command, without an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.clients import HTTP_WAYS, SSE_WAYS, STDIO_WAYS, Way, connected, started, structured, text_of
from tests.program import HttpProgram, environ, serve_command


@pytest.fixture(scope="module")
def zoom(folder: Path) -> Iterator[HttpProgram]:
    """Return a server of the built-in core of Zoom, under the shipped overrides, answered by the sandbox."""
    running = HttpProgram(folder, "--spec", "zoom", "--sandbox")
    try:
        yield running.wait()
    finally:
        ended = running.end()
    assert ended == (0, b"")


@pytest.mark.parametrize("way", [HTTP_WAYS[0], HTTP_WAYS[3], SSE_WAYS[0]], ids=str)
async def test_the_first_call_of_the_readme(zoom: HttpProgram, way: Way) -> None:
    async with connected(way, zoom.url, {"x-zoom-access-token": "anything"}) as caller:
        listed = await caller.names()
        assert {"search_tools", "call_tool", "zoom_get_meeting"} <= {*listed}
        assert len(listed) < 50
        result = structured(await caller.call("zoom_get_meeting", {"meetingId": 85512345678}))
    assert result["status_code"] == 200
    assert isinstance(result["body"], dict)


async def test_an_expired_token_is_refused_as_the_vendor_would(zoom: HttpProgram) -> None:
    async with connected(HTTP_WAYS[1], zoom.url, {"x-zoom-access-token": "expired"}) as caller:
        result = await caller.call("zoom_get_meeting", {"meetingId": 85512345678})
    assert result.is_error
    assert text_of(result).startswith("401 Unauthorized: Invalid access token (code 124)")


async def test_over_stdio_no_token_is_needed(folder: Path) -> None:
    command = serve_command("--overrides", "/dev/null", "--spec", "shop.yaml", "--sandbox")
    log = folder / "sandbox.log"
    with log.open("w") as stderr:
        async with started(STDIO_WAYS[0], command, folder, environ(folder), stderr) as caller:
            made = structured(await caller.call("shop_create_thing", {"name": "n"}))
            gone = structured(await caller.call("shop_delete_thing", {"id": "1"}))
    assert (made["status_code"], gone["status_code"]) == (201, 204)
    assert "answered by the sandbox" in log.read_text("utf-8")
