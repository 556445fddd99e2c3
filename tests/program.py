"""The real command as tests start it: from another folder, with an environment of its own, serving small documents."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

CLI = Path(__file__).resolve().parent.parent / "cli.py"
FORKED = CLI.parent / "tests" / "forked.py"
START_SECONDS = 60
_SERVING = "serving MCP on "

SHOP = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: https://shop.invalid/api/v3}]
paths:
  /things:
    get:
      operationId: listThings
      summary: List things
      parameters:
        - {name: max, in: query, schema: {type: integer}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}}
        - {name: timezone, in: header, schema: {type: string}}
      responses: {"200": {description: The things.}}
    post:
      operationId: createThing
      summary: Create a thing
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string}
                note: {type: [string, "null"]}
                size: {type: integer}
      responses: {"201": {description: The thing.}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getThing
      summary: Get a thing
      responses: {"200": {description: The thing.}}
    delete:
      operationId: deleteThing
      summary: Delete a thing
      responses: {"204": {description: Gone.}}
  /things/{id}/picture:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: setPicture
      summary: Set a picture
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                file: {type: string, format: binary}
                about: {type: object}
      responses: {"204": {description: Done.}}
"""
"""An OpenAPI 3.1 document in YAML; ``shop.yaml`` makes the vendor ``shop``."""

DEPOT = """\
{
  "openapi": "3.0.3",
  "info": {"title": "Depot", "version": "1"},
  "servers": [{"url": "https://depot.invalid/depot/v1"}],
  "paths": {
    "/boxes/{id}": {
      "get": {
        "operationId": "getBox",
        "summary": "Get a box",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "The box."}}
      }
    }
  }
}
"""
"""An OpenAPI 3.0 document in JSON; ``depot.json`` makes the vendor ``depot``."""

SHOP_TOOLS = ["shop_list_things", "shop_create_thing", "shop_get_thing", "shop_delete_thing", "shop_set_picture"]
DEPOT_TOOLS = ["depot_get_box"]


def write_documents(folder: Path) -> None:
    """Write ``shop.yaml`` and ``depot.json`` into a folder."""
    (folder / "shop.yaml").write_text(SHOP, "utf-8")
    (folder / "depot.json").write_text(DEPOT, "utf-8")


def environ(folder: Path, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which nothing is set that changes what is served but ``variables``."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "SSL_CERT_FILE") if name in os.environ}
    homes = {name: str(folder) for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "LOCALAPPDATA")}
    keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    return {**kept, **homes, **keyring, **(variables or {})}


@cache
def _fork_server() -> Path | None:
    """Start the fork server of this process, and return its socket; None where there is no fork."""
    if sys.platform == "win32":
        return None
    path = Path(tempfile.mkdtemp(prefix="bridge-")) / "socket"  # a short path: a socket's name has 108 bytes at most
    command = [sys.executable, "-m", "tests.fork_server", str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=CLI.parent)

    def end() -> None:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        shutil.rmtree(path.parent)

    atexit.register(end)
    deadline = time.monotonic() + START_SECONDS
    while not path.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return path


def serve_command(*arguments: str, forked: bool = True) -> list[str]:
    """Return the command that serves.

    Args:
        arguments: behind ``serve``.
        forked: whether a process will do that is forked from one which has imported FastMCP (``fork_server``); False
            for a test of what is imported, or of processes.
    """
    server = _fork_server() if forked else None
    start = [str(CLI)] if server is None else ["-I", "-S", str(FORKED), str(server), str(CLI)]
    return [sys.executable, *start, "serve", *arguments]


class HttpProgram:
    """``cli.py serve --transport http`` on a free port, running until it is told to end.

    Attributes:
        url: ``http://127.0.0.1:<port>``.
        log: the lines of stderr so far.
    """

    def __init__(
        self, folder: Path, *arguments: str, variables: Mapping[str, str] | None = None, forked: bool = True
    ) -> None:
        command = serve_command("--transport", "http", "--port", "0", *arguments, forked=forked)
        self.log: list[str] = []
        self.url = ""
        self._stdout: bytes | None = None
        self._serving = threading.Event()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environ(folder, variables),
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the id of its process."""
        return self._process.pid

    def wait(self) -> HttpProgram:
        """Return when it listens."""
        assert self._serving.wait(START_SECONDS)
        assert self.url, "\n".join(self.log)
        return self

    def _read(self) -> None:
        assert self._process.stderr is not None
        for raw in self._process.stderr:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            self.log.append(line)
            if _SERVING in line:
                self.url = line.partition(_SERVING)[2].removesuffix("/mcp")
                self._serving.set()
        self._serving.set()  # it ended

    def terminate(self) -> None:
        """Send SIGTERM, and wait for nothing."""
        self._process.terminate()

    def end(self, *, told: bool = False) -> tuple[int, bytes]:
        """End it, unless it was ``told`` to; return the exit code and all that was written to stdout."""
        if self._stdout is None:
            assert self._process.stdout is not None
            if not told:
                self._process.terminate()
            self._stdout = self._process.stdout.read()
            self._process.wait(30)
            self._reader.join()
            self._process.stdout.close()
            assert self._process.stderr is not None
            self._process.stderr.close()
        return self._process.returncode, self._stdout
