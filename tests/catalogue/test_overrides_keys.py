"""A key of ``tools`` names one operation; otherwise the problem says what could be meant."""

from __future__ import annotations

import dataclasses

import pytest

from bridge.catalogue.overrides_keys import KeyIndex
from bridge.catalogue.overrides_nodes import Place, Problem
from bridge.spec.document import Document, Origin
from bridge.spec.operation import Operation, operations_of
from bridge.vendors import BaseUrlRule, Vendor
from tests.documents import ACME, NOBODY, document

PLACE = Place("overrides.yaml", 3, 5)
SPLIT = dataclasses.replace(ACME, base_urls=(BaseUrlRule("https://depot.acme.example", "depot"), *ACME.base_urls))
"""The vendor with a base URL of its own for one document: one path is two operations."""


def shop(vendor: Vendor = SPLIT, origin: Origin = "official", name: str = "shop") -> Document:
    paths = {
        "/people": {"get": {"operationId": "listPeople"}, "post": {"operationId": "Create a  Person"}},
        "/people/{personId}": {"get": {"operationId": "getPerson"}},
        "/orders/": {"get": {"operationId": "list"}},
        "/files": {"get": {"operationId": "list"}},
    }
    return document(paths, vendor=vendor, origin=origin, name=name)


def depot(vendor: Vendor = SPLIT, origin: Origin = "official", name: str = "depot") -> Document:
    paths = {"/people": {"get": {"operationId": "listPeople"}}, "/stock": {"get": {"operationId": "listStock"}}}
    return document(paths, vendor=vendor, origin=origin, name=name)


def resolve(key: str, *documents: Document) -> str:
    """Return the identity of the operation that a key names, else the problem."""
    vendor = documents[0].vendor
    found = KeyIndex(vendor, operations_of(documents)).resolve(key, PLACE)
    return found.identity if isinstance(found, Operation) else f"{found.severity}: {found.message}"


@pytest.mark.parametrize(
    ("key", "identity"),
    [
        ("POST /people", "POST https://api.acme.example/v1/people"),
        ("getPerson", "GET https://api.acme.example/v1/people/{personId}"),
        ("Create a Person", "POST https://api.acme.example/v1/people"),
        ("GET /stock", "GET https://depot.acme.example/stock"),
        ("depot: GET /people", "GET https://depot.acme.example/people"),
        ("acme/depot: GET /people", "GET https://depot.acme.example/people"),
        ("store: listPeople", "GET https://depot.acme.example/people"),
        ("shop: listPeople", "GET https://api.acme.example/v1/people"),
        ("GET /orders", "GET https://api.acme.example/v1/orders/"),
        ("shop: GET /files/", "GET https://api.acme.example/v1/files"),
    ],
)
def test_a_key_is_method_and_path_or_an_operation_id_with_or_without_its_document(key: str, identity: str) -> None:
    assert resolve(key, shop(), depot()) == identity


def test_an_operation_of_several_documents_goes_by_the_key_of_each() -> None:
    documents = shop(ACME), depot(ACME)
    keys = ("GET /people", "shop: GET /people", "depot: GET /people", "depot: listPeople", "listPeople")
    assert {resolve(key, *documents) for key in keys} == {"GET https://api.acme.example/v1/people"}


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (
            "GET /people",
            "'GET /people' is several operations of acme; give one of 'shop: GET /people', 'depot: GET /people'",
        ),
        (
            "listPeople",
            "'listPeople' is several operations of acme; give one of 'shop: GET /people', 'depot: GET /people'",
        ),
        ("list", "'list' is several operations of acme; give one of 'GET /orders/', 'GET /files'"),
        ("shop: list", "'shop: list' is several operations of acme; give one of 'GET /orders/', 'GET /files'"),
        ("GET /poeple", "'GET /poeple' is no operation of acme; did you mean 'GET /people'?"),
        ("GET /people/{id}", "'GET /people/{id}' is no operation of acme; did you mean 'GET /people/{personId}'?"),
        ("getPersom", "'getPersom' is no operation of acme; did you mean 'getPerson'?"),
        ("depot: GET /stok", "'depot: GET /stok' is no operation of acme/depot; did you mean 'depot: GET /stock'?"),
        ("store: listStocks", "'store: listStocks' is no operation of acme/depot; did you mean 'depot: listStock'?"),
        ("quite: different", "acme has no document 'quite'; there are depot, shop"),
        ("depo: GET /stock", "acme has no document 'depo'; did you mean 'depot'?"),
        ("zoom/depot: GET /stock", "acme has no document 'zoom/depot'; did you mean 'depot'?"),
    ],
)
def test_a_key_that_names_no_single_operation_is_an_error_that_helps(key: str, problem: str) -> None:
    assert resolve(key, shop(), depot()) == f"error: {problem}"


def test_every_candidate_of_an_ambiguous_key_names_one_operation() -> None:
    documents = shop(), depot()
    for key in ("GET /people", "listPeople", "list"):
        candidates = resolve(key, *documents).split("give one of ")[1].split(", ")
        assert len({resolve(candidate.strip("'"), *documents) for candidate in candidates}) == len(candidates)


def test_a_key_of_a_document_that_is_not_stored_waits_with_a_note() -> None:
    assert resolve("store: GET /stock", shop()) == (
        "note: 'store: GET /stock' waits for the document acme/depot, which is not stored"
    )


def test_a_key_without_document_is_told_to_name_one_that_is_not_stored() -> None:
    assert resolve("GET /stock", shop()) == (
        "error: 'GET /stock' is no operation of acme; did you mean 'GET /files'? "
        '(the key of a document that is not stored has to name it: "depot: GET /stock")'
    )


def test_the_vendor_of_a_file_has_no_documents_to_wait_for() -> None:
    pets = document({"/pets": {"get": {}}}, vendor=NOBODY, name="petstore", origin="file")
    assert resolve("GET /pest", pets) == "error: 'GET /pest' is no operation of petstore; did you mean 'GET /pets'?"
    assert resolve("petstore: GET /pets", pets) == "GET /pets"


class TestBuiltInCore:
    @pytest.mark.parametrize("key", ["shop: GET /stock", "depot: GET /stock", "store: GET /stock/", "GET /stock"])
    def test_an_official_document_stands_for_the_core_operation(self, key: str) -> None:
        core = depot(ACME, "core", "stock")
        assert resolve(key, core) == "GET https://api.acme.example/v1/stock"

    @pytest.mark.parametrize("key", ["shop: GET /nothing", "shop: listStock", "depot: GET /people"])
    def test_what_is_not_there_once_waits_with_a_note(self, key: str) -> None:
        vendor = dataclasses.replace(ACME, base_urls=(BaseUrlRule("https://x.example", "a"), *ACME.base_urls))
        documents = depot(vendor, "core", "a"), depot(vendor, "core", "b")
        name = key.split(":", maxsplit=1)[0]
        assert resolve(key, *documents) == (
            f"note: {key!r} is not in the built-in core of acme; it waits for the document {name!r}"
        )

    def test_a_core_document_can_have_the_name_of_an_official_one(self) -> None:
        core = depot(ACME, "core", "depot"), shop(ACME, "core", "people")
        assert resolve("depot: GET /stock", *core) == "GET https://api.acme.example/v1/stock"
        assert resolve("depot: GET /people/{personId}", *core) == "GET https://api.acme.example/v1/people/{personId}"

    def test_official_documents_do_not_stand_for_each_other(self) -> None:
        assert resolve("depot: POST /people", shop(), depot()).startswith(
            "error: 'depot: POST /people' is no operation"
        )


def test_of_hundreds_of_wrong_keys_only_the_first_are_compared_with_all_that_there_are() -> None:
    paths = {f"/part{i}/of/{{thing}}/{i * 7}": {"get": {"operationId": f"getPart{i}"}} for i in range(300)}
    index = KeyIndex(ACME, operations_of([document(paths)]))
    found = [index.resolve(f"GET /prat{i}/of/{{thing}}/{i}", PLACE) for i in range(100)]
    problems = [problem for problem in found if isinstance(problem, Problem)]
    assert len(problems) == 100
    proposals = ["did you mean" in problem.message for problem in problems]
    assert proposals == [True] * sum(proposals) + [False] * (100 - sum(proposals))
    assert 0 < sum(proposals) < 100
