"""What a model needs of the vendors' prose: the meaning first, then what bears on a call, in few characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from bridge.catalogue.lean_phrases import (
    EXAMPLES,
    HELPS_NO_CHOICE,
    HELPS_NO_CHOICE_FIRST,
    LEADING_WORDS,
    LEADS_OF_TOOLS,
    LEADS_OF_VALUES,
    SAID_BY_DEFAULT,
    SAID_BY_ENUM,
    SAID_BY_LIMITS,
    SECTION,
    SHARED,
    VERBS,
)
from bridge.catalogue.overrides_tools import LONGEST_DESCRIPTION
from bridge.catalogue.plain_text import ITEM, plain_text
from bridge.catalogue.prose import Sentence, sentences, stems, telling_stems

USUAL_DESCRIPTION = 240
"""Characters after which no further sentence of a tool's description is taken."""

_MEANING = 60
"""Characters of what one value of an enumeration means."""

_NOTE = re.compile(r"(?:\*|please )?(?:important )?notes?(?: that\b|\b:?-?) *(?:that )?(?=\S)", re.IGNORECASE)


_INLINE_SECTION = re.compile(r"\s+Pre-?requisites?\b:?\s", re.IGNORECASE)


def lean_description(summary: str, description: str, limit: int = LONGEST_DESCRIPTION) -> str:
    """Return a tool's description: what it does in the first sentence, then what bears on a call.

    Left out is what ``_meta`` has (scopes, rate label, prerequisites), what is about tokens, roles and other pages,
    and what explains the product at length.

    Args:
        summary: the operation's, one line.
        description: the operation's, as the vendor writes it.
        limit: characters.
    """
    said = list(_of_tool(plain_text(description)))
    title = plain_text(summary).replace("\n", " ").rstrip(". ")
    first = _capital(LEADS_OF_TOOLS.sub("", said[0].text, count=1)) if said else ""
    if title and not _tells_of(first, title):
        if _says_what_it_does(first) and telling_stems(first) - stems(title) and len(first) <= USUAL_DESCRIPTION:
            first = f"{title}. {first}"
        else:
            said.insert(0, Sentence.of(title))
            first = f"{title}."
    said = said[1:]
    taken = [first or title]
    room = USUAL_DESCRIPTION - len(taken[0])
    for sentence in said:
        if len(sentence.text) < room and sentence.bears_on_calls:
            taken.append(_capital(sentence.text))
            room -= len(sentence.text) + 1
    return _cut(" ".join(filter(None, taken)), limit)


def written_description(description: str, limit: int = LONGEST_DESCRIPTION) -> str:
    """Return a description that was written for models, by us: without Markdown."""
    return _cut(plain_text(description).replace("\n", " "), limit)


def _of_tool(text: str) -> Iterator[Sentence]:
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
        for text_of_one in sentences(_INLINE_SECTION.split(line.removeprefix(ITEM))[0]):
            sentence = Sentence.of(_NOTE.sub("", text_of_one, count=1) if _NOTE.match(text_of_one) else text_of_one)
            if not sentence.is_boilerplate:
                yield sentence


def _tells_of(sentence: str, title: str) -> bool:
    """Tell whether a sentence says what an operation does, and has most of what the title says."""
    wanted = telling_stems(title)
    return _says_what_it_does(sentence) and len(wanted & stems(sentence)) * 3 >= len(wanted) * 2


def _says_what_it_does(sentence: str) -> bool:
    verb = sentence.partition(" ")[0].lower().strip(",.:")
    return not VERBS.isdisjoint((verb, verb.removesuffix("s"), verb.removesuffix("es"), f"{verb.removesuffix('ies')}y"))


def lean_note(
    text: str,
    known: Set[str],
    *,
    limit: int,
    enough: int = 1,
    enum: Collection[str] = (),
    is_number: bool = False,
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
        is_number: whether it takes numbers: a sentence that has several says what they stand for.
        has_default: whether the schema has a default.
        has_limits: whether it has a length or range.
    """
    taken: list[str] = []
    values: list[str] = []
    room = limit
    for said in _of_value(text):
        if said.is_item and (explained := _explained(said.text, enum, known)) is not None:
            values.extend(filter(None, [explained]))
            continue
        if _is_in_schema(said, has_enum=bool(enum), has_default=has_default, has_limits=has_limits):
            continue
        if is_number and not has_limits and len(_NUMBER.findall(said.text)) >= _SEVERAL:
            values.append(said.text.rstrip("."))
            continue
        if not said.is_first and (not said.bears or len(said.text) > room):
            continue
        if not taken and not said.forms - known and len(said.stems - known) < (1 if said.bears else enough):
            continue
        taken.append(_cut(_without_values(said.text, enum), room))
        room -= len(taken[-1]) + 1
    return _joined(taken, values, limit)


def written_note(text: str, known: Set[str]) -> str:
    """Return a description that was written for models, without Markdown; empty where the names say as much."""
    plain = plain_text(text).replace("\n", " ")
    return plain.rstrip(".") if (telling_stems(plain) | Sentence.of(plain).forms) - known else ""


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a value's description, or an item of a list in it.

    Attributes:
        text: shortened at its beginning where it is the first.
        low: in lower case, not shortened.
        stems: of the words that tell something by themselves.
        bears: whether it says when, how or in what form the value is given.
        forms: stems of the units and forms that it names.
    """

    text: str
    low: str
    stems: frozenset[str]
    bears: bool
    forms: frozenset[str]
    is_first: bool
    is_item: bool = False


_EXAMPLE = frozenset({"e.g."})
"""What an example tells, that nobody knows already."""


@lru_cache(maxsize=8192)
def _of_value(text: str) -> tuple[_Said, ...]:
    """Return what a value's description says, without what helps nobody to choose a value."""
    found: list[_Said] = []
    examples = 0
    is_first = True
    for line in plain_text(text).split("\n"):
        if line.startswith(ITEM):
            content = line[len(ITEM) :]
            if examples == 1:
                content = f"E.g. {content}"
                found.append(_Said(content, content.lower(), _EXAMPLE, True, _EXAMPLE, is_first=False))
            elif not examples:
                found.append(
                    _Said(content, content.lower(), frozenset(), False, frozenset(), is_first=False, is_item=True)
                )
            examples += examples > 0
            continue
        examples = 0
        for sentence in map(Sentence.of, sentences(_rewritten(line))):
            if EXAMPLES.match(sentence.low):
                examples = 1
            elif not (sentence.is_boilerplate or _helps_no_choice(sentence)):
                found.append(_said(sentence, is_first=is_first))
            is_first = False
    return tuple(found)


def _said(sentence: Sentence, *, is_first: bool) -> _Said:
    return _Said(
        text=_short_lead(sentence) if is_first else sentence.text,
        low=sentence.low,
        stems=telling_stems(sentence.text),
        bears=sentence.bears_on_calls,
        forms=sentence.forms,
        is_first=is_first,
    )


def _helps_no_choice(sentence: Sentence) -> bool:
    if HELPS_NO_CHOICE_FIRST.match(sentence.low):
        return True
    return HELPS_NO_CHOICE.is_in(sentence.low, sentence.words)


def _is_in_schema(said: _Said, *, has_enum: bool, has_default: bool, has_limits: bool) -> bool:
    if has_enum and not said.forms and SAID_BY_ENUM.match(said.low):
        return True
    return bool((has_default and SAID_BY_DEFAULT.match(said.low)) or (has_limits and SAID_BY_LIMITS.match(said.low)))


_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)")


def _without_values(text: str, enum: Collection[str]) -> str:
    """Return a text without parentheses that list the values of an enumeration."""
    if not enum or "(" not in text:
        return text
    return _PARENTHESIS.sub(lambda found: "" if any(value and value in found[1] for value in enum) else found[0], text)


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


def _rewritten(line: str) -> str:
    for needle, pattern, short in SHARED:
        if needle in line:
            line = pattern.sub(short, line)
    return line


_EXPLAINED = re.compile(
    r"['\"(]*(-?[\w./+@ ]{1,48}?)['\")]*(?:\s*[-\N{EN DASH}\N{EM DASH}:=]+\s+|\s*[:=]|\s+\()\s*(.*)", re.DOTALL
)
_CODE = re.compile(r"['\"]?(-?\d+)['\"]?\s*[-\N{EN DASH}\N{EM DASH}:=(]+\s*(.+)", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?![\w.]\w)")
_SEVERAL = 3


def _explained(item: str, enum: Collection[str], known: Set[str]) -> str | None:
    """Return ``value: meaning`` of an item that explains a value, empty where the value says it, None if it is none."""
    found = _CODE.match(item) or _EXPLAINED.match(item)
    value, meaning = (found[1].strip(), found[2]) if found else (item.strip(" '\".,;"), "")
    if len(value.split()) > 3 or not value or (enum and value not in enum and meaning):
        return None
    meaning = _cut(sentences(meaning)[0].rstrip(".; )("), _MEANING) if meaning else ""
    if not enum:
        return f"{value}: {meaning}" if meaning else value
    tells = meaning and (not value.isalpha() or len(telling_stems(meaning) - stems(value) - known) > 1)
    return f"{value}: {meaning}" if tells else ""


def _short_lead(sentence: Sentence) -> str:
    text = sentence.text
    if text.partition(" ")[0].strip("(:,.)").lower() in LEADING_WORDS:
        for pattern, short in LEADS_OF_VALUES:
            if found := pattern.match(text):
                text = short + text[found.end() :]
    return _capital(text)


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
