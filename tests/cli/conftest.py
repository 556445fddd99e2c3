"""The command line in process: what a person types, and what they get."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main
from bridge.shipped import shipped_path

CREDENTIALS = ("_ACCESS_TOKEN", "_ACCOUNT_ID", "_CLIENT_ID", "_CLIENT_SECRET", "_REFRESH_TOKEN", "_REFRESH_TOKEN_FILE")
OWN_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Return the lines of stdout."""
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        """Return stdout, read as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def nobody_in_particular(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run as a person without settings, tokens, proxies or a store, in an empty folder."""
    for name in list(os.environ):
        foreign = name.startswith("BRIDGE_") or name.endswith(CREDENTIALS) or name.upper().endswith("_PROXY")
        if foreign or name in OWN_VARIABLES:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("BRIDGE_CACHE_DIR", str(home / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(home)


@pytest.fixture
def small_core(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make the built-in core a folder of three documents, where the whole of it is not what is asserted.

    Locks and comparisons read all of the core of a vendor, for the names that it holds: seconds a command.
    """
    folder = tmp_path / "small-core"
    for name in ("webex/roles.yaml", "webex/groups.yaml", "zoom/roles.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped_path("specs") / name, folder / name)
    monkeypatch.setattr(
        "bridge.spec.store.shipped_path", lambda name: folder if name == "specs" else shipped_path(name)
    )
    return folder


def with_core(folder: Path) -> str:
    """Return the lines that make this folder the core of a script that runs in a process of its own."""
    return (
        "import pathlib, bridge.spec.store as store; shipped_path = store.shipped_path\n"
        f"store.shipped_path = lambda name: pathlib.Path({str(folder)!r}) if name == 'specs' else shipped_path(name)"
    )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command line in this process, its output piped."""

    def command(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["cli.py", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return command
