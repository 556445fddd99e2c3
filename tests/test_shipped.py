from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

from bridge import shipped
from bridge.shipped import package_version, shipped_path, user_agent


def test_a_checkout_reads_its_own_files() -> None:
    assert shipped_path("specs/sources.yaml").is_file()


def test_an_installed_wheel_reads_the_files_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "bridge" / "shipped_files" / "specs"
    installed.mkdir(parents=True)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "bridge")
    assert shipped_path("specs") == installed


def test_what_is_not_shipped_is_looked_for_in_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "bridge")
    assert shipped_path("overrides.yaml") == tmp_path / "overrides.yaml"


def test_the_version_is_that_of_the_installed_package() -> None:
    assert package_version() == importlib.metadata.version("zoom-webex-bridge")


def test_the_user_agent_is_one_product_token() -> None:
    assert user_agent() == f"zoom-webex-bridge/{package_version()}"
    assert re.fullmatch(r"[\w.-]+/[\w.+-]+", user_agent())
