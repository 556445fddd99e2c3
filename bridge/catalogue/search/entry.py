"""ToolSpec -> Entry: what of a tool is indexed, and with which weight."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.catalogue.search.operations_in_body import body_words, choices_of
from bridge.catalogue.search.shape import Shape, actions_of, scopes_in, shape_of
from bridge.catalogue.search.stemming import stem
from bridge.catalogue.search.synonyms import Action, Phrase, Synonyms
from bridge.catalogue.tool_spec import ToolSpec
from bridge.catalogue.words import split_words

TITLE, KEYWORD, NAME, IDENTIFIER = 3.0, 3.0, 1.5, 0.8
LAST_SEGMENT, SEGMENT, TAG, DOCUMENT = 2.0, 1.2, 0.8, 0.5
FIRST_SENTENCE, REST = 1.2, 0.35
CHOICE, PARAMETER, INNER = 1.6, 0.7, 0.25
"""Weights of the fields; what a word stands in adds up."""

LONGEST_DESCRIPTION = 1_200
DEPRECATED, BETA = 0.5, 0.8
CURATED, PINNED = 1.06, 1.04
"""What a tool's score is multiplied with."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_MARKDOWN_LINK = re.compile(r"\]\([^)]*\)")
_BETA = re.compile(r"\bbeta\b", re.IGNORECASE)
_VERSION = re.compile(r"v\d")


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool as the index sees it.

    Attributes:
        titles: what the tool can be called, as stems that say something: title, summary, name, path, keywords, and for
            a tool that does many things one for each of them.
        actions: what it does; more than one where its method and its title disagree.
        scopes: whose it is, as its titles say.
        within: what its path or its parameters name as well.
        areas: the documents that declare it.
        prior: what its score is multiplied with, whatever is asked.
    """

    name: str
    vendor: str
    titles: tuple[Phrase, ...]
    actions: tuple[Action, ...]
    shape: Shape
    scopes: tuple[str, ...]
    within: tuple[str, ...]
    areas: tuple[str, ...]
    prior: float


def entry_of(tool: ToolSpec, synonyms: Synonyms) -> tuple[Entry, dict[str, float]]:
    """Return a tool's entry, and by stem the sum of the weights of the fields that the stem stands in."""
    operation = tool.operation
    segments = [split_words(segment) for segment in static_segments(operation.path)]
    name = split_words(tool.name.removeprefix(f"{tool.vendor.name}_"))
    choices = choices_of(operation)
    written = [tool.title, operation.summary] if operation.summary else [tool.title]
    titles = [split_words(text) for text in written]
    telling = [word for segment in segments for word in segment if stem(word) not in synonyms.generic]
    called = [*titles, name, telling, *map(split_words, tool.keywords), *([*words, *telling] for words in choices)]
    parameters = [split_words(parameter.name) for parameter in operation.parameters if parameter.location != "header"]
    said = [_stems(words) for words in titles]
    mine = [("me",)] if "me" in operation.path.split("/") else []
    entry = Entry(
        name=tool.name,
        vendor=tool.vendor.name,
        titles=tuple(dict.fromkeys(filter(None, (_title(words, synonyms) for words in called)))),
        actions=actions_of(operation.method, said, [_stems(words) for words in choices], synonyms),
        shape=shape_of(operation.method, operation.path, titles[0], synonyms),
        scopes=scopes_in([*said, *mine], synonyms),
        within=scopes_in([_stems(words) for words in (*segments, *parameters, *titles)], synonyms),
        areas=operation.documents,
        prior=_prior(tool),
    )
    return entry, _weights(tool, segments, name, choices, parameters)


def static_segments(path: str) -> list[str]:
    """Return the segments of a path that are no parameter and no version."""
    segments = (segment for segment in path.split("/") if segment and "{" not in segment)
    return [segment for segment in segments if not _VERSION.fullmatch(segment)]


def _stems(words: Iterable[str]) -> Phrase:
    return tuple(map(stem, words))


def _title(words: Iterable[str], synonyms: Synonyms) -> Phrase:
    """Return what tells a title from others, each stem once: neither articles nor verbs that the method says too."""
    silent = synonyms.fillers | synonyms.plain_verbs | synonyms.vendors.keys()
    return tuple(dict.fromkeys(found for found in _stems(words) if found not in silent))


def _weights(
    tool: ToolSpec, segments: list[list[str]], name: list[str], choices: list[list[str]], parameters: list[list[str]]
) -> dict[str, float]:
    operation = tool.operation
    weights: defaultdict[str, float] = defaultdict(float)

    def add(words: Iterable[str], weight: float) -> None:
        for found in set(map(stem, words)):
            weights[found] += weight

    titles = {*split_words(tool.title), *split_words(operation.summary)}
    add(titles, TITLE)
    add((word for text in tool.keywords for word in split_words(text)), KEYWORD)
    add(name, NAME)
    add((word for text in operation.operation_ids[:2] for word in split_words(text)), IDENTIFIER)
    for place, words in enumerate(reversed(segments)):
        add(words, LAST_SEGMENT if place == 0 else SEGMENT)
    add((word for tag in tool.tags for word in split_words(tag)), TAG)
    add((word for label in operation.document_names for word in split_words(label)), DOCUMENT)
    for place, sentence in enumerate(_sentences(tool)):
        add(split_words(sentence), FIRST_SENTENCE if place == 0 else REST)
    add((word for words in choices for word in words), CHOICE)
    add((word for words in parameters for word in words), PARAMETER)
    for depth, words in body_words(operation):
        add(words, PARAMETER if depth == 0 else INNER)
    return dict(weights)


def _sentences(tool: ToolSpec) -> Iterator[str]:
    """Return the sentences of the description after the title, in two parts: the first, and the rest."""
    text = _MARKDOWN_LINK.sub("]", tool.description[:LONGEST_DESCRIPTION])
    summary = tool.operation.summary.rstrip(".")
    if summary and text.startswith(f"{summary}.\n\n"):
        text = text[len(summary) + 1 :].lstrip()
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    yield first
    yield from rest


def _prior(tool: ToolSpec) -> float:
    operation = tool.operation
    prior = DEPRECATED if operation.deprecated or "[deprecated]" in tool.title.casefold() else 1.0
    if _BETA.search(" ".join((tool.title, *tool.tags))):
        prior *= BETA
    if tool.curated:
        prior *= CURATED
    return prior * PINNED if tool.pinned else prior
