"""The forms of a word have one stem, different words have different ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.search.stemming import stem


@pytest.mark.parametrize(
    "forms",
    [
        ("call", "calls", "called", "calling"),
        ("forward", "forwards", "forwarded", "forwarding"),
        ("policy", "policies"),
        ("queue", "queues", "queuing", "queued"),
        ("activate", "activated", "activating", "activation"),
        ("transcript", "transcripts", "transcription"),
        ("person", "people", "persons"),
        ("stop", "stops", "stopped", "stopping"),
        ("license", "licenses", "licensed"),
        ("send", "sent", "sends", "sending"),
        ("box", "boxes"),
        ("address", "addresses"),
        ("quick", "quickly"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len(set(map(stem, forms))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("meeting", "message"), ("user", "use"), ("organization", "organizer"), ("status", "state"), ("string", "strip")],
)
def test_different_words_have_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["", "a", "dns", "sms", "bus", "e911", "status", "access", "need", "king"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) == word


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=20))
def test_any_word_has_a_stem_of_at_least_two_letters(word: str) -> None:
    assert len(stem(word)) >= min(2, len(word))
