"""Which operation of before is which of now: by method and URL, whatever the parameters of the path are called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Wanting = TypeVar("Wanting", bound=Hashable)

_PARAMETER = re.compile(r"\{[^{}/]*\}")


def match_keys(wanted: Mapping[Wanting, str], there: Collection[str]) -> dict[Wanting, str]:
    """Return the key that each of ``wanted`` has among those that are there; what has none is left out.

    Two keys (``GET https://api.example.com/people/{id}``) that differ in the names of parameters alone are the same
    where there is no second like either of them.

    Args:
        wanted: keys to find; of two that are equal, the first finds it.
        there: keys, each once.
    """
    found: dict[Wanting, str] = {}
    used: set[str] = set()
    for which, key in wanted.items():
        if key in there and key not in used:
            found[which] = key
            used.add(key)
    left = {which: key for which, key in wanted.items() if which not in found}
    return found | _alike(left, [key for key in there if key not in used])


def _alike(wanted: Mapping[Wanting, str], there: Collection[str]) -> dict[Wanting, str]:
    by_shape: dict[str, list[str]] = defaultdict(list)
    for key in there:
        by_shape[_PARAMETER.sub("{}", key)].append(key)
    claims: dict[str, list[Wanting]] = defaultdict(list)
    for which, key in wanted.items():
        claims[_PARAMETER.sub("{}", key)].append(which)
    return {
        claiming[0]: by_shape[shape][0]
        for shape, claiming in claims.items()
        if len(claiming) == 1 and len(by_shape.get(shape, ())) == 1
    }
