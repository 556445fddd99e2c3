"""Documents and overrides become the catalogue: what is exposed, under which name, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import ConfirmTool, Overrides
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.errors import SpecNotFoundError
from bridge.spec.document import JsonObject
from tests.catalogue.builders import DESKS, ROOMS, declared_paths, overrides, parameter, stored
from tests.documents import ACME, NOBODY

NONE = Overrides((), {}, ())


def names(catalogue: Catalogue) -> list[str]:
    return [tool.name for tool in catalogue.tools]


def marks(tool: ToolSpec) -> tuple[bool, bool, bool]:
    return tool.annotations.read_only, tool.annotations.destructive, tool.annotations.idempotent


def one(tmp_path: Path, text: str = "", **declared: Any) -> ToolSpec:
    """Return the one tool of a document with one operation, ``GET /a``, and overrides with this text."""
    responses = {"200": {"description": "Fine."}}
    paths = {"/a": {"get": {"operationId": "getA", "responses": responses, **declared}}}
    curated = overrides(tmp_path, text) if text else NONE
    (tool,) = build_catalogue([stored(tmp_path, {"shop": paths})], curated).tools
    return tool


def test_every_operation_is_a_tool_in_the_order_of_its_document(tmp_path: Path) -> None:
    catalogue = build_catalogue([stored(tmp_path, {"shop": ROOMS})], NONE)
    assert names(catalogue) == [
        "acme_list_rooms",
        "acme_create_room",
        "acme_update_room",
        "acme_delete_room",
        "acme_change_room",
    ]
    assert catalogue.problems == ()


def test_annotations_follow_from_the_method(tmp_path: Path) -> None:
    tools = build_catalogue([stored(tmp_path, {"shop": ROOMS})], NONE).tools
    assert {tool.operation.method: marks(tool) for tool in tools} == {
        "GET": (True, False, True),
        "POST": (False, False, False),
        "PUT": (False, False, True),
        "PATCH": (False, False, False),
        "DELETE": (False, True, True),
    }
    assert all(tool.annotations.open_world for tool in tools)


def test_what_only_a_person_may_allow_is_destructive_unless_the_overrides_say_otherwise(tmp_path: Path) -> None:
    tool = one(tmp_path, "acme: {tools: {GET /a: {confirm: always}}}")
    assert (tool.confirm, tool.annotations.destructive, tool.is_grave) == (ConfirmTool.ALWAYS, True, True)
    assert tool.meta["bridge"]["confirm"] == "always"
    tool = one(tmp_path, "acme: {tools: {GET /a: {confirm: always, annotations: {destructive: false}}}}")
    assert (tool.annotations.destructive, tool.is_grave) == (False, True)


def test_annotations_of_the_overrides_win_one_by_one(tmp_path: Path) -> None:
    tool = one(tmp_path, "acme: {tools: {GET /a: {annotations: {destructive: true, open_world: false}}}}")
    assert marks(tool) == (True, True, True)
    assert not tool.annotations.open_world
    tool = one(tmp_path, "acme: {tools: {GET /a: {annotations: {read_only: false, idempotent: false}}}}")
    assert marks(tool) == (False, False, False)


def test_an_operation_of_several_documents_is_one_tool(tmp_path: Path) -> None:
    catalogue = build_catalogue([stored(tmp_path, {"shop": ROOMS, "depot": DESKS})], NONE)
    assert len(catalogue.tools) == 6
    assert catalogue.tool("acme_list_rooms").operation.document_names == ("shop", "depot")


@pytest.mark.parametrize("selected", ["shop", "depot"])
def test_names_are_the_same_whatever_is_selected(tmp_path: Path, selected: str) -> None:
    documents = {"shop": ROOMS, "depot": {**DESKS, **declared_paths([("GET", "/old/rooms", "listRooms")])}}
    whole = build_catalogue([stored(tmp_path, documents)], NONE)
    part = build_catalogue([stored(tmp_path, documents, selected=[selected])], NONE)
    named = {tool.operation.identity: tool.name for tool in whole.tools}
    assert {tool.operation.identity: tool.name for tool in part.tools}.items() <= named.items()
    assert len(part.tools) == (5 if selected == "shop" else 3)


def test_official_operations_keep_the_names_of_the_core(tmp_path: Path) -> None:
    core = declared_paths([("GET", "/rooms", "findRooms", "Find rooms")])
    documents = {"shop": ROOMS, "rooms": core}
    official = build_catalogue([stored(tmp_path, documents, core=["rooms"])], NONE)
    alone = build_catalogue([stored(tmp_path, {"rooms": core}, core=["rooms"], origin="core")], NONE)
    assert names(alone) == ["acme_find_rooms"]
    assert names(official)[0] == "acme_find_rooms"
    assert len(official.tools) == 5


def test_vendors_do_not_take_names_from_one_another(tmp_path: Path) -> None:
    other = replace(NOBODY, name="acme_list")
    (tmp_path / "other").mkdir()
    catalogue = build_catalogue(
        [
            stored(tmp_path, {"shop": declared_paths([("GET", "/rooms", "listRooms")])}),
            stored(tmp_path / "other", {"acme_list": declared_paths([("GET", "/my/rooms", "rooms")])}, vendor=other),
        ],
        NONE,
    )
    assert names(catalogue) == ["acme_list_rooms", "acme_list_rooms_my"]


def test_include_and_exclude_decide_what_is_exposed(tmp_path: Path) -> None:
    text = "acme: {include: [{path: /rooms/**}], exclude: [{method: [DELETE, PUT]}]}"
    catalogue = build_catalogue([stored(tmp_path, {"shop": ROOMS, "depot": DESKS})], overrides(tmp_path, text))
    assert names(catalogue) == ["acme_list_rooms", "acme_create_room", "acme_change_room"]
    assert len(catalogue.vendors[0].operations) == 6


def test_overrides_give_name_title_description_tags_and_pin(tmp_path: Path) -> None:
    text = (
        "acme: {tools: {GET /a: {name: find, title: Find, description: Find it., tags: [X], pin: true, "
        "parameters: {max: {name: limit}}}}}"
    )
    tool = one(tmp_path, text, tags=["A"], summary="Get", parameters=[parameter("max")])
    assert (tool.name, tool.title, tool.description, tool.tags, tool.pinned) == (
        "find",
        "Find",
        "Find it.",
        ("X",),
        True,
    )
    assert [argument.name for argument in tool.arguments.visible] == ["limit"]


def test_an_empty_list_of_tags_leaves_none(tmp_path: Path) -> None:
    assert one(tmp_path, "acme: {tools: {GET /a: {tags: []}}}", tags=["A"]).tags == ()
    assert one(tmp_path, tags=["A"]).tags == ("A",)


def test_the_longest_default_name_is_what_the_overrides_say(tmp_path: Path) -> None:
    tool = one(tmp_path, "acme: {naming: {max_length: 20}}", operationId="listTheVeryImportantThingsOfAnOrganization")
    assert len(tool.name) <= 20
    assert tool.name.startswith("acme_list_")


def test_the_base_url_of_the_overrides_wins(tmp_path: Path) -> None:
    assert one(tmp_path).operation.base_url == "https://api.acme.example/v1"
    assert one(tmp_path, "acme: {base_url: 'https://eu.acme.example'}").operation.base_url == "https://eu.acme.example"


def test_mistakes_in_overrides_that_only_operations_tell_are_problems(tmp_path: Path) -> None:
    text = "acme: {tools: {GET /roms: {pin: true}, GET /rooms: {parameters: {mx: {hide: true}}}}}"
    catalogue = build_catalogue([stored(tmp_path, {"shop": ROOMS})], overrides(tmp_path, text))
    assert [problem.severity for problem in catalogue.problems] == ["error", "error"]
    assert len(catalogue.tools) == 5


@pytest.mark.parametrize(
    ("summary", "description", "shown"),
    [
        ("List rooms", "Those you see.", "List rooms.\n\nThose you see."),
        ("List rooms.", "Those you see.", "List rooms.\n\nThose you see."),
        ("List rooms.", "List rooms that you see.", "List rooms that you see."),
        ("List rooms", "", "List rooms"),
        ("", "Those you see.", "Those you see."),
        ("", "", "GET /a"),
    ],
)
def test_the_description_begins_with_the_summary(tmp_path: Path, summary: str, description: str, shown: str) -> None:
    tool = one(tmp_path, summary=summary, description=description)
    assert tool.description == shown
    assert tool.title == (summary or "GET /a")


def test_the_repairs_are_those_of_the_selected_documents(tmp_path: Path) -> None:
    broken: JsonObject = {"/a": {"get": {"operationId": "a", "responses": {"200": {}}}}}
    also: JsonObject = {"/b": {"get": {"operationId": "b", "responses": {"200": {}}}}}
    (vendor,) = build_catalogue([stored(tmp_path, {"shop": broken, "depot": also}, selected=["depot"])], NONE).vendors
    assert {repair.document for repair in vendor.repairs} == {"acme/depot"}
    assert vendor.vendor == ACME


def test_a_document_that_is_not_there_stops_the_work(tmp_path: Path) -> None:
    documents = stored(tmp_path, {"shop": ROOMS})
    (tmp_path / "shop.json").unlink()
    with pytest.raises(SpecNotFoundError, match=r"shop\.json: no such file"):
        build_catalogue([documents], NONE)
