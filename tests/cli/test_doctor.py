"""doctor: a line for each thing, what mends it, and an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.shop import options, write
from tests.oauth_server import SECRET

ABOUT = ["Python", "packages", "documents of shop", "overrides", "listing", "token for shop"]


def test_each_thing_is_a_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_ACCESS_TOKEN", SECRET)
    ran = run("doctor", *options(write(tmp_path)), "--offline")
    assert ran.code == 0
    assert [line[8:].partition(":")[0] for line in ran.lines] == ABOUT
    assert {line.split()[0] for line in ran.lines} == {"ok"}
    assert SECRET not in ran.out


def test_machines_get_json(run: Run, tmp_path: Path) -> None:
    found = run("doctor", *options(write(tmp_path)), "--offline", "--json").json
    assert [entry["about"] for entry in found] == ABOUT
    token = found[-1]
    assert (token["state"], token["mend"]) == ("warning", "set SHOP_ACCESS_TOKEN")


def test_a_problem_ends_with_1_after_all_lines(run: Run) -> None:
    ran = run("doctor", "--spec", "zoom/users", "--upstream", "zoom=http://127.0.0.1:1")
    assert ran.code == 1
    assert [line.split()[0] for line in ran.lines][-2:] == ["warning", "PROBLEM"]
    assert "way to Zoom: no answer from 127.0.0.1:1" in ran.lines[-1]


def test_documents_that_are_not_there_are_a_problem_and_not_the_end_of_the_report(run: Run) -> None:
    ran = run("doctor", "--spec", "no-such-file.yaml", "--offline")
    assert ran.code == 1
    assert ran.lines[-1].startswith("PROBLEM documents: ")
