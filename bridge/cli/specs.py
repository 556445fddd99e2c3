"""specs: the documents that are there, what is wrong with them, how they come and what is locked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli import specs_core, specs_diff, specs_lock, specs_pull
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, locks_folder, selection
from bridge.cli.output import Column, errors, print_json, print_table
from bridge.errors import OptionError
from bridge.lock_file import SPECS_LOCK
from bridge.spec.operation import operations_of
from bridge.spec.pull_store import digest
from bridge.spec.repair import Repair, repair
from bridge.spec.specs_lock import SpecsLock, read_specs_lock
from bridge.spec.store import DocumentRef, VendorDocuments
from bridge.spec.structure import declared_operations

app = typer.Typer(
    help="The OpenAPI documents: fetched, locked, listed, compared, and what is wrong with them.",
    no_args_is_help=True,
)
app.command("pull")(specs_pull.pull)
app.command("lock")(specs_lock.lock)
app.command("verify")(specs_lock.verify)
app.command("diff")(specs_diff.diff)

SECONDS_A_DAY = 86_400

CoreAgainst = Annotated[
    Path | None,
    typer.Option(
        "--core-against",
        help="Compare the built-in core with the official documents in a folder, <vendor>/*.json, instead; "
        "exits with 1 if they differ.",
        metavar="FOLDER",
    ),
]


@app.command("list")
def list_documents(
    spec: Spec = None, specs_dir: SpecsDir = None, overrides: OverridesFile = None, json_output: Json = False
) -> None:
    """List the documents that would be served: official or built-in, operations, age, whether they are as locked."""
    lock = read_specs_lock(locks_folder(overrides) / SPECS_LOCK)
    found = [_described(ref, lock) for vendor in selection(spec, specs_dir) for ref in vendor.selected]
    if json_output:
        print_json(found)
        return
    columns = (
        Column("document", whole=True),
        Column("origin", whole=True),
        Column("operations", number=True),
        Column("age", number=True),
        Column("locked", whole=True),
        Column("title", wide=True),
        Column("file"),
    )
    print_table(columns, map(_row, found))


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    document, operations, age = str(entry["document"]), f"{entry['operations']:,}", f"{entry['age_days']} d"
    file = "" if entry["file"] == document else str(entry["file"])
    return document, str(entry["origin"]), operations, age, entry["locked"] or "", str(entry["title"]), file


def _locked(ref: DocumentRef, lock: SpecsLock | None) -> str | None:
    """Return whether an official document is the locked one; None where nothing is locked."""
    if lock is None or ref.origin != "official":
        return None
    if ref.label not in lock:
        return "no"
    return "yes" if lock[ref.label].sha256 == digest(ref.path) else "another version"


def _described(ref: DocumentRef, lock: SpecsLock | None) -> dict[str, Any]:
    document = ref.read()
    repair(document)
    written = datetime.fromtimestamp(ref.path.stat().st_mtime, UTC)
    return {
        "document": ref.label,
        "origin": "built-in" if ref.origin == "core" else ref.origin,
        "operations": len(operations_of([document])),
        "age_days": max(0, int((datetime.now(UTC) - written).total_seconds() // SECONDS_A_DAY)),
        "locked": _locked(ref, lock),
        "title": document.title,
        "file": str(ref.path),
    }


@app.command("check")
def check(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count the defects by document.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on repaired defects too.")] = False,
    core_against: CoreAgainst = None,
    json_output: Json = False,
) -> None:
    """List what is wrong in the documents, and how it is repaired or tolerated: document, place, defect, repair.

    Exits with 1 if a document cannot be read or an operation is lost, with --strict on any defect.
    """
    if core_against is not None:
        if spec or specs_dir or summary or strict:
            raise OptionError(
                "--core-against compares the whole core: it takes no --spec, --specs-dir, --summary or --strict"
            )
        specs_core.check_core_against(core_against, json_output=json_output)
        return
    repairs, lines, lost = [], [], 0
    for vendor in selection(spec, specs_dir):
        found, line, missing = _checked(vendor)
        repairs.extend(found)
        lines.append(line)
        lost += missing
    if json_output:
        keys = ("document", "place", "defect", "repair")
        print_json([{key: getattr(entry, key) for key in keys} for entry in repairs])
    elif summary:
        _print_summary(repairs)
    else:
        columns = (Column("document"), Column("place"), Column("defect"), Column("repair"))
        print_table(columns, ((entry.document, entry.place, entry.defect, entry.repair) for entry in repairs))
    for line in lines:
        errors().print(line, style="dim", soft_wrap=True)
    if lost or (strict and repairs):
        raise typer.Exit(1)


def _checked(vendor: VendorDocuments) -> tuple[list[Repair], str, int]:
    """Return what is wrong with a vendor's documents, what is said of it, and how many operations are lost."""
    documents = [ref.read() for ref in vendor.selected]
    repairs = [entry for document in documents for entry in repair(document)]
    distinct = operations_of(documents)
    served = sum(len(operation.sources) for operation in distinct)
    lost = sum(map(declared_operations, documents)) - served
    return (
        repairs,
        (
            f"{vendor.vendor.name}: {len(documents)} documents, {served:,} operations, {len(distinct):,} distinct, "
            f"{lost:,} lost; {len(repairs):,} defects repaired or tolerated"
        ),
        lost,
    )


def _print_summary(repairs: list[Repair]) -> None:
    counts = Counter(entry.document for entry in repairs)
    columns = (Column("document", whole=True), Column("defects", number=True))
    print_table(columns, ((document, f"{count:,}") for document, count in counts.items()))
