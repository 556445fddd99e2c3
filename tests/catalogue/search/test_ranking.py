"""Of the tools that have the words, those that do what is asked, for whom it is asked, come first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.search import SearchIndex
from tests.catalogue.builders import declared_paths, overrides, stored

DECLARED = [
    ("GET", "/people/{id}/features/callForwarding", "getPerson", "Get call forwarding settings for a person"),
    ("PUT", "/people/{id}/features/callForwarding", "putPerson", "Modify call forwarding settings for a person"),
    (
        "PUT",
        "/workspaces/{id}/features/callForwarding",
        "putWorkspace",
        "Modify call forwarding settings for a workspace",
    ),
    ("PUT", "/people/me/callForwarding", "putMe", "Modify call forwarding settings for user"),
    ("GET", "/meetings", "listMeetings", "List meetings"),
    ("GET", "/meetings/{id}", "getMeeting", "Get a meeting"),
    ("POST", "/meetings", "createMeeting", "Create a meeting"),
    ("DELETE", "/meetings/{id}", "deleteMeeting", "Delete a meeting"),
    ("DELETE", "/meetings/{id}/survey", "deleteSurvey", "Delete a meeting survey"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return indexed(tmp_path_factory.mktemp("ranking"), declared_paths(DECLARED))


def indexed(folder: Path, paths: Any, text: str = "{}") -> SearchIndex:
    return SearchIndex.build(build_catalogue([stored(folder, {"shop": paths})], overrides(folder, f"acme: {text}")))


def first(index: SearchIndex, query: str) -> str:
    return index.search([query], limit=1)[0].name


@pytest.mark.parametrize(
    ("query", "tool"),
    [
        ("show call forwarding of a person", "acme_get_person"),
        ("change call forwarding of a person", "acme_put_person"),
        ("change call forwarding", "acme_put_person"),
        ("change call forwarding of a workspace", "acme_put_workspace"),
        ("change my call forwarding", "acme_put_me"),
        ("list all meetings", "acme_list_meetings"),
        ("details of a meeting", "acme_get_meeting"),
        ("delete a scheduled meeting", "acme_delete_meeting"),
        ("delete the survey of a meeting", "acme_delete_survey"),
        ("book a meeting", "acme_create_meeting"),
    ],
)
def test_verb_scope_and_title_decide_between_siblings(index: SearchIndex, query: str, tool: str) -> None:
    assert first(index, query) == tool


def test_deprecated_operations_come_after_those_that_are_not(tmp_path: Path) -> None:
    paths = declared_paths([("GET", "/a/logs", "oldLogs", "List logs"), ("GET", "/b/logs", "newLogs", "List logs")])
    paths["/a/logs"]["get"]["deprecated"] = True
    found = [hit.name for hit in indexed(tmp_path, paths).search(["list logs"])]
    assert found == ["acme_new_logs", "acme_old_logs"]


def test_of_equals_a_curated_one_comes_first_and_else_the_order_of_the_documents(tmp_path: Path) -> None:
    paths = declared_paths([("GET", "/a/logs", "aLogs", "List logs"), ("GET", "/b/logs", "bLogs", "List logs")])
    assert first(indexed(tmp_path, paths), "list logs") == "acme_a_logs"
    named = indexed(tmp_path, paths, "{tools: {GET /b/logs: {name: acme_b_logs}}}")
    assert first(named, "list logs") == "acme_b_logs"


def test_an_operation_that_does_many_things_is_found_by_each(tmp_path: Path) -> None:
    paths = declared_paths(
        [
            ("PATCH", "/live/{id}/events", "control", "Use in-meeting controls"),
            ("GET", "/live/{id}/participants", "people", "List participants"),
        ]
    )
    schema = {"type": "object", "properties": {"method": {"enum": ["participant.remove", "recording.start"]}}}
    paths["/live/{id}/events"]["patch"]["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    index = indexed(tmp_path, paths)
    assert first(index, "remove a participant") == "acme_control"
    assert first(index, "start recording") == "acme_control"
    assert first(index, "who are the participants") == "acme_people"
