"""What a person or a script reads: tables, JSON, lines on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 100_000
"""Piped output is never cut: a script reads it, or a person through a pager."""


def output() -> Console:
    """Return the console on stdout: colours on a terminal, none and no cut lines when piped."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)


def errors() -> Console:
    """Return the console on stderr."""
    return Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else PIPED_WIDTH)


def print_json(value: Any) -> None:
    """Print JSON for machines: two spaces of indent, UTF-8 as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(*columns: str, numbers: frozenset[str] = frozenset()) -> Table:
    """Return an empty table: light lines on a terminal, none when piped.

    Args:
        columns: the headings.
        numbers: those of them whose cells are numbers.
    """
    tty = sys.stdout.isatty()
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        justify = "right" if column in numbers else "left"
        made.add_column(column, justify=justify, no_wrap=not tty, overflow="fold")  # type: ignore[arg-type]
    return made
