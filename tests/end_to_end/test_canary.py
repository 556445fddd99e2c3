"""A token and a secret argument, through all that can happen to a call: neither is in any output but the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types
import pytest

from tests.end_to_end.clients import (
    HTTP_WAYS,
    SECRET,
    SSE_WAYS,
    STDIO_WAYS,
    Person,
    Way,
    agrees,
    connected,
    declines,
    started,
    text_of,
)
from tests.program import HttpProgram, environ, serve_command
from tests.upstream_server import Answer, Request, Upstream

TOKEN = f"{SECRET}-canary-token"
VALUE = "canary-argument"
OPTIONS = (
    *("--overrides", "/dev/null", "--log-level", "debug", "--spec", "shop.yaml", "--spec", "depot.json"),
    *("--check-requests", "all", "--timeout", "2", "--max-wait", "1"),
)


def answer(request: Request) -> Answer:
    """Answer by what stands at the end of the path, never with what was sent."""
    kind = request.raw_path.rpartition("-")[2]
    kinds: dict[str, Answer] = {
        "throttled": Answer(429, {"message": "Slow down."}, {"retry-after": "0"}),
        "daily": Answer(429, {"message": "Enough."}, {"retry-after": "2099-01-01T00:00:00Z"}),
        "unauthorized": Answer(401, {"code": 124, "message": "Invalid access token."}),
        "scope": Answer(400, {"code": 4711, "message": "Invalid access token, does not contain scopes."}),
        "gone": Answer(404, {"message": "No such thing."}),
        "broken": Answer(502, b"<html>"),
        "nonsense": Answer(200, b'{"a": ', {"content-type": "application/json"}),
        "gzip": Answer(200, b"no gzip", {"content-encoding": "gzip"}),
        "moved": Answer(302, b"", {"location": "http://127.0.0.1:1/elsewhere"}),
        "hanging": Answer(hangs=True),
    }
    return kinds.get(kind, Answer(200, {"fine": True}, {"trackingid": "T1"}))


KINDS = ("throttled", "daily", "unauthorized", "scope", "gone", "broken", "nonsense", "gzip", "moved", "fine")

CALLS: list[tuple[str, dict[str, Any]]] = [
    *(("shop_get_thing", {"id": f"{VALUE}-{kind}"}) for kind in KINDS),
    ("shop_get_thing", {"id": f"{VALUE}-hanging"}),
    ("shop_list_things", {"tag": [VALUE], "timezone": VALUE, "max": 1}),
    ("shop_list_things", {"max": VALUE}),
    ("shop_create_thing", {"name": VALUE, "note": VALUE}),
    ("shop_create_thing", {"name": VALUE, "_dry_run": True}),
    ("shop_create_thing", {VALUE: VALUE}),
    ("shop_set_picture", {"id": VALUE, "file": f"data:;base64,{VALUE}"}),
    ("shop_delete_thing", {"id": VALUE}),
    ("depot_get_box", {"id": VALUE}),
    (f"shop_{VALUE}", {"id": VALUE}),
]
"""Good calls, calls that the vendor refuses, breaks off or does not answer, and calls that are never sent."""


async def everything(caller: Any) -> list[mcp_types.CallToolResult]:
    return [await caller.call(name, arguments) for name, arguments in CALLS]


def check(results: list[mcp_types.CallToolResult]) -> None:
    """Hold that no result has the token, and that most calls went wrong, as they were meant to."""
    assert TOKEN not in "".join(result.model_dump_json() for result in results)
    assert sum(bool(result.is_error) for result in results) > len(results) // 2
    assert not [text_of(result) for result in results if "the bridge itself failed" in text_of(result)]


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit") / "audit.log"


@pytest.fixture(scope="module")
def server(folder: Path, upstream_server: Upstream, audit: Path) -> Iterator[HttpProgram]:
    """Return a server that says all it can; depot is not there."""
    upstreams = ("--upstream", f"shop={upstream_server.url}", "--upstream", "depot=http://127.0.0.1:1")
    running = HttpProgram(folder, *OPTIONS, *upstreams, "--audit-log", str(audit))
    try:
        yield running.wait()
    finally:
        code, stdout = running.end()
    assert (code, stdout) == (0, b"")
    said = "\n".join(running.log) + audit.read_text()
    assert TOKEN not in said
    assert VALUE not in said


@pytest.mark.parametrize(
    ("way", "person"),
    [(HTTP_WAYS[0], agrees), (HTTP_WAYS[1], declines), (HTTP_WAYS[3], None), (SSE_WAYS[1], declines)],
    ids=["session", "declined", "official", "sse"],
)
async def test_over_http(server: HttpProgram, upstream: Upstream, audit: Path, way: Way, person: Person | None) -> None:
    upstream.answer = answer
    headers = {"x-shop-access-token": TOKEN, "x-depot-access-token": TOKEN}
    async with connected(way, server.url, headers, person=person) as caller:
        check(await everything(caller))
    assert {request.token for request in upstream.requests} == {TOKEN}
    outcomes = {json.loads(line)["outcome"] for line in audit.read_text().splitlines()}
    assert outcomes >= {"ok", "error", "failed", "invalid", "refused", "dry_run"}


async def test_over_stdio(folder: Path, upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = answer
    upstreams = ("--upstream", f"shop={upstream.url}", "--upstream", "depot=http://127.0.0.1:1")
    command = serve_command(*OPTIONS, *upstreams, "--audit-log", "-")
    variables = environ(folder, {"SHOP_ACCESS_TOKEN": TOKEN, "DEPOT_ACCESS_TOKEN": TOKEN})
    with (tmp_path / "log").open("w") as log:
        async with started(STDIO_WAYS[0], command, folder, variables, log, person=declines) as caller:
            check(await everything(caller))
    said = (tmp_path / "log").read_text()
    assert '"outcome":"ok"' in said
    assert TOKEN not in said
    assert VALUE not in said
