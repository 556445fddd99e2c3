"""Documents that are old, overrides that are wrong, listings without tools."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.listing_plan import plan_listing
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.tool_spec import Catalogue
from bridge.doctor import served
from bridge.spec.store import select_documents

DOCUMENT = '{"openapi": "3.1.0", "info": {"title": "Users", "version": "1"}, "paths": {"/users": {"get": {}}}}'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "zoom").mkdir()
    (tmp_path / "zoom" / "users.json").write_text(DOCUMENT, "utf-8")
    return tmp_path


def catalogue(store: Path, overrides: str = "") -> Catalogue:
    file = store / "mine.yaml"
    file.write_text(overrides, "utf-8")
    return build_catalogue(select_documents(["zoom"], store), load_overrides([file], ["zoom"]))


@pytest.mark.parametrize(("days", "state", "mend"), [(1, "ok", ""), (91, "warning", "cli.py specs pull zoom")])
def test_official_documents_have_an_age(store: Path, days: int, state: str, mend: str) -> None:
    then = time.time() - days * 86_400 - 60
    os.utime(store / "zoom" / "users.json", (then, then))
    (found,) = served.documents(catalogue(store))
    assert (found.state, found.mend) == (state, mend)
    assert found.text.endswith(f"; the oldest is {days} day{'s' if days > 1 else ''} old")


def test_overrides_with_errors_are_a_problem(store: Path) -> None:
    good = served.overrides(catalogue(store), [store / "mine.yaml"])
    assert (good.state, good.text) == ("ok", str(store / "mine.yaml"))
    bad = served.overrides(catalogue(store, "zoom:\n  excluded: []\n"), [store / "mine.yaml"])
    assert (bad.state, bad.mend) == ("problem", "cli.py overrides check")


def test_a_listing_is_described_and_an_empty_one_is_a_problem(store: Path) -> None:
    full = catalogue(store)
    assert served.listing(full, plan_listing(full)).text.endswith("; 1 tools in all")
    none = catalogue(store, "zoom:\n  exclude: [/**]\n")
    assert served.listing(none, plan_listing(none)).state == "problem"
