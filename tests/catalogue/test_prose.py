"""Prose is taken apart into sentences, words and stems."""

from __future__ import annotations

import pytest

from bridge.catalogue.prose import Sentence, known_stems, sentences, stems, telling_stems


def test_sentences_end_at_a_stop_before_a_capital_but_not_at_an_abbreviation() -> None:
    assert sentences("Use it, e.g. The one. Then stop. 2 more") == ["Use it, e.g. The one.", "Then stop.", "2 more"]


def test_stems_see_through_camel_case_endings_and_length() -> None:
    assert stems("callForwarding") == stems("forwards call")
    assert stems("orgIds") == {"org", "id"}
    assert known_stems(["a b", "b c"]) == {"a", "b", "c"}


def test_little_words_tell_nothing() -> None:
    assert telling_stems("The unique identifier of this user.") == frozenset()
    assert telling_stems("The colour of the user.") == {"colour"}


@pytest.mark.parametrize(
    ("text", "bears"),
    [("Required for guests.", True), ("Up to 5 of them.", True), ("It is a nice room.", False)],
)
def test_a_sentence_that_says_how_something_is_given_bears_on_calls(text: str, bears: bool) -> None:
    assert Sentence.of(text).bears_on_calls is bears


def test_units_and_forms_are_seen() -> None:
    assert Sentence.of("In E.164, after 5 minutes.").forms == known_stems(["e164", "minutes"])
    assert Sentence.of("Nothing of it.").forms == frozenset()


@pytest.mark.parametrize(
    ("text", "boilerplate"),
    [
        ("This API requires a full administrator auth token with a scope of `spark-admin:people_read`.", True),
        ("For more information, see the guide.", True),
        ("See zoom_list_channels.", False),
        ("Lists the roles of a person.", False),
        ("Create an access token for guests.", False),
    ],
)
def test_what_is_about_access_and_other_pages_is_boilerplate(text: str, boilerplate: bool) -> None:
    assert Sentence.of(text).is_boilerplate is boilerplate
