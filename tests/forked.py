"""Stands for a process that ``tests/fork_server.py`` forks: gives it its streams, passes signals on, ends as it ends.

``python -I -S tests/forked.py SOCKET ARGUMENT...``
"""

from __future__ import annotations

import array
import json
import os
import signal
import socket
import sys
from types import FrameType


def main() -> None:
    """Have a process forked, and live as long as it does."""
    path, *argv = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        request = {"argv": argv, "cwd": os.getcwd(), "environ": dict(os.environ)}  # noqa: PTH109 (pathlib takes its time)
        numbers = array.array("i", (0, 1, 2)).tobytes()
        rest = json.dumps(request).encode() + b"\n"
        sent = connection.sendmsg([rest], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
        connection.sendall(rest[sent:])
        with connection.makefile("r") as answers:
            pid = int(answers.readline())

            def forward(number: int, _: FrameType | None) -> None:
                os.kill(pid, number)

            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, forward)
            # The streams are the other's now: whoever waits for their end waits for that one alone.
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            code = int(answers.readline() or 1)
    if code < 0:  # by a signal
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
