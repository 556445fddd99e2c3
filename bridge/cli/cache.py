"""cache: the compiled catalogues that make the next start fast."""

from __future__ import annotations

import datetime

import typer

from bridge.catalogue.cache import CatalogueCache, Entry, cache_folder
from bridge.cli.options import Json
from bridge.cli.output import Column, errors, print_json, print_table

app = typer.Typer(help="Compiled catalogues: what documents and overrides come to, kept for the next start.")
_ADDRESS_CHARACTERS = 16


@app.command("info")
def info(json_output: Json = False) -> None:
    """Show where compiled catalogues are kept, how large they are, and when each was last used."""
    cache = CatalogueCache(cache_folder())
    entries = cache.entries()
    total = sum(entry.size for entry in entries)
    if json_output:
        print_json({"folder": str(cache.folder), "bytes": total, "entries": [_json(entry) for entry in entries]})
        return
    columns = (Column("compiled catalogue", whole=True), Column("MB", number=True), Column("last used"))
    if entries:
        print_table(columns, (_row(entry) for entry in entries))
    counted = f"{len(entries)} in {cache.folder}, {_megabytes(total)} MB"
    errors().print(f"{counted}; made anew when anything changes", style="dim", soft_wrap=True)


@app.command("clear")
def clear(json_output: Json = False) -> None:
    """Remove all compiled catalogues; the next start makes them anew."""
    cache = CatalogueCache(cache_folder())
    removed = cache.clear()
    total = sum(entry.size for entry in removed)
    if json_output:
        print_json({"folder": str(cache.folder), "bytes": total, "removed": len(removed)})
        return
    errors().print(f"removed {len(removed)} from {cache.folder}, {_megabytes(total)} MB", soft_wrap=True)


def _json(entry: Entry) -> dict[str, object]:
    return {"file": entry.path.name, "bytes": entry.size, "used": _time(entry)}


def _row(entry: Entry) -> tuple[str, ...]:
    return entry.path.name[:_ADDRESS_CHARACTERS], _megabytes(entry.size), _time(entry)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"


def _time(entry: Entry) -> str:
    return datetime.datetime.fromtimestamp(entry.used).astimezone().isoformat(sep=" ", timespec="seconds")
