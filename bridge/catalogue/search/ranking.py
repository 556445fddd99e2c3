"""Ranking: among the tools that have the words, those that do what is asked, to whom it is asked, first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bridge.catalogue.search.entry import Entry
from bridge.catalogue.search.matching import Found
from bridge.catalogue.search.postings import Postings
from bridge.catalogue.search.query import Query
from bridge.catalogue.search.shape import Shape
from bridge.catalogue.search.synonyms import Action, Phrase, Synonyms

CANDIDATES = 250
"""Tools with the largest share of the words that are looked at more closely."""

COVERAGE = 0.55
"""How much of the score depends on how much of a title was asked for."""

FIRST = 0.3
"""How much the first title's share counts against that of the title that was asked for most."""

IN_TITLE = 0.35
"""How much a generic word, a verb, or the word of a scope counts in a title: something else looks at them too."""

VERB_AGAINST: dict[Action, dict[Action, float]] = {
    "read": {"create": 0.55, "update": 0.55, "delete": 0.45},
    "create": {"read": 0.55, "update": 0.75, "delete": 0.5},
    "update": {"read": 0.6, "create": 0.75, "delete": 0.55},
    "delete": {"read": 0.5, "create": 0.6, "update": 0.7},
}
"""By what is asked for, what remains of the score of a tool that does something else."""

NO_VERB = {"read": 1.0, "create": 0.92, "update": 0.94, "delete": 0.85}
"""What remains where the request has no verb."""

LIST_AGAINST: dict[Shape, float] = {"list": 1.0, "other": 0.95, "item": 0.75}
ITEM_AGAINST_LIST = 0.9
OTHER_VENDOR, OTHER_AREA = 0.35, 0.6
NOT_OF_SCOPE, NOT_MINE = 0.85, 0.75
"""What remains of a tool that is about another scope than the request's, or not about the one who asks."""

ME = "me"
"""The scope of the one who asks."""

Ranked = tuple[int, float, tuple[str, ...]]
"""The place of an entry, its score, and the words of the request that it has."""


Title = tuple[tuple[tuple[int, float], ...], float]
"""The words of a title with how much each counts, and the sum."""


class Ranker:
    """Ranks the entries of one index."""

    def __init__(
        self, entries: Sequence[Entry], vendors: Sequence[str], postings: Postings, synonyms: Synonyms
    ) -> None:
        self._entries = entries
        self._vendors = vendors
        self._unmentioned = {scope.name: scope.unmentioned for scope in synonyms.scopes}
        self._unmentioned_areas = {area.document: area.unmentioned for area in synonyms.areas.values()}
        self._postings = postings
        self._little = synonyms.generic.union(*(phrase for scope in synonyms.scopes for phrase in scope.phrases))
        self._little |= {phrase[0] for phrase in synonyms.verbs if len(phrase) == 1} - synonyms.nouns_too
        self._titles: dict[int, tuple[Title, ...]] = {}

    def rank(self, query: Query, found: Found, allowed: Callable[[int], bool] | None, limit: int) -> list[Ranked]:
        """Return the entries that answer a query best, best first; of equals, the one that comes first."""
        shares = found.shares
        places = [place for place, share in enumerate(shares) if share > 0 and (allowed is None or allowed(place))]
        if len(places) > CANDIDATES:
            places = sorted(places, key=shares.__getitem__, reverse=True)[:CANDIDATES]
        scored = sorted((-self._score(query, found, place), place) for place in places)
        return [(place, -score, _words(found, place)) for score, place in scored[:limit]]

    def _score(self, query: Query, found: Found, place: int) -> float:
        entry = self._entries[place]
        coverage = _coverage(self._titles_of(place), found.terms)
        score = found.shares[place] * (1 - COVERAGE + COVERAGE * coverage)
        score *= _verb(query, entry) * _shape(query, entry) * entry.prior
        score *= self._scope(query, entry) * self._area(query, entry)
        return score * OTHER_VENDOR if query.vendors and self._vendors[place] not in query.vendors else score

    def _titles_of(self, place: int) -> tuple[Title, ...]:
        """Return the weighted titles of an entry; made when it is first a candidate."""
        titles = self._titles.get(place)
        if titles is None:
            titles = self._titles[place] = tuple(filter(None, map(self._weighted, self._entries[place].titles)))
        return titles

    def _weighted(self, title: Phrase) -> Title | None:
        rarity = self._postings.rarity
        known = ((word, term) for word in title if (term := self._postings.terms.get(word)) is not None)
        words = tuple((term, rarity[term] * (IN_TITLE if word in self._little else 1.0)) for word, term in known)
        return (words, sum(weight for _, weight in words)) if words else None

    def _scope(self, query: Query, entry: Entry) -> float:
        factor = 1.0
        for scope in entry.scopes:
            if scope not in query.implied:
                factor *= self._unmentioned[scope]
        for scope in query.scopes:
            if scope not in entry.within:
                factor *= NOT_MINE if scope == ME else NOT_OF_SCOPE
        return factor

    def _area(self, query: Query, entry: Entry) -> float:
        if query.named:
            return 1.0 if not query.named.isdisjoint(entry.areas) else OTHER_AREA
        return max(
            (
                1.0 if document in query.areas else self._unmentioned_areas.get(document, 1.0)
                for document in entry.areas
            ),
            default=1.0,
        )


def _coverage(titles: tuple[Title, ...], terms: Mapping[int, float]) -> float:
    """Return how much of a title was asked for, of the one that was asked for most."""
    best = first = 0.0
    for place, (words, total) in enumerate(titles):
        asked = 0.0
        for term, weight in words:
            if term in terms:
                asked += weight * terms[term]
        best = max(best, asked / total)
        if place == 0:
            first = best
    return best * (1 - FIRST) + first * FIRST


def _verb(query: Query, entry: Entry) -> float:
    if not query.actions:
        return max(NO_VERB[action] for action in entry.actions)
    return max(
        sure * own * (1.0 if asked == action else VERB_AGAINST[asked][action])
        for asked, sure in query.actions.items()
        for action, own in entry.actions.items()
    )


def _shape(query: Query, entry: Entry) -> float:
    if "read" not in entry.actions:
        return 1.0
    if query.shape == "list":
        return LIST_AGAINST[entry.shape]
    return ITEM_AGAINST_LIST if query.shape == "item" and entry.shape == "list" else 1.0


def _words(found: Found, place: int) -> tuple[str, ...]:
    bits = found.parts[place]
    words = (word for number, asked in enumerate(found.asked) if bits >> number & 1 for word in asked.part.words)
    return tuple(dict.fromkeys(words))
