"""Ranking: among the tools that have the words, those that do what is asked, to whom it is asked, first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest

from bridge.catalogue.search.entry import Entry
from bridge.catalogue.search.matching import Found
from bridge.catalogue.search.postings import Postings
from bridge.catalogue.search.query import Query
from bridge.catalogue.search.synonyms import Action, Synonyms

CANDIDATES = 250
"""Tools with the largest share of the words that are looked at more closely."""

COVERAGE = 0.55
"""How much of the score depends on how much of a title was asked for."""

IN_TITLE = 0.35
"""How much a generic word, or one of a scope, counts in a title."""

VERB_AGAINST: dict[Action, dict[Action, float]] = {
    "read": {"create": 0.55, "update": 0.55, "delete": 0.45},
    "create": {"read": 0.55, "update": 0.75, "delete": 0.5},
    "update": {"read": 0.6, "create": 0.75, "delete": 0.55},
    "delete": {"read": 0.5, "create": 0.6, "update": 0.7},
}
"""By what is asked for, what remains of the score of a tool that does something else."""

NO_VERB = {"read": 1.0, "create": 0.92, "update": 0.94, "delete": 0.85}
"""What remains where the request has no verb."""

LIST_AGAINST_ITEM, ITEM_AGAINST_LIST = 0.82, 0.9
OTHER_VENDOR = 0.35
NOT_OF_SCOPE = 0.85
"""What remains of a tool that is about another scope than the request's."""

Ranked = tuple[int, float, tuple[str, ...]]
"""The place of an entry, its score, and the words of the request that it has."""


class Ranker:
    """Ranks the entries of one index."""

    def __init__(self, entries: Sequence[Entry], postings: Postings, synonyms: Synonyms) -> None:
        self._entries = entries
        self._unmentioned = {scope.name: scope.unmentioned for scope in synonyms.scopes}
        self._areas = synonyms.areas
        self._titles = [_titles(entry, postings, synonyms) for entry in entries]

    def rank(self, query: Query, found: Found, allowed: Callable[[int], bool] | None, limit: int) -> list[Ranked]:
        """Return the entries that answer a query best, best first; of equals, the one that comes first."""
        shares = found.shares
        places = [place for place, share in enumerate(shares) if share > 0 and (allowed is None or allowed(place))]
        if len(places) > CANDIDATES:
            places = nlargest(CANDIDATES, places, key=lambda place: (shares[place], -place))
        scored = [(self._score(query, found, place), place) for place in places]
        best = sorted(scored, key=lambda entry: (-entry[0], entry[1]))[:limit]
        return [(place, score, _words(found, place)) for score, place in best]

    def _score(self, query: Query, found: Found, place: int) -> float:
        entry = self._entries[place]
        coverage = max((_coverage(title, found.terms) for title in self._titles[place]), default=0.0)
        score = found.shares[place] * (1 - COVERAGE + COVERAGE * coverage)
        score *= _verb(query, entry) * _shape(query, entry) * entry.prior
        score *= self._scope(query, entry) * self._area(query, entry)
        return score * OTHER_VENDOR if query.vendors and entry.vendor not in query.vendors else score

    def _scope(self, query: Query, entry: Entry) -> float:
        factor = 1.0
        for scope in entry.scopes:
            if scope not in query.scopes:
                factor *= self._unmentioned[scope]
        for scope in query.scopes:
            if scope not in entry.within:
                factor *= NOT_OF_SCOPE
        return factor

    def _area(self, query: Query, entry: Entry) -> float:
        factors = []
        for document in entry.areas:
            area = self._areas.get(document)
            factors.append(1.0 if area is None or document in query.areas else area.unmentioned)
        return max(factors, default=1.0)


Title = tuple[tuple[tuple[int, float], ...], float]
"""The words of a title with how much each counts, and the sum."""


def _titles(entry: Entry, postings: Postings, synonyms: Synonyms) -> tuple[Title, ...]:
    little = synonyms.generic | {word for scope in synonyms.scopes for phrase in scope.phrases for word in phrase}
    found: list[Title] = []
    for title in entry.titles:
        weighted = []
        for word in title:
            term = postings.terms.get(word)
            if term is not None:
                weighted.append((term, postings.rarity[term] * (IN_TITLE if word in little else 1.0)))
        if weighted:
            found.append((tuple(weighted), sum(weight for _, weight in weighted)))
    return tuple(found)


def _coverage(title: Title, terms: dict[int, float]) -> float:
    words, total = title
    return sum(weight * terms.get(term, 0.0) for term, weight in words) / total


def _verb(query: Query, entry: Entry) -> float:
    if not query.actions:
        return max(NO_VERB[action] for action in entry.actions)
    if not set(query.actions).isdisjoint(entry.actions):
        return 1.0
    return max(VERB_AGAINST[asked][action] for asked in query.actions for action in entry.actions)


def _shape(query: Query, entry: Entry) -> float:
    if "read" not in entry.actions:
        return 1.0
    if query.shape == "list" and entry.shape == "item":
        return LIST_AGAINST_ITEM
    return ITEM_AGAINST_LIST if query.shape == "item" and entry.shape == "list" else 1.0


def _words(found: Found, place: int) -> tuple[str, ...]:
    bits = found.parts[place]
    words = (
        word for number, asked in enumerate(found.asked) if bits >> number & 1 for word in asked.part.words
    )
    return tuple(dict.fromkeys(words))
