"""What a shell completes beside commands and options: documents and names of tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import BridgeError
from bridge.spec.store import core_documents, find_store, stored_documents
from bridge.vendors import official_vendors


def complete_spec(context: typer.Context, incomplete: str) -> list[str]:
    """Return the vendors, and behind a vendor's slash its documents; a shell completes files where nothing is found."""
    try:
        store = find_store(context.params.get("specs_dir"))
    except BridgeError:
        return []
    return [name for name in _specs(store) if name.startswith(incomplete)] if incomplete else list(official_vendors())


def _specs(store: Path) -> Iterator[str]:
    for name, vendor in official_vendors().items():
        yield name
        for ref in stored_documents(store, vendor) or core_documents(vendor):
            yield ref.label


def complete_tool(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the exposed tools whose names begin so, with their titles; none where they cannot be listed."""
    from bridge.cli.options import find_catalogue  # noqa: PLC0415 (options.py needs this module)

    given = context.params
    try:
        catalogue = find_catalogue(given.get("spec"), given.get("specs_dir"), given.get("overrides")).ready()
    except BridgeError:
        return []  # a line that is being typed is no place for an error
    return [(tool.name, tool.title) for tool in catalogue.tools if tool.name.startswith(incomplete)]


ToolName = Annotated[
    str,
    typer.Argument(help="The tool's name, as list-tools prints it.", metavar="NAME", autocompletion=complete_tool),
]
