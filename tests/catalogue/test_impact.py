"""What a change of documents does to the tools and the overrides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.impact import Impact, impact_of
from bridge.catalogue.overrides import Overrides
from bridge.catalogue.tool_spec import Catalogue
from bridge.spec.operation_diff import operation_diff
from bridge.spec.store import VendorDocuments, stored_documents
from tests.catalogue.builders import declared_paths, overrides
from tests.documents import ACME
from tests.tools import parameter

NONE = Overrides((), {}, ())
ROOMS, PEOPLE = ("GET", "/rooms", "listRooms"), ("GET", "/people", "listPeople")


def built(folder: Path, paths: dict[str, Any], curation: Overrides) -> Catalogue:
    (folder / "acme").mkdir(parents=True, exist_ok=True)
    content = {"openapi": "3.0.3", "info": {"title": "Acme Shop", "version": "1"}, "paths": paths}
    (folder / "acme" / "acme-shop.json").write_text(json.dumps(content), "utf-8")
    known = stored_documents(folder, ACME)
    return build_catalogue([VendorDocuments(ACME, known, known, (), folder)], curation)


def impact(folder: Path, before: dict[str, Any], now: dict[str, Any], curation: Overrides = NONE) -> Impact:
    old, new = built(folder / "old", before, curation), built(folder / "new", now, curation)
    differing = operation_diff(old.vendors[0].operations, new.vendors[0].operations)
    return impact_of(old, new, {entry.operation.identity for entry in differing})


def shown(found: Impact) -> list[tuple[str, str, str, list[str], bool]]:
    return [
        (tool.tool, tool.effect, tool.reason, [str(change) for change in tool.changes], tool.breaking)
        for tool in found.tools
    ]


def test_the_same_documents_do_nothing(tmp_path: Path) -> None:
    paths = declared_paths([ROOMS, PEOPLE])
    found = impact(tmp_path, paths, paths)
    assert found == Impact()
    assert not found.breaking


def test_tools_vanish_and_appear(tmp_path: Path) -> None:
    found = impact(tmp_path, declared_paths([ROOMS]), declared_paths([PEOPLE]))
    assert shown(found) == [
        ("acme_list_rooms", "vanishes", "the operation is gone", [], True),
        ("acme_list_people", "appears", "", [], False),
    ]
    assert found.breaking


def test_a_tool_that_a_filter_now_takes_out_vanishes_and_says_which(tmp_path: Path) -> None:
    curation = overrides(tmp_path, "acme:\n  exclude: [{deprecated: true}]\n")
    now = declared_paths([ROOMS, PEOPLE])
    now["/rooms"]["get"]["deprecated"] = True
    ((tool, effect, reason, _, breaking),) = shown(impact(tmp_path, declared_paths([ROOMS, PEOPLE]), now, curation))
    assert (tool, effect, breaking) == ("acme_list_rooms", "vanishes", True)
    assert reason.startswith("excluded by '{deprecated: true}'")


def test_a_tool_is_renamed_where_nothing_locks_its_name(tmp_path: Path) -> None:
    found = impact(tmp_path, declared_paths([ROOMS]), declared_paths([("GET", "/rooms", "getRooms")]))
    assert shown(found) == [("acme_list_rooms", "is renamed", "to acme_get_rooms", [], True)]


def test_arguments_change_as_the_model_sees_them(tmp_path: Path) -> None:
    before, now = declared_paths([ROOMS, PEOPLE]), declared_paths([ROOMS, PEOPLE])
    before["/rooms"]["get"]["parameters"] = [parameter("max"), parameter("hidden")]
    now["/rooms"]["get"]["parameters"] = [parameter("max", required=True)]
    curation = overrides(
        tmp_path, "acme:\n  tools:\n    GET /rooms: {parameters: {hidden: {hide: true}, max: {name: limit}}}\n"
    )
    found = impact(tmp_path, before, now, curation)
    assert shown(found) == [("acme_list_rooms", "changes arguments", "", ["/limit is required now"], True)]
    assert [(problem.severity, problem.message) for problem in found.problems] == [
        ("error", "'GET /rooms' has no parameter 'hidden'; there are max")
    ]


def test_what_matched_nothing_before_is_no_news(tmp_path: Path) -> None:
    curation = overrides(tmp_path, "acme:\n  include: [GET /rooms, GET /nothing, GET /people]\n")
    found = impact(tmp_path, declared_paths([ROOMS, PEOPLE]), declared_paths([PEOPLE]), curation)
    assert [problem.message for problem in found.problems] == ["the include 'GET /rooms' matches no operation of acme"]
