"""Spelling: an unknown word taken for the known one that it is one slip of the finger away from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 6
"""Letters of a word that is corrected; a shorter one is like too many others."""


class Speller:
    """Knows the words of an index and of its synonyms, as stems."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._by_initial: dict[str, list[str]] = {}

    def corrected(self, stem: str) -> str:
        """Return the known stem that one letter left out, added, changed or swapped with the next makes of a stem.

        The first letter has to be right. A stem that is known, that is short, or that no known one is near, stays.
        """
        if stem in self._known or len(stem) < SHORTEST or not stem.isalpha():
            return stem
        if not self._by_initial:
            by_initial = defaultdict(list)
            for word in sorted(self._known):
                if len(word) >= SHORTEST - 1 and word.isalpha():
                    by_initial[word[0]].append(word)
            self._by_initial = by_initial
        return next((word for word in self._by_initial.get(stem[0], ()) if _is_one_slip(stem, word)), stem)


def _is_one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])
