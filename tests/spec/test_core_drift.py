"""The core beside official documents: each kind of drift is found, and told where it stands."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from bridge.spec.core_drift import Drift, core_drift
from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import repair
from tests.documents import document

TEXT: JsonObject = {"type": "string"}
WIDGET: JsonObject = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "size": {"type": "integer"}}}
DECLARED: JsonObject = {
    "description": "Make a widget.\n\n**Scopes:** `widget:write`\n\n**Rate Limit Label:** `LIGHT`",
    "parameters": [
        {"name": "shopId", "in": "path", "required": True, "schema": TEXT},
        {"name": "max", "in": "query", "required": True, "schema": {"type": "number"}},
        {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}},
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": WIDGET}}},
    "responses": {"201": {"description": "", "content": {"application/json; charset=utf-8": {"schema": WIDGET}}}},
}
"""An operation as the vendor declares it."""
PATH = "/shops/{shopId}/widgets"


def operations(declared: JsonObject, *, method: str = "post", path: str = PATH, core: bool = False) -> list[Operation]:
    made = document({path: {method: declared}}, origin="core" if core else "official", name="widgets")
    repair(made)
    return operations_of([made])


def ours() -> JsonObject:
    """Return the operation as the core declares it: fewer words, the same facts."""
    declared = deepcopy(DECLARED)
    declared |= {
        "description": "Make a widget.",
        "security": [{"acme": ["widget:write"]}],
        "x-rate-limit-label": "LIGHT",
    }
    declared["parameters"][1]["schema"] = {"type": "integer"}
    return declared


def drift(core: JsonObject, official: JsonObject = DECLARED) -> list[tuple[str, str]]:
    """Return place and drift, the places without the operation that all begin with."""
    found = core_drift(operations(core, core=True), operations(official))
    assert {entry.document for entry in found} <= {"acme/widgets"}
    return [(entry.place.removeprefix(f"POST {PATH}").strip(), entry.what) for entry in found]


def without(declared: JsonObject, keyword: str) -> JsonObject:
    return {key: value for key, value in declared.items() if key != keyword}


def test_the_same_facts_in_other_words_are_no_drift() -> None:
    assert drift(ours()) == []


def test_what_is_optional_may_be_left_out() -> None:
    core = ours()
    del core["parameters"][2]
    del core["requestBody"]["content"]["application/json"]["schema"]["properties"]["size"]
    assert drift(core) == []


def test_official_operations_that_the_core_leaves_out_are_no_drift() -> None:
    assert core_drift([], operations(DECLARED)) == []


@pytest.mark.parametrize("moved", [{"method": "put"}, {"path": "/shops/{shopId}/gadgets"}])
def test_an_operation_that_is_not_there(moved: Any) -> None:
    (found,) = core_drift(operations(ours(), core=True, **moved), operations(DECLARED))
    assert found.place.split(" ")[0] in ("POST", "PUT")
    assert found.what == "no such operation officially"


def test_a_drift_has_document_place_and_sentence() -> None:
    core = without(ours(), "x-rate-limit-label")
    assert core_drift(operations(core, core=True), operations(DECLARED)) == [
        Drift("acme/widgets", f"POST {PATH} rate label", "none, officially LIGHT")
    ]


class TestAccess:
    @pytest.mark.parametrize(
        ("scopes", "what"),
        [
            ([], "none; officially widget:write"),
            (["widget:read"], "widget:read; officially widget:write"),
            (["widget:write", "widget:read"], "widget:write, widget:read; officially widget:write"),
        ],
    )
    def test_scopes_that_are_not_the_vendors(self, scopes: list[str], what: str) -> None:
        assert drift(ours() | {"security": [{"acme": scopes}]}) == [("scopes", what)]

    def test_scopes_where_the_vendor_names_none(self) -> None:
        official = DECLARED | {"description": "**Rate Limit Label:** `LIGHT`"}
        assert drift(ours(), official) == [("scopes", "widget:write; officially none")]
        assert drift(ours() | {"security": [{"acme": []}]}, official) == []

    def test_another_rate_label(self) -> None:
        assert drift(ours() | {"x-rate-limit-label": "HEAVY"}) == [("rate label", "HEAVY, officially LIGHT")]


class TestParameters:
    def test_one_that_the_vendor_does_not_have(self) -> None:
        core = ours()
        core["parameters"].append({"name": "page", "in": "query", "schema": TEXT})
        assert drift(core) == [("parameters/page", "no such query parameter officially")]

    def test_one_that_stands_elsewhere(self) -> None:
        core = ours()
        core["parameters"][2]["in"] = "header"
        assert drift(core) == [("parameters/sort", "no such header parameter officially")]

    def test_another_type(self) -> None:
        core = ours()
        core["parameters"][1]["schema"] = TEXT
        assert drift(core) == [("parameters/max", "type string, officially number")]

    def test_a_value_that_the_vendor_does_not_have(self) -> None:
        core = ours()
        core["parameters"][2]["schema"]["enum"] = ["asc", "up"]
        assert drift(core) == [("parameters/sort", "value up, officially asc, desc")]

    def test_one_that_has_to_be_given(self) -> None:
        core = ours()
        core["parameters"][1]["required"] = False
        assert drift(core) == [("parameters/max", "not required, officially required")]
        del core["parameters"][1]
        assert drift(core) == [("parameters/max", "left out, officially required")]


class TestBodies:
    def test_a_property_that_the_vendor_does_not_have_or_requires(self) -> None:
        core = ours()
        schema = {"type": "object", "properties": {"name": TEXT, "colour": TEXT}}
        core["requestBody"]["content"]["application/json"]["schema"] = schema
        assert drift(core) == [
            ("requestBody/name", "not required, officially required"),
            ("requestBody/colour", "no such property officially"),
        ]

    def test_a_body_that_has_to_be_sent(self) -> None:
        core = ours()
        core["requestBody"]["required"] = False
        assert drift(core) == [("requestBody", "not required, officially required")]
        assert drift(without(core, "requestBody")) == [("requestBody", "left out, officially required")]

    def test_a_body_that_the_vendor_does_not_take(self) -> None:
        assert drift(ours(), without(DECLARED, "requestBody")) == [("requestBody", "no body officially")]

    def test_another_media_type(self) -> None:
        core = ours()
        core["requestBody"]["content"] = {"application/json-patch+json": {"schema": WIDGET}}
        assert drift(core) == [("requestBody", "application/json-patch+json, officially application/json")]


class TestResponses:
    def test_a_property_of_an_answer(self) -> None:
        core = ours()
        answer = {"type": "object", "properties": {"name": {"type": "integer"}, "colour": TEXT}}
        core["responses"] = {"201": {"description": "", "content": {"application/json": {"schema": answer}}}}
        assert drift(core) == [
            ("responses/201/name", "type integer, officially string"),
            ("responses/201/colour", "no such property officially"),
        ]

    def test_another_status(self) -> None:
        core = ours()
        core["responses"] = {"200": core["responses"]["201"]}
        assert drift(core) == [("responses/200", "no such status officially, but 201")]

    def test_a_body_where_there_is_none(self) -> None:
        official = DECLARED | {"responses": {"201": {"description": ""}}}
        assert drift(ours(), official) == [("responses/201", "application/json, officially no body")]

    def test_no_body_where_there_is_one(self) -> None:
        core = ours() | {"responses": {"201": {"description": ""}}}
        assert drift(core) == [("responses/201", "no body, officially application/json")]

    def test_errors_are_ours(self) -> None:
        core = ours()
        core["responses"]["418"] = {"description": "", "content": {"application/json": {"schema": WIDGET}}}
        assert drift(core) == []
