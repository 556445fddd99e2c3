"""Literals say nothing about which tool a request is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.search.masking import mask
from bridge.catalogue.words import split_words


@pytest.mark.parametrize(
    "literal",
    [
        "ann.lee@example.com",
        "sip:ann@example.com",
        "+1 (415) 555-0100",
        "12345678",
        "2026-05-01",
        "01/05/2026",
        "May 3rd, 2026",
        "9:30 am",
        "5pm",
        "3rd",
        "Tuesday",
        '"Sales Hunters"',
        "'Front Desk'",
        "https://example.com/x?y=1",
        "123e4567-e89b-12d3-a456-426614174000",
        "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x",
        "{userId}",
        "#4521",
        "50%",
    ],
)
def test_a_literal_is_left_out(literal: str) -> None:
    assert split_words(mask(f"move {literal} to the queue")) in (
        ["move", "to", "the", "queue"],
        ["move", "sip", "to", "the", "queue"],
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('turn on "do not disturb"', "turn on do not disturb"),
        ("call 911 and e911 address", "call 911 and e911 address"),
        ("I can't and I'll and they've", "i ca not and i and they"),
        ("Bob's and Ann's phones", "bob and ann phones"),
        ("h323 and sip phones in may", "h323 and sip phones in may"),
    ],
)
def test_a_term_stays(text: str, words: str) -> None:
    assert " ".join(split_words(mask(text))) == words


def test_a_text_that_is_only_a_literal_stays() -> None:
    assert split_words(mask("'Call Park'")) == ["call", "park"]


@given(st.text(max_size=300))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(mask(text), str)
