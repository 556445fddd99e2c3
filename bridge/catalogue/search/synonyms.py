"""Synonyms: what people say, verbs, scopes and areas: ``specs/synonyms.yaml``, extended by the overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain
from typing import Any, Literal

from bridge.catalogue.search.stemming import stem
from bridge.catalogue.words import split_words
from bridge.shipped import shipped_path

Action = Literal["read", "create", "update", "delete"]
ACTIONS: tuple[Action, ...] = ("read", "create", "update", "delete")
Phrase = tuple[str, ...]
"""Stems, one after the other."""

FILE = "specs/synonyms.yaml"


DETERMINERS = frozenset({"a", "an", "the", "my", "our", "your", "his", "her", "its", "their", "this", "that", "some"})
"""Words that may stand within any phrase: end (the) call."""


def phrase_of(text: str) -> Phrase:
    """Return the stems of a text without its determiners."""
    words = split_words(text)
    return tuple(stem(word) for word in words if word not in DETERMINERS) or tuple(map(stem, words))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase may stand for.

    Attributes:
        phrase: in the words of the documents.
        sure: how surely it is meant, up to 1.
        vendor: the only vendor in whose tools it is, None for all.
    """

    phrase: Phrase
    sure: float
    vendor: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose settings or things an operation is about.

    Attributes:
        phrases: how documents and people name it.
        segments: the parts of a path that say it.
        unmentioned: what remains of a tool's score that is about it while the request does not mention it, up to 1.
    """

    name: str
    phrases: tuple[Phrase, ...]
    segments: tuple[str, ...]
    unmentioned: float


@dataclass(frozen=True, slots=True)
class Area:
    """A product area: the operations of one document.

    Attributes:
        words: what people speak of when they mean it.
        names: what it is called; where a request names it, other areas are not meant.
        unmentioned: as a scope's.
    """

    document: str
    words: tuple[Phrase, ...]
    names: tuple[Phrase, ...]
    unmentioned: float


Actions = dict[Action, float]
"""What is asked for or done, each with how surely, up to 1."""


@dataclass(frozen=True)
class Synonyms:
    """The table of words that the ranker knows.

    Attributes:
        meanings: by phrase, what else it may mean.
        verbs: by phrase, what it asks for.
        plain_verbs: the stems of verbs that say nothing beyond their action.
        nouns_too: the stems that are verbs only at the beginning of a request (schedule, record).
        fillers: stems that say nothing.
        generic: stems that say little.
        scopes: in order.
        areas: by document (``zoom/contact-center``).
        vendors: by phrase, whose name it is.
        lists, singles: stems that ask for many, or for one.
    """

    meanings: Mapping[Phrase, tuple[Meaning, ...]]
    verbs: Mapping[Phrase, Actions]
    plain_verbs: frozenset[str]
    nouns_too: frozenset[str]
    fillers: frozenset[str]
    generic: frozenset[str]
    scopes: tuple[Scope, ...]
    areas: Mapping[str, Area]
    vendors: Mapping[Phrase, str]
    lists: frozenset[str]
    singles: frozenset[str]

    @cached_property
    def longest(self) -> int:
        """Return the length of the longest phrase that is looked for in a request."""
        return max(map(len, [*self.meanings, *self.verbs]), default=1)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return every stem that the table has a meaning for."""
        phrases = chain(self.meanings, self.verbs, self.vendors, *(area.words for area in self.areas.values()))
        return frozenset(chain(self.fillers, self.generic, self.lists, self.singles, *phrases))

    @cached_property
    def silent(self) -> frozenset[str]:
        """Return the stems that are no words of the index: fillers, the vendors' names, all and every."""
        names = {word for phrase in self.vendors for word in phrase}
        return self.fillers | self.lists | names

    def extended(self, groups: Mapping[str, Sequence[Sequence[str]]]) -> Synonyms:
        """Return the table with further groups of phrases that mean the same, by the vendor for whose tools they do."""
        found: dict[Phrase, list[Meaning]] = {phrase: list(meanings) for phrase, meanings in self.meanings.items()}
        for vendor, entries in groups.items():
            for group in entries:
                _add_group(found, group, vendor)
        return replace(self, meanings=_unique(found))

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON; ``from_json`` reads it."""
        return {
            "meanings": [
                [" ".join(phrase), [[" ".join(entry.phrase), entry.sure, entry.vendor] for entry in meanings]]
                for phrase, meanings in self.meanings.items()
            ],
            "verbs": {" ".join(phrase): actions for phrase, actions in self.verbs.items()},
            **{name: sorted(getattr(self, name)) for name in _SETS},
            "scopes": [_scope_json(scope) for scope in self.scopes],
            "areas": [_area_json(area) for area in self.areas.values()],
            "vendors": {" ".join(phrase): vendor for phrase, vendor in self.vendors.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Synonyms:
        """Read what ``to_json`` wrote."""
        return cls(
            meanings={
                tuple(phrase.split()): tuple(Meaning(tuple(text.split()), sure, vendor) for text, sure, vendor in found)
                for phrase, found in value["meanings"]
            },
            verbs={tuple(phrase.split()): actions for phrase, actions in value["verbs"].items()},
            **{name: frozenset(value[name]) for name in _SETS},
            scopes=tuple(_scope_from_json(scope) for scope in value["scopes"]),
            areas={area[0]: _area_from_json(area) for area in value["areas"]},
            vendors={tuple(phrase.split()): vendor for phrase, vendor in value["vendors"].items()},
        )


_SETS = ("plain_verbs", "nouns_too", "fillers", "generic", "lists", "singles")
SAME, MEANS, ALSO = 0.92, 0.88, 0.88
"""How surely a word means another of its group, what the table says that it means, and what a verb asks for as well."""


def _scope_json(scope: Scope) -> list[Any]:
    return [scope.name, _written(scope.phrases), scope.segments, scope.unmentioned]


def _scope_from_json(value: Sequence[Any]) -> Scope:
    name, phrases, segments, unmentioned = value
    return Scope(name, _read(phrases), tuple(segments), unmentioned)


def _area_json(area: Area) -> list[Any]:
    return [area.document, _written(area.words), _written(area.names), area.unmentioned]


def _area_from_json(value: Sequence[Any]) -> Area:
    document, words, names, unmentioned = value
    return Area(document, _read(words), _read(names), unmentioned)


def _written(phrases: Iterable[Phrase]) -> list[str]:
    return [" ".join(phrase) for phrase in phrases]


def _read(texts: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(tuple(text.split()) for text in texts)


@cache
def shipped_synonyms() -> Synonyms:
    """Return the table that comes with the bridge."""
    import yaml  # noqa: PLC0415 (an index that was kept does without)

    text = shipped_path(FILE).read_text("utf-8")
    # Every value a text: `on`, `off` and `911` are words here.
    return _table(yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))  # noqa: S506 (makes texts only)


def _table(data: Mapping[str, Any]) -> Synonyms:
    meanings: dict[Phrase, list[Meaning]] = {}
    for group in data["same"]:
        _add_group(meanings, group, None)
    for said, meant in data["means"].items():
        _add_meanings(meanings, said, [meant] if isinstance(meant, str) else meant)
    return Synonyms(
        meanings=_unique(meanings),
        verbs=_verbs(data),
        **{name: frozenset(stem(word) for text in data[name] for word in split_words(text)) for name in _SETS},
        scopes=tuple(
            Scope(name, _phrases(entry["words"]), tuple(entry.get("segments", ())), float(entry["unmentioned"]))
            for name, entry in data["scopes"].items()
        ),
        areas={document: _area(document, entry) for document, entry in data["areas"].items()},
        vendors={phrase_of(name): vendor for vendor, names in data["vendors"].items() for name in names},
    )


def _verbs(data: Mapping[str, Any]) -> dict[Phrase, Actions]:
    verbs: dict[Phrase, Actions] = {}
    for section, sure in (("verbs", 1.0), ("also", ALSO)):
        for action in ACTIONS:
            rows = data[section].get(action, [])
            for text in chain.from_iterable(row if isinstance(row, list) else [row] for row in rows):
                verbs.setdefault(phrase_of(text), {}).setdefault(action, sure)
    return verbs


def _phrases(texts: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(map(phrase_of, texts))


def _area(document: str, entry: Mapping[str, Any]) -> Area:
    return Area(document, _phrases(entry["words"]), _phrases(entry.get("names", ())), float(entry["unmentioned"]))


def _add_group(meanings: dict[Phrase, list[Meaning]], group: Iterable[str], vendor: str | None) -> None:
    phrases = list(dict.fromkeys(phrase for phrase in map(phrase_of, group) if phrase))
    for said in phrases:
        meanings.setdefault(said, []).extend(Meaning(meant, SAME, vendor) for meant in phrases if meant != said)


def _add_meanings(meanings: dict[Phrase, list[Meaning]], said: str, meant: Iterable[str]) -> None:
    for form in said.split("|"):
        found = meanings.setdefault(phrase_of(form), [])
        found.extend(Meaning(phrase_of(text), MEANS) for text in meant if phrase_of(text) != phrase_of(form))


def _unique(meanings: Mapping[Phrase, Sequence[Meaning]]) -> dict[Phrase, tuple[Meaning, ...]]:
    return {phrase: tuple(dict.fromkeys(found)) for phrase, found in meanings.items() if phrase}
