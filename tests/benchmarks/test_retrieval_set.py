"""The requests that measure the ranker: well formed, told apart, and accepting only operations that exist."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, TypedDict

import pytest

from bridge.spec.document import METHODS

_FOLDER = Path(__file__).parents[2] / "benchmarks" / "retrieval"
_SETS = [name for name in ("tuning", "heldout") if (_FOLDER / f"{name}.json").exists()]
_LEAST_REQUESTS = 140
_LONGEST_QUERY = 80
_OPERATION = re.compile(r"(webex|zoom) (GET|POST|PUT|PATCH|DELETE) (/\S*)")


class Request(TypedDict):
    """One request of a set; ``benchmarks/retrieval/README.md`` says what each part is."""

    id: str
    area: str
    said: str
    asked: list[str]
    accept: list[str]


def read(name: str) -> list[Request]:
    requests: list[Request] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return requests


def vendors_of(operations: list[str]) -> set[str]:
    return {operation.split(" ")[0] for operation in operations}


@pytest.fixture(params=_SETS)
def requests(request: pytest.FixtureRequest) -> list[Request]:
    return read(request.param)


def test_the_set_to_tune_on_is_here() -> None:
    assert "tuning" in _SETS


def test_a_request_has_all_its_parts_and_no_more(requests: list[Request]) -> None:
    for request in requests:
        assert request.keys() == Request.__annotations__.keys(), request["id"]
        assert request["said"].strip() == request["said"] != "", request["id"]
        assert request["accept"], request["id"]


def test_a_request_is_asked_in_one_to_three_short_queries(requests: list[Request]) -> None:
    for request in requests:
        assert 1 <= len(request["asked"]) <= 3, request["id"]
        assert all(0 < len(query) <= _LONGEST_QUERY for query in request["asked"]), request["id"]


def test_an_accepted_operation_is_written_as_vendor_method_path_and_only_once(requests: list[Request]) -> None:
    for request in requests:
        assert all(_OPERATION.fullmatch(operation) for operation in request["accept"]), request["id"]
        assert len(set(request["accept"])) == len(request["accept"]), request["id"]


def test_a_request_accepts_operations_of_its_area_s_vendor_and_of_both_where_none_is_meant(
    requests: list[Request],
) -> None:
    for request in requests:
        vendor = request["area"].split("/")[0]
        expected = {"webex", "zoom"} if vendor == "both" else {vendor}
        assert vendors_of(request["accept"]) == expected, request["id"]


def test_an_id_begins_with_vendor_and_product(requests: list[Request]) -> None:
    for request in requests:
        product = "-".join(request["area"].split("/")[:2])
        assert re.fullmatch(rf"{re.escape(product)}-\d{{3}}", request["id"]), request["id"]


def test_the_requests_stand_sorted_by_area(requests: list[Request]) -> None:
    places = [(request["area"], request["id"]) for request in requests]
    assert places == sorted(places)


def test_each_set_is_large_and_has_both_vendors(requests: list[Request]) -> None:
    assert len(requests) >= _LEAST_REQUESTS
    vendors = Counter(request["area"].split("/")[0] for request in requests)
    assert min(vendors["webex"], vendors["zoom"]) >= _LEAST_REQUESTS // 3


def test_no_id_and_no_wording_is_used_twice_over_all_sets() -> None:
    everything = [request for name in _SETS for request in read(name)]
    for part in ("id", "said"):
        times = Counter(str(request[part]).casefold() for request in everything)
        assert [value for value, count in times.items() if count > 1] == []


@pytest.mark.parametrize("name", _SETS)
def test_a_set_is_laid_out_so_that_a_change_shows_as_few_lines(name: str) -> None:
    text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.official
def test_each_accepted_operation_is_in_the_official_documents(requests: list[Request], official_specs: Path) -> None:
    known = {
        f"{path.parent.name} {method.upper()} {template}"
        for path in official_specs.glob("*/*.json")
        for template, item in paths_of(path).items()
        for method in set(METHODS) & item.keys()
    }
    missing = {
        request["id"]: sorted(set(request["accept"]) - known)
        for request in requests
        if not set(request["accept"]) <= known
    }
    assert missing == {}


def paths_of(document: Path) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = json.loads(document.read_text(encoding="utf-8")).get("paths", {})
    return paths
