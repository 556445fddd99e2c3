"""The Python that runs this, and the packages that it has."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from bridge.doctor.finding import Finding
from bridge.shipped import DISTRIBUTION, package_version

OLDEST = (3, 11)
SHOWN = ("fastmcp", "mcp", "httpx2", "openapi-core")


def installation() -> Iterator[Finding]:
    """Look at Python and at the packages that are asked for."""
    running = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST:
        yield Finding("Python", "problem", running, "Python 3.11 or newer is needed")
    else:
        yield Finding("Python", "ok", running)
    yield _packages()


def _packages() -> Finding:
    own = f"{DISTRIBUTION} {package_version()}"
    try:
        asked = [Requirement(text) for text in requires(DISTRIBUTION) or ()]
    except PackageNotFoundError:
        return Finding(
            "packages", "warning", f"{own}: not installed, run from its source", "make setup, or pip install ."
        )
    wrong = [fault for wanted in asked if (fault := _fault(wanted))]
    if wrong:
        return Finding("packages", "problem", f"{own}: {'; '.join(wrong)}", "make setup, or pip install --upgrade .")
    shown = [f"{name} {version(name)}" for name in SHOWN if _version(name)]
    return Finding("packages", "ok", ", ".join((own, *shown)))


def _fault(wanted: Requirement) -> str:
    """Return what is wrong with a package that is asked for; empty if it is there and fits."""
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
        return ""
    found = _version(wanted.name)
    if found is None:
        return f"{wanted.name} is missing"
    if not wanted.specifier.contains(found, prereleases=True):
        return f"{wanted.name} is {found}, asked for is {wanted.specifier}"
    return ""


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
