"""list-tools --hidden: what is filtered out, and by which line of which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.cli.shop import on_a_terminal, write

EXCLUDES = "shop:\n  exclude:\n    - DELETE /**\n    - {tag: Pictures}\n"
Hidden = Callable[..., Ran]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(EXCLUDES, "utf-8")
    return path


@pytest.fixture
def hidden(run: Run, tmp_path: Path, file: Path) -> Hidden:
    chosen = ("--spec", write(tmp_path), "--overrides", file)
    return lambda *more: run("list-tools", "--hidden", *chosen, *more)


def test_the_table_has_method_path_document_and_the_line_that_filters_out(hidden: Hidden, file: Path) -> None:
    ran = hidden()
    assert (ran.code, ran.err) == (0, "2 operations filtered out\n")
    assert ran.lines[0].split() == ["method", "path", "document", "reason"]
    assert [line.split()[:2] for line in ran.lines[1:]] == [
        ["DELETE", "/orders/{orderId}"],
        ["PUT", "/orders/{orderId}/picture"],
    ]
    assert ran.lines[1].endswith(f"excluded by 'DELETE /**' ({file}:3:7)")
    assert ran.lines[2].endswith(f"excluded by '{{tag: Pictures}}' ({file}:4:7)")


def test_json_has_the_place_in_fields_too(hidden: Hidden, file: Path) -> None:
    deleted, _ = hidden("--json").json
    document = deleted.pop("documents")
    assert len(document) == 1
    assert deleted == {
        "vendor": "shop",
        "method": "DELETE",
        "path": "/orders/{orderId}",
        "reason": f"excluded by 'DELETE /**' ({file}:3:7)",
        "file": str(file),
        "line": 3,
        "column": 7,
    }


def test_what_no_include_matches_points_to_the_first_include(hidden: Hidden, file: Path) -> None:
    file.write_text("shop:\n  include:\n    - GET /**\n", "utf-8")
    entries = hidden("--json").json
    assert [entry["method"] for entry in entries] == ["POST", "DELETE", "PUT"]
    assert {entry["reason"] for entry in entries} == {f"no include matches ({file}:3:7)"}


@pytest.mark.parametrize(
    ("words", "methods"),
    [
        (("--tag", "pict*"), ["PUT"]),
        (("--search", "delete an order"), ["DELETE"]),
        (("--search", "list orders"), []),
        (("--document", "shop"), ["DELETE", "PUT"]),
    ],
)
def test_the_filters_narrow_it(hidden: Hidden, words: tuple[str, ...], methods: list[str]) -> None:
    assert [entry["method"] for entry in hidden("--json", *words).json] == methods


def test_a_document_of_which_everything_is_filtered_out_is_known(hidden: Hidden, run: Run, file: Path) -> None:
    file.write_text("shop:\n  exclude: ['**']\n", "utf-8")
    assert len(hidden("--document", "shop", "--json").json) == 4


def test_where_nothing_is_filtered_out_the_table_is_empty(hidden: Hidden, file: Path) -> None:
    file.write_text("", "utf-8")
    ran = hidden()
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing is filtered out\n")


def test_a_narrow_terminal_keeps_the_reason(tmp_path: Path, file: Path) -> None:
    code, seen = on_a_terminal("list-tools", "--hidden", "--spec", write(tmp_path), "--overrides", file)
    assert code == 0
    assert "excluded by" in seen
    assert "document" not in seen.splitlines()[0]


@pytest.mark.parametrize("form", ["--names", "--stats"])
def test_names_and_stats_are_refused(hidden: Hidden, form: str) -> None:
    ran = hidden(form)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: --hidden goes with neither --names nor --stats")
