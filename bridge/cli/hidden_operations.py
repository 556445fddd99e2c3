"""list-tools --hidden: the operations that are filtered out, and the line or the option that does it."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.catalogue.overrides import Hidden
from bridge.cli.output import WIDE, Column, errors, is_narrow, print_json, print_table
from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation

FilteredOut = tuple[Operation, Hidden | str]
"""An operation, and the place in the overrides, or the option in words, that filters it out."""


def print_hidden(found: Sequence[FilteredOut], *, as_json: bool) -> None:
    """Print the operations that are no tools: method, path, document, reason."""
    if as_json:
        print_json([_described(*entry) for entry in found])
        return
    columns = (
        Column("method", whole=True),
        Column("path"),
        Column("document", wide=True),
        Column("reason"),
    )
    print_table(columns, (_row(*entry) for entry in found))
    counted = (
        f"{len(found):,} operation{'s' if len(found) != 1 else ''} filtered out" if found else "nothing is filtered out"
    )
    if found and is_narrow():
        counted += f"; documents fit on {WIDE} columns"
    errors().print(counted, style="dim")


def _row(operation: Operation, hidden: Hidden | str) -> tuple[str, ...]:
    return operation.method, operation.path, ", ".join(operation.documents), str(hidden)


def _described(operation: Operation, hidden: Hidden | str) -> JsonObject:
    described = {
        "vendor": operation.vendor.name,
        "documents": list(operation.documents),
        "method": operation.method,
        "path": operation.path,
        "reason": str(hidden),
    }
    if isinstance(hidden, str):
        return described
    place = hidden.place
    return {**described, "file": place.file, "line": place.line, "column": place.column}
