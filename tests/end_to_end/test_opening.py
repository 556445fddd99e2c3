"""The real command, started again: what clients ask first is answered before FastMCP is imported, and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from tests.end_to_end.clients import SECRET, STDIO_WAYS, Way, started, structured
from tests.program import SHOP_TOOLS, environ, serve_command, write_documents
from tests.upstream_server import Upstream

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot wait for pipes")

TOKEN = f"{SECRET}-of-the-environment"
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
HANDSHAKE: list[tuple[str, dict[str, Any]]] = [("initialize", HELLO), ("tools/list", {}), ("prompts/list", {})]
SESSIONLESS: list[tuple[str, dict[str, Any]]] = [("server/discover", {"_meta": META}), ("tools/list", {"_meta": META})]
SHOW_IMPORTS = {"PYTHONPROFILEIMPORTTIME": "1"}
LATER = ("asyncio", "bridge.catalogue.lean_text", "bridge.catalogue.search", "fastmcp", "httpx2", "mcp", "rich", "yaml")
"""What a start that finds everything ready must not import before the first answers."""
CALL = ("tools/call", {"name": "shop_get_thing", "arguments": {"id": "1"}})


class Home:
    """A folder of documents with a cache of its own, where a server is started again and again."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        write_documents(folder)
        self.folder = folder
        self.cache = folder / "cache"
        self.command = serve_command("--overrides", "/dev/null", "--spec", "shop.yaml", forked=False)
        self.command += ["--upstream", f"shop={upstream.url}"]
        self.environ = environ(folder, {"BRIDGE_CACHE_DIR": str(self.cache), "SHOP_ACCESS_TOKEN": TOKEN})

    def ask(
        self, requests: list[tuple[str, dict[str, Any]]], variables: Mapping[str, str] | None = None
    ) -> tuple[dict[int, Any], str]:
        """Ask everything at once, and hang up with the last answer; return the answers by their numbers, and stderr."""
        lines = [json.dumps({"jsonrpc": "2.0", "id": n, "method": m, "params": p}) for n, (m, p) in enumerate(requests)]
        if requests[0][0] == "initialize":
            lines.insert(1, json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        log = self.folder / "stderr.log"
        with log.open("w") as stderr, self.running(stderr, variables) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("".join(line + "\n" for line in lines).encode())
            process.stdin.flush()
            answers = [json.loads(process.stdout.readline()) for _ in requests]
            process.stdin.close()
            assert process.stdout.read() == b""  # nothing is said twice
            assert process.wait(30) == 0
        assert sorted(answer["id"] for answer in answers) == list(range(len(requests)))
        return {answer["id"]: answer["result"] for answer in answers}, log.read_text("utf-8")

    def running(self, stderr: TextIO | int, variables: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a server."""
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=self.folder,
            env={**self.environ, **(variables or {})},
        )


@dataclass(frozen=True)
class Warm:
    """A home where a server was asked before, and what it answered then."""

    home: Home
    handshake: dict[int, Any]
    sessionless: dict[int, Any]


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory, upstream_server: Upstream) -> Warm:
    """Return a home where both kinds of clients were before."""
    home = Home(tmp_path_factory.mktemp("home"), upstream_server)
    handshake, said = home.ask([*HANDSHAKE, CALL], SHOW_IMPORTS)
    assert " fastmcp\n" in said
    sessionless, _ = home.ask(SESSIONLESS)
    return Warm(home, handshake, sessionless)


def without_call(answers: dict[int, Any]) -> dict[int, Any]:
    return {number: answer for number, answer in answers.items() if number < len(HANDSHAKE)}


def test_the_next_start_answers_the_same_without_importing_fastmcp(warm: Warm) -> None:
    for requests, before in ((HANDSHAKE, without_call(warm.handshake)), (SESSIONLESS, warm.sessionless)):
        answers, said = warm.home.ask(requests, SHOW_IMPORTS)
        assert answers == before
        assert [tool["name"] for tool in answers[1]["tools"]] == SHOP_TOOLS
        assert " bridge.server.opening\n" in said
        assert not [name for name in LATER if f" {name}\n" in said]


def test_what_comes_after_them_is_answered_by_the_whole_server(warm: Warm) -> None:
    answers, said = warm.home.ask([*HANDSHAKE, CALL])
    assert answers == warm.handshake
    assert answers[3]["structuredContent"]["status_code"] == 200
    assert "answered otherwise" not in said


def test_no_token_is_kept_with_them(warm: Warm) -> None:
    files = list(warm.home.cache.iterdir())
    assert {path.suffix for path in files} == {".catalogue", ".answers"}
    assert not [path for path in files if SECRET.encode() in path.read_bytes() or SECRET in path.name]


def test_damaged_answers_are_passed_over_and_another_catalogue_has_its_own(tmp_path: Path, upstream: Upstream) -> None:
    home = Home(tmp_path, upstream)
    first, _ = home.ask(HANDSHAKE)
    (kept,) = home.cache.glob("*.answers")
    kept.write_bytes(kept.read_bytes()[:-9])
    second, _ = home.ask(HANDSHAKE)
    assert second == first
    (home.folder / "mine.yaml").write_text('shop: {tools: {"GET /things/{id}": {name: thing}}}\n')
    home.command += ["--overrides", "mine.yaml"]
    answers, _ = home.ask(HANDSHAKE)
    assert "thing" in [tool["name"] for tool in answers[1]["tools"]]


@pytest.mark.parametrize("way", [STDIO_WAYS[0], STDIO_WAYS[-1]], ids=str)
async def test_real_clients_list_and_call_on_every_start(warm: Warm, way: Way, tmp_path: Path) -> None:
    for number in range(2):
        log = tmp_path / f"{number}.log"
        with log.open("w") as stderr:
            async with started(way, warm.home.command, warm.home.folder, warm.home.environ, stderr) as caller:
                assert await caller.names() == SHOP_TOOLS
                assert structured(await caller.call("shop_get_thing", {"id": "1"}))["status_code"] == 200
        assert "answered otherwise" not in log.read_text("utf-8")


def test_a_reload_that_is_asked_for_while_the_server_is_made_is_done(warm: Warm) -> None:
    with warm.home.running(subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None

        def ask(number: int, method: str, params: dict[str, Any]) -> Any:
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            while (answer := json.loads(process.stdout.readline())).get("id") != number:
                pass
            return answer["result"]

        ask(0, "initialize", HELLO)
        os.kill(process.pid, signal.SIGHUP)
        assert ask(1, *CALL)["structuredContent"]["status_code"] == 200
        while b"reloaded: 5 tools, 0 new, 0 gone" not in process.stderr.readline():
            pass
        process.stdin.close()
        assert process.wait(30) == 0
