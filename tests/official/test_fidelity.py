"""The comparison itself: what differs is seen, so that the figures of a complete run can be trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.official.fidelity.bare import bare_arguments
from tests.official.fidelity.calls import Call, Success, calls_of
from tests.official.fidelity.checking import Outcome, Report, error_differences, result_differences
from tests.official.fidelity.expectation import Arrived, arguments_for, differences
from tests.official.fidelity.raw import RawOperation, RawParameter

TOKEN = "token-1"
ROOM = RawParameter("roomId", "path", True, {"type": "string"}, "simple", False, None)
TAG = RawParameter("tag", "query", False, {"type": "array", "items": {"type": "string"}}, "form", True, None)
REGION = RawParameter("Region", "header", False, {"type": "string"}, "simple", False, None)
BODY_SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}, "count": {"type": "integer"}}}
FILE_SCHEMA = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
}

OPERATION = RawOperation(
    document="webex/rooms",
    method="PUT",
    path="/rooms/{roomId}",
    parameters=[ROOM, TAG, REGION],
    media_type="application/json",
    body_schema=BODY_SCHEMA,
    body_required=True,
    body_example=None,
    responses={},
)
UPLOAD = replace(OPERATION, parameters=[ROOM], media_type="multipart/form-data", body_schema=FILE_SCHEMA)
VALUES = {ROOM: "a/b c", TAG: ["x&y", "ü"], REGION: "EMEA"}
BODY = {"name": "Dana", "count": 1}
EXACT = Arrived(
    method="PUT",
    raw_path="/v1/rooms/a%2Fb%20c",
    query="tag=x%26y&tag=%C3%BC",
    headers={"host": "127.0.0.1", "region": "EMEA", "content-type": "application/json"},
    body=b'{"count": 1, "name": "Dana"}',
    authorization=(f"Bearer {TOKEN}",),
)


def found(*arrived: Arrived) -> list[str]:
    return differences(OPERATION, VALUES, BODY, TOKEN, list(arrived))


def test_an_exact_request_has_no_differences() -> None:
    assert found(EXACT) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": "POST"}, "method POST"),
        ({"raw_path": "/v1/rooms/a%252Fb%2520c"}, "path /v1/rooms/a%252Fb%2520c instead of"),
        ({"raw_path": "/v1/rooms/a/b%20c"}, "path"),
        ({"raw_path": "/rooms/a%2Fb%20c"}, "path"),
        ({"raw_path": "/v1/rooms/a%2Fb%20c/"}, "path"),
        ({"query": "tag=x%26y"}, "query"),
        ({"query": "tag=x&y&tag=%C3%BC"}, "query"),
        ({"query": "tag=x%26y,%C3%BC"}, "query"),
        ({"query": "tag=x%26y&tag=%C3%BC&tag=%C3%BC"}, "query"),
        ({"query": "tag=x%26y&tag=%C3%BC&empty="}, "query"),
        ({"body": b'{"count": 2, "name": "Dana"}'}, "body"),
        ({"body": b'{"count": "1", "name": "Dana"}'}, "body"),
        ({"body": b'{"count": true, "name": "Dana"}'}, "body"),
        ({"body": b'{"name": "Dana"}'}, "body"),
        ({"body": b"count=1"}, "the body is no JSON"),
        ({"body": b""}, "the body is no JSON"),
        ({"authorization": ()}, "Authorization"),
        ({"authorization": ("Bearer another",)}, "Authorization"),
        ({"authorization": (f"Bearer {TOKEN}", f"Bearer {TOKEN}")}, "Authorization"),
        ({"headers": {**EXACT.headers, "region": "APAC"}}, "header region: 'APAC'"),
        ({"headers": {"content-type": "application/json"}}, "header region: None"),
        ({"headers": {**EXACT.headers, "content-type": "text/plain"}}, "content type"),
        ({"headers": {**EXACT.headers, "x-zoom-access-token": "1"}}, "header x-zoom-access-token was not asked for"),
    ],
)
def test_a_request_that_differs_is_noticed(change: dict[str, Any], said: str) -> None:
    (difference,) = found(replace(EXACT, **change))
    assert said in difference


def test_no_request_and_two_requests_are_noticed() -> None:
    assert found() == ["0 requests arrived"]
    assert found(EXACT, EXACT) == ["2 requests arrived"]


def test_a_body_that_was_not_given_is_noticed() -> None:
    assert differences(OPERATION, VALUES, None, TOKEN, [EXACT]) == [f"a body of {len(EXACT.body)} bytes"]


def test_an_uuid_of_zoom_has_to_be_encoded_twice_and_any_other_value_once() -> None:
    zoom = replace(OPERATION, document="zoom/meetings", parameters=[ROOM], media_type=None)
    for value, exact, wrong in (
        ("/x==", "/v2/rooms/%252Fx%253D%253D", "/v2/rooms/%2Fx%3D%3D"),
        ("a//b", "/v2/rooms/a%252F%252Fb", "/v2/rooms/a%2F%2Fb"),
        ("a/b", "/v2/rooms/a%2Fb", "/v2/rooms/a%252Fb"),
    ):
        arrived = replace(EXACT, query="", headers={}, body=b"")
        assert differences(zoom, {ROOM: value}, None, TOKEN, [replace(arrived, raw_path=exact)]) == []
        assert len(differences(zoom, {ROOM: value}, None, TOKEN, [replace(arrived, raw_path=wrong)])) == 1


def multipart(*parts: tuple[str, bytes]) -> Arrived:
    data = (
        b"".join(b"--b\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + b"--b--\r\n"
    )
    return replace(EXACT, query="", headers={"content-type": "multipart/form-data; boundary=b"}, body=data)


NAME_PART = ('Content-Disposition: form-data; name="name"', b"Dana")
FILE_HEAD = 'Content-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream'
FILE_PART = (FILE_HEAD, b"\x00\xff")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([FILE_PART, NAME_PART], []),
        ([FILE_PART], ["parts ['file'] instead of ['file', 'name']"]),
        ([FILE_PART, NAME_PART, ('Content-Disposition: form-data; name="more"', b"1")], ["parts"]),
        ([FILE_PART, (NAME_PART[0], b"Dana Lee")], ["part name"]),
        ([FILE_PART, NAME_PART, NAME_PART], ["part name"]),
        ([(FILE_HEAD, b"AP8="), NAME_PART], ["part file"]),
        ([('Content-Disposition: form-data; name="file"', b"\x00\xff"), NAME_PART], ["part file"]),
    ],
)
def test_parts_are_compared_one_by_one(parts: list[tuple[str, bytes]], said: list[str]) -> None:
    body = {"file": b"\x00\xff", "name": "Dana"}
    got = differences(UPLOAD, {ROOM: "a/b c"}, body, TOKEN, [multipart(*parts)])
    assert [difference[: len(start)] for difference, start in zip(got, said, strict=True)] == said


# --- results


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(False, "", 200, ({"a": 1},)), ""),
        (Outcome(False, "", None, ("text", {"a": 1})), ""),
        (Outcome(True, "failed", 200, ({"a": 1},)), "an error: failed"),
        (Outcome(False, "", 201, ({"a": 1},)), "status 201 instead of 200"),
        (Outcome(False, "", 200, ({"a": 1.0},)), "body"),
        (Outcome(False, "", 200, ({"a": True},)), "body"),
        (Outcome(False, "", 200, ()), "body"),
        (Outcome(False, "", 200, ({"a": 1},), problems=("key more",)), "key more"),
    ],
)
def test_a_result_that_differs_is_noticed(outcome: Outcome, said: str) -> None:
    differing = result_differences(outcome, Success((200, {}, b'{"a": 1}'), 200, {"a": 1}))
    assert [text[: len(said)] for text in differing] == ([said] if said else [])


def test_a_file_that_differs_is_noticed() -> None:
    success = Success((200, {}, b"\x00"), 200, file=b"\x00")
    assert result_differences(Outcome(False, "", 200, (None,), b"\x00"), success) == []
    assert result_differences(Outcome(False, "", 200, (None,), None), success) == ["another file"]


def test_an_error_that_is_not_told_whole_is_noticed() -> None:
    words = ("404", "No such thing")
    assert error_differences(Outcome(True, "404: No such thing", 404), 404, words) == []
    assert error_differences(Outcome(False, "404: No such thing", 404), 404, words) == ["no error"]
    assert error_differences(Outcome(True, "404: No such thing", 0), 404, words) == ["status 0 instead of 404"]
    assert "No such thing" in error_differences(Outcome(True, "404", 404), 404, words)[0]


# --- calls and figures


def test_calls_give_the_least_then_everything_then_what_is_hard_to_encode() -> None:
    zoom = replace(OPERATION, document="zoom/meetings", parameters=[ROOM, TAG])
    calls = list(calls_of(zoom))
    assert [call.variant for call in calls] == ["required", "all", "hard", "uuid", "uuid", "me"]
    assert [set(call.parameters) for call in calls[:2]] == [{ROOM}, {ROOM, TAG}]
    assert "/" in calls[2].parameters[ROOM]
    assert "%" in calls[2].parameters[ROOM]
    assert [call.parameters[ROOM] for call in calls[3:]] == ["/x+y==", "ab//c+d==", "me"]


def test_arguments_are_named_by_the_rules_of_the_readme() -> None:
    room, tag = replace(ROOM, name="room id"), replace(TAG, name="name")
    operation = replace(OPERATION, parameters=[room, tag])
    arguments = arguments_for(operation, {room: "1", tag: ["2"]}, BODY)
    assert arguments == {"room_id": "1", "name": ["2"], "name_body": "Dana", "count": 1}


def test_fastmcp_alone_is_given_arguments_by_its_own_names() -> None:
    places = {
        "roomId": {"location": "path", "openapi_name": "roomId"},
        "name__query": {"location": "query", "openapi_name": "name"},
        "name": {"location": "body", "openapi_name": "name"},
        "count": {"location": "body", "openapi_name": "count"},
    }
    call = Call("all", {ROOM: "1", replace(TAG, name="name"): ["2"]}, BODY)
    assert bare_arguments(places, call, BODY_SCHEMA) == {
        "roomId": "1",
        "name__query": ["2"],
        "name": "Dana",
        "count": 1,
    }
    whole = {"body": {"location": "body", "openapi_name": "body"}}
    assert bare_arguments(whole, Call("all", {}, BODY), BODY_SCHEMA) == {"body": BODY}
    single = {"count": {"location": "body", "openapi_name": "count"}}
    assert bare_arguments(single, Call("required", {}, {}), BODY_SCHEMA) == {}


def test_figures_are_complete_only_with_all_operations_in_all_columns() -> None:
    report = Report()
    assert not report.complete
    columns = ("operations", "listed", "called", "wire exact", "result exact", "error faithful")
    report.counts["webex/rooms"].update(columns)
    assert report.complete
    report.counts["webex/rooms"]["operations"] += 1
    assert not report.complete
