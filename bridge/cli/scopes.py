"""list-tools --needs-scopes: the scopes that the tools need, by vendor and kind of app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from bridge.catalogue.scope_list import ScopeList, scope_lists
from bridge.catalogue.tool_spec import ToolSpec
from bridge.cli.output import errors, print_json


def print_scopes(tools: Sequence[ToolSpec], *, as_json: bool) -> None:
    """Print the scopes on stdout, one list a line, and what each is for on stderr."""
    by_vendor: dict[str, list[ToolSpec]] = {}
    for tool in tools:
        by_vendor.setdefault(tool.vendor.name, []).append(tool)
    found = [entry for vendor, served in by_vendor.items() for entry in scope_lists(vendor, served)]
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
    for entry in found:
        typer.echo(f"# {_heading(entry)}")
        typer.echo(" ".join(entry.scopes) or "# none")
    if any(entry.vendor == "zoom" for entry in found):
        errors().print(
            "Zoom: one list, by the kind of app: admin for server-to-server and admin-managed apps, user for "
            "user-managed ones; granular for new apps, classic for older ones.",
            style="dim",
            soft_wrap=True,
        )


def _heading(entry: ScopeList) -> str:
    kind = f" ({entry.kind})" if entry.kind else ""
    without = f"; {entry.others:,} more have other kinds of scopes only" if entry.others else ""
    unknown = f"; of {entry.unknown:,} the documents name no scope" if entry.unknown else ""
    return f"{entry.vendor}{kind}: {len(entry.scopes):,} scopes for {entry.tools:,} tools{without}{unknown}"
