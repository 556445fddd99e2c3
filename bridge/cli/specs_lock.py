"""specs lock, specs verify: which version of each document is meant, and whether it is the one that is there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bridge.catalogue.locking import LockChange, lock_documents
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, locks_folder, read_overrides, selection
from bridge.cli.output import Column, errors, print_json, print_table
from bridge.lock_file import check_writable
from bridge.spec.specs_lock import compared_with_lock


def lock(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Forget the names of operations that are gone; others may then get them.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Write specs.lock and names.lock beside the overrides file, for the documents that are there now."""
    folder = locks_folder(overrides)
    check_writable(folder)
    found = selection(spec, specs_dir)
    change = lock_documents(found, read_overrides(overrides, found), folder, prune=prune)
    if json_output:
        print_json({**asdict(change), "folder": str(folder)})
    else:
        rows = [(label, "locked") for label in change.documents] + [(label, "forgotten") for label in change.forgotten]
        print_table((Column("document", whole=True), Column("result", whole=True)), rows)
    say_what_changed(change)


def say_what_changed(change: LockChange) -> None:
    """Print on stderr what the lock files say now that they did not say before."""
    if not change.anything:
        said = f"the locks in {change.folder} are up to date"
    else:
        said = f"locked in {change.folder}: {_counted(len(change.documents), 'document')} changed"
        if change.forgotten:
            said += f", {len(change.forgotten):,} forgotten"
        said += f"; {_counted(change.names, 'name')}, {len(change.new_names):,} new"
        if change.freed_names:
            said += f", {len(change.freed_names):,} freed"
    errors().print(said, style="dim", soft_wrap=True)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"


def verify(
    spec: Spec = None, specs_dir: SpecsDir = None, overrides: OverridesFile = None, json_output: Json = False
) -> None:
    """Compare the store with specs.lock, document by document; exits with 1 if they differ."""
    found = selection(spec, specs_dir)
    compared, differing = compared_with_lock(found, locks_folder(overrides))
    if json_output:
        print_json([asdict(difference) for difference in differing])
    else:
        columns = (Column("document", whole=True), Column("problem"))
        print_table(columns, [(difference.document, difference.problem) for difference in differing])
    errors().print(_verdict(compared, len(differing)), style="dim", soft_wrap=True)
    if differing:
        raise typer.Exit(1)


def _verdict(compared: int, differing: int) -> str:
    documents = _counted(compared, "document")
    return f"{documents}, {differing:,} not as locked" if differing else f"{documents}, all as locked"
