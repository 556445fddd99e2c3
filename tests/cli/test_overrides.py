"""overrides check: every mistake at once, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.cli.shop import ROOT, write

GOOD = "shop:\n  tools:\n    listOrders:\n      name: shop_orders\n"
WARNED = "shop:\n  exclude:\n    - {tag: Ordrs}\n"
WRONG = "shop:\n  nme: x\n  tols: y\n"


def check(run: Run, folder: Path, text: str, *more: str) -> Ran:
    overrides = folder / "mine.yaml"
    overrides.write_text(text, "utf-8")
    return run("overrides", "check", "--spec", write(folder), "--overrides", overrides, *more)


def test_a_good_file_is_counted_and_nothing_printed(run: Run, tmp_path: Path) -> None:
    ran = check(run, tmp_path, GOOD)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"{tmp_path / 'mine.yaml'}: 0 errors, 0 warnings, 0 notes\n"


def test_every_error_has_file_line_and_column_and_the_code_is_1(run: Run, tmp_path: Path) -> None:
    ran = check(run, tmp_path, WRONG)
    assert ran.code == 1
    assert [line.split(" ")[0] for line in ran.lines] == [f"{tmp_path / 'mine.yaml'}:{line}:3:" for line in (2, 3)]
    assert all(" error: " in line for line in ran.lines)


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--strict",), 1)])
def test_warnings_fail_only_when_it_is_strict(run: Run, tmp_path: Path, more: tuple[str, ...], code: int) -> None:
    ran = check(run, tmp_path, WARNED, *more)
    assert ran.code == code
    assert ran.lines == [
        f"{tmp_path / 'mine.yaml'}:3:7: warning: the exclude '{{tag: Ordrs}}' matches no operation of shop"
    ]
    assert "0 errors, 1 warnings" in ran.err


def test_json_has_severity_message_and_place(run: Run, tmp_path: Path) -> None:
    ran = check(run, tmp_path, WRONG, "--json")
    assert ran.code == 1
    assert [set(entry) for entry in ran.json] == [{"severity", "message", "file", "line", "column"}] * 2
    assert [(entry["severity"], entry["line"], entry["column"]) for entry in ran.json] == [
        ("error", 2, 3),
        ("error", 3, 3),
    ]


def test_without_any_file_the_line_says_so(run: Run, tmp_path: Path) -> None:
    ran = run("overrides", "check", "--spec", write(tmp_path), "--overrides", "/dev/null")
    assert (ran.code, ran.out) == (0, "")


def test_the_shipped_curation_has_no_errors_and_no_warnings(run: Run) -> None:
    ran = run("overrides", "check", "--strict")
    assert ran.code == 0
    assert "0 errors, 0 warnings" in ran.err


def test_a_file_that_is_not_there_is_an_error(run: Run) -> None:
    ran = run("overrides", "check", "--overrides", "nowhere.yaml")
    assert ran.code == 2
    assert ran.err.startswith("error: --overrides nowhere.yaml: no such file")


def test_the_schema_is_printed_as_it_stands_in_the_docs(run: Run) -> None:
    ran = run("overrides", "schema")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (ROOT / "docs" / "overrides.schema.json").read_text("utf-8")
