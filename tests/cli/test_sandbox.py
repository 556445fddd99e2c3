"""sandbox: the embedded vendor API, on its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2

from tests.cli.conftest import Run
from tests.cli.shop import CLI, options, write


def test_it_says_where_it_listens_answers_logs_and_ends_quietly_on_ctrl_c(tmp_path: Path) -> None:
    path = write(tmp_path)
    command = [sys.executable, CLI, "sandbox", *options(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert running.stdout is not None
        assert running.stderr.readline() == f"shop: {path}, 4 operations\n"
        flag = running.stderr.readline().strip()
        assert flag.startswith("serve --upstream shop=http://127.0.0.1:")
        assert running.stderr.readline() == "Ctrl-C ends it; any token is good, but `expired`.\n"
        url = flag.partition("=")[2]
        answer = httpx2.get(f"{url}/v1/orders?page=1", headers={"Authorization": "Bearer any"})
        assert (answer.status_code, answer.json()) == (200, {"id": "o1"})
        assert running.stderr.readline() == "shop GET /v1/orders 200\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0
        assert (running.stdout.read(), running.stderr.read()) == ("", "")


def test_a_port_that_is_taken_is_one_sentence(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        ran = run("sandbox", *options(write(tmp_path)), "--port", str(port))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: sandbox of shop: cannot listen at 127.0.0.1, port {port}: ")
