"""specs check --core-against: the built-in core compared with official documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from bridge.cli.output import Column, errors, print_json, print_table
from bridge.errors import SpecNotFoundError
from bridge.spec.core_check import CoreCheck, check_core
from bridge.spec.store import existing_store
from bridge.vendors import official_vendors


def check_core_against(folder: Path, *, json_output: bool) -> None:
    """Print what the core says and the official documents in a folder do not; exit with 1 if there is anything.

    Raises:
        SpecError: there is no official document in the folder, or one cannot be read.
    """
    store = existing_store(folder, "--core-against")
    checks = [found for vendor in official_vendors().values() if (found := check_core(vendor, store))]
    if not checks:
        raise SpecNotFoundError(f"--core-against {folder}: no official document is there, <vendor>/<document>.json")
    _print(checks, json_output=json_output)
    if any(check.drift for check in checks):
        raise typer.Exit(1)


def _print(checks: Sequence[CoreCheck], *, json_output: bool) -> None:
    rows = [(drift.document, drift.place, drift.what) for check in checks for drift in check.drift]
    if json_output:
        print_json([dict(zip(("document", "place", "drift"), row, strict=True)) for row in rows])
    else:
        print_table((Column("document"), Column("place"), Column("drift")), rows)
    for check in checks:
        errors().print(_summary(check), style="dim", soft_wrap=True)


def _summary(check: CoreCheck) -> str:
    differences = f"{len(check.drift):,} difference{'s' if len(check.drift) != 1 else ''}"
    return (
        f"{check.vendor.name}: {check.core:,} operations of the built-in core, {check.official:,} official ones; "
        f"{differences}, {check.deviations:,} known deviations"
    )
