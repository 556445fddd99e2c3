"""list-tools --hidden: the operations that the overrides filter out, and the line that does it."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.catalogue.overrides import Hidden
from bridge.cli.output import WIDE, Column, errors, is_narrow, print_json, print_table
from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation

FilteredOut = tuple[Operation, Hidden]


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
    counted = f"{len(found):,} operation{'s' if len(found) != 1 else ''} filtered out" if found else "nothing fits"
    if found and is_narrow():
        counted += f"; documents fit on {WIDE} columns"
    errors().print(counted, style="dim")


def _row(operation: Operation, hidden: Hidden) -> tuple[str, ...]:
    return operation.method, operation.path, ", ".join(operation.documents), str(hidden)


def _described(operation: Operation, hidden: Hidden) -> JsonObject:
    return {
        "vendor": operation.vendor.name,
        "documents": list(operation.documents),
        "method": operation.method,
        "path": operation.path,
        "reason": str(hidden),
        "file": hidden.place.file,
        "line": hidden.place.line,
        "column": hidden.place.column,
    }
