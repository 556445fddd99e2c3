"""What a model needs of the vendors' prose: the meaning first, then what bears on a call, in few characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bridge.catalogue.lean_phrases import (
    ABOUT_ACCESS,
    ABOUT_ACCESS_FIRST,
    BEARS_ON_CALLS,
    ELSEWHERE,
    ELSEWHERE_FIRST,
    EXAMPLES,
    HELPS_NO_CHOICE,
    HELPS_NO_CHOICE_FIRST,
    LEADS_OF_TOOLS,
    LEADS_OF_VALUES,
    SAID_BY_DEFAULT,
    SAID_BY_ENUM,
    SAID_BY_LIMITS,
    SAYS_LITTLE,
    SECTION,
    SHARED,
    STOP_WORDS,
    UNIT,
)
from bridge.catalogue.plain_text import ITEM, plain_text

LONGEST_DESCRIPTION = 1_024
"""Characters of a description that every client shows (VS Code cuts there)."""

USUAL_DESCRIPTION = 280
"""Characters after which no further sentence of a tool's description is taken."""

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)\s+(?=[A-Z\"'(\d])")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NOTE = re.compile(r"(?:\*|please )?(?:important )?notes?(?: that\b|\b:?-?) *(?:that )?(?=\S)", re.IGNORECASE)


def lean_description(summary: str, description: str, limit: int = LONGEST_DESCRIPTION) -> str:
    """Return a tool's description: what it does in the first sentence, then what bears on a call.

    Left out is what ``_meta`` has (scopes, rate label, prerequisites), what is about tokens, roles and other pages,
    and what explains the product at length.

    Args:
        summary: the operation's, one line.
        description: the operation's, as the vendor writes it.
        limit: characters.
    """
    sentences = list(_of_tool(plain_text(description)))
    title = plain_text(summary).replace("\n", " ").rstrip(". ")
    first = _capital(LEADS_OF_TOOLS.sub("", sentences.pop(0), count=1)) if sentences else ""
    if title and not _tells_of(first, title):
        says_more = _new_words(first, stems(title)) > 0 and len(first) <= USUAL_DESCRIPTION
        first = f"{title}. {first}" if says_more else f"{title}."
    taken = [first or title]
    room = USUAL_DESCRIPTION - len(taken[0])
    for sentence in sentences:
        if len(sentence) < room and BEARS_ON_CALLS.search(sentence.lower()):
            taken.append(_capital(sentence))
            room -= len(sentence) + 1
    return _cut(" ".join(filter(None, taken)), limit)


def written_description(description: str, limit: int = LONGEST_DESCRIPTION) -> str:
    """Return a description that was written for models, by us: without Markdown."""
    return _cut(plain_text(description).replace("\n", " "), limit)


def _of_tool(text: str) -> Iterator[str]:
    """Yield the sentences of a description that are no boilerplate; items of a list are sentences too."""
    skipping = False
    for line in text.split("\n"):
        item = line.startswith(ITEM)
        if SECTION.match(line.lower()):
            skipping = True
            continue
        if item and skipping:
            continue
        skipping = False
        for sentence in _sentences(line.removeprefix(ITEM)):
            plain = (
                _NOTE.sub("", sentence, count=1) if sentence[:1] in "*nNpPiI" and _NOTE.match(sentence) else sentence
            )
            if not _is_boilerplate(plain.lower()):
                yield plain


def _is_boilerplate(low: str) -> bool:
    if ABOUT_ACCESS_FIRST.match(low) or ELSEWHERE_FIRST.match(low):
        return True
    return bool(ABOUT_ACCESS.search(low) or ELSEWHERE.search(low))


def _sentences(line: str) -> list[str]:
    return _SENTENCE_END.split(line)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a value's description, or an item of a list in it.

    Attributes:
        low: in lower case.
        bears: whether it says when, how or in what form the value is given.
    """

    text: str
    low: str
    kind: Literal["sentence", "item"]
    bears: bool


def lean_note(
    text: str,
    known: Collection[str],
    *,
    limit: int,
    enough: int = 1,
    enum: Collection[str] = (),
    has_default: bool = False,
    has_limits: bool = False,
) -> str:
    """Return the description of an argument or property; empty where it says no more than the schema and the names.

    Args:
        text: as the vendor writes it.
        known: stems of the words that the reader knows already: the name, those around it, what the tool does.
        limit: characters, up to twice as many where values are explained.
        enough: how many words that are not known the first sentence must have.
        enum: the values that the schema lists, as texts.
        has_default: whether the schema has a default.
        has_limits: whether it has a length or range.
    """
    taken: list[str] = []
    values: list[str] = []
    room = limit
    for place, said in enumerate(_of_value(text)):
        if said.kind == "item" and (explained := _explained(said.text, enum)) is not None:
            values.extend(filter(None, [explained]))
            continue
        if _is_in_schema(said.low, has_enum=bool(enum), has_default=has_default, has_limits=has_limits):
            continue
        if place and (not said.bears or len(said.text) > room):
            continue
        short = said.text if place else _short_lead(said.text)
        if not taken and _new_words(short, known) < (1 if said.bears else enough):
            continue
        taken.append(_cut(short, room))
        room -= len(taken[-1]) + 1
    return _joined(taken, values, limit)


def written_note(text: str, known: Collection[str]) -> str:
    """Return a description that was written for models, without Markdown; empty where the names say as much."""
    plain = plain_text(text).replace("\n", " ")
    return plain.rstrip(".") if _new_words(plain, known) else ""


def _is_in_schema(low: str, *, has_enum: bool, has_default: bool, has_limits: bool) -> bool:
    if has_enum and SAID_BY_ENUM.match(low) and not UNIT.search(low):
        return True
    return bool((has_default and SAID_BY_DEFAULT.match(low)) or (has_limits and SAID_BY_LIMITS.match(low)))


def _joined(taken: list[str], values: list[str], limit: int) -> str:
    said = " ".join(taken)
    said = said if said.endswith("...") else said.rstrip(". ")
    if not values:
        return said.rstrip(":")
    shown = "; ".join(values)
    room = 2 * limit - len(said)
    if len(shown) > room:
        shown = _cut(shown, max(room, limit))
    return f"{said.rstrip(':')}: {shown}" if said else shown


@lru_cache(maxsize=8192)
def _of_value(text: str) -> tuple[_Said, ...]:
    """Return what a value's description says, without what helps nobody to choose a value."""
    found: list[_Said] = []
    examples = 0
    for line in plain_text(text).split("\n"):
        if line.startswith(ITEM):
            content = line[len(ITEM) :]
            if examples == 1:
                content = f"E.g. {content}"
            if examples <= 1:
                found.append(_Said(content, content.lower(), "sentence" if examples else "item", bears=examples == 1))
            examples += examples > 0
            continue
        examples = 0
        for sentence in _sentences(_rewritten(line)):
            low = sentence.lower()
            if EXAMPLES.match(low):
                examples = 1
            elif not (_is_boilerplate(low) or HELPS_NO_CHOICE_FIRST.match(low) or HELPS_NO_CHOICE.search(low)):
                found.append(_Said(sentence, low, "sentence", bears=BEARS_ON_CALLS.search(low) is not None))
    return tuple(found)


def _rewritten(line: str) -> str:
    for needle, pattern, short in SHARED:
        if needle in line:
            line = pattern.sub(short, line)
    return line


_EXPLAINED = re.compile(
    r"['\"(]*(-?[\w./+@ ]{1,48}?)['\")]*(?:\s*[-\N{EN DASH}\N{EM DASH}:=]+\s+|\s*[:=]|\s+\()\s*(.*)", re.DOTALL
)


def _explained(item: str, enum: Collection[str]) -> str | None:
    """Return ``value: meaning`` of an item that explains a value, empty where the value says it, None if it is none."""
    found = _EXPLAINED.match(item)
    value, meaning = (found[1].strip(), found[2]) if found else (item.strip(" '\".,;"), "")
    if len(value.split()) > 3 or not value or (enum and value not in enum and meaning):
        return None
    meaning = _cut(_sentences(meaning)[0].rstrip(".; )("), 60) if meaning else ""
    if not enum:
        return f"{value}: {meaning}" if meaning else value
    tells = meaning and (not value.isalpha() or _new_words(meaning, stems(value)))
    return f"{value}: {meaning}" if tells else ""


def _short_lead(sentence: str) -> str:
    for pattern, short in LEADS_OF_VALUES:
        if found := pattern.match(sentence):
            sentence = short + sentence[found.end() :]
    return _capital(sentence)


_CAMEL = re.compile(r"[a-z]+(?:[A-Z_]|\d)")


def _capital(text: str) -> str:
    # `userId` and the like stay as they are.
    return text[:1].upper() + text[1:] if text[1:2].islower() and not _CAMEL.match(text) else text


def _cut(text: str, limit: int) -> str:
    """Cut at the end of a sentence, else of a clause or word, with dots."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 3, 0)]
    end = head.rfind(". ") + 1
    if end > limit // 2:
        return head[:end]
    end = max(head.rfind(", "), head.rfind("; "))
    return head[: end if end > limit // 2 else head.rfind(" ")].rstrip(" ,;:(") + "..."


def _tells_of(sentence: str, title: str) -> bool:
    """Tell whether a sentence has most of what the title says."""
    said = stems(sentence)
    wanted = stems(title) - _LITTLE
    return bool(sentence) and len(wanted & said) * 3 >= len(wanted) * 2


def _new_words(text: str, known: Collection[str]) -> int:
    """Return how many words a text has that the reader does not know already; a unit or form counts for several."""
    return len(stems(text) - _LITTLE - frozenset(known)) + 9 * (UNIT.search(text.lower()) is not None)


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    """Return the stems of the words of a text or name: ``callForwarding`` -> call, forwar."""
    return frozenset(map(_stem, _WORD.findall(text)))


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    word = word.lower()
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            word = word[: -len(ending)]
            break
    return word[:6]


def known_stems(names: Iterable[str]) -> frozenset[str]:
    """Return the stems of several names or texts."""
    return frozenset[str]().union(*map(stems, names))


_LITTLE = known_stems(SAYS_LITTLE | STOP_WORDS)
