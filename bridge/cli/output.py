"""What a person or a script reads: tables, JSON, lines on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 100_000
"""Piped output is never cut: a script reads it, or a person through a pager."""

WIDE = 120
"""The columns that a terminal needs for a whole table; a narrower one shows what matters most."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        heading: what stands above it.
        number: its cells are numbers, which stand at the right.
        whole: its cells are never broken over lines: one copies them.
        wide: only piped, or on a terminal of at least ``WIDE`` columns.
    """

    heading: str
    number: bool = False
    whole: bool = False
    wide: bool = False


def output() -> Console:
    """Return the console on stdout: styles on a terminal, none and no cut lines when piped."""
    return _console(to_stderr=False)


def errors() -> Console:
    """Return the console on stderr."""
    return _console(to_stderr=True)


def _console(*, to_stderr: bool) -> Console:
    from rich.console import Console  # noqa: PLC0415 (serve prints nothing)

    # What is printed is the vendors' or the person's text: nothing in it is markup or the name of an emoji.
    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return Console(stderr=to_stderr, highlight=False, markup=False, emoji=False, width=width)


def print_json(value: Any) -> None:
    """Print JSON for machines: two spaces of indent, UTF-8 as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def is_narrow() -> bool:
    """Tell whether stdout is a terminal on which ``wide`` columns are left out."""
    return sys.stdout.isatty() and output().width < WIDE


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on stdout, without lines or colours; nothing where there are no rows."""
    cells = [list(row) for row in rows]
    if not cells:
        return
    if sys.stdout.isatty():
        _print_on_terminal(columns, cells)
    else:
        _print_piped(columns, [[column.heading for column in columns], *cells])


def _print_on_terminal(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = output()
    shown = [place for place, column in enumerate(columns) if console.width >= WIDE or not column.wide]
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in (columns[place] for place in shown):
        justify = "right" if column.number else "left"
        made.add_column(column.heading, justify=justify, no_wrap=column.whole or column.number, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        made.add_row(*(Text(row[place]) for place in shown))
    console.print(made)


def _print_piped(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len  # noqa: PLC0415

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = []
        for column, cell, width in zip(columns, row, widths, strict=True):
            space = " " * (width - cell_len(cell))
            padded.append(space + cell if column.number else cell + space)
        sys.stdout.write("  ".join(padded).rstrip() + "\n")
    sys.stdout.flush()
