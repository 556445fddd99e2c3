"""Text -> Query: what a person or a model asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.catalogue.search.masking import literals_in, mask
from bridge.catalogue.search.shape import Shape, grams_of, scopes_among
from bridge.catalogue.search.spelling import Speller
from bridge.catalogue.search.stemming import PARTICLES, stem
from bridge.catalogue.search.synonyms import DETERMINERS, Actions, Meaning, Phrase, Synonyms, phrase_of
from bridge.catalogue.words import split_words

MOST_WORDS = 60
"""Words of one query that are looked at."""

LONGEST_GAP = 3
"""Words that may stand between a verb and its particle (``turn call waiting off``)."""

VERB, AREA, LITERAL = 0.85, 0.35, 0.5
"""How much a part counts that is the verb, that only names the product area, or that stands for a literal."""

_DIRECT_NUMBERS = re.compile(r"\bDIDs?\b")
"""Direct inward dialling; in small letters it is the past of do."""

_SHOW_ME = re.compile(r"\b(?:show|tell|give|get|send|find|fetch|pull|bring|list) (?:me|us)\b", re.IGNORECASE)
_LET_ME = re.compile(r"\b(?:let|help|remind|want|walk) (?:me|us)\b", re.IGNORECASE)
"""Whom the answer is for; not whose settings it is about."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a query that mean one thing.

    Attributes:
        words: as they were asked, in lower case.
        phrase: their stems.
        meanings: what else they may mean.
        verb: whether they are a verb of the request.
        counts: how much they count, up to 1.
    """

    words: tuple[str, ...]
    phrase: Phrase
    meanings: tuple[Meaning, ...] = ()
    verb: bool = False
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.

    Attributes:
        parts: what says something, in order.
        actions: what the verb asks for; nothing where there is none.
        shape: whether many things are asked for, or one.
        scopes: whose settings or things.
        implied: the same, with those that the words can mean as well.
        areas: the documents whose area is mentioned.
        named: those whose area is named.
        vendors: the vendors that are named.
    """

    parts: tuple[Part, ...]
    actions: Actions
    shape: Shape
    scopes: frozenset[str]
    implied: frozenset[str]
    areas: frozenset[str]
    named: frozenset[str]
    vendors: frozenset[str]


def read_query(text: str, synonyms: Synonyms, speller: Speller | None = None) -> Query:
    """Read a query; any text will do. With a speller, slips of the finger are forgiven."""
    text = _DIRECT_NUMBERS.sub("direct number", _LET_ME.sub(" ", _SHOW_ME.sub("show", text)))
    words = split_words(mask(text))[:MOST_WORDS]
    stems_by_word = {word: speller.corrected(stem(word)) if speller else stem(word) for word in words}
    said = grams_of([tuple(map(stems_by_word.__getitem__, words))])
    named = frozenset(document for document, area in synonyms.areas.items() if not said.isdisjoint(area.names))
    areas = {word for document in named for name in synonyms.areas[document].names if name in said for word in name}
    words = [word for word in words if word not in DETERMINERS]
    stems = tuple(map(stems_by_word.__getitem__, words))
    parts = tuple(_Reader(words, stems, synonyms, areas).parts())
    actions = next(filter(None, (_actions(part, synonyms) for part in parts)), {})
    implied = grams_of(meaning.phrase for part in parts for meaning in part.meanings) | said
    telling = [part for part in parts if not _is_silent(part, synonyms)] or parts
    literals = (
        Part((literal,), phrase_of(meant), counts=LITERAL)
        for meant, literal in literals_in(text).items()
        if phrase_of(meant) not in implied
    )
    return Query(
        parts=(*telling, *literals),
        actions=actions,
        shape=_shape(stems, synonyms),
        scopes=frozenset(scopes_among(said, synonyms)),
        implied=frozenset(scopes_among(implied, synonyms)),
        areas=named.union(area.document for area in synonyms.areas.values() if not implied.isdisjoint(area.words)),
        named=named,
        vendors=frozenset(vendor for phrase, vendor in synonyms.vendors.items() if phrase in said),
    )


@dataclass(slots=True)
class _Reader:
    """Takes a query apart, from left to right, the longest known phrase first."""

    words: Sequence[str]
    stems: Phrase
    synonyms: Synonyms
    area_words: set[str]
    begun: bool = False

    def parts(self) -> Iterator[Part]:
        """Return all parts that are no fillers."""
        place = 0
        particles: set[int] = set()
        while place < len(self.stems):
            if place in particles:
                place += 1
                continue
            part, length, particle = self._part(place)
            if particle is not None:
                particles.add(particle)
            if part.verb or not _is_silent(part, self.synonyms):
                self.begun = True
                yield part
            place += length

    def _part(self, place: int) -> tuple[Part, int, int | None]:
        """Return the part that begins at a place, its length, and where its particle stands apart from it."""
        known = self.synonyms
        for length in range(min(known.longest, len(self.stems) - place), 1, -1):
            phrase = self.stems[place : place + length]
            if phrase in known.meanings or phrase in known.verbs:
                return self._known(tuple(self.words[place : place + length]), phrase), length, None
        for apart in range(place + 2, min(place + 2 + LONGEST_GAP, len(self.stems))):
            phrase = (self.stems[place], self.stems[apart])
            if phrase[1] in PARTICLES and (phrase in known.meanings or phrase in known.verbs):
                return self._known((self.words[place], self.words[apart]), phrase), 1, apart
        return self._known((self.words[place],), self.stems[place : place + 1]), 1, None

    def _known(self, words: tuple[str, ...], phrase: Phrase) -> Part:
        known = self.synonyms
        # Schedule a meeting, but: schedules of a location.
        is_noun = len(phrase) == 1 and phrase[0] in known.nouns_too and (self.begun or words[0].endswith("s"))
        is_verb = phrase in known.verbs and not is_noun
        counts = VERB if is_verb else AREA if self.area_words.issuperset(phrase) else 1.0
        return Part(words, phrase, known.meanings.get(phrase, ()), is_verb, counts)


def _actions(part: Part, synonyms: Synonyms) -> Actions:
    """Return what a part asks for: a verb, or a phrase that begins with a word that is nothing else (who joined)."""
    if part.verb:
        return synonyms.verbs[part.phrase]
    begins = part.phrase[:1] if len(part.phrase) > 1 and part.phrase[0] not in synonyms.nouns_too else ()
    return synonyms.verbs.get(begins, {})


def _is_silent(part: Part, synonyms: Synonyms) -> bool:
    """Tell whether a part only says what the method says, or nothing."""
    if part.meanings:
        return False
    if part.verb:
        return all(word in synonyms.silent or word in synonyms.plain_verbs for word in part.phrase)
    return synonyms.silent.issuperset(part.phrase)


def _shape(stems: Phrase, synonyms: Synonyms) -> Shape:
    if not synonyms.lists.isdisjoint(stems):
        return "list"
    return "other" if synonyms.singles.isdisjoint(stems) else "item"
