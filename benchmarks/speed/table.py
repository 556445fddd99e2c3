"""What was measured, as rows of a table: on the terminal, and in Markdown for the README."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

_COLUMNS = ("measured", "ours", "compared with", "theirs", "ratio", "bar")


@dataclass(frozen=True)
class Row:
    """One measure.

    Attributes:
        what: what was measured.
        ours: our figure.
        other: whom it is compared with; empty where the figure stands alone.
        theirs: the figure of the other.
        unit: of both.
        bar: what is to be reached, in words.
        reached: whether it is; None where there is no bar.
    """

    what: str
    ours: float
    other: str = ""
    theirs: float | None = None
    unit: str = ""
    bar: str = ""
    reached: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        ratio = f"{self.ours / self.theirs:.2f}" if self.theirs else ""
        mark = {True: "yes", False: "no", None: ""}[self.reached]
        return (
            self.what,
            self._figure(self.ours),
            self.other,
            "" if self.theirs is None else self._figure(self.theirs),
            ratio,
            f"{self.bar}: {mark}" if self.bar else "",
        )

    def _figure(self, value: float) -> str:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
        return f"{value:,.{digits}f} {self.unit}".rstrip()


def at_most(what: str, ours: float, other: str, theirs: float, times: float, unit: str) -> Row:
    """Return a row whose bar is a ratio."""
    return Row(what, ours, other, theirs, unit, f"at most {times:g} times", ours <= times * theirs)


def print_rows(title: str, rows: Sequence[Row], *, markdown: bool) -> None:
    """Print a table."""
    if markdown:
        print(f"\n### {title}\n\n| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}")
        for row in rows:
            print(f"| {' | '.join(row.cells())} |")
        return
    table = Table(title=title, title_justify="left")
    for name in _COLUMNS:
        table.add_column(name, justify="right" if name in ("ours", "theirs", "ratio") else "left")
    for row in rows:
        table.add_row(*row.cells())
    Console().print(table)
