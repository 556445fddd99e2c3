"""Two versions of a vendor's documents: what is new, gone and changed."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bridge.spec.operation import Operation, operations_of
from bridge.spec.operation_diff import OperationDiff, operation_diff
from bridge.spec.repair import repair
from tests.documents import document
from tests.tools import body, parameter

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def operations(paths: dict[str, Any], **more: Any) -> list[Operation]:
    made = document(paths, **more)
    repair(made)
    return operations_of([made])


def declared(**more: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "Fine."}}, **more}


def shown(found: list[OperationDiff]) -> list[tuple[str, str, list[str], bool]]:
    return [
        (entry.kind, entry.operation.key, [str(change) for change in entry.changes], entry.breaking) for entry in found
    ]


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, bool]]:
    found = operation_diff(
        operations({"/a": {"post": declared(**before)}}), operations({"/a": {"post": declared(**now)}})
    )
    return [(str(change), change.breaking) for entry in found for change in entry.changes]


def test_operations_are_added_removed_and_changed() -> None:
    before = operations({"/a": {"get": declared(), "delete": declared()}, "/b": {"get": declared()}})
    now = operations({"/a": {"get": declared(deprecated=True)}, "/b": {"get": declared()}, "/c": {"get": declared()}})
    assert shown(operation_diff(before, now)) == [
        ("removed", "DELETE /a", [], True),
        ("changed", "GET /a", ["is deprecated now"], False),
        ("added", "GET /c", [], False),
    ]


def test_words_are_no_change() -> None:
    before = operations({"/a": {"get": declared(summary="Old", description="Old.", operationId="old", tags=["Old"])}})
    now = operations({"/a": {"get": declared(summary="New", description="New.", operationId="new", tags=["New"])}})
    assert operation_diff(before, now) == []


def test_parameters() -> None:
    before = {"parameters": [parameter("a"), parameter("b"), parameter("c"), parameter("d", required=True)]}
    now = {
        "parameters": [
            parameter("b", required=True),
            parameter("c", schema=NUMBER, deprecated=True),
            parameter("d"),
            parameter("e", "header"),
            parameter("f", required=True),
        ]
    }
    assert changes(before, now) == [
        ("query a is gone", True),
        ("query b is required now", True),
        ("query c is deprecated now", False),
        ("query c is number now, not string", True),
        ("query d is not required any more", False),
        ("header e is new", False),
        ("query f is new and required", True),
    ]


def test_how_a_list_is_written_is_a_change() -> None:
    many = {"type": "array", "items": TEXT}
    before = {"parameters": [parameter("a", schema=many)]}
    now = {"parameters": [parameter("a", schema=many, explode=False)]}
    assert changes(before, now) == [("query a is written otherwise on the wire", False)]


def test_bodies() -> None:
    form = "multipart/form-data"
    assert changes({}, {"requestBody": body(TEXT)}) == [("body is new", False)]
    assert changes({}, {"requestBody": body(TEXT, required=True)}) == [("body is new and required", True)]
    assert changes({"requestBody": body(TEXT)}, {}) == [("body is gone", True)]
    assert changes({"requestBody": body(TEXT)}, {"requestBody": body(TEXT, form)}) == [
        ("body is multipart/form-data now, not application/json", False)
    ]
    assert changes({"requestBody": body(TEXT)}, {"requestBody": body(NUMBER, required=True)}) == [
        ("body is required now", True),
        ("body is number now, not string", True),
    ]


def test_a_parameter_of_the_path_that_is_called_otherwise_is_a_change_of_one_operation() -> None:
    def at(name: str) -> list[Operation]:
        return operations({f"/a/{{{name}}}": {"get": declared(parameters=[parameter(name, "path")])}})

    assert shown(operation_diff(at("id"), at("thingId"))) == [
        (
            "changed",
            "GET /a/{thingId}",
            ["is /a/{thingId} now, not /a/{id}", "path id is gone", "path thingId is new and required"],
            True,
        )
    ]


def test_what_a_reference_leads_to_is_looked_at() -> None:
    def with_thing(schema: dict[str, Any]) -> list[Operation]:
        return operations(
            {"/a": {"post": declared(requestBody=body({"$ref": "#/components/schemas/Thing"}))}},
            components={"schemas": {"Thing": schema}},
        )

    (found,) = operation_diff(with_thing(TEXT), with_thing(NUMBER))
    assert [str(change) for change in found.changes] == ["body is number now, not string"]


OPERATION = st.fixed_dictionaries(
    {},
    optional={
        "parameters": st.lists(
            st.builds(parameter, st.sampled_from("abc"), schema=st.sampled_from([TEXT, NUMBER, {"enum": [1]}])),
            max_size=2,
            unique_by=lambda made: made["name"],
        ),
        "deprecated": st.booleans(),
    },
).map(lambda made: declared(**made))
PATHS = st.dictionaries(
    st.sampled_from(["/a", "/a/{x}", "/a/{y}", "/b"]),
    st.dictionaries(st.sampled_from(["get", "post"]), OPERATION, max_size=2),
    max_size=3,
)


@given(PATHS)
def test_equal_documents_do_not_differ(paths: dict[str, Any]) -> None:
    assert operation_diff(operations(paths), operations(paths)) == []


@given(PATHS, PATHS)
def test_what_is_added_one_way_is_removed_the_other_way(left: dict[str, Any], right: dict[str, Any]) -> None:
    there, back = (
        operation_diff(operations(before), operations(now)) for before, now in ((left, right), (right, left))
    )
    kinds = [
        {kind: {entry.operation.identity for entry in found if entry.kind == kind} for kind in ("added", "removed")}
        for found in (there, back)
    ]
    assert kinds[0]["added"] == kinds[1]["removed"]
    assert kinds[0]["removed"] == kinds[1]["added"]
    assert sum(entry.kind == "changed" for entry in there) == sum(entry.kind == "changed" for entry in back)
