"""serve: what it says when it starts, and options that do not go together."""

from __future__ import annotations

import json
import logging
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.cli.serve import WIRE_LOGGERS
from tests.cli.conftest import Run
from tests.cli.shop import CLI, options, process, write

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.fixture(autouse=True)
def logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what ``serve`` sets up for the whole process."""
    monkeypatch.setenv("FASTMCP_LOG_ENABLED", "true")
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in (*WIRE_LOGGERS, "fastmcp", "mcp")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def said(text: str) -> list[str]:
    """Return lines of the log without their times, and ``N`` for how many tokens a listing takes."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in text.splitlines()]
    return [re.sub(r"about [\d,]+ tokens", "about N tokens", line) for line in lines]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--stateless",), "--stateless goes with --transport http"),
        (("--sandbox", "--upstream", "shop=http://127.0.0.1:1"), "--sandbox and --upstream exclude each other"),
        (("--files-dir", "no-such-folder"), "--files-dir no-such-folder: no such folder"),
        (("--files-dir", "/dev/null"), "--files-dir /dev/null: this is no folder"),
        (("--files-dir", "/", "--transport", "http"), "--files-dir goes with --transport stdio"),
        (("--allowed-host", "example.com"), "--allowed-host and --allowed-origin go with --transport http"),
        (("--upstream", "zoom=http://127.0.0.1:1"), "--upstream 'zoom=http://127.0.0.1:1': give VENDOR=URL"),
    ],
)
def test_options_that_cannot_be_used_end_with_2(run: Run, tmp_path: Path, words: tuple[str, ...], error: str) -> None:
    ran = run("serve", *options(write(tmp_path)), *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].startswith(f"error: {error}")


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "65536"),
        ("--transport", "carrier-pigeon"),
        ("--log-level", "loud"),
        ("--check-requests", "some"),
        ("--max-result-tokens", "-1"),
        ("--retries", "-1"),
        ("--max-wait", "nan"),
        ("--timeout", "inf"),
        ("--timeout", "0"),
        ("--drain", "nan"),
    ],
)
def test_values_that_are_not_allowed_end_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run("serve", *words).code == 2


def test_a_port_that_is_taken_is_one_sentence(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        ran = run("serve", *options(write(tmp_path)), "--transport", "http", "--port", str(port))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == f"error: port {port} on 127.0.0.1 is in use; choose another with --port"


FULL = "INFO bridge: full mode: every tool is listed, about N tokens of --list-budget 20,000"


def test_over_stdio_only_protocol_goes_to_stdout_and_the_rest_is_said_on_stderr(tmp_path: Path) -> None:
    path = write(tmp_path)
    ran = process("serve", *options(path), input=json.dumps(INITIALIZE) + "\n")
    assert ran.returncode == 0
    (answer,) = ran.stdout.splitlines()
    assert json.loads(answer)["result"]["serverInfo"]["name"] == "zoom-webex-bridge"
    assert said(ran.stderr) == [
        f"INFO bridge: shop: {path}, 4 operations",
        FULL,
        "WARNING bridge: no token for shop: calls fail until SHOP_ACCESS_TOKEN is set",
        "INFO bridge: 4 tools over stdio",
    ]


def test_with_the_sandbox_no_token_is_missed(tmp_path: Path) -> None:
    ran = process("serve", *options(write(tmp_path)), "--sandbox", input="")
    assert ran.returncode == 0
    assert said(ran.stderr)[1:] == [FULL, "INFO bridge: 4 tools over stdio, answered by the sandbox"]


def test_an_empty_selection_is_a_warning(tmp_path: Path) -> None:
    overrides = tmp_path / "none.yaml"
    overrides.write_text("shop:\n  exclude:\n    - /**\n", "utf-8")
    ran = process("serve", "--spec", write(tmp_path), "--overrides", overrides, "--log-level", "warning", input="")
    assert "WARNING bridge: no tools: nothing is selected, or everything is filtered out" in said(ran.stderr)
    assert not [line for line in said(ran.stderr) if line.startswith("INFO")]


def started(*words: str | Path, until: bytes) -> tuple[subprocess.Popen[bytes], bytes]:
    """Start a server and return it, with what it said, once it has said ``until``."""
    command = [sys.executable, CLI, *words]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stderr is not None
    seen, deadline = b"", time.monotonic() + 30
    while until not in seen:
        ready, _, _ = select.select([running.stderr], [], [], max(0, deadline - time.monotonic()))
        assert ready, seen
        chunk = os.read(running.stderr.fileno(), 65_536)
        assert chunk, seen
        seen += chunk
    return running, seen


def test_ctrl_c_ends_stdio_at_once_and_quietly(tmp_path: Path) -> None:
    running, _ = started("serve", *options(write(tmp_path)), until=b"over stdio")
    with running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        running.stdin.flush()
        assert b"serverInfo" in running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == -signal.SIGINT
        assert running.stderr is not None
        assert running.stderr.read() == b""


def test_ctrl_c_ends_http_with_0(tmp_path: Path) -> None:
    words = ("serve", *options(write(tmp_path)), "--transport", "http", "--port", "0", "--sandbox")
    running, seen = started(*words, until=b"startup complete")
    with running:
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()
    assert "INFO bridge: 4 tools over HTTP, answered by the sandbox" in said(seen.decode())
    assert re.search(rb"http://127\.0\.0\.1:[1-9]\d*/mcp", seen)
