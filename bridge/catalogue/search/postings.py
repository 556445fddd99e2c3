"""Postings: which word stands in which tools, and how much it counts there."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SATURATION = 1.8
"""The sum of field weights at which a word counts half of what it can count at most."""

TELLING = 1.5
"""The sum of field weights from which a word tells something about its tool, and is not only mentioned."""

MENTIONED = 0.6
"""How much of its rarity a word keeps that is nowhere more than mentioned."""

HIGHEST = 255
"""The impact of a word that counts as much as it can."""


@dataclass(frozen=True)
class Postings:
    """The inverted index.

    Attributes:
        terms: by stem, its number.
        starts: by number, where its postings begin; one more at the end.
        places, impacts: the postings: which entry, and how much the word counts there, 1 to ``HIGHEST``.
        rarity: by number, how much the word tells, in bits.
    """

    terms: Mapping[str, int]
    starts: array[int]
    places: array[int]
    impacts: array[int]
    rarity: array[float]

    @classmethod
    def of(cls, weights: Sequence[Mapping[str, float]]) -> Postings:
        """Index entries by the weights of their words."""
        postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        telling: Counter[str] = Counter()
        for place, words in enumerate(weights):
            for word, weight in words.items():
                postings[word].append((place, max(1, round(HIGHEST * weight / (weight + SATURATION)))))
                telling[word] += weight > TELLING
        starts, places, impacts, rarity = array("I", [0]), array("H"), array("B"), array("f")
        for word, found in postings.items():
            places.extend(place for place, _ in found)
            impacts.extend(impact for _, impact in found)
            starts.append(len(places))
            rare = math.log2(1 + len(weights) / (max(telling[word], len(found) / 4) + 0.5))
            rarity.append(rare if telling[word] else rare * MENTIONED)
        return cls({word: number for number, word in enumerate(postings)}, starts, places, impacts, rarity)

    def of_term(self, term: int) -> tuple[array[int], array[int]]:
        """Return the places and impacts of a word."""
        start, end = self.starts[term], self.starts[term + 1]
        return self.places[start:end], self.impacts[start:end]
