"""Tables and JSON: nothing cut when piped, readable on a narrow terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import pytest

from bridge.cli.output import Column, errors, is_narrow, output, print_json, print_table

COLUMNS = (Column("name", whole=True), Column("path", wide=True), Column("title"), Column("tokens", number=True))
LONG = "word " * 60
ROWS = [("shop_list_orders", "/orders", "List orders", "7"), ("shop_get_order", "/orders/1", LONG, "1,234")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int, rows: Sequence[Sequence[str]] = ROWS) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    print_table(COLUMNS, rows)
    return terminal.getvalue()


def test_a_piped_table_is_aligned_whole_and_ends_without_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS[:3], [row[:3] for row in ROWS])
    assert capsys.readouterr().out.splitlines() == [
        "name              path       title",
        "shop_list_orders  /orders    List orders",
        f"shop_get_order    /orders/1  {LONG.strip()}",
    ]


def test_numbers_stand_at_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS[2:], [("a", "7"), ("b", "1,234")])
    assert capsys.readouterr().out.splitlines() == ["title  tokens", "a           7", "b       1,234"]


def test_wide_characters_count_for_two(capsys: pytest.CaptureFixture[str]) -> None:
    print_table((Column("a"), Column("b")), [("日本", "x"), ("abcd", "y")])
    assert capsys.readouterr().out.splitlines() == ["a     b", "日本  x", "abcd  y"]


def test_a_table_without_rows_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, [])
    assert capsys.readouterr().out == ""


def test_a_narrow_terminal_leaves_wide_columns_out_and_never_breaks_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_on_a_terminal(monkeypatch, 60, [("x" * 46, "/orders", "List orders of all people", "1,234")])
    assert "x" * 46 in shown
    assert "/orders" not in shown
    assert "1,234" in shown
    assert max(len(line) for line in shown.splitlines() if "\x1b" not in line) <= 60


def test_a_wide_terminal_shows_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/orders" in shown_on_a_terminal(monkeypatch, 120)


@pytest.mark.parametrize(("columns", "narrow"), [(119, True), (120, False)])
def test_a_terminal_is_narrow_below_120_columns(monkeypatch: pytest.MonkeyPatch, columns: int, narrow: bool) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert is_narrow() is narrow


def test_what_is_piped_is_never_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert not is_narrow()


@pytest.mark.parametrize("columns", [60, 200])
def test_markup_and_names_of_emoji_in_a_cell_are_plain_text(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    shown = shown_on_a_terminal(monkeypatch, columns, [("a", "b", "[bold]x[/] :smile: [/]", "1")])
    assert "[bold]x[/] :smile: [/]" in shown


def test_the_consoles_print_text_as_it_is_and_without_colours_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    output().print("[red]:smile:[/red] 12 " + "x" * 500, style="bold")
    errors().print("[red]:smile:[/red] 12 " + "x" * 500, style="dim")
    assert capsys.readouterr() == ("[red]:smile:[/red] 12 " + "x" * 500 + "\n",) * 2


def test_json_is_indented_utf_8(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Größe"})
    assert capsys.readouterr().out == '{\n  "name": "Größe"\n}\n'
