"""specs lock, specs verify, serve --frozen and the locks that a pull writes: what a person types, and what they get."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.vendors import official_vendors
from tests.cli.conftest import Run, with_core
from tests.cli.shop import ROOT
from tests.mirror_server import openapi

MESSAGING, ADMIN = (official_vendors()["webex"].source(name) for name in ("messaging", "admin"))

pytestmark = pytest.mark.usefixtures("small_core")


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror with two documents of Webex."""
    made = tmp_path / "mirror"
    (made / "webex").mkdir(parents=True)
    for source in (MESSAGING, ADMIN):
        assert source is not None
        (made / "webex" / source.file).write_text(json.dumps(openapi(source.title)), "utf-8")
    return made


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Overrides of a person's own, in a folder of their own."""
    (tmp_path / "own").mkdir()
    path = tmp_path / "own" / "mine.yaml"
    path.write_text("webex: {}\n", "utf-8")
    return path


def change(mirror: Path, **more: object) -> None:
    assert MESSAGING is not None
    (mirror / "webex" / MESSAGING.file).write_text(json.dumps(openapi(MESSAGING.title, **more)), "utf-8")


def test_a_pull_locks_what_came_beside_the_overrides_in_use(run: Run, mirror: Path, own: Path) -> None:
    ran = run("specs", "pull", "webex", "--from", mirror, "--overrides", own)
    assert ran.code == 0
    assert ran.err.splitlines()[1] == f"locked in {own.parent}: 2 documents changed; 2 names, 2 new"
    assert sorted(path.name for path in own.parent.iterdir()) == ["mine.yaml", "names.lock", "specs.lock"]
    assert list(Path.cwd().glob("*.lock")) == []
    again = run("specs", "pull", "webex", "--from", mirror, "--overrides", own)
    assert again.err.splitlines()[1:] == [f"the locks in {own.parent} are up to date"]
    change(mirror, tags=[])
    changed = run("specs", "pull", "webex/messaging", "--from", mirror, "--overrides", own)
    assert "1 document changed" in changed.err
    assert "`cli.py specs diff --against previous` shows what changed" in changed.err


def test_with_the_shipped_overrides_the_locks_are_in_the_working_directory(run: Run, mirror: Path) -> None:
    assert run("specs", "pull", "webex", "--from", mirror).code == 0
    assert sorted(path.name for path in Path.cwd().glob("*.lock")) == ["names.lock", "specs.lock"]


def test_no_lock_writes_none(run: Run, mirror: Path) -> None:
    assert run("specs", "pull", "webex", "--from", mirror, "--no-lock").code == 0
    assert list(Path.cwd().glob("*.lock")) == []


def test_a_failed_pull_locks_nothing(run: Run, mirror: Path) -> None:
    change(mirror, info={"title": "Something else", "version": "1"})
    assert run("specs", "pull", "webex", "--from", mirror).code == 1
    assert list(Path.cwd().glob("*.lock")) == []


def test_where_no_lock_can_be_written_nothing_is_pulled(
    run: Run, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    ran = run("specs", "pull", "webex", "--from", mirror, "--specs-dir", tmp_path / "store")
    assert ran.code == 1
    assert ran.err.startswith(f"error: {Path.cwd()}: the lock files cannot be written there")
    assert not (tmp_path / "store").exists()


def test_a_frozen_pull_stores_what_is_locked_or_nothing(run: Run, mirror: Path, own: Path, tmp_path: Path) -> None:
    run("specs", "pull", "webex", "--from", mirror, "--overrides", own)
    before = {path.name: path.read_bytes() for path in own.parent.iterdir()}
    elsewhere = ("--from", mirror, "--overrides", own, "--frozen", "--specs-dir", tmp_path / "elsewhere")
    ran = run("specs", "pull", *elsewhere)
    assert (ran.code, [line.split()[:2] for line in ran.lines[1:]]) == (
        0,
        [["webex/admin", "new"], ["webex/messaging", "new"]],
    )
    change(mirror, tags=[])
    ran = run("specs", "pull", "webex", *elsewhere)
    assert ran.code == 1
    assert ran.err.startswith("error: webex/messaging: another version came: locked ")
    assert "nothing was stored: 1 of 2 documents failed" in ran.err
    assert {path.name: path.read_bytes() for path in own.parent.iterdir()} == before
    verified = run("specs", "verify", "--spec", "webex", "--overrides", own, "--specs-dir", tmp_path / "elsewhere")
    assert verified.code == 0


def test_a_frozen_pull_of_what_is_not_locked_fails(run: Run, mirror: Path, own: Path) -> None:
    missing = run("specs", "pull", "webex", "--from", mirror, "--overrides", own, "--frozen")
    assert (missing.code, "specs.lock: no such file" in missing.err) == (1, True)
    run("specs", "pull", "webex/admin", "--from", mirror, "--overrides", own)
    ran = run("specs", "pull", "webex/messaging", "--from", mirror, "--overrides", own, "--frozen")
    assert ran.code == 1
    assert "error: webex/messaging: it is not locked, and --frozen stores what is" in ran.err


def test_lock_and_verify(run: Run, mirror: Path, own: Path) -> None:
    words = ("--spec", "webex", "--overrides", own)
    run("specs", "pull", "webex", "--from", mirror, "--no-lock")
    missing = run("specs", "verify", *words)
    assert missing.code == 1
    assert missing.err.startswith(f"error: {own.parent / 'specs.lock'}: no such file; `cli.py specs lock` writes it")
    locked = run("specs", "lock", *words)
    assert [line.split() for line in locked.lines[1:]] == [["webex/admin", "locked"], ["webex/messaging", "locked"]]
    same = run("specs", "verify", *words)
    assert (same.code, same.out, same.err) == (0, "", "2 documents, all as locked\n")
    change(mirror, tags=[])
    run("specs", "pull", "webex", "--from", mirror, "--no-lock")
    differing = run("specs", "verify", *words)
    assert differing.code == 1
    assert differing.lines[1].startswith("webex/messaging  another version: locked ")
    assert differing.err == "2 documents, 1 not as locked\n"
    as_json = run("specs", "verify", *words, "--json")
    assert (as_json.code, [entry["document"] for entry in as_json.json]) == (1, ["webex/messaging"])


def test_lock_in_json(run: Run, mirror: Path, own: Path) -> None:
    run("specs", "pull", "webex", "--from", mirror, "--no-lock")
    assert run("specs", "lock", "--spec", "webex", "--overrides", own, "--json").json == {
        "folder": str(own.parent),
        "documents": ["webex/admin", "webex/messaging"],
        "forgotten": [],
        "names": 2,
        "new_names": ["webex_add", "webex_get"],
        "freed_names": [],
    }


def test_serve_frozen_refuses_another_store_with_a_line_a_document(run: Run, mirror: Path, own: Path) -> None:
    run("specs", "pull", "webex", "--from", mirror, "--overrides", own)
    change(mirror, tags=[])
    run("specs", "pull", "webex", "--from", mirror, "--no-lock")
    ran = run("serve", "--frozen", "--spec", "webex", "--overrides", own)
    assert (ran.code, ran.out) == (1, "")
    first, line = ran.err.splitlines()
    assert first == f"error: --frozen: the store is not what {own.parent / 'specs.lock'} says:"
    assert line.startswith("webex/messaging: another version: locked ")


def test_a_locked_name_is_the_name_of_the_tool(run: Run, mirror: Path, own: Path) -> None:
    run("specs", "pull", "webex", "--from", mirror, "--overrides", own)
    names = own.parent / "names.lock"
    names.write_text(names.read_text("utf-8").replace('"webex_get"', '"webex_things"'), "utf-8")
    listed = run("list-tools", "--spec", "webex", "--overrides", own, "--names")
    assert listed.lines == ["webex_things", "webex_add"]


def test_a_broken_names_lock_is_one_sentence(run: Run, mirror: Path, own: Path) -> None:
    run("specs", "pull", "webex", "--from", mirror, "--overrides", own)
    (own.parent / "names.lock").write_text("version = 1\n[webex\n", "utf-8")
    ran = run("list-tools", "--spec", "webex", "--overrides", own)
    assert ran.code == 1
    assert ran.err.startswith(f"error: {own.parent / 'names.lock'}: it is no TOML: ")
    assert len(ran.err.splitlines()) == 1


def test_locks_and_comparisons_import_neither_fastmcp_nor_the_http_client(
    run: Run, mirror: Path, own: Path, small_core: Path
) -> None:
    run("specs", "pull", "webex", "--from", mirror, "--no-lock")
    script = f"""
import sys
from bridge.cli import app
{with_core(small_core)}
for command in ("lock", "verify", "diff"):
    code = app(["specs", command, "--spec", "webex", "--overrides", {str(own)!r}], standalone_mode=False)
    print("--", command, code, [name for name in ("fastmcp", "httpx2", "openapi_core") if name in sys.modules])
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    said = [line for line in ran.stdout.splitlines() if line.startswith("--")]
    assert said == [f"-- {command} None []" for command in ("lock", "verify", "diff")], ran.stderr
