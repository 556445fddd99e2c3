"""Words: identifiers split into them, run-together ones told apart, too many of them cut down."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_POSSESSIVE = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]s\b|['\N{RIGHT SINGLE QUOTATION MARK}]")
_PLURAL = re.compile(r"\((?:e?s)\)")

LONGEST_KNOWN_WORD = 12
"""A lower-case run longer than this that is no word of the documents is taken for several words run together."""

ARTICLES = frozenset({"a", "an", "the"})
FILLERS = frozenset(
    {*ARTICLES, "of", "for", "to", "in", "on", "by", "with", "and", "or", "from", "at", "all", "existing"}
)
GENERIC = frozenset(
    {"specific", "details", "detail", "information", "info", "data", "level", "list", "new", "associated", "given"}
)
_PREPOSITIONS = frozenset({"of", "for", "to", "in", "on", "by", "with", "from", "at"})


def split_words(text: str) -> list[str]:
    """Return the lower-case ASCII words of a name or sentence: ``getZRAccountProfile`` -> get zr account profile."""
    text = _PLURAL.sub("s", _POSSESSIVE.sub("", text))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words: list[str] = []
    for run in re.split(r"[^A-Za-z0-9]+", plain):
        words.extend(_joined_digits(_CAMEL.findall(run)))
    return [word.lower() for word in words]


def _joined_digits(parts: list[str]) -> list[str]:
    """Keep a number with the letters before it (``scim2``, ``v2``), unless a word follows a long one."""
    joined: list[str] = []
    for part in parts:
        if part.isdigit() and joined and len(joined[-1]) <= 5 and not joined[-1].isdigit():
            joined[-1] += part
        else:
            joined.append(part)
    return joined


class Vocabulary:
    """The words that a vendor writes apart; tells apart what it also runs together (``Liststreamingestions``)."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts = Counter(word for text in texts for word in set(split_words(text)))
        self._words = {word for word in {*self._counts, *FILLERS} if len(word) > 1 or word == "a"}

    def frequency(self, word: str) -> int:
        """Return in how many of the texts a word stands: the more, the less it says."""
        return self._counts[word]

    def segment(self, word: str) -> list[str]:
        """Return the known words that a long unknown one is made of, fewest first; the word itself if it is none."""
        if len(word) <= LONGEST_KNOWN_WORD or (word in self._words and len(word) < 2 * LONGEST_KNOWN_WORD):
            return [word]
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 20), end):
                head, tail = best[start], word[start:end]
                if head is None or tail not in self._words or tail == word:
                    continue
                if best[end] is None or len(head) + 1 < len(best[end] or ()):
                    best[end] = [*head, tail]
        return best[-1] or [word]


def singular(word: str) -> str:
    """Return a word without its plural ending, good enough to see that two words say the same."""
    return {"people": "person"}.get(word, word[:-1] if word.endswith("s") and len(word) > 3 else word)


def shorten(words: Sequence[str], told: Sequence[str], room: int, frequency: Callable[[str], int]) -> list[str]:
    """Return the words, then those of ``told`` that are not among them, cut to ``room`` characters joined by ``_``.

    Whole words go: first articles, then other fillers (of, for ...), then repeated and generic ones (details,
    specific ...), then the most frequent. The verb (the first), the object (the last before a preposition), the last
    word and those of ``told`` stay.
    """
    own = list(words) or list(told[:1])
    said = {singular(word) for word in own}
    extra = list({singular(word): word for word in told if singular(word) not in said}.values())
    if _length(own, extra) <= room:
        return [*own, *extra]
    kept = dict(enumerate(own))
    for places in _expendable(own, frozenset(told), frequency):
        for place in places:
            del kept[place]
        if _length(list(kept.values()), extra) <= room:
            return [*kept.values(), *extra]
    while len(extra) > 1 and _length(list(kept.values()), extra) > room:
        extra.pop(0)
    for place in sorted(kept, reverse=True)[:-1]:
        if _length(list(kept.values()), extra) > room:
            del kept[place]
    text = "_".join([*kept.values(), *extra])
    return [text[:room].rstrip("_")]


def _length(*lists: Sequence[str]) -> int:
    words = [word for words in lists for word in words]
    return sum(map(len, words)) + max(0, len(words) - 1)


def _object_place(words: Sequence[str]) -> int:
    """Return the place of the object: the last word before the first preposition."""
    for place, word in enumerate(words):
        if place > 1 and word in _PREPOSITIONS:
            return place - 1
    return len(words) - 1


def _expendable(words: Sequence[str], told: frozenset[str], frequency: Callable[[str], int]) -> list[list[int]]:
    """Return the places of the words that may go, those that go together in one list, the first to go first."""
    head = _object_place(words)
    kept = {0, head, len(words) - 1}
    told = frozenset(map(singular, told))
    places = [place for place, word in enumerate(words) if place not in kept and singular(word) not in told]
    articles = [place for place in places if words[place] in ARTICLES]
    fillers = [place for place in places if words[place] in FILLERS - ARTICLES]
    inner = [place for place in places if words[place] not in FILLERS]
    repeated = [place for place in inner if words[place] in words[:place]]
    generic = [place for place in inner if words[place] in GENERIC and place not in repeated]
    middle = [place for place in inner if place not in repeated and place not in generic]
    # A word that stands in few names says most about this one.
    middle.sort(key=lambda place: (-frequency(words[place]), -abs(place - head)))
    return [articles, fillers, *([place] for place in [*repeated, *generic, *middle])]
