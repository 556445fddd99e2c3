"""Which word stands where, how much it counts there, and how much it tells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.search.postings import HIGHEST, Postings

POSTINGS = Postings.of([{"call": 6.0, "park": 3.0}, {"call": 0.5}, {"call": 3.0, "queu": 3.0}, {}])


def test_the_postings_of_a_word_are_its_places_with_impacts_that_grow_with_the_weight() -> None:
    places, impacts = POSTINGS.of_term(POSTINGS.terms["call"])
    assert list(places) == [0, 1, 2]
    assert impacts[0] > impacts[2] > impacts[1] > 0


def test_a_rare_word_tells_more_and_one_that_is_only_mentioned_tells_less() -> None:
    assert POSTINGS.rarity[POSTINGS.terms["park"]] > POSTINGS.rarity[POSTINGS.terms["call"]]
    mentioned = Postings.of([{"park": 0.1, "queu": 3.0}] + [{}] * 9)
    assert mentioned.rarity[mentioned.terms["park"]] < mentioned.rarity[mentioned.terms["queu"]]


@given(st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.floats(0.1, 50)), max_size=20))
def test_every_word_is_found_where_it_stands(weights: list[dict[str, float]]) -> None:
    postings = Postings.of(weights)
    assert list(postings.terms) == sorted({word for words in weights for word in words})
    for word, term in postings.terms.items():
        places, impacts = postings.of_term(term)
        assert list(places) == [place for place, words in enumerate(weights) if word in words]
        assert all(0 < impact <= HIGHEST for impact in impacts)
