"""doctor: what serve would do, and whether it is well."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.listing_plan import DEFAULT_BUDGET, Mode, plan_listing
from bridge.catalogue.names_lock import read_names_lock
from bridge.catalogue.overrides_files import find_overrides
from bridge.catalogue.tool_spec import Catalogue
from bridge.cli.options import (
    Json,
    ListBudget,
    ModeOption,
    OverridesFile,
    Schema,
    SchemaOption,
    Spec,
    SpecsDir,
    UpstreamOption,
    locks_folder,
    read_overrides,
    selection,
)
from bridge.cli.output import output, print_json
from bridge.cli.running import upstream_hosts
from bridge.cli.tokens import TokenCommandOption, kept_login, token_commands
from bridge.doctor.finding import Finding
from bridge.errors import BridgeError
from bridge.lock_file import NAMES_LOCK

MARKS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "problem": ("PROBLEM", "bold red")}


def doctor(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    mode: ModeOption = Mode.AUTO,
    list_budget: ListBudget = DEFAULT_BUDGET,
    schema: SchemaOption = Schema.LEAN,
    upstream: UpstreamOption = None,
    token_command: TokenCommandOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Do not try to reach the vendors.")] = False,
    json_output: Json = False,
) -> None:
    """Say what `serve` would do and whether it is well, a line each with what mends it. Exits with 1 on problems."""
    found: list[Finding] = []
    for finding in _findings(
        spec, specs_dir, overrides, mode, list_budget, schema, upstream, token_command, offline=offline
    ):
        found.append(finding)
        if not json_output:
            _print(finding)
    if json_output:
        print_json([finding.to_json() for finding in found])
    if any(finding.state == "problem" for finding in found):
        raise typer.Exit(1)


def _findings(
    spec: list[str] | None,
    specs_dir: Path | None,
    overrides: list[Path] | None,
    mode: Mode,
    list_budget: int,
    schema: Schema,
    upstream: list[str] | None,
    token_command: list[str] | None,
    *,
    offline: bool,
) -> Iterator[Finding]:
    from bridge.doctor.installation import installation  # noqa: PLC0415 (packages are read for nobody else)

    yield from installation()
    try:
        documents = selection(spec, specs_dir)
        names = read_names_lock(locks_folder(overrides) / NAMES_LOCK)
        catalogue = build_catalogue(documents, read_overrides(overrides, documents), names, schema.value)
    except BridgeError as error:
        yield Finding("documents", "problem", str(error), "--spec, --specs-dir, --overrides, or cli.py specs pull")
        return
    yield from _served(catalogue, find_overrides(overrides or (), os.environ, Path.cwd()), mode, list_budget)
    yield from _tokens_and_way(catalogue, upstream, token_command, offline=offline)


def _served(catalogue: Catalogue, files: Sequence[Path], mode: Mode, list_budget: int) -> Iterator[Finding]:
    from bridge.doctor import served  # noqa: PLC0415

    yield from served.documents(catalogue)
    yield served.overrides(catalogue, files)
    yield served.listing(catalogue, plan_listing(catalogue, mode, list_budget))


def _tokens_and_way(
    catalogue: Catalogue, upstream: list[str] | None, token_command: list[str] | None, *, offline: bool
) -> Iterator[Finding]:
    from bridge.doctor.credentials import credentials  # noqa: PLC0415

    vendors = [entry.vendor for entry in catalogue.vendors]
    yield from credentials(vendors, os.environ, token_commands(vendors, token_command), kept_login)
    if not offline:
        from bridge.doctor.reach import reach  # noqa: PLC0415 (httpx2 takes its time to import)

        yield from reach(vendors, upstream_hosts(catalogue, upstream))


def _print(finding: Finding) -> None:
    mark, style = MARKS[finding.state]
    line = Text.assemble((f"{mark:<8}", style), f"{finding.about}: {finding.text}")
    if finding.mend:
        line.append(f"; {finding.mend}", style="dim")
    output().print(line, soft_wrap=True)
