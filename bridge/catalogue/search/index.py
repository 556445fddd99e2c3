"""The index: built once from the exposed tools, asked many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bridge.catalogue.search.entry import Entry, entry_of
from bridge.catalogue.search.matching import Matcher
from bridge.catalogue.search.postings import Postings
from bridge.catalogue.search.query import read_query
from bridge.catalogue.search.ranking import Ranked, Ranker
from bridge.catalogue.search.spelling import Speller
from bridge.catalogue.search.storage import Stored, pack, unpack
from bridge.catalogue.search.synonyms import Synonyms, shipped_synonyms
from bridge.catalogue.tool_spec import Catalogue

FUSION = 3
"""The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009); small, since the first ranks are good."""

NEARNESS = 0.5
"""The power to which a tool's score, as a share of the best one's, counts: a rank far behind says less."""

EARLIER = 0.7
"""What a query's list counts against that of the one before it: people and models say first what they mean most."""

DEPTH = 100
"""Places of each query's list that count when several are fused."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A tool that answers a request.

    Attributes:
        name: the tool's.
        score: above 0, comparable within one answer only.
        matched: the words of the request that the tool has, or has synonyms of.
    """

    name: str
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class SearchIndex:
    """All exposed tools, ready to be searched.

    Attributes:
        names, vendors: of the tools, in the catalogue's order.
        entries: the tools, in the same order.
        postings: which word stands in which of them.
        synonyms: the table that requests are read with.
        exposed: the tools that may be found; None for all.
    """

    names: Sequence[str]
    vendors: Sequence[str]
    entries: Sequence[Entry]
    postings: Postings
    synonyms: Synonyms
    exposed: Container[str] | None = None

    def __repr__(self) -> str:
        return f"<SearchIndex of {len(self.names)} tools>"

    @classmethod
    def of(cls, catalogue: Catalogue) -> SearchIndex:
        """Return the index over the exposed tools of a catalogue: the one that was kept with it, else a new one."""
        if catalogue.stored_index is None:
            return cls.build(catalogue)
        stored = catalogue.stored_index()
        return stored if catalogue.permissions is None else replace(stored, exposed=frozenset(catalogue.by_name))

    @classmethod
    def build(cls, catalogue: Catalogue, synonyms: Synonyms | None = None) -> SearchIndex:
        """Index the exposed tools of a catalogue.

        Args:
            catalogue: whose tools.
            synonyms: the table of words; the shipped one by default. The overrides' own synonyms come to it.
        """
        groups = {entry.vendor.name: entry.synonyms for entry in catalogue.vendors}
        table = (synonyms or shipped_synonyms()).extended(groups)
        indexed = [entry_of(tool, table) for tool in catalogue.tools]
        return cls(
            names=[tool.name for tool in catalogue.tools],
            vendors=[tool.vendor.name for tool in catalogue.tools],
            entries=[entry for entry, _ in indexed],
            postings=Postings.of([weights for _, weights in indexed]),
            synonyms=table,
        )

    def search(
        self, queries: Sequence[str], *, limit: int = 10, keep: Callable[[str], bool] | None = None
    ) -> list[Hit]:
        """Return the tools that answer a request best, best first.

        Args:
            queries: one request, said in one or several ways; their lists are fused by reciprocal rank.
            limit: how many at most.
            keep: tells by a tool's name whether it may be among them.
        """
        lists = [self._ranked(query, keep) for query in dict.fromkeys(queries)]
        ranked = lists[0] if len(lists) == 1 else _fused(lists)
        return [Hit(self.names[place], round(score, 4), words) for place, score, words in ranked[:limit]]

    def _ranked(self, text: str, keep: Callable[[str], bool] | None) -> list[Ranked]:
        query = read_query(text, self.synonyms, self._speller)
        allowed = None if keep is None and self.exposed is None else (lambda place: self._may_be_found(place, keep))
        return self._ranker.rank(query, self._matcher.match(query), allowed, DEPTH)

    def _may_be_found(self, place: int, keep: Callable[[str], bool] | None) -> bool:
        name = self.names[place]
        return (self.exposed is None or name in self.exposed) and (keep is None or keep(name))

    @cached_property
    def _speller(self) -> Speller:
        return Speller([*self.postings.terms, *self.synonyms.words])

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.postings, self.vendors, self.synonyms)

    @cached_property
    def _ranker(self) -> Ranker:
        return Ranker(self.entries, self.vendors, self.postings, self.synonyms)

    def to_bytes(self) -> bytes:
        """Return the index as bytes, to be kept with the catalogue that it was built from."""
        return pack(Stored(self.names, self.vendors, self.entries, self.postings, self.synonyms))

    @classmethod
    def from_bytes(cls, data: bytes) -> SearchIndex:
        """Return what ``to_bytes`` wrote.

        Raises:
            IndexFormatError: these are not the bytes of an index, or of another version's.
        """
        stored = unpack(data)
        return cls(stored.names, stored.vendors, stored.entries, stored.postings, stored.synonyms)


def _fused(lists: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    """Return one list: of each tool, the sum of what its ranks count, 1 for one that is first everywhere."""
    scores: defaultdict[int, float] = defaultdict(float)
    matched: defaultdict[int, dict[str, None]] = defaultdict(dict)
    weights = [EARLIER**number for number in range(len(lists))]
    for weight, ranked in zip(weights, lists, strict=True):
        for rank, (place, score, words) in enumerate(ranked, 1):
            near = (score / ranked[0][1]) ** NEARNESS
            scores[place] += weight / sum(weights) * near * (FUSION + 1) / (FUSION + rank)
            matched[place].update(dict.fromkeys(words))
    best = sorted(scores, key=lambda place: (-scores[place], place))
    return [(place, scores[place], tuple(matched[place])) for place in best]
