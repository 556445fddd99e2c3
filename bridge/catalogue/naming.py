"""Operation -> tool name: stable, unique, readable. ``[a-z0-9_]``, the vendor first, whole words."""

from __future__ import annotations

import hashlib
import itertools
import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bridge.catalogue.words import GENERIC, Vocabulary, shorten, split_words
from bridge.spec.operation import Operation

DEFAULT_MAX_LENGTH = 46
"""Fits every client with its prefix: VS Code cuts at 64 with up to 18 of its own, Cursor drops above 60."""


@dataclass(frozen=True, slots=True)
class LockedNames:
    """The names that the operations of one vendor had before.

    Attributes:
        names: by ``Operation.identity``, of operations that are known.
        reserved: of those that are not: no other operation gets them.
    """

    names: Mapping[str, str]
    reserved: frozenset[str] = frozenset()


def tool_names(
    operations: Sequence[Operation],
    *,
    given: Mapping[str, str] | None = None,
    locked: LockedNames | None = None,
    core: Sequence[Operation] = (),
    max_length: int = DEFAULT_MAX_LENGTH,
    taken: Iterable[str] = (),
) -> dict[str, str]:
    """Return the name of each operation of one vendor, by ``Operation.identity``.

    Names are decided over all operations that are known, so that serving fewer documents changes none.

    Args:
        operations: all known operations of the vendor, in the order of its documents.
        given: names that people gave, by identity; they stand as they are.
        locked: names that ``names.lock`` holds; they stand unless people gave them away, or they are too long.
        core: the built-in core's operations; where one of them is known, it keeps the name that it has in the core.
        max_length: the longest default name, vendor included.
        taken: names that are used elsewhere.
    """
    names = dict(given or {})
    defaults = _defaults(operations, locked or LockedNames({}), core, max_length, frozenset(taken))
    # What people named keeps its default name from others: naming one operation renames no other, but for one whose
    # own name they gave away.
    owners = {name: identity for identity, name in names.items()}
    bereft = [o for o in operations if owners.get(defaults[o.identity], o.identity) != o.identity]
    bereft = [operation for operation in bereft if operation.identity not in names]
    if bereft:
        known = {operation.identity: operation for operation in operations}
        held = dict.fromkeys(taken) | {name: known[identity] for identity, name in defaults.items()}
        held |= dict.fromkeys(locked.reserved if locked else ()) | {n: known.get(i) for i, n in names.items()}
        defaults |= _default_names(bereft, held, max_length, operations)
    return defaults | names


def _defaults(
    operations: Sequence[Operation],
    locked: LockedNames,
    core: Sequence[Operation],
    max_length: int,
    taken: frozenset[str],
) -> dict[str, str]:
    """Return the names that operations have where no person names any: from the lock, else the core, else made."""
    known = {operation.identity: operation for operation in operations}
    held: dict[str, Operation | None] = dict.fromkeys(taken)
    of_core = {identity: name for identity, name in _default_names(core, held, max_length).items() if identity in known}
    kept = {
        identity: name
        for identity, name in locked.names.items()
        if identity in known and name not in held and len(name) <= max_length
    }
    held |= dict.fromkeys(locked.reserved) | {name: known[identity] for identity, name in kept.items()}
    kept |= {identity: name for identity, name in of_core.items() if identity not in kept and name not in held}
    held |= {name: known[identity] for identity, name in kept.items()}
    # What has its name from the lock still lends its words to the others, as it did when it got it.
    context = [operation for operation in operations if operation.identity not in of_core]
    rest = [operation for operation in operations if operation.identity not in kept]
    return kept | _default_names(rest, held, max_length, context)


def _default_names(
    operations: Sequence[Operation],
    held: Mapping[str, Operation | None],
    max_length: int,
    context: Sequence[Operation] | None = None,
) -> dict[str, str]:
    """Return names for operations, apart from those that are held already, by the operation that we know of.

    Words are told apart, and generated operationIds known, by what stands in ``context``: all of them by default.
    """
    context = operations if context is None else context
    vocabulary = Vocabulary(operation.summary for operation in context)
    named = _Namer(vocabulary, max_length)
    readable = {operation.identity for operation in _readable_ids(context)}
    words = {o.identity: _own_words(o, vocabulary, readable=o.identity in readable) for o in operations}
    names = {o.identity: named(o, words[o.identity]) for o in operations}
    groups: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        groups[names[operation.identity]].append(operation)
    clashes = {name: group for name, group in groups.items() if len(group) > 1 or name in held}
    settled = {*held, *groups} - (clashes.keys() - held.keys())
    for name, group in clashes.items():
        holder = held.get(name)
        for operation in group:
            others = [*islice((other for other in group if other is not operation), MOST_ALIKE)]
            if holder is not None and holder is not operation:
                others.append(holder)
            told = _telling_words(operation, others)
            names[operation.identity] = _free_name(operation, words[operation.identity], told, named, settled)
            settled.add(names[operation.identity])
    return names


def _readable_ids(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations whose operationId names them, rather than a generator's ``getConfig_14``."""
    stems = Counter(_stem(operation) for operation in operations)
    numbered = {_stem(operation) for operation in operations if _stem(operation) != _first_id(operation)}
    return [
        operation
        for operation in operations
        if _first_id(operation)
        and not _COUNTED.search(_first_id(operation))
        and (stems[_stem(operation)] == 1 or _stem(operation) not in numbered)
    ]


def _first_id(operation: Operation) -> str:
    return operation.operation_ids[0] if operation.operation_ids else ""


_COUNTED = re.compile(r"_\d+$")
_NUMBERED = re.compile(r"(.*?)_?\d+")


def _stem(operation: Operation) -> str:
    numbered = _NUMBERED.fullmatch(_first_id(operation))
    return numbered[1] if numbered and numbered[1] else _first_id(operation)


def _own_words(operation: Operation, vocabulary: Vocabulary, *, readable: bool) -> list[str]:
    """Return the words of the operationId, else of the summary, else of method and path; there is always one."""
    words = split_words(_first_id(operation)) if readable else []
    summary = split_words(operation.summary)
    if not words or "".join(words) == "".join(summary):
        return summary or split_words(operation.key)
    return [part for word in words for part in vocabulary.segment(word)]


class _Namer:
    """Makes names of at most ``max_length`` characters from words."""

    def __init__(self, vocabulary: Vocabulary, max_length: int) -> None:
        self._vocabulary = vocabulary
        self.max_length = max_length

    def __call__(self, operation: Operation, words: Sequence[str], told: Sequence[str] = ()) -> str:
        vendor = operation.vendor.name
        own = list(words[1:]) if words[0] == vendor and len(words) > 1 else list(words)
        # The vendor of a file is named after the file, however long that is: it gets half of the name at most.
        prefix = vendor[: self.max_length // 2].rstrip("_")
        room = self.max_length - len(prefix) - 1
        name = "_".join([prefix, *shorten(own, [word for word in told if word != vendor], room, self._vocabulary)])
        # A number of its own at the end looks as if it had been counted up.
        return _NUMBERS_AT_END.sub(lambda numbers: numbers[0].replace("_", ""), name)


_NUMBERS_AT_END = re.compile(r"(?:_\d+)+$")


def _free_name(
    operation: Operation, words: Sequence[str], told: Sequence[str], named: _Namer, settled: set[str]
) -> str:
    """Return the first name that is free, with more and more words of the operation's own path, then its method."""
    path = path_words(operation.path)
    document = split_words(operation.document_names[0])
    method = [operation.method.lower()]
    tries = [list(told)]
    tries += [[*told, *path[-count:]] for count in range(1, len(path) + 1)]
    tries += [[*told, *extra] for extra in (document, method, [*document, *path])]
    for attempt in tries:
        name = named(operation, words, [word for word in dict.fromkeys(attempt) if word != "by"])
        if name not in settled:
            return name
    # Every word that could tell it apart was cut away: give up the operationId and keep the path.
    name = named(operation, method, path)
    return name if name not in settled else _lettered(operation, name, named.max_length, settled)


def _lettered(operation: Operation, name: str, max_length: int, settled: set[str]) -> str:
    """Return the name with letters that follow from the operation alone, so that they are the same in every run."""
    for count in itertools.count():
        number = int.from_bytes(hashlib.sha256(f"{operation.identity} {count}".encode()).digest()[:8])
        letters = "".join(string.ascii_lowercase[number // 26**place % 26] for place in range(_LETTERS))
        lettered = f"{name[: max_length - _LETTERS - 1].rstrip('_')}_{letters}"
        if lettered not in settled:
            return lettered
    raise AssertionError("unreachable")


_LETTERS = 6

MOST_ALIKE = 200
"""With how many operations of the same name one is compared; official ones have up to 3 namesakes."""


def _telling_words(operation: Operation, others: Sequence[Operation]) -> list[str]:
    """Return the words of an operation's path that tell it apart from the others of the same name.

    Of a path that others have too: the words of the document's name, or the method.
    """
    elsewhere = [_word_set(other.path) for other in others if other.path != operation.path]
    told = _path_words_apart(operation.path, elsewhere) if elsewhere else []
    if any(other.path == operation.path for other in others):
        told += _apart_on_one_path(operation, others)
    return told


@lru_cache(maxsize=8192)
def _word_set(path: str) -> frozenset[str]:
    return frozenset(path_words(path))


def _path_words_apart(path: str, elsewhere: Sequence[frozenset[str]]) -> list[str]:
    """Return the words of the last segment that no other path has; of versions or parameters for want of better."""
    segments = _path_segments(path)
    fixed = [words for words, parameter in segments if not parameter]
    telling = [words for words in fixed if not _VERSION.fullmatch(words[-1]) and not GENERIC.issuperset(words)]
    for candidates in (telling, fixed, [words for words, _ in segments]):
        for words in reversed(candidates):
            if any(all(word not in other for other in elsewhere) for word in words if word != "by"):
                return list(words)
    common = frozenset.intersection(*elsewhere)
    own = list(dict.fromkeys(word for words in fixed for word in words if word not in common))
    return own or [word for word in path_words(path) if word not in common]


_VERSION = re.compile(r"v\d+")


def _apart_on_one_path(operation: Operation, others: Sequence[Operation]) -> list[str]:
    same_path = [other for other in others if other.path == operation.path]
    if any(other.document_names[0] != operation.document_names[0] for other in same_path):
        return split_words(operation.document_names[0])
    if any(other.method != operation.method for other in same_path):
        return [operation.method.lower()]
    return []


def path_words(path: str) -> list[str]:
    """Return the words of a path template, parameters after what they stand in, each once."""
    return list(dict.fromkeys(word for words, _ in _path_segments(path) for word in words))


def _path_segments(path: str) -> list[tuple[list[str], bool]]:
    """Return the words of each segment that has any, and whether it is a parameter: ``{roomId}`` gives by, room."""
    found: list[tuple[list[str], bool]] = []
    for segment in path.strip("/").split("/"):
        parameter = segment.startswith("{")
        words = split_words(segment.strip("{}"))
        if parameter and words and words[-1] in {"id", "identifier", "uuid"}:
            words = ["by", *(words[:-1] or ["id"])]
        if words:
            found.append((words, parameter))
    return found
