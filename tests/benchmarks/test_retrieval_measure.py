"""How the search is measured: ranks of accepted operations, and the figures made of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.retrieval.measure import Figures, measure
from benchmarks.retrieval.requests import Request, request_sets

OPERATIONS = {name: frozenset({f"webex GET /{name}"}) for name in "abcdefghij"}


class Alphabet:
    """A search that always finds the same tools in the same order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def names(self, queries: Sequence[str]) -> list[str]:
        self.asked.append(tuple(queries))
        return list(OPERATIONS)

    def answer(self, names: Sequence[str]) -> str:
        return "".join(names)


def request(accepted: str) -> Request:
    return Request(accepted, "webex", "said", ("one", "two"), frozenset({f"webex GET /{accepted}"}))


def test_the_rank_is_that_of_the_first_accepted_operation() -> None:
    search = Alphabet()
    figures = measure(search, [request("a"), request("c"), request("f"), request("z")], "asked", OPERATIONS)
    assert figures.ranks == [1, 3, 6, 0]
    assert [figures.recall(cut) for cut in (1, 3, 5, 10)] == [0.25, 0.5, 0.5, 0.75]
    assert figures.mean_reciprocal_rank == pytest.approx((1 + 1 / 3 + 1 / 6) / 4)
    assert (figures.missed, figures.characters) == (["f", "z"], 10)
    assert search.asked[0] == ("one", "two")


def test_said_is_asked_raw() -> None:
    search = Alphabet()
    measure(search, [request("a")], "said", OPERATIONS)
    assert search.asked == [("said",)]


def test_the_halves_of_the_tuning_set_share_nothing_and_miss_nothing() -> None:
    sets = request_sets()
    looked_at, others = sets["tuning, looked at"], sets["tuning, not looked at"]
    ids = [entry.id for entry in (*looked_at, *others)]
    assert len(set(ids)) == len(ids) >= 140
    assert min(len(looked_at), len(others)) > 70


def test_a_mean_over_nothing_found_is_zero() -> None:
    assert Figures([0, 0], 1.0, 1.0, []).mean_reciprocal_rank == 0
