"""version: which one this is."""

from __future__ import annotations

import typer

from bridge.shipped import DISTRIBUTION, package_version


def version() -> None:
    """Print name and version."""
    typer.echo(f"{DISTRIBUTION} {package_version()}")
