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
        held: defaultdict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("H"), array("B")))
        telling: Counter[str] = Counter()
        for place, words in enumerate(weights):
            for word, weight in words.items():
                of_word = held[word]
                of_word[0].append(place)
                of_word[1].append(max(1, round(HIGHEST * weight / (weight + SATURATION))))
                if weight > TELLING:
                    telling[word] += 1
        starts, places, impacts, rarity = array("I", [0]), array("H"), array("B"), array("f")
        words_in_order = sorted(held)  # the same index, byte by byte, whatever the order of sets is today
        for word in words_in_order:
            of_word = held[word]
            places.extend(of_word[0])
            impacts.extend(of_word[1])
            starts.append(len(places))
            rare = math.log2(1 + len(weights) / (max(telling[word], len(of_word[0]) / 4) + 0.5))
            rarity.append(rare if telling[word] else rare * MENTIONED)
        return cls({word: number for number, word in enumerate(words_in_order)}, starts, places, impacts, rarity)

    def of_term(self, term: int) -> tuple[array[int], array[int]]:
        """Return the places and impacts of a word."""
        start, end = self.starts[term], self.starts[term + 1]
        return self.places[start:end], self.impacts[start:end]
