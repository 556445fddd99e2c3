"""What of a tool is indexed, and with which weight."""

from __future__ import annotations

from pathlib import Path

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.search.entry import Entry, entry_of, static_segments
from bridge.catalogue.search.synonyms import shipped_synonyms
from tests.catalogue.builders import declared_paths, overrides, stored


def entry(tmp_path: Path, path: str, summary: str, text: str = "{}") -> tuple[Entry, dict[str, float]]:
    paths = declared_paths([("GET", path, "getIt", summary)])
    catalogue = build_catalogue([stored(tmp_path, {"shop": paths})], overrides(tmp_path, f"acme: {text}"))
    (tool,) = catalogue.tools
    return entry_of(tool, shipped_synonyms())


def test_parameters_and_versions_are_no_words_of_a_path() -> None:
    assert static_segments("/v1/people/{personId}/features/callForwarding") == ["people", "features", "callForwarding"]


def test_a_word_of_the_title_weighs_more_than_one_of_the_path(tmp_path: Path) -> None:
    _, weights = entry(tmp_path, "/things/{id}/parking", "Get the forwarding of a call")
    assert weights["forward"] > weights["park"] > 0


def test_titles_leave_out_fillers_and_verbs_that_the_method_says_too(tmp_path: Path) -> None:
    found, _ = entry(tmp_path, "/telephony/config/callParks", "List the call parks")
    assert found.titles[0] == ("call", "park")


def test_keywords_are_titles_and_weigh_as_much(tmp_path: Path) -> None:
    found, weights = entry(tmp_path, "/orders", "List orders", "{tools: {GET /orders: {keywords: [shopping basket]}}}")
    assert ("shop", "basket") in found.titles
    assert weights["basket"] >= 3


def test_a_path_says_whose_it_is(tmp_path: Path) -> None:
    found, _ = entry(tmp_path, "/people/me/callForwarding", "Get call forwarding")
    assert "me" in found.scopes
    assert "person" in found.within
