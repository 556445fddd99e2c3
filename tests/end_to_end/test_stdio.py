"""The real command over stdio: both clients, both eras, and a stdout that holds the protocol and nothing else."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.clients import SECRET, STDIO_WAYS, Way, started, structured, text_of
from tests.program import DEPOT_TOOLS, SHOP_TOOLS, environ, serve_command
from tests.upstream_server import Answer, Request, Upstream

TOKEN = f"{SECRET}-of-the-environment"
PLAIN = ("--overrides", "/dev/null", "--log-level", "debug")


def answers(request: Request) -> Answer:
    """Answer by the path: a picture is taken, a box is not found, and things there are."""
    if request.method == "PUT":
        return Answer(204, b"")
    if "boxes" in request.raw_path:
        return Answer(404, {"message": "No such box."}, {"retry-after": "3"})
    return Answer(200, {"id": 9007199254740993}, {"set-cookie": "a=b"})


@pytest.mark.parametrize("way", STDIO_WAYS, ids=str)
async def test_two_documents_are_served_with_the_tokens_of_the_environment(
    folder: Path, upstream: Upstream, way: Way
) -> None:
    upstream.answer = answers
    documents = ("--spec", "shop.yaml", "--spec", "depot.json")
    command = serve_command(*PLAIN, *documents, "--upstream", f"shop={upstream.url}", forked=False)
    variables = {"SHOP_ACCESS_TOKEN": f"  {TOKEN}\n", "BRIDGE_UPSTREAM_DEPOT": upstream.url}
    log = folder / f"{way}.log"
    with log.open("w") as stderr:
        async with started(way, command, folder, environ(folder, variables), stderr) as caller:
            assert await caller.names() == SHOP_TOOLS + DEPOT_TOOLS
            found = await caller.call("shop_get_thing", {"id": "a/b"})
            picture = {
                "id": "1",
                "file": f"data:image/png;base64,{base64.b64encode(b'PNG').decode()}",
                "about": {"a": 1},
            }
            put = await caller.call("shop_set_picture", picture)
            without_token = await caller.call("depot_get_box", {"id": "1"})
            wrong = await caller.call("shop_get_thing", {"idd": "1"})
    assert structured(found) == {"status_code": 200, "body": {"id": 9007199254740993}}
    assert structured(put)["notice"] == "done; there is nothing to return"
    assert text_of(without_token).startswith("no token for depot: set the environment variable DEPOT_ACCESS_TOKEN")
    assert "unknown argument 'idd'; did you mean 'id'?" in text_of(wrong)
    get, sent = upstream.requests
    assert (get.raw_path, get.token, sent.token) == ("/api/v3/things/a%2Fb", TOKEN, TOKEN)
    assert b'filename="file.png"' in sent.body
    assert SECRET not in str([found, put, without_token, wrong])
    said = log.read_text("utf-8")
    assert "shop: " in said
    assert "no token for depot: calls fail until DEPOT_ACCESS_TOKEN is set" in said
    assert SECRET not in said


async def test_files_go_out_from_the_named_folder_and_large_answers_are_saved_there(
    folder: Path, upstream: Upstream, tmp_path: Path
) -> None:
    shared = tmp_path.resolve()
    (shared / "hello.wav").write_bytes(b"RIFF")
    recording = bytes(range(256)) * 50_000  # more than the memory takes
    disposition = 'attachment; filename="../my recording.mp4"'
    headers = {"content-type": "video/mp4", "content-disposition": disposition}
    upstream.answer = lambda request: Answer(200, recording, headers) if request.method == "GET" else Answer(204, b"")
    command = serve_command(*PLAIN, "--spec", "shop.yaml", "--upstream", f"shop={upstream.url}")
    command += ["--files-dir", str(shared), "--max-result-tokens", "100"]
    with (tmp_path.parent / "files.log").open("w") as stderr:
        variables = environ(folder, {"SHOP_ACCESS_TOKEN": TOKEN})
        async with started(STDIO_WAYS[0], command, folder, variables, stderr) as caller:
            sent = await caller.call("shop_set_picture", {"id": "1", "file": str(shared / "hello.wav")})
            outside = await caller.call("shop_set_picture", {"id": "1", "file": "/etc/passwd"})
            saved = [structured(await caller.call("shop_get_thing", {"id": "1"})) for _ in range(2)]
            upstream.answers(200, list(range(1000)))
            cut = structured(await caller.call("shop_list_things", {}))
    assert structured(sent)["status_code"] == 204
    assert b'filename="hello.wav"\r\nContent-Type: audio/wav\r\n' in upstream.requests[0].body
    assert text_of(outside) == f"argument 'file': the path is outside {shared}"
    for number, result in enumerate(saved):
        path = shared / ("my recording-2.mp4" if number else "my recording.mp4")
        assert result["notice"] == f"the body is a file: video/mp4, 12,800,000 bytes, saved as {path}"
        assert path.read_bytes() == recording
    assert len(upstream.requests) == 4
    assert cut["notice"].startswith("cut to fit: body: the first ")


class RawServer:
    """A server that is spoken to line by line, without a client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[bytes] = []

    async def send(self, message: Any) -> None:
        """Write one line."""
        assert self.process.stdin is not None
        self.process.stdin.write((message if isinstance(message, bytes) else json.dumps(message).encode()) + b"\n")
        await self.process.stdin.drain()

    async def ask(self, identifier: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request and read until its answer."""
        await self.send({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params})
        assert self.process.stdout is not None
        while line := await asyncio.wait_for(self.process.stdout.readline(), 60):
            self.lines.append(line)
            message: dict[str, Any] = json.loads(line)
            if message.get("id") == identifier:
                return message
        raise AssertionError("it ended")

    async def close(self) -> tuple[int, bytes]:
        """Close its stdin; return the exit code and all of stderr, when it has ended."""
        rest, log = await asyncio.wait_for(self.process.communicate(b""), 30)
        self.lines += rest.splitlines(keepends=True)
        assert self.process.returncode is not None
        return self.process.returncode, log


async def raw_server(folder: Path, upstream: Upstream) -> RawServer:
    command = serve_command(*PLAIN, "--spec", "shop.yaml", "--upstream", f"shop={upstream.url}")
    variables = {"SHOP_ACCESS_TOKEN": TOKEN}
    pipe = asyncio.subprocess.PIPE
    return RawServer(
        await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder, env=environ(folder, variables)
        )
    )


async def test_every_line_on_stdout_is_json_rpc_and_closing_stdin_ends_it_well(
    folder: Path, upstream: Upstream
) -> None:
    upstream.answers(200, {"text": "line\nline \u2028 \u0085"})
    server = await raw_server(folder, upstream)
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}
    started = await server.ask(1, "initialize", client)
    assert started["result"]["protocolVersion"] == "2025-11-25"
    await server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    listed = await server.ask(2, "tools/list", {})
    assert [tool["name"] for tool in listed["result"]["tools"]] == SHOP_TOOLS
    called = await server.ask(3, "tools/call", {"name": "shop_get_thing", "arguments": {"id": "1"}})
    assert called["result"]["structuredContent"]["body"] == {"text": "line\nline \u2028 \u0085"}
    upstream.answers(500, {"message": "Broken."})
    failed = await server.ask(4, "tools/call", {"name": "shop_get_thing", "arguments": {"id": "1"}})
    assert failed["result"]["isError"] is True
    unknown = await server.ask(5, "tools/call", {"name": "no_such_tool", "arguments": {}})
    assert unknown.get("error") or unknown["result"]["isError"]
    await server.send(b"this is no JSON")
    assert "error" in await server.ask(6, "no/such/method", {})
    code, log = await server.close()
    assert code == 0
    for line in server.lines:
        assert line.endswith(b"\n")
        assert json.loads(line)["jsonrpc"] == "2.0"
    assert b"5 tools over stdio" in log
    assert TOKEN.encode() not in b"".join(server.lines) + log
    assert [request.token for request in upstream.requests] == [TOKEN, TOKEN]


async def test_closing_stdin_during_a_call_ends_it_well_and_leaves_the_vendor(folder: Path, upstream: Upstream) -> None:
    upstream.answer = lambda _: Answer(hangs=True)
    server = await raw_server(folder, upstream)
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}
    await server.ask(1, "initialize", client)
    await server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    call = {"name": "shop_get_thing", "arguments": {"id": "1"}}
    await server.send({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call})
    assert await asyncio.to_thread(upstream.arrived.wait, 30)
    code, log = await server.close()
    assert code == 0, log.decode()
    assert await asyncio.to_thread(upstream.left.wait, 10)
