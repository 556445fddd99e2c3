"""Words: identifiers split into them, run-together ones told apart, too many of them cut down."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

_CAMEL = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
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
    | {"provided", "specified", "ones", "settings", "configuration", "config"}
)
_UNTOLD = FILLERS | GENERIC
LITTLE = 0.5
"""How much a generic or repeated word says, in bits."""
SCOPE = 4.0
"""How much more the last telling word says, in bits: whose settings, of what (``... for a workspace``)."""
BROKEN_TERM = 4.0
"""How much is lost, in bits, where a term loses one of its words."""
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
    """The words that a vendor writes apart.

    It tells apart what the vendor also runs together (``Liststreamingestions``), and knows how much a word says and
    which words make a term (``hunt group``).
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = 0
        self._counts: Counter[str] = Counter()
        self._phrases: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            words = split_words(text)
            self._texts += 1
            self._counts.update(set(words))
            self._phrases.update({*pairwise(words), *zip(words, words[1:], words[2:], strict=False)})
        self._words = {word for word in {*self._counts, *FILLERS} if len(word) > 1 or word == "a"}

    def information(self, word: str) -> float:
        """Return how much a word says, in bits: the fewer texts it stands in, the more."""
        return math.log2((self._texts + 2) / (self._counts[word] + 1))

    def terms(self, words: Sequence[str]) -> set[int]:
        """Return the places of the words that make one term with the word after them: ``hunt group``, ``push to talk``.

        Two words do if the rarer one stands mostly beside the other, three with a filler in the middle if both of the
        outer ones do.
        """
        found: set[int] = set()
        for place, (left, right) in enumerate(pairwise(words)):
            if _UNTOLD.isdisjoint((left, right)) and self._mostly((left, right), min):
                found.add(place)
            phrase = tuple(words[place : place + 3])
            if (
                len(phrase) == 3
                and right in FILLERS - ARTICLES
                and _UNTOLD.isdisjoint((left, phrase[2]))
                and (self._mostly(phrase, max))
            ):
                found |= {place, place + 1}
        return found

    def _mostly(self, phrase: tuple[str, ...], of_counts: Callable[[Iterable[int]], int]) -> bool:
        together = self._phrases[phrase]
        return together >= 3 and 2 * together >= of_counts([self._counts[phrase[0]], self._counts[phrase[-1]]])

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


def shorten(words: Sequence[str], told: Sequence[str], room: int, vocabulary: Vocabulary) -> list[str]:
    """Return the words, then those of ``told`` that are not among them, cut to ``room`` characters joined by ``_``.

    Whole words go: first articles, then other fillers (of, for ...), then those that say least, terms last. The verb
    (the first), the object (the last that says anything before a preposition) and those of ``told`` stay.
    """
    own = list(words) or list(told[:1])
    said = {singular(word) for word in own}
    extra = list({singular(word): word for word in told if singular(word) not in said}.values())
    if _length([*own, *extra]) <= room:
        return [*own, *extra]
    rest = room - _length(extra) - bool(extra)
    terms = vocabulary.terms(own)
    for dropped in (ARTICLES, FILLERS):
        places = [place for place in range(len(own)) if _stays(own, place, dropped, terms)]
        if _length([own[place] for place in places]) <= rest:
            return [*(own[place] for place in places), *extra]
    spoken = frozenset(map(singular, told))
    must = {0, _object_place(own), *(place for place in places if singular(own[place]) in spoken)}
    if _length([own[place] for place in sorted(must)]) <= rest:
        return [*(own[place] for place in _most_telling(own, places, must, rest, vocabulary)), *extra]
    return _cut([own[place] for place in sorted(must)], extra, room)


def _stays(words: Sequence[str], place: int, dropped: frozenset[str], terms: set[int]) -> bool:
    return place == 0 or words[place] not in dropped or (place in terms and place - 1 in terms)


def _length(words: Sequence[str]) -> int:
    return sum(map(len, words)) + max(0, len(words) - 1)


def _object_place(words: Sequence[str]) -> int:
    """Return the place of the object: the last word before a preposition that says more than ``details of``."""
    start = 1
    for end in [*(place for place, word in enumerate(words) if place > 1 and word in _PREPOSITIONS), len(words)]:
        for place in range(end - 1, start - 1, -1):
            if words[place] not in _UNTOLD:
                return place
        start = end
    return len(words) - 1


def _most_telling(
    words: Sequence[str], places: Sequence[int], must: set[int], room: int, vocabulary: Vocabulary
) -> tuple[int, ...]:
    """Return the places of the words that together say most in ``room`` characters, those in ``must`` included.

    A knapsack, filled from left to right: ``best`` has for each ``(length, whether the last word was taken)`` how much
    is said, and by which words.
    """
    terms = vocabulary.terms(words)
    best: dict[tuple[int, bool], tuple[float, tuple[int, ...]]] = {(-1, False): (0.0, ())}
    scope = next((place for place in reversed(places) if words[place] not in _UNTOLD), None)
    for place in places:
        said = _bits(words, place, vocabulary) + (SCOPE if place == scope else 0.0)
        following: dict[tuple[int, bool], tuple[float, tuple[int, ...]]] = {}
        for (length, before), (total, taken) in best.items():
            for take in (True,) if place in must else (True, False):
                loss = BROKEN_TERM if place - 1 in terms and before is not take else 0.0
                state = (length + 1 + len(words[place]), True) if take else (length, False)
                found = (total + said - loss, (*taken, place)) if take else (total - loss, taken)
                if state[0] <= room and (state not in following or found[0] > following[state][0]):
                    following[state] = found
        best = following
    return max(best.values(), key=lambda found: found[0])[1]


def _bits(words: Sequence[str], place: int, vocabulary: Vocabulary) -> float:
    word = words[place]
    if word in FILLERS:
        return 0.0
    bits = vocabulary.information(word)
    return min(bits, LITTLE) if word in GENERIC or word in words[:place] else bits


def _cut(words: list[str], extra: list[str], room: int) -> list[str]:
    """Return as much of the most needed words as there is room for: the verb, the last words to tell it apart by."""
    extra = list(extra)
    while len(extra) > 1 and _length([*words, *extra]) > room:
        extra.pop(0)
    while len(words) > 1 and _length([*words, *extra]) > room:
        words = words[:-1]
    return ["_".join([*words, *extra])[: max(room, 0)].rstrip("_")]
