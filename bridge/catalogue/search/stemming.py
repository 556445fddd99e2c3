"""Stemming: the forms of a word brought together (calls, called, calling -> call).

Lighter than Porter's: endings of inflection, and ``-ion``. A stem need not be a word; it only has to be the same for
the forms of one word, and another for another word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from bridge.catalogue.words import split_words

_IRREGULAR = {
    **{"people": "person", "persons": "person", "children": "child", "men": "man", "women": "woman"},
    **{"sent": "send", "held": "hold", "left": "leave", "met": "meet", "took": "take", "taken": "take"},
    **{"spoke": "speak", "spoken": "speak", "built": "build", "paid": "pay", "bought": "buy", "ran": "run"},
    **{"wrote": "write", "written": "write", "chose": "choose", "chosen": "choose", "made": "make"},
    **{"gave": "give", "given": "give", "came": "come", "heard": "hear", "kept": "keep", "lost": "lose"},
    **{"found": "find", "got": "get", "rang": "ring", "rung": "ring", "went": "go", "gone": "go", "hung": "hang"},
    **{"said": "say", "saw": "see", "seen": "see", "spent": "spend", "broke": "break"},
    **{"broken": "break", "stolen": "steal", "stole": "steal", "threw": "throw", "thrown": "throw", "sold": "sell"},
    **{"statuses": "status", "addresses": "address", "businesses": "business", "aliases": "alias", "media": "media"},
    **{"emails": "email", "news": "news", "canvas": "canvas", "sms": "sms", "bias": "bias", "during": "during"},
    **{
        "indices": "index",
        "criteria": "criterion",
        "settings": "setting",
        "setting": "setting",
        "analyses": "analysis",
        "analytics": "analytic",
    },
}
_NO_PLURAL = re.compile(r"(?:ss|us|is|[^aeiouy]{3}s)$")
_VOWEL = re.compile(r"[aeiouy]")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a lower-case word."""
    if word in _IRREGULAR:
        return _without_e(_IRREGULAR[word])
    if len(word) <= 3 or not word.isalpha():
        return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2].isdigit() else word
    return _without_e(_without_ion(_without_tense(_without_plural(word))))


def _without_plural(word: str) -> str:
    if not word.endswith("s") or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def _without_tense(word: str) -> str:
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root == word or len(root) < 3 or not _VOWEL.search(root) or word.endswith("eed"):
            continue
        if root[-1] == root[-2] and root[-1] not in "lsz":
            return root[:-1]
        return f"{root[:-1]}y" if root.endswith("i") else root
    return word[:-2] if word.endswith("ly") and len(word) > 6 else word


def _without_ion(word: str) -> str:
    return word[:-3] if word.endswith(("tion", "sion")) and len(word) > 7 else word


def _without_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


@lru_cache(maxsize=65_536)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a name or a short text; kept, since documents say the same names again and again."""
    return tuple(map(stem, split_words(text)))


_PROSE_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Za-z]?\d+")


def stems_of_prose(text: str) -> list[str]:
    """Return the stems of sentences; faster, and less careful with what only names have (``scim2``)."""
    return [stem(word.lower()) for word in _PROSE_WORD.findall(text)]


PARTICLES = frozenset({"on", "off", "out", "up", "down", "in", "back", "over", "away", "through"})
_ALWAYS = PARTICLES - {"in", "on", "over", "through"}
_BEFORE_IN = frozenset({"log", "sign", "check", "barge", "opt", "dial", "call", "clock", "plug", "add"})


@lru_cache(maxsize=65_536)
def with_particles(stems: tuple[str, ...]) -> tuple[str, ...]:
    """Return stems, and the words that some make with the particle behind them: sign out -> sign out signout."""
    joined = [
        left + right for left, right in pairwise(stems) if right in _ALWAYS or (right == "in" and left in _BEFORE_IN)
    ]
    return (*stems, *joined)
