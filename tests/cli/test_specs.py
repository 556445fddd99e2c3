"""specs: the documents that are there, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.shop import write

BROKEN = {
    "/orders": {
        "get": {"operationId": "listOrders", "responses": {"200": {"description": "Fine."}}},
        "post": {
            "operationId": "createOrder",
            "parameters": [{"name": "count", "in": "query", "schema": {"type": "Integer"}}],
            "responses": {"200": {"description": "Fine."}},
        },
    }
}


def test_list_shows_document_origin_operations_age_and_file(run: Run) -> None:
    ran = run("specs", "list", "--spec", "zoom")
    assert ran.lines[0].split() == ["document", "origin", "operations", "age", "locked", "title", "file"]
    assert ran.lines[1].split()[:2] == ["zoom/account", "built-in"]
    assert ran.lines[1].endswith("specs/zoom/account.yaml")


def test_list_in_json(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path)
    assert run("specs", "list", "--spec", path, "--json").json == [
        {
            "document": str(path),
            "origin": "file",
            "operations": 4,
            "age_days": 0,
            "locked": None,
            "title": "Shop",
            "file": str(path),
        }
    ]


def test_list_shows_the_documents_of_the_store(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "zoom").mkdir(parents=True)
    write(store / "zoom", "users.json")
    ran = run("specs", "list", "--spec", "zoom", "--specs-dir", store)
    assert [line.split()[:3] for line in ran.lines[1:]] == [["zoom/users", "official", "4"]]


def test_list_says_whether_a_document_is_the_locked_one(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "zoom").mkdir(parents=True)
    write(store / "zoom", "users.json")
    write(store / "zoom", "phone.json")
    words = ("--spec", "zoom", "--specs-dir", store)
    assert run("specs", "lock", *words).code == 0
    write(store / "zoom", "phone.json", tags=[])
    write(store / "zoom", "rooms.json")
    listed = run("specs", "list", *words, "--json").json
    assert {entry["document"]: entry["locked"] for entry in listed} == {
        "zoom/users": "yes",
        "zoom/phone": "another version",
        "zoom/rooms": "no",
    }


def test_check_fails_where_an_operation_is_lost_and_if_asked_to_on_any_defect(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, well = write(tmp_path, "broken.json", paths=BROKEN), write(tmp_path)
    assert run("specs", "check", "--spec", broken, "--strict").code == 1
    assert run("specs", "check", "--spec", well, "--strict").code == 0
    monkeypatch.setattr("bridge.cli.specs.declared_operations", lambda _: 5)
    ran = run("specs", "check", "--spec", well)
    assert (ran.code, "1 lost" in ran.err) == (1, True)


def test_check_says_where_what_and_how_it_is_repaired(run: Run, tmp_path: Path) -> None:
    ran = run("specs", "check", "--spec", write(tmp_path, paths=BROKEN))
    assert ran.code == 0
    assert ran.lines[0].split() == ["document", "place", "defect", "repair"]
    assert any("Integer" in line for line in ran.lines[1:])
    assert ran.err == (
        f"shop: 1 documents, 2 operations, 2 distinct, 0 lost; {len(ran.lines) - 1} defects repaired or tolerated\n"
    )


def test_check_in_json_and_its_summary_agree(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, paths=BROKEN)
    found = run("specs", "check", "--spec", path, "--json").json
    assert set(found[0]) == {"document", "place", "defect", "repair"}
    summary = run("specs", "check", "--spec", path, "--summary").lines
    assert [line.split()[-1] for line in summary] == ["defects", str(len(found))]


def test_check_of_a_good_document_prints_no_table(run: Run, tmp_path: Path) -> None:
    ran = run("specs", "check", "--spec", write(tmp_path))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.endswith("0 lost; 0 defects repaired or tolerated\n")


def test_a_file_that_is_no_document_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps({"swagger": "2.0"}), "utf-8")
    for command in ("list", "check"):
        ran = run("specs", command, "--spec", path)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"error: {path}")
