"""--read-only, --allow, --deny and --scopes on the command line, and the scopes that tools need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.shop import SHOP, options, write

SHOP_SCOPES = {"get": ["shop:orders_read"], "post": ["shop:orders_write"]}


@pytest.fixture
def shop(tmp_path: Path) -> tuple[str | Path, ...]:
    """Return the options of the shop, with scopes for its orders."""
    paths: dict[str, Any] = json.loads(json.dumps(SHOP["paths"]))
    for method, scopes in SHOP_SCOPES.items():
        paths["/orders"][method]["security"] = [{"oauth": scopes}]
    return options(write(tmp_path, paths=paths))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--read-only",), ["shop_list_orders"]),
        (("--deny", "DELETE", "--deny", "Pictures"), ["shop_list_orders", "shop_create_order"]),
        (("--allow", "tag=Orders,method=POST"), ["shop_create_order"]),
        (("--scopes", "shop:orders_read"), ["shop_list_orders", "shop_delete_order", "shop_set_picture"]),
        (
            ("--scopes", "shop:orders_read, shop:orders_write", "--allow", "/orders"),
            ["shop_list_orders", "shop_create_order"],
        ),
    ],
)
def test_what_is_listed_can_be_called_and_nothing_else(
    run: Run, shop: tuple[str | Path, ...], words: tuple[str, ...], names: list[str]
) -> None:
    assert run("list-tools", *shop, *words, "--names").lines == names


def test_scopes_come_from_a_file_too(run: Run, shop: tuple[str | Path, ...], tmp_path: Path) -> None:
    file = tmp_path / "scopes.txt"
    file.write_text("shop:orders_write\nopenid\n")
    assert "shop_list_orders" not in run("list-tools", *shop, "--scopes", file, "--names").lines


def test_what_is_withheld_is_listed_with_its_option(run: Run, shop: tuple[str | Path, ...]) -> None:
    ran = run("list-tools", *shop, "--deny", "DELETE", "--hidden", "--json")
    assert [(entry["method"], entry["reason"]) for entry in ran.json] == [("DELETE", "--deny 'DELETE'")]
    assert "file" not in ran.json[0]


def test_show_and_call_refuse_what_is_withheld(run: Run, shop: tuple[str | Path, ...]) -> None:
    for command, *rest in (("show-tool",), ("call", "orderId=1", "--yes", "--sandbox")):
        ran = run(command, "shop_delete_order", *rest, *shop, "--read-only")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == "error: shop_delete_order is not allowed here: it writes, and --read-only is set\n"


def test_a_rule_that_matches_nothing_ends_with_2(run: Run, shop: tuple[str | Path, ...]) -> None:
    ran = run("list-tools", *shop, "--deny", "shop_delete_ordr")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("--deny 'shop_delete_ordr' matches no tool; did you mean 'shop_delete_order'?\n")


def test_the_scopes_that_the_tools_need_are_one_line_to_paste(run: Run, shop: tuple[str | Path, ...]) -> None:
    ran = run("list-tools", *shop, "--needs-scopes")
    assert ran.lines == [
        "# shop: 2 scopes for 2 tools; of 2 the documents name no scope",
        "shop:orders_read shop:orders_write",
    ]
    assert run("list-tools", *shop, "--needs-scopes", "--read-only", "--json").json == [
        {"vendor": "shop", "kind": "", "scopes": ["shop:orders_read"], "tools": 1, "others": 0, "unknown": 0}
    ]
    assert run("list-tools", *shop, "--needs-scopes", "--names").code == 2
