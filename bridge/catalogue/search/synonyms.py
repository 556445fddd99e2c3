"""Synonyms: what people say, verbs, scopes and areas: ``specs/synonyms.yaml``, extended by the overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Literal

import yaml

from bridge.catalogue.search.stemming import stem
from bridge.catalogue.words import split_words
from bridge.shipped import shipped_path

Action = Literal["read", "create", "update", "delete"]
ACTIONS: tuple[Action, ...] = ("read", "create", "update", "delete")
Phrase = tuple[str, ...]
"""Stems, one after the other."""

FILE = "specs/synonyms.yaml"


def phrase_of(text: str) -> Phrase:
    """Return the stems of a text."""
    return tuple(map(stem, split_words(text)))


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
        unmentioned: what remains of a tool's score that is about it while the request does not mention it, up to 1.
    """

    name: str
    phrases: tuple[Phrase, ...]
    unmentioned: float


@dataclass(frozen=True)
class Synonyms:
    """The table of words that the ranker knows.

    Attributes:
        meanings: by phrase, what else it may mean.
        verbs: by phrase, what it asks for; more than one action where it is open.
        plain_verbs: the stems of verbs that say nothing beyond their action.
        nouns_too: the stems that are verbs only at the beginning of a request (schedule, record).
        fillers: stems that say nothing.
        generic: stems that say little.
        scopes: in order.
        areas: by document (``zoom/contact-center``), as scopes.
        vendors: by stem, whose name it is.
        lists, singles: stems that ask for many, or for one.
    """

    meanings: Mapping[Phrase, tuple[Meaning, ...]]
    verbs: Mapping[Phrase, tuple[Action, ...]]
    plain_verbs: frozenset[str]
    nouns_too: frozenset[str]
    fillers: frozenset[str]
    generic: frozenset[str]
    scopes: tuple[Scope, ...]
    areas: Mapping[str, Scope]
    vendors: Mapping[str, str]
    lists: frozenset[str]
    singles: frozenset[str]
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        longest = max(map(len, [*self.meanings, *self.verbs]), default=1)
        object.__setattr__(self, "longest", longest)

    def extended(self, groups: Mapping[str, Sequence[Sequence[str]]]) -> Synonyms:
        """Return the table with further groups of phrases that mean the same, by the vendor for whose tools they do."""
        found: dict[Phrase, list[Meaning]] = {phrase: list(meanings) for phrase, meanings in self.meanings.items()}
        for vendor, entries in groups.items():
            for group in entries:
                _add_group(found, group, vendor)
        rest = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in ("meanings", "longest")}
        return Synonyms(meanings=_unique(found), **rest)

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON; ``from_json`` reads it."""
        return {
            "meanings": [
                [" ".join(phrase), [[" ".join(entry.phrase), entry.sure, entry.vendor] for entry in meanings]]
                for phrase, meanings in self.meanings.items()
            ],
            "verbs": {" ".join(phrase): list(actions) for phrase, actions in self.verbs.items()},
            **{name: sorted(getattr(self, name)) for name in _SETS},
            "scopes": [_scope_json(scope) for scope in self.scopes],
            "areas": {document: _scope_json(area) for document, area in self.areas.items()},
            "vendors": dict(self.vendors),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Synonyms:
        """Read what ``to_json`` wrote."""
        return cls(
            meanings={
                tuple(phrase.split()): tuple(Meaning(tuple(text.split()), sure, vendor) for text, sure, vendor in found)
                for phrase, found in value["meanings"]
            },
            verbs={tuple(phrase.split()): tuple(actions) for phrase, actions in value["verbs"].items()},
            **{name: frozenset(value[name]) for name in _SETS},
            scopes=tuple(_scope_from_json(scope) for scope in value["scopes"]),
            areas={document: _scope_from_json(area) for document, area in value["areas"].items()},
            vendors=dict(value["vendors"]),
        )


_SETS = ("plain_verbs", "nouns_too", "fillers", "generic", "lists", "singles")
SAME, MEANS = 0.92, 0.88
"""How surely a word means another of its group, and what the table says that it means."""


def _scope_json(scope: Scope) -> list[Any]:
    return [scope.name, [" ".join(phrase) for phrase in scope.phrases], scope.unmentioned]


def _scope_from_json(value: Sequence[Any]) -> Scope:
    name, phrases, unmentioned = value
    return Scope(name, tuple(tuple(phrase.split()) for phrase in phrases), unmentioned)


@cache
def shipped_synonyms() -> Synonyms:
    """Return the table that comes with the bridge."""
    text = shipped_path(FILE).read_text("utf-8")
    # Every value a text: `on`, `off` and `911` are words here.
    return _table(yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))  # noqa: S506 (makes texts only)


def _table(data: Mapping[str, Any]) -> Synonyms:
    meanings: dict[Phrase, list[Meaning]] = {}
    for group in data["same"]:
        _add_group(meanings, group, None)
    for said, meant in data["means"].items():
        _add_meanings(meanings, said, [meant] if isinstance(meant, str) else meant)
    verbs: dict[Phrase, list[Action]] = {}
    for action in ACTIONS:
        for text in chain.from_iterable(data["verbs"][action]):
            verbs.setdefault(phrase_of(text), []).append(action)
    return Synonyms(
        meanings=_unique(meanings),
        verbs={phrase: tuple(dict.fromkeys(actions)) for phrase, actions in verbs.items()},
        **{name: frozenset(stem(word) for text in data[name] for word in split_words(text)) for name in _SETS},
        scopes=tuple(_scope(name, entry) for name, entry in data["scopes"].items()),
        areas={document: _scope(document, entry) for document, entry in data["areas"].items()},
        vendors={stem(word): vendor for vendor, words in data["vendors"].items() for word in words},
    )


def _scope(name: str, entry: Mapping[str, Any]) -> Scope:
    return Scope(name, tuple(phrase_of(text) for text in entry["words"]), float(entry["unmentioned"]))


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
