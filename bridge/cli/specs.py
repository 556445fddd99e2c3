"""specs: the documents that are there, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from bridge.cli.options import Json, Spec, SpecsDir, selection
from bridge.cli.output import errors, output, print_json, table
from bridge.spec.operation import operations_of
from bridge.spec.repair import Repair, repair
from bridge.spec.store import DocumentRef, VendorDocuments
from bridge.spec.structure import declared_operations

app = typer.Typer(help="The OpenAPI documents: what is there, and what is wrong with it.", no_args_is_help=True)

SECONDS_A_DAY = 86_400


@app.command("list")
def list_documents(spec: Spec = None, specs_dir: SpecsDir = None, json_output: Json = False) -> None:
    """List the documents that would be served: official or built-in, operations, age."""
    found = [_described(ref) for vendor in selection(spec, specs_dir) for ref in vendor.selected]
    if json_output:
        print_json(found)
        return
    rows = table("document", "origin", "operations", "age", "title", "file", numbers=frozenset({"operations", "age"}))
    for entry in found:
        age = f"{entry['age_days']} d"
        operations = f"{entry['operations']:,}"
        rows.add_row(*map(str, (entry["document"], entry["origin"], operations, age, entry["title"], entry["file"])))
    output().print(rows)


def _described(ref: DocumentRef) -> dict[str, str | int]:
    document = ref.read()
    repair(document)
    written = datetime.fromtimestamp(ref.path.stat().st_mtime, UTC)
    return {
        "document": ref.label,
        "origin": "built-in" if ref.origin == "core" else ref.origin,
        "operations": len(operations_of([document])),
        "age_days": max(0, int((datetime.now(UTC) - written).total_seconds() // SECONDS_A_DAY)),
        "title": document.title,
        "file": str(ref.path),
    }


@app.command("check")
def check(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count the defects by document.")] = False,
    json_output: Json = False,
) -> None:
    """List what is wrong in the documents, and how it is repaired or tolerated: document, place, defect, repair."""
    repairs, lines = [], []
    for vendor in selection(spec, specs_dir):
        found, line = _checked(vendor)
        repairs.extend(found)
        lines.append(line)
    if json_output:
        keys = ("document", "place", "defect", "repair")
        print_json([{key: getattr(entry, key) for key in keys} for entry in repairs])
    elif summary:
        _print_summary(repairs)
    else:
        rows = table("document", "place", "defect", "repair")
        for entry in repairs:
            rows.add_row(entry.document, entry.place, entry.defect, entry.repair)
        output().print(rows)
    for line in lines:
        errors().print(line, style="dim")


def _checked(vendor: VendorDocuments) -> tuple[list[Repair], str]:
    documents = [ref.read() for ref in vendor.selected]
    repairs = [entry for document in documents for entry in repair(document)]
    distinct = operations_of(documents)
    served = sum(len(operation.sources) for operation in distinct)
    lost = sum(map(declared_operations, documents)) - served
    return repairs, (
        f"{vendor.vendor.name}: {len(documents)} documents, {served:,} operations, {len(distinct):,} distinct, "
        f"{lost:,} lost; {len(repairs):,} defects repaired or tolerated"
    )


def _print_summary(repairs: list[Repair]) -> None:
    counts = Counter(entry.document for entry in repairs)
    rows = table("document", "defects", numbers=frozenset({"defects"}))
    for document, count in counts.items():
        rows.add_row(document, f"{count:,}")
    output().print(rows)
