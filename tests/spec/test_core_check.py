"""The shipped core beside a folder of official documents."""

from __future__ import annotations

import json
from pathlib import Path

from bridge.spec.core_check import check_core
from bridge.spec.core_deviations import core_deviations
from bridge.vendors import official_vendors

ZOOM = official_vendors()["zoom"]
GROUPS = {"openapi": "3.0.3", "info": {"title": "Groups", "version": "1"}, "paths": {"/groups": {"get": {}}}}


def test_a_vendor_without_documents_is_not_checked(tmp_path: Path) -> None:
    assert check_core(ZOOM, tmp_path) is None


def test_the_whole_core_of_a_vendor_is_compared_with_all_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "zoom").mkdir()
    (tmp_path / "zoom" / "users.json").write_text(json.dumps(GROUPS), "utf-8")
    found = check_core(ZOOM, tmp_path)
    assert found is not None
    assert (found.core > 80, found.official) == (True, 1)
    missing = [entry for entry in found.drift if entry.what == "no such operation officially"]
    assert len(missing) == found.core - 1
    assert any(entry.place == "GET /groups scopes" for entry in found.drift)
    gone = [entry for entry in found.drift if entry.what.startswith("known deviation, gone")]
    known = [entry for entry in core_deviations() if entry.document.startswith("zoom/")]
    assert len(gone) == len(known) == found.deviations
