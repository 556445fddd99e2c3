"""specs diff: what changed in the documents, and what that does to the tools and the overrides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from bridge.catalogue.build import build_catalogue, read_repaired
from bridge.catalogue.impact import Impact, impact_of
from bridge.catalogue.names_lock import read_names_lock
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, locks_folder, read_overrides, selection
from bridge.cli.output import Column, errors, print_json, print_table
from bridge.lock_file import NAMES_LOCK
from bridge.spec.earlier_documents import LOCKED, Comparison, compare_with
from bridge.spec.operation import Operation, operations_of
from bridge.spec.operation_diff import OperationDiff, operation_diff
from bridge.spec.store import VendorDocuments

DIFFERENT = 3
"""The exit code of documents that differ: told from 1, a comparison that failed."""

MANY = 20
"""So many operations of a document that is new or gone are still a row each."""

Against = Annotated[
    str,
    typer.Option(
        "--against",
        help="locked: what specs.lock says. previous: what it said before it changed last. "
        "Or another lock file, or a folder laid out like the store.",
        metavar="locked|previous|FILE|FOLDER",
    ),
]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found: documents that are new, gone or lost, operations, and what it does to the tools."""

    documents: dict[str, str]
    operations: list[OperationDiff]
    impact: Impact

    @property
    def anything(self) -> bool:
        return bool(self.documents or self.operations or self.impact.tools or self.impact.problems)

    @property
    def breaking(self) -> bool:
        return self.impact.breaking or "lost" in self.documents.values()


def diff(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    against: Against = LOCKED,
    breaking: Annotated[
        bool, typer.Option("--breaking", help="Show and count only what worked before and does not work now.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Compare the store with other documents: operations, and what it does to your tools and overrides.

    Exits with 0 if nothing differs, with 3 if something does (with --breaking: something that worked before).
    """
    now = selection(spec, specs_dir)
    folder = locks_folder(overrides)
    compared = compare_with(now, against, folder)
    found = _found(compared, now, overrides, folder)
    if json_output:
        print_json(_as_json(found, breaking=breaking))
    else:
        _print(found, breaking=breaking)
    errors().print(_summary(found), style="dim", soft_wrap=True)
    if found.breaking if breaking else found.anything:
        raise typer.Exit(DIFFERENT)


def _found(compared: Sequence[Comparison], now: Sequence[VendorDocuments], files: OverridesFile, folder: Any) -> _Found:
    documents: dict[str, str] = {}
    operations: list[OperationDiff] = []
    for entry in compared:
        documents |= _documents(entry)
        operations += operation_diff(_operations(entry.before), _operations(entry.now))
    curation, names = read_overrides(files, now), read_names_lock(folder / NAMES_LOCK)
    before, after = (
        build_catalogue([getattr(entry, side) for entry in compared], curation, names) for side in ("before", "now")
    )
    changed = {entry.operation.identity for entry in operations if entry.kind == "changed"}
    return _Found(documents, operations, impact_of(before, after, changed))


def _operations(documents: VendorDocuments) -> list[Operation]:
    return operations_of(read_repaired(documents.selected, documents.vendor))


def _documents(entry: Comparison) -> dict[str, str]:
    before = {ref.label for ref in entry.before.selected}
    now = {ref.label for ref in entry.now.selected}
    return {
        **dict.fromkeys(sorted(now - before), "added"),
        **dict.fromkeys(sorted(before - now), "removed"),
        **dict.fromkeys(entry.lost, "lost"),
    }


def _print(found: _Found, *, breaking: bool) -> None:
    columns = (
        Column("document", whole=True),
        Column("operation"),
        Column("result", whole=True),
        Column("what"),
    )
    print_table(columns, _operation_rows(found, breaking=breaking))
    tools = list(_tool_rows(found.impact, breaking=breaking))
    if tools:
        typer.echo()
        print_table((Column("tool"), Column("effect", whole=True), Column("what")), tools)
    if found.impact.problems:
        typer.echo()
        for problem in found.impact.problems:
            typer.echo(str(problem))


def _operation_rows(found: _Found, *, breaking: bool) -> Iterator[tuple[str, str, str, str]]:
    summed = {}
    for label, result in found.documents.items():
        if result == "lost":
            yield label, "", "changed", "the version to compare with is not kept any more"
            continue
        own = [entry for entry in found.operations if entry.operation.documents == (label,)]
        if len(own) > MANY and not (breaking and result == "added"):
            summed[label] = result
            yield label, "", result, f"the document, with {len(own):,} operations of its own"
    for entry in found.operations:
        document = entry.operation.documents[0]
        if entry.operation.documents == (document,) and document in summed:
            continue
        if entry.kind != "changed" and (entry.breaking or not breaking):
            yield document, entry.operation.key, entry.kind, entry.operation.summary
        for change in entry.changes:
            if change.breaking or not breaking:
                yield document, entry.operation.key, entry.kind, str(change)


def _tool_rows(impact: Impact, *, breaking: bool) -> Iterator[tuple[str, str, str]]:
    appearing = [tool for tool in impact.tools if tool.effect == "appears"]
    for tool in impact.tools:
        if tool.effect == "appears" and (breaking or len(appearing) > MANY):
            continue
        if not tool.changes and (tool.breaking or not breaking):
            yield tool.tool, tool.effect, tool.reason
        for change in tool.changes:
            if change.breaking or not breaking:
                yield tool.tool, tool.effect, str(change).removeprefix("/")
    if len(appearing) > MANY and not breaking:
        yield f"{len(appearing):,} tools", "appear", ""


def _as_json(found: _Found, *, breaking: bool) -> dict[str, Any]:
    return {
        "documents": found.documents,
        "operations": [
            {
                "documents": list(entry.operation.documents),
                "operation": entry.operation.key,
                "result": entry.kind,
                "breaking": entry.breaking,
                "changes": [asdict(change) for change in entry.changes],
            }
            for entry in found.operations
            if entry.breaking or not breaking
        ],
        "tools": [
            {
                "tool": tool.tool,
                "effect": tool.effect,
                "reason": tool.reason or None,
                "breaking": tool.breaking,
                "changes": [asdict(change) for change in tool.changes],
            }
            for tool in found.impact.tools
            if tool.breaking or not breaking
        ],
        "problems": [
            {key: getattr(problem, key) for key in ("severity", "message", "file", "line", "column")}
            for problem in found.impact.problems
        ],
    }


def _summary(found: _Found) -> str:
    if not found.anything:
        return "no differences"
    counts = {kind: sum(entry.kind == kind for entry in found.operations) for kind in ("added", "removed", "changed")}
    operations = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    effects = ("vanishes", "is renamed", "changes arguments", "appears")
    tools = {effect: sum(tool.effect == effect for tool in found.impact.tools) for effect in effects}
    breaking = sum(tool.breaking for tool in found.impact.tools)
    return (
        f"operations: {operations}; tools: {tools['vanishes']:,} vanish, {tools['is renamed']:,} renamed, "
        f"{tools['changes arguments']:,} change arguments, {tools['appears']:,} appear; {breaking:,} breaking; "
        f"overrides: {len(found.impact.problems):,} new problem{'s' if len(found.impact.problems) != 1 else ''}"
    )
