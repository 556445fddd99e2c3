"""The command line as a whole: help, version, exit codes, errors, pipes, and what is not imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bridge.cli import app
from bridge.shipped import package_version
from tests.cli.conftest import Run
from tests.cli.shop import CLI, ROOT, on_a_terminal, options, process, write

HEAVY = ("fastmcp", "mcp", "httpx2", "openapi_core", "jsonschema")


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    yield " ".join(path) or "(the command itself)", command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


ALL = dict(commands())


def test_version_says_name_and_version(run: Run) -> None:
    assert run("version").out == f"zoom-webex-bridge {package_version()}\n"


def test_the_commands_are_those_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, command in ALL.items():
        if not hasattr(command, "commands") and name != "serve":
            assert f"`cli.py {name}" in readme, name


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_every_option_has_help(name: str) -> None:
    command = ALL[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name}"


@pytest.mark.parametrize("name", [name for name in ALL if " (" not in name])
def test_help_is_printed_for_every_command(name: str, run: Run) -> None:
    words = () if name.startswith("(") else tuple(name.split())
    ran = run(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "Usage:" in ran.out


def test_without_a_command_the_help_is_printed_and_the_code_is_2(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "list-tools" in ran.out


@pytest.mark.parametrize("words", [("nonsense",), ("list-tools", "--nope"), ("show-tool",), ("serve", "--port", "x")])
def test_a_wrong_command_line_exits_with_2_and_says_so_on_stderr(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage:" in ran.err


def test_an_error_is_one_sentence_on_stderr_without_a_traceback() -> None:
    ran = process("show-tool", "shop_nothing", "--spec", "zom")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: --spec zom: no such vendor or file; did you mean 'zoom'?")
    assert ran.stderr.count("\n") == 1


def test_an_option_that_cannot_be_used_exits_with_2(run: Run) -> None:
    ran = run("serve", "--stateless")
    assert (ran.code, ran.out, ran.err) == (2, "", "error: --stateless goes with --transport http\n")


def test_with_json_an_error_is_json_on_stdout(run: Run, tmp_path: Path) -> None:
    ran = run("show-tool", "shop_list_order", *options(write(tmp_path)), "--json")
    assert (ran.code, ran.err) == (1, "")
    assert ran.json == {"error": "no tool 'shop_list_order'; did you mean 'shop_list_orders'?"}


def test_an_error_on_a_terminal_is_not_broken_inside_words() -> None:
    code, seen = on_a_terminal("list-tools", "--specs-dir", "/nowhere/at/all/" + "x" * 60, columns=40)
    assert code == 1
    assert seen.startswith("error: --specs-dir /nowhere/at/all/" + "x" * 60 + ": no such folder;")


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    many = {f"/t{number}": {"get": {"operationId": f"get{number}", "summary": "x" * 50}} for number in range(800)}
    path = write(tmp_path, paths=many)
    command = [sys.executable, CLI, "list-tools", *options(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith("name")
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait() == 1


def test_json_that_nobody_reads_is_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, CLI, "list-tools", "--json", *options(write(tmp_path))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait() == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("form", ["--json", "--names"])
def test_a_full_disk_is_one_sentence(tmp_path: Path, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, CLI, "list-tools", form, *options(write(tmp_path))],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_is_not_utf_8_gets_an_answer_all_the_same(encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path, paths={"/t": {"get": {"operationId": "get", "summary": "A snowman: \N{SNOWMAN}"}}})
    ran = process("list-tools", *options(path), env={"PYTHONIOENCODING": encoding, "HOME": str(tmp_path)})
    assert ran.returncode == 0
    assert "\\u2603" in ran.stdout


def test_what_lists_or_checks_imports_neither_fastmcp_nor_the_http_client(tmp_path: Path) -> None:
    spec = [*map(str, options(write(tmp_path)))]
    script = f"""
import contextlib, io, sys
from bridge.cli import app
for words in (["list-tools"], ["list-tools", "--json"], ["specs", "list"], ["specs", "check"],
              ["search", "list orders"], ["overrides", "check"], ["list-tools", "--hidden"],
              ["overrides", "schema"], ["version"]):
    chosen = {spec!r} if words[-1] not in ("version", "schema") else []
    chosen = chosen[:2] if words[0] == "specs" else chosen
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = app([*words, *chosen], standalone_mode=False)
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
    print(words, code, loaded)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.stderr == ""
    assert len(ran.stdout.splitlines()) == 9
    assert all(line.endswith("None []") for line in ran.stdout.splitlines()), ran.stdout


def test_what_lists_from_a_compiled_catalogue_reads_no_yaml_and_no_document(tmp_path: Path) -> None:
    spec = [*map(str, options(write(tmp_path)))]
    script = f"""
import contextlib, io, sys
from bridge.cli import app
for words in (["list-tools", "--json"], ["list-tools", "--hidden"], ["search", "list orders"]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        app([*words, *{spec!r}], standalone_mode=False)
print([name for name in {(*HEAVY, "yaml", "bridge.spec.parse")!r} if name in sys.modules])
"""
    variables = {**os.environ, "BRIDGE_CACHE_DIR": str(tmp_path / "cache"), "BRIDGE_NO_CACHE": ""}
    found = []
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True, env=variables
        )
        found.append(ran.stdout.strip())
    assert found == ["['yaml', 'bridge.spec.parse']", "[]"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("list-t", ["list-tools"]), ("overrides ", ["check", "schema"]), ("list-tools --hid", ["--hidden"])],
)
def test_the_installed_command_completes_commands_and_options(typed: str, expected: list[str]) -> None:
    line = f"zoom-webex-bridge {typed}"
    place = str(len(line.split(" ")) - 1)
    asked = {"COMP_WORDS": line, "COMP_CWORD": place, "_ZOOM_WEBEX_BRIDGE_COMPLETE": "complete_bash"}
    script = "import sys; sys.argv = ['zoom-webex-bridge']; from bridge.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (ran.returncode, ran.stdout.split(), ran.stderr) == (0, expected, "")
