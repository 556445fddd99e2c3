"""Query + postings -> how much of what is asked for each tool has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.catalogue.search.postings import HIGHEST, Postings
from bridge.catalogue.search.query import Part, Query
from bridge.catalogue.search.stemming import PARTICLES
from bridge.catalogue.search.synonyms import Phrase, Synonyms

GENERIC = 0.4
"""How much less a word counts that says little."""

JOINED = 0.95
"""How surely two words mean the one that they make together, and the other way round (voice mail)."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a part of a query in the words of the index.

    Attributes:
        terms: the words' numbers.
        sure: how surely it is meant.
        whole: whether all of them must be there.
        vendor: the only vendor in whose tools it means this.
    """

    terms: tuple[int, ...]
    sure: float
    whole: bool
    vendor: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a query with the ways to say it, and how much it counts."""

    part: Part
    ways: tuple[Way, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Found:
    """What the tools have of a query.

    Attributes:
        asked: its parts.
        shares: by place, the share of the query that the tool has, up to 1.
        parts: by place, the bits of the parts that it has something of.
        terms: by number, how surely a word is asked for.
    """

    asked: tuple[Asked, ...]
    shares: list[float]
    parts: list[int]
    terms: dict[int, float]


class Matcher:
    """Matches queries against one index."""

    def __init__(self, postings: Postings, vendors: Sequence[str], synonyms: Synonyms) -> None:
        self._postings = postings
        self._vendors = vendors
        self._synonyms = synonyms

    def match(self, query: Query) -> Found:
        """Return what each tool has of a query."""
        asked = tuple(self._asked(query.parts))
        total = sum(entry.weight for entry in asked) or 1.0
        shares, parts = [0.0] * len(self._vendors), [0] * len(self._vendors)
        for number, entry in enumerate(asked):
            bit, share = 1 << number, entry.weight / total
            for place, impact in self._best(entry.ways).items():
                shares[place] += impact * share
                parts[place] |= bit
        terms: dict[int, float] = {}
        for entry in asked:
            for way in entry.ways:
                for term in way.terms:
                    terms[term] = max(way.sure, terms.get(term, 0.0))
        return Found(asked, shares, parts, terms)

    def _asked(self, parts: Sequence[Part]) -> Iterator[Asked]:
        """Return the parts that the index has a word for; the others are names, or nothing that the tools are about."""
        seen: set[Phrase] = set()
        for number, part in enumerate(parts):
            if part.phrase in seen:
                continue
            seen.add(part.phrase)
            following = parts[number + 1].phrase if number + 1 < len(parts) else ()
            ways = tuple(self._ways(part, following))
            if ways:
                yield Asked(part, ways, self._weight(part, ways))

    def _ways(self, part: Part, following: Phrase) -> Iterator[Way]:
        terms = self._terms(part.phrase)
        if terms:
            yield Way(terms, 1.0, whole=False)
        for meaning in part.meanings:
            meant = self._terms(meaning.phrase, every=True)
            if meant and meant != terms:
                yield Way(meant, meaning.sure, whole=True, vendor=meaning.vendor)
        together = part.phrase + following if len(part.phrase) == 1 else part.phrase
        if len(together) == 2 and (joined := self._terms(("".join(together),))):
            yield Way(joined, JOINED, whole=True)
        if len(part.phrase) == 1 and not terms and (apart := self._apart(part.phrase[0])):
            yield Way(apart, JOINED, whole=True)

    def _terms(self, phrase: Phrase, *, every: bool = False) -> tuple[int, ...]:
        """Return the numbers of the words that say something; none if every one must be known and is not."""
        words: Sequence[str] = [word for word in phrase if word not in self._synonyms.silent] or phrase
        if len(phrase) == 2 and phrase[1] in PARTICLES and "".join(phrase) in self._postings.terms:
            words = ["".join(phrase)]
        numbers = [self._postings.terms.get(word) for word in words]
        known = tuple(number for number in numbers if number is not None)
        return () if every and len(known) < len(numbers) else known

    def _apart(self, word: str) -> tuple[int, ...]:
        """Return the two words of the index that a word is made of: ``callqueue``."""
        terms = self._postings.terms
        for cut in range(3, len(word) - 2):
            left, right = terms.get(word[:cut]), terms.get(word[cut:])
            if left is not None and right is not None:
                return left, right
        return ()

    def _weight(self, part: Part, ways: Sequence[Way]) -> float:
        rarity = self._postings.rarity
        if ways[0].whole:  # only its meanings are known
            weight = sum(sum(rarity[term] for term in way.terms) / len(way.terms) for way in ways) / len(ways)
        else:
            weight = sum(rarity[term] for term in ways[0].terms)
            if len(ways[0].terms) > 1:
                weight *= 0.8
        weight *= part.counts
        return weight * GENERIC if self._synonyms.generic.issuperset(part.phrase) else weight

    def _best(self, ways: Sequence[Way]) -> dict[int, float]:
        """Return by place the best of the ways to say one part, up to 1."""
        best: dict[int, float] = {}
        for way in ways:
            vendor = way.vendor
            for place, impact in self._of_way(way).items():
                if impact > best.get(place, 0.0) and (vendor is None or self._vendors[place] == vendor):
                    best[place] = impact
        return best

    def _of_way(self, way: Way) -> dict[int, float]:
        if len(way.terms) == 1:
            places, impacts = self._postings.of_term(way.terms[0])
            scale = way.sure / HIGHEST
            return {place: impact * scale for place, impact in zip(places, impacts, strict=True)}
        rarity = self._postings.rarity
        total = sum(rarity[term] for term in way.terms)
        found: dict[int, float] = {}
        for number, term in enumerate(way.terms):
            places, impacts = self._postings.of_term(term)
            scale = way.sure * rarity[term] / total / HIGHEST
            if way.whole and number:
                held = dict(zip(places, impacts, strict=True))
                found = {place: sum_ + held[place] * scale for place, sum_ in found.items() if place in held}
                continue
            for place, impact in zip(places, impacts, strict=True):
                found[place] = found.get(place, 0.0) + impact * scale
        return found
