"""Python and packages, as they are and as they should not be."""

from __future__ import annotations

import sys

import pytest

from bridge.doctor import installation as module
from bridge.doctor.installation import installation


def test_this_installation_is_well() -> None:
    assert [finding.state for finding in installation()] == ["ok", "ok"]
    assert "fastmcp" in list(installation())[1].text


def test_a_python_that_is_too_old_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    python, _ = installation()
    assert (python.state, python.mend) == ("problem", "Python 3.11 or newer is needed")


def test_packages_that_are_missing_or_do_not_fit_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["fastmcp==0.1", "no-such-package>=1", "not-for-us; sys_platform == 'nowhere'", "rich>=1"]
    monkeypatch.setattr(module, "requires", lambda _: asked)
    _, packages = installation()
    assert packages.state == "problem"
    assert "fastmcp is " in packages.text
    assert "asked for is ==0.1; no-such-package is missing" in packages.text
    assert "not-for-us" not in packages.text
