"""Requests + a search -> figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from benchmarks.retrieval.requests import Request
from benchmarks.retrieval.searches import Search

Worded = Literal["asked", "said"]
CUTS = (1, 3, 5, 10)


@dataclass(frozen=True)
class Figures:
    """What was measured over some requests.

    Attributes:
        ranks: by request, at which rank the first accepted operation stands; 0 where none does.
        milliseconds: CPU time of one query, on average.
        characters: of an answer, the median.
        missed: the ids of the requests without an accepted operation among the first five.
    """

    ranks: Sequence[int]
    milliseconds: float
    characters: float
    missed: Sequence[str]

    def recall(self, cut: int) -> float:
        """Return the share of the requests with an accepted operation among the first ones."""
        return sum(0 < rank <= cut for rank in self.ranks) / len(self.ranks)

    @property
    def mean_reciprocal_rank(self) -> float:
        """Return the mean of 1 / rank, 0 where nothing was found."""
        return sum(1 / rank for rank in self.ranks if rank) / len(self.ranks)


def measure(search: Search, requests: Sequence[Request], worded: Worded, operations: Mapping[str, Set[str]]) -> Figures:
    """Ask a search every request.

    Args:
        search: the search.
        requests: what is asked.
        worded: ``asked``, the lists of its queries fused, or ``said``, raw.
        operations: by tool name, how ``accept`` can name its operation.
    """
    ranks, sizes, missed = [], [], []
    seconds, queries = 0.0, 0
    for request in requests:
        wording = request.asked if worded == "asked" else (request.said,)
        begun = time.process_time()
        names = search.names(wording)
        seconds += time.process_time() - begun
        queries += len(wording)
        rank = next((place for place, name in enumerate(names, 1) if operations[name] & request.accept), 0)
        ranks.append(rank)
        sizes.append(len(search.answer(names)))
        if not 0 < rank <= 5:
            missed.append(request.id)
    return Figures(ranks, seconds / queries * 1000, statistics.median(sizes), missed)
