"""show-tool: one tool, whole."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.shop import options, write


def test_everything_about_a_tool_is_shown(run: Run, tmp_path: Path) -> None:
    ran = run("show-tool", "shop_create_order", *options(write(tmp_path)))
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0].startswith("shop_create_order  ")
    assert ran.lines[1] == "Create an order"
    for heading in ("input schema", "annotations", "meta", "example arguments", "example request"):
        assert heading in ran.lines
    place = ran.lines.index("example request")
    assert ran.lines[place + 1 : place + 3] == ["POST https://api.shop.example/v1/orders", "Authorization: Bearer ***"]


def test_json_is_the_listing_with_tokens_example_and_request(run: Run, tmp_path: Path) -> None:
    shown = run("show-tool", "shop_create_order", *options(write(tmp_path)), "--json").json
    assert shown["name"] == "shop_create_order"
    assert shown["inputSchema"]["required"] == ["item"]
    assert shown["example"] == {"item": "text"}
    assert shown["tokens"] > 10
    assert shown["request"].startswith("POST https://api.shop.example/v1/orders\n")


def test_the_text_of_a_document_is_not_read_as_markup(run: Run, tmp_path: Path) -> None:
    marked = "[bold]Get[/bold] it :smile:"
    path = write(tmp_path, paths={"/t": {"get": {"operationId": "get", "summary": marked, "description": marked}}})
    assert run("show-tool", "shop_get", *options(path)).lines[1] == marked


def test_a_document_without_a_server_shows_its_tools_all_the_same(run: Run, tmp_path: Path) -> None:
    ran = run("show-tool", "shop_list_orders", *options(write(tmp_path, servers=[])))
    assert ran.code == 0
    assert ran.lines[-1].startswith("none: shop: the document names no server; say where it lives: --upstream shop=")


def test_an_unknown_tool_is_an_error_with_the_nearest_name(run: Run, tmp_path: Path) -> None:
    ran = run("show-tool", "shop_lst_orders", *options(write(tmp_path)))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "error: no tool 'shop_lst_orders'; did you mean 'shop_list_orders'?\n"
