"""Text -> Query: what a person or a model asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.catalogue.search.masking import mask
from bridge.catalogue.search.shape import Shape, scopes_in
from bridge.catalogue.search.stemming import stem
from bridge.catalogue.search.synonyms import ACTIONS, Action, Meaning, Phrase, Synonyms
from bridge.catalogue.words import split_words

MOST_WORDS = 60
"""Words of one query that are looked at."""

LONGEST_GAP = 3
"""Words that may stand between a verb and its particle (``turn call waiting off``)."""

_PARTICLES = frozenset({"on", "off", "out", "up", "down", "in", "back", "over", "away", "through"})
_TO_THE_SPEAKER = re.compile(
    r"\b(show|tell|give|get|gets|let|lets|help|send|find|fetch|pull|remind|email|bring|want|walk|list) (?:me|us)\b", re.IGNORECASE
)
"""Whom the answer is for; not whose settings it is about."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a query that mean one thing.

    Attributes:
        words: as they were asked, in lower case.
        phrase: their stems.
        meanings: what else they may mean.
        verb: whether they are the request's verb.
    """

    words: tuple[str, ...]
    phrase: Phrase
    meanings: tuple[Meaning, ...] = ()
    verb: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.

    Attributes:
        parts: what says something, in order.
        actions: what the verb asks for; nothing where there is none.
        shape: whether many things are asked for, or one.
        scopes: whose settings or things.
        areas: the documents whose area is mentioned.
        vendors: the vendors that are named.
    """

    parts: tuple[Part, ...]
    actions: tuple[Action, ...]
    shape: Shape
    scopes: frozenset[str]
    areas: frozenset[str]
    vendors: frozenset[str]


def read_query(text: str, synonyms: Synonyms) -> Query:
    """Read a query; any text will do."""
    words = split_words(mask(_TO_THE_SPEAKER.sub(r"\1", text)))[:MOST_WORDS]
    stems = tuple(map(stem, words))
    parts = tuple(_parts(words, stems, synonyms))
    verbs = [part for part in parts if part.verb]
    actions = synonyms.verbs[verbs[0].phrase] if verbs else ()
    mentioned = [stems, *(meaning.phrase for part in parts for meaning in part.meanings)]
    telling = (part for part in parts if not _is_silent(part, synonyms))
    return Query(
        parts=tuple(telling),
        actions=tuple(action for action in ACTIONS if action in actions),
        shape=_shape(words, stems, parts, synonyms),
        scopes=frozenset(scopes_in(mentioned, synonyms)),
        areas=frozenset(_areas(mentioned, synonyms)),
        vendors=frozenset(synonyms.vendors[word] for word in stems if word in synonyms.vendors),
    )


def _parts(words: Sequence[str], stems: Phrase, synonyms: Synonyms) -> Iterator[Part]:
    place, begun = 0, False
    particles: set[int] = set()
    while place < len(stems):
        if place in particles:
            place += 1
            continue
        part, length, particle = _part(words, stems, place, begun, synonyms)
        if particle is not None:
            particles.add(particle)
        if part.verb or not _is_silent(part, synonyms):
            begun = True
            yield part
        place += length


def _part(
    words: Sequence[str], stems: Phrase, place: int, begun: bool, synonyms: Synonyms
) -> tuple[Part, int, int | None]:
    """Return the longest part that begins at a place, its length, and where its particle stands apart from it."""
    for length in range(min(synonyms.longest, len(stems) - place), 1, -1):
        phrase = stems[place : place + length]
        if phrase in synonyms.meanings or phrase in synonyms.verbs:
            return _known(tuple(words[place : place + length]), phrase, begun, synonyms), length, None
    for apart in range(place + 2, min(place + 2 + LONGEST_GAP, len(stems))):
        phrase = (stems[place], stems[apart])
        if stems[apart] in _PARTICLES and (phrase in synonyms.meanings or phrase in synonyms.verbs):
            return _known((words[place], words[apart]), phrase, begun, synonyms), 1, apart
    return _known((words[place],), stems[place : place + 1], begun, synonyms), 1, None


def _known(words: tuple[str, ...], phrase: Phrase, begun: bool, synonyms: Synonyms) -> Part:
    is_verb = phrase in synonyms.verbs and not (begun and phrase[0] in synonyms.nouns_too and len(phrase) == 1)
    return Part(words, phrase, synonyms.meanings.get(phrase, ()), is_verb)


def _is_silent(part: Part, synonyms: Synonyms) -> bool:
    """Tell whether a part only says what the method says, or nothing."""
    if part.meanings:
        return False
    silent = synonyms.fillers | synonyms.vendors.keys()
    if part.verb:
        silent |= synonyms.plain_verbs
    return all(word in silent for word in part.phrase)


def _shape(words: Sequence[str], stems: Phrase, parts: Sequence[Part], synonyms: Synonyms) -> Shape:
    if not synonyms.lists.isdisjoint(stems):
        return "list"
    if not synonyms.singles.isdisjoint(stems):
        return "item"
    return "other"


def _areas(mentioned: Sequence[Phrase], synonyms: Synonyms) -> Iterator[str]:
    grams = {text[start : start + length] for text in mentioned for start in range(len(text)) for length in (1, 2, 3)}
    for document, area in synonyms.areas.items():
        if not grams.isdisjoint(area.phrases):
            yield document
