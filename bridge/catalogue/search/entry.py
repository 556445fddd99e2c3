"""ToolSpec -> Entry: what of a tool is indexed, and with which weight."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bridge.catalogue.search.operations_in_body import body_words, choices_of
from bridge.catalogue.search.shape import Shape, actions_of, scopes_in, shape_of
from bridge.catalogue.search.stemming import stems_of, stems_of_prose, with_particles
from bridge.catalogue.search.synonyms import Actions, Phrase, Synonyms
from bridge.catalogue.tool_spec import ToolSpec

TITLE, KEYWORD, NAME, IDENTIFIER = 3.0, 3.0, 1.5, 0.8
LAST_SEGMENT, SEGMENT, TAG, DOCUMENT = 2.0, 1.2, 0.8, 0.5
FIRST_SENTENCE, REST = 1.2, 0.35
CHOICE, PARAMETER, INNER = 1.6, 0.7, 0.25
"""Weights of the fields; what a word stands in adds up."""

LONGEST_DESCRIPTION = 800
DEPRECATED, BETA = 0.65, 0.85
CURATED, PINNED = 1.06, 1.04
"""What a tool's score is multiplied with."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_MARKDOWN_LINK = re.compile(r"\]\([^)]*\)")
_BETA = re.compile(r"\bbeta\b", re.IGNORECASE)
_VERSION = re.compile(r"v\d")


class Entry(NamedTuple):
    """One tool as the index sees it; a tuple, so that it can be kept as a row of JSON.

    Attributes:
        titles: what the tool can be called, as stems that say something: title, summary, name, path, keywords, and for
            a tool that does many things one for each of them.
        actions: what it does; more than one where its title says more than its method.
        scopes: whose it is, as its titles say.
        within: what its path or its parameters name as well.
        areas: the documents that declare it.
        prior: what its score is multiplied with, whatever is asked.
    """

    titles: tuple[Phrase, ...]
    actions: Actions
    shape: Shape
    scopes: tuple[str, ...]
    within: tuple[str, ...]
    areas: tuple[str, ...]
    prior: float


def entry_of(tool: ToolSpec, synonyms: Synonyms) -> tuple[Entry, dict[str, float]]:
    """Return a tool's entry, and by stem the sum of the weights of the fields that the stem stands in."""
    operation = tool.operation
    said = [stems_of(tool.title), stems_of(operation.summary)]
    segments = [stems_of(segment) for segment in static_segments(operation.path)]
    name = stems_of(tool.name.removeprefix(f"{tool.vendor.name}_"))
    keywords = [stems_of(text) for text in tool.keywords]
    choices = choices_of(operation)
    telling = tuple(word for segment in segments for word in segment if word not in synonyms.generic)
    called = [*said, name, telling, *keywords, *((*words, *telling) for words in choices)]
    parameters = [stems_of(parameter.name) for parameter in operation.parameters if parameter.location != "header"]
    parts = operation.path.split("/")
    owners = [scope.phrases[0] for scope in synonyms.scopes if not set(parts).isdisjoint(scope.segments)]
    entry = Entry(
        titles=tuple(dict.fromkeys(filter(None, (_title(words, synonyms) for words in called)))),
        actions=actions_of(operation.method, said, choices, synonyms),
        shape=shape_of(operation.method, operation.path, said[0]),
        scopes=scopes_in([*said, *owners], synonyms),
        within=scopes_in([*segments, *parameters, *said, *owners], synonyms),
        areas=operation.documents,
        prior=_prior(tool),
    )
    fields: list[tuple[float, Iterable[Phrase]]] = [
        (TITLE, said),
        (KEYWORD, keywords),
        (NAME, [name]),
        (IDENTIFIER, map(stems_of, operation.operation_ids[:2])),
        (LAST_SEGMENT, segments[-1:]),
        *((SEGMENT, [segment]) for segment in segments[:-1]),
        (TAG, map(stems_of, tool.tags)),
        (DOCUMENT, map(stems_of, operation.document_names)),
        (CHOICE, choices),
        (PARAMETER, parameters),
        *((PARAMETER if depth == 0 else INNER, [words]) for depth, words in body_words(operation)),
        *_prose(tool),
    ]
    return entry, _weights(fields)


def static_segments(path: str) -> list[str]:
    """Return the segments of a path that are no parameter and no version."""
    segments = (segment for segment in path.split("/") if segment and "{" not in segment)
    return [segment for segment in segments if not _VERSION.fullmatch(segment)]


def _title(words: Phrase, synonyms: Synonyms) -> Phrase:
    """Return what tells a title from others, each stem once: neither articles nor verbs that the method says too."""
    found = dict.fromkeys(with_particles(words))
    return tuple(word for word in found if word not in synonyms.silent and word not in synonyms.plain_verbs)


def _weights(fields: Iterable[tuple[float, Iterable[Phrase]]]) -> dict[str, float]:
    """Return by stem the sum of the weights of its fields; within one field a stem counts once."""
    weights: defaultdict[str, float] = defaultdict(float)
    for weight, phrases in fields:
        for found in {word for phrase in phrases for word in with_particles(phrase)}:
            weights[found] += weight
    return dict(weights)


def _prose(tool: ToolSpec) -> Iterator[tuple[float, Iterable[Phrase]]]:
    """Return the description after the title, in two fields: the first sentence, and the rest."""
    text = _MARKDOWN_LINK.sub("]", tool.description[:LONGEST_DESCRIPTION])
    summary = tool.operation.summary.rstrip(".")
    if summary and text.startswith(f"{summary}.\n\n"):
        text = text[len(summary) + 1 :].lstrip()
    for weight, sentences in zip((FIRST_SENTENCE, REST), _SENTENCE_END.split(text, maxsplit=1), strict=False):
        yield weight, [tuple(stems_of_prose(sentences))]


def _prior(tool: ToolSpec) -> float:
    operation = tool.operation
    prior = DEPRECATED if operation.deprecated or "[deprecated]" in tool.title.casefold() else 1.0
    if _BETA.search(" ".join((tool.title, *tool.tags))):
        prior *= BETA
    if tool.curated:
        prior *= CURATED
    return prior * PINNED if tool.pinned else prior
