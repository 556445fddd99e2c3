"""The phrases are written so that thousands of sentences are read in a moment."""

from __future__ import annotations

import re

import pytest

from bridge.catalogue import lean_phrases
from bridge.catalogue.lean_phrases import LEADS_OF_VALUES, SHARED, Cue

LOWER = [
    *(value for value in vars(lean_phrases).values() if isinstance(value, re.Pattern)),
    *(value.pattern for value in vars(lean_phrases).values() if isinstance(value, Cue)),
]


@pytest.mark.parametrize("pattern", [pattern for pattern in LOWER if not pattern.flags & re.IGNORECASE])
def test_what_meets_lower_case_has_no_capitals(pattern: re.Pattern[str]) -> None:
    assert re.sub(r"\\.", "", pattern.pattern).lower() == re.sub(r"\\.", "", pattern.pattern)
    assert not pattern.pattern.startswith((".*", "(?:.*"))


def test_a_cue_is_looked_for_only_where_one_of_its_words_is() -> None:
    cue = Cue(frozenset({"scope"}), re.compile("scope of"))
    assert cue.is_in("a scope of it", {"scope"})
    assert not cue.is_in("a scope of it", {"it"})
    assert not cue.is_in("a scope", {"scope"})


def test_a_shared_turn_is_only_replaced_where_its_needle_stands() -> None:
    for needle, pattern, short in SHARED:
        assert needle not in short
        assert pattern.flags & re.IGNORECASE


def test_a_shorter_way_is_shorter() -> None:
    for pattern, short in LEADS_OF_VALUES:
        assert len(short) < len(pattern.pattern)
