"""specs pull: what a person types to fetch the official documents, and what they get."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.vendors import official_vendors
from tests.cli.conftest import Run, with_core
from tests.cli.shop import CLI, ROOT
from tests.mirror_server import Mirror, Reply, openapi, running_mirror

WEBEX = official_vendors()["webex"]
MESSAGING = "/webex/webex-messaging.json"

pytestmark = pytest.mark.usefixtures("small_core")


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A mirror with all documents of Webex but one, and none of Zoom."""
    with running_mirror() as server:
        for source in WEBEX.documents:
            if source.name != "wholesale":
                server.document(f"/webex/{source.file}", source.title)
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same as a folder."""
    made = tmp_path / "mirror"
    (made / "webex").mkdir(parents=True)
    for source in WEBEX.documents:
        if source.name != "wholesale":
            (made / "webex" / source.file).write_text(json.dumps(openapi(source.title)), "utf-8")
    return made


def test_pull_prints_a_row_a_document_and_the_count_on_stderr(run: Run, mirror: Mirror, tmp_path: Path) -> None:
    store = tmp_path / "store"
    ran = run("specs", "pull", "webex", "--from", mirror.url, "--allow-http", "--specs-dir", store, "--no-lock")
    assert ran.code == 0
    assert ran.lines[0].split() == ["document", "result", "operations", "size"]
    assert ran.lines[1].split() == ["webex/admin", "new", "2", "1", "kB"]
    assert ran.lines[-1] == "webex/wholesale       not in the mirror"
    assert ran.err == f"9 documents: 8 new, 1 not in the mirror; the store is {store}\n"
    listed = run("specs", "list", "--spec", "webex", "--specs-dir", store, "--json").json
    assert [entry["document"] for entry in listed] == [line.split()[0] for line in ran.lines[1:-1]]


def test_pull_in_json(run: Run, mirror: Mirror, tmp_path: Path) -> None:
    words = ("specs", "pull", "webex/messaging", "--from", mirror.url, "--insecure", "--specs-dir", tmp_path)
    file = tmp_path / "webex" / "webex-messaging.json"
    for result in ("new", "unchanged"):
        ran = run(*words, "--json")
        assert ran.json == [
            {
                "document": "webex/messaging",
                "result": result,
                "operations": 2,
                "bytes": file.stat().st_size,
                "file": str(file),
                "problem": None,
            }
        ]


def test_pull_fills_the_users_own_store_which_is_then_served(run: Run, folder: Path) -> None:
    ran = run("specs", "pull", "webex/messaging", "webex/admin", "--from", folder)
    assert ran.code == 0
    listed = run("specs", "list", "--spec", "webex", "--json").json
    assert [(entry["document"], entry["origin"]) for entry in listed] == [
        ("webex/admin", "official"),
        ("webex/messaging", "official"),
    ]


def test_pull_fills_the_folder_that_the_environment_names(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_SPECS_DIR", str(tmp_path / "named"))
    assert run("specs", "pull", "webex/messaging", "--from", folder).code == 0
    assert (tmp_path / "named" / "webex" / "webex-messaging.json").is_file()


def test_without_names_the_documents_of_every_vendor_are_pulled(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run("specs", "pull", "--from", folder, "--specs-dir", tmp_path / "store")
    total = sum(len(vendor.documents) for vendor in official_vendors().values())
    assert (ran.code, len(ran.lines)) == (0, total + 1)


def test_a_failed_pull_is_one_line_a_document_and_exits_with_1(run: Run, mirror: Mirror, tmp_path: Path) -> None:
    store = tmp_path / "store"
    mirror.serves(MESSAGING, Reply(body=openapi("Webex Admin")))
    mirror.serves("/webex/webex-ucm.json", Reply(403))
    words = ("specs", "pull", "webex", "--from", mirror.url, "--allow-http", "--specs-dir", store)
    ran = run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "error: webex/messaging: another document came: its title is 'Webex Admin', not 'Webex Messaging'",
        f"error: webex/ucm: 127.0.0.1 answered 403 Forbidden: {mirror.url}/webex/webex-ucm.json",
        "nothing was stored: 2 of 9 documents failed; the other 7 were left as they are",
    ]
    assert not store.exists()
    ran = run(*words, "--json")
    assert ran.code == 1
    found = {entry["document"]: (entry["result"], entry["problem"]) for entry in ran.json}
    assert found["webex/messaging"] == ("failed", ran.err.splitlines()[0].partition("messaging: ")[2])
    assert found["webex/admin"] == found["webex/wholesale"] == ("left", None)


def test_a_document_that_was_named_must_be_in_the_mirror(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run("specs", "pull", "webex/wholesale", "--from", folder, "--specs-dir", tmp_path / "store")
    assert ran.code == 1
    assert ran.err.splitlines() == [
        f"error: webex/wholesale: not in the mirror {folder} (as webex/webex-wholesale.json)",
        "nothing was stored: 1 of 1 documents failed",
    ]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["webx"], 1, "error: webx: no such vendor; did you mean 'webex'?"),
        (["webex/mesaging"], 1, "webex/mesaging: Webex has no such document; did you mean 'messaging'?"),
        (["--from", "nowhere"], 1, "error: --from nowhere: no such folder"),
        (["--from", "http://127.0.0.1:1"], 2, "plain HTTP, which anyone on the way can change; --allow-http"),
        (["--from", "."], 1, "error: --from "),
        (["--specs-dir", __file__], 1, "is a file, not a folder; give a folder to fill"),
    ],
)
def test_a_mistake_is_one_sentence(run: Run, words: list[str], code: int, sentence: str) -> None:
    ran = run("specs", "pull", *words)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_copy_from_a_folder_imports_no_http_client(folder: Path, tmp_path: Path, small_core: Path) -> None:
    script = f"""
import sys
from bridge.cli import app
{with_core(small_core)}
app(["specs", "pull", "webex/admin", "--from", {str(folder)!r}, "--specs-dir", {str(tmp_path / "s")!r}, "--json"],
    standalone_mode=False)
print([name for name in ("httpx2", "fastmcp", "openapi_core") if name in sys.modules], file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stderr.splitlines()[-1] == "[]"


def test_a_terminal_sees_how_far_it_is_and_a_pipe_does_not(mirror: Mirror, tmp_path: Path) -> None:
    mirror.serves(MESSAGING, Reply(body=openapi("Webex Messaging"), delay=0.5))
    words = ["specs", "pull", "webex/messaging", "--from", mirror.url, "--allow-http", "--specs-dir", str(tmp_path)]
    words.append("--no-lock")
    shown = _stderr_on_a_terminal(words)
    assert "documents" in shown
    assert "0/1" in shown
    shutil.rmtree(tmp_path / "webex")
    piped = subprocess.run([sys.executable, CLI, *words], capture_output=True, text=True, check=True)
    assert piped.stderr == f"1 document: 1 new; the store is {tmp_path}\n"
    assert "\x1b" not in piped.stdout


def _stderr_on_a_terminal(words: list[str]) -> str:
    parent, child = pty.openpty()
    process = subprocess.Popen([sys.executable, CLI, *words], stdout=subprocess.PIPE, stderr=child)
    os.close(child)
    shown = b""
    while True:
        try:
            piece = os.read(parent, 4096)
        except OSError:  # the other end is closed (Linux)
            break
        if not piece:
            break
        shown += piece
    process.communicate()
    os.close(parent)
    assert process.returncode == 0
    return shown.decode("utf-8", "replace")
