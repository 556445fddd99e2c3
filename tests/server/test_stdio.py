"""MCP over the standard streams of a real process: messages, other people's output, a slow reader, a file as input."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ECHO = """
import anyio, os, subprocess, sys
from bridge.server.stdio import standard_streams

async def main():
    async with standard_streams() as (incoming, outgoing):
        print("a library says hello")
        subprocess.run([sys.executable, "-c", "print('and a child process')"])
        async with outgoing, incoming:
            async for message in incoming:
                if isinstance(message, Exception):
                    print("unreadable")
                else:
                    await outgoing.send(message)
    print("after")

anyio.run(main)
"""


def started(stdin: Any = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start a process that sends every message back."""
    return subprocess.Popen(
        [sys.executable, "-c", ECHO], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path.cwd()
    )


def message(number: int, text: str = "") -> bytes:
    """Return a request as a line."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "echo", "params": {"text": text}}).encode() + b"\n"


def read(out: bytes) -> list[tuple[int, str]]:
    """Return id and text of each line."""
    return [(found["id"], found["params"]["text"]) for found in map(json.loads, out.splitlines())]


def test_only_messages_are_on_stdout_and_both_streams_are_given_back_at_the_end() -> None:
    with started() as process:
        out, said = process.communicate(message(1, "é"))
    *messages, last = out.splitlines()
    assert (read(b"\n".join(messages)), last, process.returncode) == ([(1, "é")], b"after", 0)
    assert b"a library says hello" in said
    assert b"and a child process" in said


def test_a_line_may_come_in_pieces_and_the_last_one_without_its_end() -> None:
    with started() as process:
        assert process.stdin is not None
        whole = message(1, "x" * 300_000) + message(2)
        for piece in (whole[:5], whole[5:100_000], whole[100_000:-1]):
            process.stdin.write(piece)
            process.stdin.flush()
            time.sleep(0.01)
        out, _ = process.communicate()
    assert [(number, len(text)) for number, text in read(out.removesuffix(b"after\n"))] == [(1, 300_000), (2, 0)]


def test_a_line_that_is_no_message_is_passed_over() -> None:
    with started() as process:
        out, said = process.communicate(b"nonsense\n\xff\n" + message(1, "on"))
    assert read(out.removesuffix(b"after\n")) == [(1, "on")]
    assert said.count(b"unreadable") == 2


def test_a_client_that_reads_late_gets_everything() -> None:
    sent = b"".join(message(number, "x" * 100_000) for number in range(60))
    with started() as process:
        assert process.stdin is not None
        process.stdin.write(sent)
        process.stdin.close()
        process.stdin = None
        time.sleep(0.2)
        out, _ = process.communicate()
    assert [number for number, _ in read(out.removesuffix(b"after\n"))] == list(range(60))


def test_a_file_as_standard_input_is_read_too(tmp_path: Path) -> None:
    script = tmp_path / "messages.jsonl"
    script.write_bytes(message(1, "from a file"))
    with script.open("rb") as stdin, started(stdin) as process:
        out, _ = process.communicate()
    assert read(out.splitlines()[0]) == [(1, "from a file")]
