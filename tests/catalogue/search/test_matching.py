"""How much of what is asked for a tool has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.catalogue.search.matching import Found, Matcher
from bridge.catalogue.search.postings import Postings
from bridge.catalogue.search.query import read_query
from bridge.catalogue.search.synonyms import Synonyms, shipped_synonyms

WEIGHTS = [{"voicemail": 6.0, "greeting": 3.0}, {"call": 6.0, "park": 6.0}, {"licens": 6.0}, {"park": 6.0}]
VENDORS = ["webex", "webex", "zoom", "zoom"]


def match(text: str, synonyms: Synonyms | None = None) -> Found:
    table = synonyms or shipped_synonyms()
    return Matcher(Postings.of(WEIGHTS), VENDORS, table).match(read_query(text, table))


def test_a_tool_has_the_share_of_the_words_that_it_has() -> None:
    shares = match("call park").shares
    assert shares[1] > shares[3] > shares[0] == 0
    assert max(shares) <= 1


def test_a_synonym_counts_a_little_less_than_the_word() -> None:
    assert 0 < match("which seats").shares[2] < match("which licenses").shares[2]


def test_two_words_are_found_as_one() -> None:
    assert match("voice mail").shares[0] > 0.5


def test_what_the_index_has_no_word_for_does_not_count() -> None:
    assert match("the license of Rumpelstilzchen").shares == match("the license").shares


def test_a_vendors_synonym_holds_for_its_tools_only() -> None:
    table = shipped_synonyms().extended({"zoom": [["gizmo", "park"]]})
    shares = match("gizmo", table).shares
    assert shares[3] > 0
    assert shares[1] == 0


@pytest.mark.parametrize("text", ["", "the of and", "Rumpelstilzchen"])
def test_what_says_nothing_matches_nothing(text: str) -> None:
    found = match(text)
    assert not any(found.shares)
    assert found.asked == ()


def test_parts_tell_which_words_a_tool_has() -> None:
    found = match("park the license")
    assert [bits.bit_count() for bits in found.parts] == [0, 1, 1, 1]
    assert replace(found, parts=[]).terms.keys() == found.terms.keys()
