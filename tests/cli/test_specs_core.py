"""specs check --core-against: the built-in core beside official documents, on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.cli import specs_core
from bridge.spec.core_check import CoreCheck
from bridge.spec.core_drift import Drift
from bridge.vendors import Vendor
from tests.cli.conftest import Run

DRIFT = Drift("zoom/users", "GET /users parameters/page", "no such query parameter officially")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Drift]:
    """Return what the comparison of Zoom finds, to be filled; of Webex no document is there."""
    drift: list[Drift] = []

    def check(vendor: Vendor, folder: Path) -> CoreCheck | None:
        assert folder.is_absolute()
        return CoreCheck(vendor, 161, 1_719, 3, tuple(drift)) if vendor.name == "zoom" else None

    monkeypatch.setattr(specs_core, "check_core", check)
    return drift


def test_drift_is_a_table_and_exits_with_1(run: Run, tmp_path: Path, found: list[Drift]) -> None:
    found.append(DRIFT)
    ran = run("specs", "check", "--core-against", tmp_path)
    assert ran.code == 1
    assert ran.lines[0].split() == ["document", "place", "drift"]
    assert ran.lines[1].split("  ") == [DRIFT.document, DRIFT.place, DRIFT.what]
    assert ran.err == (
        "zoom: 161 operations of the built-in core, 1,719 official ones; 1 difference, 3 known deviations\n"
    )


def test_drift_in_json(run: Run, tmp_path: Path, found: list[Drift]) -> None:
    found.append(DRIFT)
    ran = run("specs", "check", "--core-against", tmp_path, "--json")
    assert ran.code == 1
    assert ran.json == [{"document": DRIFT.document, "place": DRIFT.place, "drift": DRIFT.what}]


@pytest.mark.usefixtures("found")
def test_no_drift_is_no_table(run: Run, tmp_path: Path) -> None:
    ran = run("specs", "check", "--core-against", tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert "0 differences" in ran.err
    assert run("specs", "check", "--core-against", tmp_path, "--json").json == []


def test_a_folder_without_official_documents_is_one_sentence(run: Run, tmp_path: Path) -> None:
    ran = run("specs", "check", "--core-against", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error: --core-against {tmp_path}: no official document is there")
    missing = run("specs", "check", "--core-against", tmp_path / "nowhere")
    assert missing.err.startswith(f"error: --core-against {tmp_path / 'nowhere'}: no such folder")


@pytest.mark.parametrize("other", [("--spec", "webex"), ("--specs-dir", "."), ("--summary",)])
def test_it_takes_no_selection(run: Run, tmp_path: Path, other: tuple[str, ...]) -> None:
    ran = run("specs", "check", "--core-against", tmp_path, *other)
    assert ran.code in (1, 2)
    assert ran.err.startswith("error: --core-against compares the whole core")
