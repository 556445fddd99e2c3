"""What is served of a vendor, in one line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import Overrides
from bridge.catalogue.summary import summary_line
from bridge.spec.document import JsonObject
from tests.catalogue.builders import DESKS, ROOMS, declared_paths, overrides, stored
from tests.documents import ACME, NOBODY

NONE = Overrides((), {}, ())


def line(tmp_path: Path, documents: dict[str, JsonObject], text: str = "", **how: Any) -> str:
    vendor = how.get("vendor", ACME).name
    curated = overrides(tmp_path, text, [vendor]) if text else NONE
    (found,) = build_catalogue([stored(tmp_path, documents, **how)], curated).vendors
    return summary_line(found)


ONE = declared_paths([("GET", "/a", "getA")])


def test_the_summary_of_official_documents_counts_documents_and_operations(tmp_path: Path) -> None:
    assert line(tmp_path, {"shop": ROOMS, "depot": DESKS}) == "acme: 2 of 2 documents, 6 operations"
    assert line(tmp_path, {"shop": ROOMS, "depot": DESKS}, selected=["depot"]) == (
        "acme: 1 of 2 documents, 2 operations"
    )
    assert line(tmp_path, {"shop": ONE}) == "acme: 1 of 2 documents, 1 operation"
    single = replace(ACME, documents=ACME.documents[:1])
    assert line(tmp_path, {"shop": ONE}, vendor=single) == "acme: 1 of 1 document, 1 operation"


def test_documents_that_sources_do_not_name_are_counted_too(tmp_path: Path) -> None:
    documents = {"shop": ROOMS, "depot": DESKS, "annex": ONE}
    assert line(tmp_path, documents) == "acme: 3 of 3 documents, 7 operations"


def test_the_summary_says_how_many_operations_are_filtered_out(tmp_path: Path) -> None:
    text = "acme: {exclude: [{method: DELETE}, {method: PUT}]}"
    assert line(tmp_path, {"shop": ROOMS}, text) == "acme: 1 of 2 documents, 5 operations (2 filtered out)"


def test_large_numbers_have_a_thousands_separator(tmp_path: Path) -> None:
    many = declared_paths([("GET", f"/a{count}", f"get{count}") for count in range(1200)])
    assert line(tmp_path, {"shop": many}).endswith(", 1,200 operations")


def test_the_summary_of_the_core_says_how_to_get_the_official_documents(tmp_path: Path) -> None:
    assert line(tmp_path, {"rooms": ROOMS}, core=["rooms"], origin="core") == (
        "acme: built-in core, 5 operations; run `cli.py specs pull acme` for all official ones"
    )


def test_the_summary_of_a_file_has_its_path(tmp_path: Path) -> None:
    assert line(tmp_path, {"petstore": ONE}, vendor=NOBODY, origin="file") == (
        f"petstore: {tmp_path / 'petstore.json'}, 1 operation"
    )


def test_the_summary_of_a_vendor_without_documents_says_so(tmp_path: Path) -> None:
    assert line(tmp_path, {}) == "acme: no documents"
