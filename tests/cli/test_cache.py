"""cache: what is kept, and that it can be removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.cli.cache import clear, info
from bridge.cli.options import find_catalogue
from tests.program import write_documents


def test_what_is_kept_is_shown_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRIDGE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("BRIDGE_NO_CACHE", raising=False)
    write_documents(tmp_path)
    find_catalogue([str(tmp_path / "shop.yaml")], None, [Path("/dev/null")]).ready()
    info(json_output=True)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["folder"], len(shown["entries"])) == (str(tmp_path / "cache"), 1)
    assert shown["bytes"] == shown["entries"][0]["bytes"] > 0
    clear(json_output=True)
    assert json.loads(capsys.readouterr().out)["removed"] == 1
    info(json_output=True)
    assert json.loads(capsys.readouterr().out)["entries"] == []
