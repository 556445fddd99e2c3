"""What is shipped, core documents and curation together: a good server as it stands."""

from __future__ import annotations

import json
import re

from bridge.catalogue.overrides import ConfirmTool
from bridge.catalogue.tool_spec import Catalogue

ZOOM_NAMES = {
    "zoom_create_meeting": "POST /users/{userId}/meetings",
    "zoom_get_meeting": "GET /meetings/{meetingId}",
    "zoom_update_meeting": "PATCH /meetings/{meetingId}",
    "zoom_delete_meeting": "DELETE /meetings/{meetingId}",
    "zoom_list_meetings": "GET /users/{userId}/meetings",
    "zoom_get_meeting_participants": "GET /past_meetings/{meetingId}/participants",
    "zoom_create_webinar": "POST /users/{userId}/webinars",
    "zoom_get_user": "GET /users/{userId}",
    "zoom_list_users": "GET /users",
}


def test_the_shipped_curation_has_nothing_wrong(core: Catalogue) -> None:
    assert [str(problem) for problem in core.problems if problem.severity != "note"] == []


def test_the_nine_zoom_tools_have_their_names(core: Catalogue) -> None:
    assert {name: core.tool(name).operation.key for name in ZOOM_NAMES} == ZOOM_NAMES


def test_every_tool_that_a_text_mentions_is_there(core: Catalogue) -> None:
    verbs = {name.split("_")[1] for name in core.by_name}
    texts = json.dumps([tool.listing() for tool in core.tools])
    mentioned = set(re.findall(rf"\b(?:webex|zoom)_(?:{'|'.join(verbs)})_[a-z0-9_]+\b", texts))
    assert len(mentioned) > 100
    assert mentioned - core.by_name.keys() == set()


def test_what_cannot_be_undone_or_hurts_many_is_only_done_with_a_persons_consent(core: Catalogue) -> None:
    grave = {tool.name for tool in core.tools if tool.confirm is ConfirmTool.ALWAYS}
    assert grave >= {
        *("zoom_delete_user", "zoom_update_user_status", "zoom_end_meeting", "zoom_delete_meeting_recordings"),
        *("webex_delete_person", "webex_delete_location", "webex_delete_recording", "webex_end_meeting"),
        *("webex_delete_room", "webex_delete_device"),
    }
    assert not [name for name in grave if core.tool(name).annotations.read_only]
    assert not grave & {"zoom_delete_meeting", "webex_delete_meeting", "webex_delete_message"}


def test_each_vendor_has_fifteen_pinned_tools(core: Catalogue) -> None:
    assert [sum(tool.pinned for tool in vendor.tools) for vendor in core.vendors] == [15, 15]


def test_the_core_documents_have_no_defects(core: Catalogue) -> None:
    assert [repair for vendor in core.vendors for repair in vendor.repairs] == []
