"""A selector matches what its keys say; what is no selector says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.catalogue.overrides import Selector, load_overrides
from bridge.catalogue.selectors import document_name
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import repair
from tests.documents import ACME, document


def selectors(tmp_path: Path, entry: str) -> tuple[tuple[Selector, ...], list[str]]:
    path = tmp_path / "overrides.yaml"
    path.write_text(f"acme:\n  include:\n  - {entry}\n", "utf-8")
    overrides = load_overrides([path], ["acme"])
    found = overrides.vendors["acme"].include or ()
    return tuple(selector.of_vendor(ACME) for selector in found), [problem.message for problem in overrides.problems]


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    shop = document(
        {
            "/people": {"get": {"operationId": "listPeople", "tags": ["People  (1/2)"]}},
            "/people/{personId}": {
                "get": {"operationId": "getPerson", "tags": ["People (2/2)"], "deprecated": True},
                "delete": {"operationId": "deletePerson", "security": [{"oauth": ["people:write"]}]},
            },
            "/carts/{cartId}/items": {"post": {"operationId": "addItem", "tags": ["Carts"]}},
        }
    )
    depot = document(
        {"/people": {"get": {"operationId": "people-list", "deprecated": True}}, "/stock": {"get": {}}}, name="depot"
    )
    for entry in (shop, depot):
        repair(entry)
    return operations_of([shop, depot])


@pytest.mark.parametrize(
    ("entry", "keys"),
    [
        ("GET /people/**", ["GET /people", "GET /people/{personId}"]),
        ("get /people", ["GET /people"]),
        ('"* /people/**"', ["GET /people", "GET /people/{personId}", "DELETE /people/{personId}"]),
        ("/people/*", ["GET /people/{personId}", "DELETE /people/{personId}"]),
        ('"**/items"', ["POST /carts/{cartId}/items"]),
        ("{document: depot}", ["GET /people", "GET /stock"]),
        ("{document: acme/depot}", ["GET /people", "GET /stock"]),
        ("{document: store}", ["GET /people", "GET /stock"]),
        ("{document: acme/store, path: /stock}", ["GET /stock"]),
        ("{tag: people}", ["GET /people", "GET /people/{personId}"]),
        ("{tag: People (1/2)}", ["GET /people", "GET /people/{personId}"]),
        ('{tag: ["c*", "nothing"]}', ["POST /carts/{cartId}/items"]),
        ("{method: [post, delete]}", ["DELETE /people/{personId}", "POST /carts/{cartId}/items"]),
        ('{method: "*", path: /stock}', ["GET /stock"]),
        ('{operation: "people-*"}', ["GET /people"]),
        ('{operation: "*Person", method: GET}', ["GET /people/{personId}"]),
        ("{deprecated: true}", ["GET /people/{personId}"]),
        ("{deprecated: false, tag: People}", ["GET /people"]),
        ('{scope: "people:*"}', ["DELETE /people/{personId}"]),
        ("{scope: nobody}", []),
        ("{document: nowhere}", []),
    ],
)
def test_every_key_must_match_with_any_of_its_values(
    tmp_path: Path, operations: list[Operation], entry: str, keys: list[str]
) -> None:
    (selector,), problems = selectors(tmp_path, entry)
    assert problems == []
    assert [operation.key for operation in operations if selector.matches(operation)] == keys


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{pth: /people}", "unknown key 'pth' in a selector in 'include' of vendor 'acme'; did you mean 'path'?"),
        (
            "{}",
            "a selector in 'include' of vendor 'acme' is empty; give one of document, tag, method, path, "
            "operation, deprecated, scope",
        ),
        (
            "{path: people}",
            "'path' in a selector in 'include' of vendor 'acme' must begin with '/'; did you mean '/people'?",
        ),
        (
            "{path: 5}",
            "'path' in a selector in 'include' of vendor 'acme' must be text or a list of texts, "
            "not the number 5 (put it in quotes)",
        ),
        (
            "{tag: [a, 5]}",
            "'tag' in a selector in 'include' of vendor 'acme' must be text in every entry, "
            "not the number 5 (put it in quotes)",
        ),
        (
            "{tag: []}",
            "'tag' in a selector in 'include' of vendor 'acme' is an empty list, which matches nothing; "
            "leave the key out",
        ),
        ("{tag: ''}", "'tag' in a selector in 'include' of vendor 'acme' is empty"),
        ("{method: GTE}", "'GTE' is no HTTP method; did you mean 'GET'?"),
        ("FETCH /people", "'FETCH' is no HTTP method; did you mean 'PATCH'? (in 'include' of vendor 'acme')"),
        (
            "{deprecated: 'yes'}",
            "'deprecated' in a selector in 'include' of vendor 'acme' must be true or false, not the text 'yes'",
        ),
        (
            "listPeople",
            "the text 'listPeople' in 'include' of vendor 'acme' is no selector; write 'METHOD /path', "
            "'/path' or a mapping with document, tag, method, path, operation, deprecated, scope",
        ),
        (
            "5",
            "the number 5 in 'include' of vendor 'acme' is no selector; write 'METHOD /path', "
            "'/path' or a mapping with document, tag, method, path, operation, deprecated, scope",
        ),
        (
            "[GET /people]",
            "a selector in 'include' of vendor 'acme' must be a mapping with document, tag, method, "
            "path, operation, deprecated, scope, not a list",
        ),
    ],
)
def test_what_is_no_selector_is_an_error_and_selects_nothing(tmp_path: Path, entry: str, problem: str) -> None:
    assert selectors(tmp_path, entry) == ((), [problem])


@pytest.mark.parametrize("value", ["GET /people", "5", "", "{path: /people}"])
def test_include_must_be_a_list(tmp_path: Path, value: str) -> None:
    path = tmp_path / "overrides.yaml"
    path.write_text(f"acme:\n  include: {value}\n", "utf-8")
    (problem,) = load_overrides([path], ["acme"]).problems
    assert problem.message.startswith("'include' in vendor 'acme' must be a list of selectors ([] for none), not ")


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ("get /people", "GET /people"),
        ("/people/**", "* /people/**"),
        ("{method: [GET, PUT], path: /a}", "{method: [GET, PUT], path: /a}"),
        ("{document: store, deprecated: false}", "{document: depot, deprecated: false}"),
    ],
)
def test_a_selector_shows_itself_as_a_file_could_have_it(tmp_path: Path, entry: str, shown: str) -> None:
    (selector,), _ = selectors(tmp_path, entry)
    assert str(selector) == shown


def test_a_document_goes_by_name_alias_or_with_its_vendor() -> None:
    assert {document_name(ACME, name) for name in ("depot", "store", "acme/depot", "acme/store")} == {"depot"}
    assert document_name(ACME, "other") == "other"
