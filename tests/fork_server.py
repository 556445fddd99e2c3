"""The real command, in processes that are forked from one that has imported everything: a start costs a tenth.

``python -m tests.fork_server SOCKET`` waits for requests of ``tests/forked.py`` and answers each with a process that
has its streams, environment, folder and arguments. All else is as in a process of its own, but for the imports; tests
of what is imported, and when, and of processes start the command itself.
"""

from __future__ import annotations

import array
import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.02


def serve(path: str) -> None:
    """Serve until the process that started this one is gone."""
    os.environ["FASTMCP_LOG_ENABLED"] = "false"  # as serve itself sets it before it imports FastMCP
    import bridge.cli.serve  # noqa: PLC0415
    import bridge.server.access  # noqa: PLC0415
    import bridge.server.app  # noqa: PLC0415
    import bridge.server.http  # noqa: PLC0415
    import bridge.server.request_builder  # noqa: PLC0415
    import bridge.server.run_stdio  # noqa: F401, PLC0415

    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(64)
        os.rename(f"{path}.new", path)  # noqa: PTH104 (whoever finds it can connect)
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:  # at its end: whoever started this is gone
                return
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _keep(connection)
            connection.close()


def _keep(connection: socket.socket) -> None:
    """Start a process, tell its id and in the end its exit code; should the other side go, it goes too."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, streams = _received(connection)
    pid = os.fork()
    if pid == 0:
        connection.close()
        _run(request, streams)
    for stream in streams:
        os.close(stream)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    try:
        connection.sendall(f"{pid}\n".encode())
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
                break
            if select.select([connection], [], [], _LOOK_SECONDS)[0] and not connection.recv(1):
                os.kill(pid, signal.SIGKILL)
                break
    finally:
        os._exit(0)


def _received(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    numbers = array.array("i")
    data, ancillary, _, _ = connection.recvmsg(1 << 20, socket.CMSG_LEN(3 * numbers.itemsize))
    for _, _, sent in ancillary:
        numbers.frombytes(sent[: len(sent) - len(sent) % numbers.itemsize])
    while not data.endswith(b"\n"):
        data += connection.recv(1 << 20)
    return json.loads(data), list(numbers)


def _run(request: dict[str, Any], streams: list[int]) -> None:
    code = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        # What these were before knows the old streams: whether they can be sought in, for one.
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["environ"])
        sys.argv = request["argv"]
        from bridge.cli import main  # noqa: PLC0415

        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
