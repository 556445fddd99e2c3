"""One slip of the finger is forgiven; names and short words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.search.spelling import Speller

SPELLER = Speller(["recording", "voicemail", "forward", "number", "hunt"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("recoding", "recording"),
        ("reccording", "recording"),
        ("recorfing", "recording"),
        ("recordign", "recording"),
        ("voicemial", "voicemail"),
        ("froward", "forward"),
        ("numbers", "number"),
    ],
)
def test_one_slip_is_forgiven(written: str, meant: str) -> None:
    assert SPELLER.corrected(written) == meant


@pytest.mark.parametrize("word", ["recording", "hnut", "fred", "jonathan", "rceodring", "yecording", "", "123456"])
def test_other_words_stay(word: str) -> None:
    assert SPELLER.corrected(word) == word


@given(st.text(max_size=20))
def test_any_word_stays_or_becomes_a_known_one(word: str) -> None:
    assert SPELLER.corrected(word) in {word, "recording", "voicemail", "forward", "number"}
