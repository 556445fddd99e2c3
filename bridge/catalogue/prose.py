"""The vendors' prose taken apart: sentences, the words in them, what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bridge.catalogue.lean_phrases import (
    ABOUT_ACCESS,
    ABOUT_ACCESS_FIRST,
    BEARING_PHRASES,
    BEARS_ON_CALLS,
    ELSEWHERE,
    ELSEWHERE_FIRST,
    SAYS_LITTLE,
    STOP_WORDS,
    UNITS,
)

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)\s+(?=[A-Z\"'(\d])")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LOWER_WORD = re.compile(r"[a-z][a-z0-9]*(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or an item of a list.

    Attributes:
        low: in lower case.
        words: its words, in lower case.
    """

    text: str
    low: str
    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Sentence:
        """Return a text as a sentence."""
        low = text.lower()
        return cls(text, low, frozenset(_LOWER_WORD.findall(low)))

    @property
    def bears_on_calls(self) -> bool:
        """Tell whether it says when, how or in what form something is given."""
        return not BEARS_ON_CALLS.isdisjoint(self.words) or any(phrase in self.low for phrase in BEARING_PHRASES)

    @property
    def forms(self) -> frozenset[str]:
        """Return the stems of the units and forms of values that it names."""
        found = UNITS & self.words
        if "e.164" in self.low:
            found |= {"e164"}
        return known_stems(found) if found else found

    @property
    def is_boilerplate(self) -> bool:
        """Tell whether it is about tokens, roles and licenses, which ``_meta`` has, or only leads to another page."""
        low = self.low
        if ABOUT_ACCESS_FIRST.match(low) or ELSEWHERE_FIRST.match(low):
            return True
        return ABOUT_ACCESS.is_in(low, self.words) or ELSEWHERE.is_in(low, self.words)


def sentences(line: str) -> list[str]:
    """Return the sentences of a line of plain text."""
    return _SENTENCE_END.split(line)


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    """Return the stems of the words of a text or name: ``callForwarding`` -> call, forwar."""
    return frozenset(map(_stem, _WORD.findall(text)))


def telling_stems(text: str) -> frozenset[str]:
    """Return the stems of those words that tell something by themselves."""
    return stems(text) - _LITTLE


def known_stems(names: Iterable[str]) -> frozenset[str]:
    """Return the stems of several names or texts."""
    return frozenset[str]().union(*map(stems, names))


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    word = word.lower()
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word[: -len(ending)]
            break
    return word[:6]


_LITTLE = known_stems(SAYS_LITTLE | STOP_WORDS)
