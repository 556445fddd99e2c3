"""list-tools: what is exposed, filtered and counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.cli.shop import on_a_terminal, options, process, write

ALL = ["shop_list_orders", "shop_create_order", "shop_delete_order", "shop_set_picture"]
ListTools = Callable[..., Ran]


@pytest.fixture
def list_tools(run: Run, tmp_path: Path) -> ListTools:
    chosen = options(write(tmp_path))
    return lambda *more: run("list-tools", *chosen, *more)


def test_the_table_has_name_method_path_title_and_tokens(list_tools: ListTools) -> None:
    ran = list_tools()
    assert ran.lines[0].split() == ["name", "method", "path", "title", "tokens"]
    assert [line.split()[0] for line in ran.lines[1:]] == ALL
    assert ran.lines[1].split()[:5] == ["shop_list_orders", "GET", "/orders", "List", "orders"]
    assert ran.lines[1].split()[5].isdigit()


def test_the_count_goes_to_stderr(list_tools: ListTools) -> None:
    tokens = sum(tool["tokens"] for tool in list_tools("--json").json)
    assert list_tools().err == f"4 tools, about {tokens:,} tokens when all are listed\n"


def test_piped_output_has_no_colours_and_no_line_is_cut(run: Run, tmp_path: Path) -> None:
    path = "/" + "/".join(["very-long-segment"] * 20)
    long = write(tmp_path, paths={path: {"get": {"operationId": "get", "summary": "Get it"}}})
    ran = run("list-tools", *options(long))
    assert path in ran.lines[1]
    assert "\x1b" not in ran.out + ran.err


def test_a_terminal_of_80_columns_never_breaks_a_name(tmp_path: Path) -> None:
    name = "listEveryOrderOfTheShopThatWasEverMadeByAnyone"
    long = write(tmp_path, paths={"/orders": {"get": {"operationId": name, "summary": "List all orders"}}})
    code, seen = on_a_terminal("list-tools", *options(long))
    assert code == 0
    listed = process("list-tools", *options(long), "--names").stdout.strip()
    assert len(listed) > 40
    assert any(line.startswith(f"{listed}  List all") for line in seen.splitlines())
    assert "method and path fit on 120 columns" in seen


def test_json_is_one_array_of_objects(list_tools: ListTools) -> None:
    ran = list_tools("--json")
    assert [tool["name"] for tool in ran.json] == ALL
    assert set(ran.json[0]) == {
        *("name", "title", "description", "vendor", "documents", "method", "path"),
        *("tags", "scopes", "pinned", "tokens"),
    }
    created = ran.json[1]
    assert (created["vendor"], created["method"], created["path"]) == ("shop", "POST", "/orders")
    assert (created["title"], created["tags"], created["pinned"]) == ("Create an order", ["Orders"], False)


def test_documents_in_json_are_what_spec_takes(run: Run) -> None:
    chosen = ("--spec", "zoom/users", "--overrides", "/dev/null")
    tools = run("list-tools", *chosen, "--json").json
    again = run("list-tools", "--spec", tools[0]["documents"][0], "--overrides", "/dev/null", "--json").json
    assert [tool["name"] for tool in again] == [tool["name"] for tool in tools]


def test_names_are_one_a_line_and_nothing_else(list_tools: ListTools) -> None:
    ran = list_tools("--names")
    assert (ran.lines, ran.err) == (ALL, "")


def test_what_a_search_finds_comes_best_first(list_tools: ListTools) -> None:
    assert list_tools("--names", "--search", "delete an order").lines[0] == "shop_delete_order"
    assert list_tools("--names", "--search", "orders, which ones are there").lines[0] == "shop_list_orders"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--tag", "Pictures"), ALL[3:]),
        (("--tag", "pic*"), ALL[3:]),
        (("--tag", "Pictures", "--tag", "o*"), ALL),
        (("--tag", "pic"), []),
        (("--search", "picture"), ["shop_set_picture"]),
        (("--search", "qqq"), []),
        (("--search", "picture", "--tag", "Orders"), []),
    ],
)
def test_filters_narrow_the_list(list_tools: ListTools, words: tuple[str, ...], expected: list[str]) -> None:
    assert list_tools("--names", *words).lines == expected


def test_where_no_tool_fits_the_table_is_empty_and_stderr_says_so(list_tools: ListTools) -> None:
    ran = list_tools("--tag", "nothing")
    assert (ran.code, ran.out, ran.err) == (0, "", "no tool fits\n")


@pytest.mark.parametrize("document", ["zoom/users", "users"])
def test_a_document_is_taken_with_and_without_its_vendor(run: Run, document: str) -> None:
    chosen = ("--spec", "zoom/users", "--spec", "zoom/roles", "--overrides", "/dev/null")
    tools = run("list-tools", *chosen, "--document", document, "--json").json
    assert tools
    assert all("zoom/users" in tool["documents"] for tool in tools)


def test_a_document_that_is_not_served_is_an_error_with_the_nearest_one(run: Run) -> None:
    chosen = ("--spec", "zoom/users", "--overrides", "/dev/null")
    assert run("list-tools", *chosen, "--document", "user").err == (
        "error: --document user: no such document; did you mean 'users'?\n"
    )
    assert run("list-tools", *chosen, "--document", "qqq").err == (
        "error: --document qqq: no such document; there are zoom/users\n"
    )


def test_stats_count_by_document_and_tag(list_tools: ListTools) -> None:
    ran = list_tools("--stats")
    counted = {line.split()[0]: line.split()[1] for line in ran.lines if line}
    assert (counted["document"], counted["tag"]) == ("tools", "tools")
    assert (counted["Orders"], counted["Pictures"]) == ("3", "1")
    assert ran.lines[-2].startswith("4 tools, about ")
    assert ran.lines[-1].startswith("full mode: every tool is listed, about ")


def test_stats_say_what_is_listed_and_why(list_tools: ListTools) -> None:
    ran = list_tools("--stats", "--list-budget", "100")
    assert ran.lines[-1].startswith("search mode (all 4 tools would take more than --list-budget 100 tokens): 0 pinned")
    listing = list_tools("--stats", "--mode", "search", "--json").json["listing"]
    assert (listing["mode"], listing["tools"], listing["left_out"]) == ("search", 4, [])
    assert listing["tokens"] < 1_500


def test_stats_in_json_add_up(list_tools: ListTools) -> None:
    stats = list_tools("--stats", "--json").json
    tags = stats["tags"]
    assert stats["tools"] == 4
    assert {name: entry["tools"] for name, entry in tags.items()} == {"Orders": 3, "Pictures": 1}
    assert sum(entry["tokens"] for entry in tags.values()) == stats["tokens"]
    assert [entry["tools"] for entry in stats["documents"].values()] == [4]
