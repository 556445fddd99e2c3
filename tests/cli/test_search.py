"""search: the tools that a request finds, in a table, as JSON, or for a file of requests."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cli.search import _queries
from bridge.errors import OptionError
from tests.cli.conftest import Ran, Run
from tests.cli.shop import on_a_terminal, options, write

Search = Callable[..., Ran]


@pytest.fixture
def search(run: Run, tmp_path: Path) -> Search:
    chosen = options(write(tmp_path))
    return lambda *more: run("search", *chosen, *more)


def batch(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "batch.jsonl"
    path.write_text(text, "utf-8")
    return path


def test_the_table_has_rank_name_method_path_score_and_matched_words(search: Search) -> None:
    ran = search("remove the order")
    assert ran.lines[0].split() == ["rank", "name", "method", "path", "score", "matched"]
    rank, name, method, path, score, *matched = ran.lines[1].split()
    assert (rank, name, method, path, matched) == ("1", "shop_delete_order", "DELETE", "/orders/{orderId}", ["order"])
    assert 0 < float(score) <= 2
    assert ran.err == "4 tools searched\n"


def test_json_is_one_array_of_name_method_path_score_and_matched(search: Search) -> None:
    ran = search("remove the order", "--json")
    assert [set(hit) for hit in ran.json] == [{"name", "method", "path", "score", "matched"}] * len(ran.json)
    best = ran.json[0]
    assert (best["name"], best["method"], best["path"]) == ("shop_delete_order", "DELETE", "/orders/{orderId}")
    assert best["matched"] == ["order"]


def test_several_queries_are_fused(search: Search) -> None:
    found = [hit["name"] for hit in search("set the picture", "list orders", "--json", "--limit", "2").json]
    assert found == ["shop_set_picture", "shop_list_orders"]


def test_limit_cuts_the_list(search: Search) -> None:
    assert len(search("order", "--json", "--limit", "1").json) == 1
    assert search("order", "--limit", "0").code == 2
    assert search("order", "--limit", "101").code == 2


def test_the_filters_of_serve_narrow_what_is_searched(search: Search) -> None:
    assert [hit["name"] for hit in search("order", "--json", "--read-only").json] == ["shop_list_orders"]


def test_where_nothing_fits_stderr_says_so(search: Search) -> None:
    ran = search("qqq")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "no tool fits (4 tools searched); say it in the product's terms: verb + object + whose\n"
    assert search("qqq", "--json").json == []


def test_a_narrow_terminal_shows_names_scores_and_words(tmp_path: Path) -> None:
    code, seen = on_a_terminal("search", *options(write(tmp_path)), "delete an order", columns=80)
    assert code == 0
    assert "shop_delete_order" in seen
    assert "DELETE" not in seen
    assert "method and path fit on 120 columns" in seen


def test_a_batch_is_answered_line_by_line_in_order(search: Search, tmp_path: Path) -> None:
    requests = batch(tmp_path, '["delete an order"]\n\n["set the picture", "list orders"]\n[]\n["qqq"]\n')
    ran = search("--batch", requests, "--limit", "2")
    answers = [json.loads(line) for line in ran.lines]
    assert [[hit["name"] for hit in answer][:1] for answer in answers] == [
        ["shop_delete_order"],
        ["shop_set_picture"],
        [],
        [],
    ]
    assert set(answers[0][0]) == {"name", "method", "path", "score", "matched"}


def test_a_batch_answers_as_single_searches_do(search: Search, tmp_path: Path) -> None:
    queries = ["delete an order", "list orders"]
    (line,) = search("--batch", batch(tmp_path, json.dumps(queries))).lines
    assert json.loads(line) == search(*queries, "--json").json


def test_a_batch_is_read_from_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from bridge.cli import main  # noqa: PLC0415

    monkeypatch.setattr(sys, "argv", ["cli.py", "search", *map(str, options(write(tmp_path))), "--batch", "-"])
    monkeypatch.setattr(sys, "stdin", io.StringIO('["delete an order"]\n'))
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert json.loads(capsys.readouterr().out)[0]["name"] == "shop_delete_order"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1", "not JSON: Expecting ',' delimiter at column 3; a line is an array of queries"),
        ('"list orders"', "not an array of texts; a line is an array of queries"),
        ("[1]", "not an array of texts; a line is an array of queries"),
    ],
)
def test_a_bad_line_is_named_after_those_before_it_are_answered(
    search: Search, tmp_path: Path, line: str, reason: str
) -> None:
    path = batch(tmp_path, f'["list orders"]\n{line}\n["list orders"]\n')
    ran = search("--batch", path)
    assert (ran.code, len(ran.lines)) == (2, 1)
    assert ran.err == f'error: {path}, line 2: {reason}, such as ["list devices of a person"]\n'


def test_a_batch_that_is_not_utf_8_is_an_error(search: Search, tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'["caf\xe9"]\n')
    ran = search("--batch", path)
    assert (ran.code, ran.err) == (2, f"error: {path}, line 1: not UTF-8 text\n")


def test_a_batch_that_is_not_there_is_an_error(search: Search) -> None:
    ran = search("--batch", "nowhere.jsonl")
    assert (ran.code, ran.err) == (2, "error: --batch nowhere.jsonl: no such file or directory\n")


def test_queries_or_a_batch_have_to_be_given_and_not_both(search: Search) -> None:
    assert search().err == "error: search takes queries or --batch\n"
    both = search("list orders", "--batch", "-")
    assert (both.code, both.err) == (2, "error: search takes queries or --batch, not both\n")


@given(st.lists(st.text(), max_size=4))
def test_any_line_is_queries_or_an_error_that_names_it(lines: list[str]) -> None:
    error = ""
    found: list[list[str]] = []
    try:
        found.extend(_queries(lines, "stdin"))
    except OptionError as raised:
        error = str(raised)
    assert error.startswith("stdin, line ") or len(found) == sum(1 for line in lines if line.strip())
    assert all(isinstance(query, str) for queries in found for query in queries)
