"""specs diff: what changed, what it does to the tools and the overrides, and exit codes for CI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.specs_diff import MANY
from bridge.vendors import official_vendors
from tests.catalogue.builders import declared_paths
from tests.cli.conftest import Run
from tests.tools import parameter

TITLES = {source.name: source.title for source in official_vendors()["webex"].documents}
ROOMS, PEOPLE = ("GET", "/rooms", "listRooms", "List rooms"), ("GET", "/people", "listPeople", "List people")

pytestmark = pytest.mark.usefixtures("small_core")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store, and overrides beside it."""
    (tmp_path / "store" / "webex").mkdir(parents=True)
    (tmp_path / "mine.yaml").write_text("webex:\n  exclude: [GET /nothing]\n", "utf-8")
    monkeypatch.setenv("BRIDGE_SPECS_DIR", str(tmp_path / "store"))
    monkeypatch.setenv("BRIDGE_OVERRIDES", str(tmp_path / "mine.yaml"))
    return tmp_path


def put(place: Path, name: str, paths: dict[str, Any], store: str = "store") -> None:
    content = {"openapi": "3.0.3", "info": {"title": TITLES[name], "version": "1"}, "paths": paths}
    (place / store / "webex").mkdir(parents=True, exist_ok=True)
    beside = place / "beside"
    beside.write_text(json.dumps(content), "utf-8")
    beside.replace(place / store / "webex" / f"webex-{name}.json")


def changed(place: Path) -> None:
    """Lock two operations; then one changes, one goes, one comes."""
    put(place, "admin", declared_paths([ROOMS, PEOPLE]))


def update(place: Path) -> None:
    paths = declared_paths([ROOMS, ("POST", "/rooms", "createRoom", "Create a room")])
    paths["/rooms"]["get"]["parameters"] = [parameter("team", required=True)]
    put(place, "admin", paths)


def test_nothing_differs_from_what_was_locked(run: Run, place: Path) -> None:
    put(place, "admin", declared_paths([ROOMS]))
    run("specs", "lock", "--spec", "webex")
    ran = run("specs", "diff", "--spec", "webex")
    assert (ran.code, ran.out, ran.err) == (0, "", "no differences\n")


def test_operations_tools_and_overrides(run: Run, place: Path) -> None:
    changed(place)
    (place / "mine.yaml").write_text("webex:\n  tools:\n    GET /people: {name: webex_everybody}\n", "utf-8")
    run("specs", "lock", "--spec", "webex")
    update(place)
    ran = run("specs", "diff", "--spec", "webex")
    assert ran.code == 3
    assert [" ".join(line.split()) for line in ran.lines] == [
        "document operation result what",
        "webex/admin GET /people removed List people",
        "webex/admin GET /rooms changed query team is new and required",
        "webex/admin POST /rooms added Create a room",
        "",
        "tool effect what",
        "webex_list_rooms changes arguments team is new and required",
        "webex_everybody vanishes the operation is gone",
        "webex_create_room appears",
        "",
        f"{place / 'mine.yaml'}:3:5: error: 'GET /people' is no operation of webex (the key of a document that is not "
        'stored has to name it: "broadworks: GET /people")',
    ]
    assert ran.err == (
        "operations: 1 added, 1 removed, 1 changed; tools: 1 vanish, 0 renamed, 1 change arguments, 1 appear; "
        "2 breaking; overrides: 1 new problem\n"
    )


def test_in_json(run: Run, place: Path) -> None:
    changed(place)
    run("specs", "lock", "--spec", "webex")
    update(place)
    ran = run("specs", "diff", "--spec", "webex", "--json")
    assert ran.code == 3
    assert ran.json["documents"] == {}
    assert ran.json["operations"][1] == {
        "documents": ["webex/admin"],
        "operation": "GET /rooms",
        "result": "changed",
        "breaking": True,
        "changes": [{"place": "query team", "what": "is new and required", "breaking": True}],
    }
    assert [(tool["tool"], tool["effect"], tool["breaking"]) for tool in ran.json["tools"]] == [
        ("webex_list_rooms", "changes arguments", True),
        ("webex_list_people", "vanishes", True),
        ("webex_create_room", "appears", False),
    ]
    assert ran.json["problems"] == []


def test_breaking_alone(run: Run, place: Path) -> None:
    put(place, "admin", declared_paths([ROOMS]))
    run("specs", "lock", "--spec", "webex")
    put(place, "admin", declared_paths([ROOMS, PEOPLE]))
    harmless = run("specs", "diff", "--spec", "webex", "--breaking")
    assert (harmless.code, harmless.out) == (0, "")
    assert harmless.err.startswith("operations: 1 added, 0 removed, 0 changed; ")
    changed(place)
    run("specs", "lock", "--spec", "webex")
    update(place)
    ran = run("specs", "diff", "--spec", "webex", "--breaking")
    assert ran.code == 3
    assert not any("appears" in line or "added" in line for line in ran.lines)
    assert len(run("specs", "diff", "--spec", "webex", "--breaking", "--json").json["operations"]) == 2


def test_a_pull_then_what_it_changed(run: Run, place: Path) -> None:
    put(place, "admin", declared_paths([ROOMS]), store="mirror")
    run("specs", "pull", "webex", "--from", place / "mirror")
    put(place, "admin", declared_paths([PEOPLE]), store="mirror")
    pulled = run("specs", "pull", "webex", "--from", place / "mirror")
    assert "`cli.py specs diff --against previous`" in pulled.err
    assert run("specs", "diff", "--spec", "webex").code == 0
    ran = run("specs", "diff", "--spec", "webex", "--against", "previous")
    assert ran.code == 3
    assert [line.split()[-3] for line in ran.lines[1:3]] == ["removed", "added"]


def test_a_folder_and_a_document_that_is_new(run: Run, place: Path) -> None:
    put(place, "admin", declared_paths([ROOMS]))
    put(place, "admin", declared_paths([ROOMS]), store="old")
    many = [("GET", f"/things{number}", f"listThings{number}x", "") for number in range(MANY + 1)]
    put(place, "messaging", declared_paths(many))
    ran = run("specs", "diff", "--spec", "webex", "--against", place / "old")
    assert ran.code == 3
    assert [" ".join(line.split()) for line in ran.lines] == [
        "document operation result what",
        "webex/messaging added the document, with 21 operations of its own",
        "",
        "tool effect what",
        "21 tools appear",
    ]
    limited = run("specs", "diff", "--spec", "webex/admin", "--against", place / "old")
    assert (limited.code, limited.out) == (0, "")


def test_a_locked_version_that_is_not_kept_any_more(run: Run, place: Path) -> None:
    changed(place)
    run("specs", "lock", "--spec", "webex")
    update(place)
    for kept in (place / "store" / ".locked").iterdir():
        kept.unlink()
    ran = run("specs", "diff", "--spec", "webex")
    assert ran.code == 3
    assert "the version to compare with is not kept any more" in ran.lines[1]
    assert run("specs", "diff", "--spec", "webex", "--json").json["documents"] == {"webex/admin": "lost"}


def test_without_a_lock_it_fails_with_1(run: Run, place: Path) -> None:
    changed(place)
    ran = run("specs", "diff", "--spec", "webex")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error: {place / 'specs.lock'}: no such file; ")
