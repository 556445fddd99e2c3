"""specs pull: the official documents into the local store."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.catalogue.locking import lock_documents
from bridge.cli.options import Json, OverridesFile, SpecsDir, locks_folder, read_overrides
from bridge.cli.output import Column, errors, print_json, print_table
from bridge.cli.specs_lock import say_what_changed
from bridge.lock_file import check_writable
from bridge.spec.specs_lock import locked_in
from bridge.spec.store import select_documents

if TYPE_CHECKING:
    from bridge.spec.pull import Pulled, Watcher

Names = Annotated[
    list[str] | None,
    typer.Argument(help="webex, zoom, or <vendor>/<document>. Default: all of every vendor.", metavar="[DOCUMENT]..."),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="A mirror in place of the vendors' own URLs: a folder, or the URL of one, laid out like the store: "
        "<vendor>/<file>.json.",
        metavar="FOLDER|URL",
    ),
]
AllowHttp = Annotated[
    bool, typer.Option("--allow-http", "--insecure", help="Permit plain HTTP, for a mirror in a network you trust.")
]


def pull(
    documents: Names = None,
    specs_dir: SpecsDir = None,
    mirror: From = None,
    allow_http: AllowHttp = False,
    overrides: OverridesFile = None,
    no_lock: Annotated[bool, typer.Option("--no-lock", help="Leave specs.lock and names.lock as they are.")] = False,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Store the versions that specs.lock names, or nothing.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Fetch official documents into the store: all that were asked for, or, if one fails, none.

    What came is then locked in specs.lock, and its names in names.lock, beside the overrides file in use.
    """
    from bridge.spec.pull import pull as pull_documents  # noqa: PLC0415 (only this command fetches)
    from bridge.spec.pull_store import store_to_fill  # noqa: PLC0415
    from bridge.spec.pull_wanted import parse_mirror, wanted_documents  # noqa: PLC0415

    wanted = wanted_documents(documents or ())
    locked = _locked(overrides) if frozen else None
    if locked is not None:
        wanted = [entry for entry in wanted if entry.named or entry.label in locked]
    place = parse_mirror(mirror, allow_http=allow_http) if mirror is not None else None
    folder = None if no_lock or frozen else locks_folder(overrides)
    if folder is not None:
        check_writable(folder)
    store = store_to_fill(specs_dir)
    with _watcher(len(wanted)) as watcher:
        pulled = pull_documents(wanted, store, watcher, place, allow_http=allow_http, locked=locked)
    failed = [entry for entry in pulled if entry.result == "failed"]
    if json_output:
        print_json([_described(entry) for entry in pulled])
    elif not failed:
        _print(pulled)
    for entry in failed:
        errors().print(f"error: {entry.document}: {entry.problem}", soft_wrap=True)
    errors().print(_summary(pulled, len(failed), store), style="dim", soft_wrap=True)
    if failed:
        raise typer.Exit(1)
    if folder is not None:
        _lock(pulled, store, overrides, folder)


def _locked(overrides: Sequence[Path] | None) -> dict[str, str]:
    """Return the digests that are meant, by document."""
    lock = locked_in(locks_folder(overrides))
    return {label: entry.sha256 for label, entry in lock.items()}


def _lock(pulled: Sequence[Pulled], store: Path, overrides: Sequence[Path] | None, folder: Path) -> None:
    """Lock what came, as it is stored now."""
    came = {entry.document for entry in pulled if entry.result in ("new", "changed", "unchanged")}
    vendors = dict.fromkeys(label.partition("/")[0] for label in came)
    found = select_documents(list(vendors), store)
    change = lock_documents(found, read_overrides(overrides, found), folder, only=came)
    say_what_changed(change)
    if change.documents and any(entry.result == "changed" for entry in pulled):
        errors().print(
            "`cli.py specs diff --against previous` shows what changed, and what it does to your overrides",
            style="dim",
            soft_wrap=True,
        )


def _described(entry: Pulled) -> dict[str, Any]:
    return {
        "document": entry.document,
        "result": entry.result,
        "operations": entry.operations,
        "bytes": entry.size,
        "file": str(entry.file),
        "problem": entry.problem or None,
    }


def _print(pulled: Sequence[Pulled]) -> None:
    columns = (
        Column("document", whole=True),
        Column("result", whole=True),
        Column("operations", number=True),
        Column("size", number=True),
    )
    print_table(columns, map(_row, pulled))


def _row(entry: Pulled) -> tuple[str, ...]:
    operations = "" if entry.operations is None else f"{entry.operations:,}"
    size = "" if entry.size is None else f"{-(-entry.size // 1024):,} kB"
    return entry.document, entry.result, operations, size


def _summary(pulled: Sequence[Pulled], failed: int, store: Path) -> str:
    if failed:
        rest = len(pulled) - failed
        left = f"; the other {rest} were left as they are" if rest else ""
        return f"nothing was stored: {failed} of {len(pulled)} documents failed{left}"
    counts = Counter(entry.result for entry in pulled)
    said = ", ".join(f"{count} {result}" for result, count in counts.items())
    return f"{len(pulled)} document{'s' if len(pulled) != 1 else ''}: {said}; the store is {store}"


class _Silent:
    """A watcher where nobody looks."""

    def received(self, size: int) -> None:
        pass

    def finished(self) -> None:
        pass


@contextmanager
def _watcher(documents: int) -> Iterator[Watcher]:
    """Yield a progress bar on stderr; on a terminal only."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (
        TextColumn("documents"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[megabytes]:.1f} MB"),
    )
    with Progress(*columns, console=errors(), transient=True) as progress:
        task = progress.add_task("", total=documents, megabytes=0.0)

        class Bar:
            size = 0

            def received(self, size: int) -> None:
                self.size += size
                progress.update(task, megabytes=self.size / 1024 / 1024)

            def finished(self) -> None:
                progress.advance(task)

        yield Bar()
