"""Operation -> tool name: stable, unique, readable. ``[a-z0-9_]``, the vendor first, whole words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bridge.catalogue.words import Vocabulary, shorten, split_words
from bridge.spec.operation import Operation

DEFAULT_MAX_LENGTH = 46
"""Fits every client with its prefix: VS Code cuts at 64 with up to 18 of its own, Cursor drops above 60."""


def tool_names(
    operations: Sequence[Operation],
    *,
    given: Mapping[str, str] | None = None,
    core: Sequence[Operation] = (),
    max_length: int = DEFAULT_MAX_LENGTH,
    taken: Iterable[str] = (),
) -> dict[str, str]:
    """Return the name of each operation of one vendor, by ``Operation.identity``.

    Names are decided over all operations that are known, so that serving fewer documents changes none.

    Args:
        operations: all known operations of the vendor, in the order of its documents.
        given: names that people gave, by identity; they stand as they are.
        core: the built-in core's operations; where one of them is known, it keeps the name that it has in the core.
        max_length: the longest default name, vendor included.
        taken: names that are used elsewhere.
    """
    names = dict(given or {})
    used = {*names.values(), *taken}
    if core:
        known = {operation.identity for operation in operations}
        kept = [operation for operation in core if operation.identity in known and operation.identity not in names]
        for identity, name in _default_names(core, used, max_length).items():
            if any(operation.identity == identity for operation in kept):
                names[identity] = name
                used.add(name)
    rest = [operation for operation in operations if operation.identity not in names]
    return names | _default_names(rest, used, max_length)


def _default_names(operations: Sequence[Operation], used: set[str], max_length: int) -> dict[str, str]:
    vocabulary = Vocabulary(operation.summary for operation in operations)
    named = _Namer(vocabulary, max_length)
    words = {operation.identity: _own_words(operation, vocabulary) for operation in _readable_ids(operations)}
    words |= {o.identity: split_words(o.summary or o.key) for o in operations if o.identity not in words}
    names = {o.identity: named(o, words[o.identity]) for o in operations}
    counts = Counter(names.values())
    clashes: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        name = names[operation.identity]
        if counts[name] > 1 or name in used:
            clashes[name].append(operation)
    settled = used | {name for name, count in counts.items() if count == 1}
    for group in clashes.values():
        for operation, told in zip(group, _distinctions(group), strict=True):
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


def _own_words(operation: Operation, vocabulary: Vocabulary) -> list[str]:
    words = split_words(_first_id(operation))
    summary = split_words(operation.summary)
    if "".join(words) == "".join(summary):
        return summary
    return [part for word in words for part in vocabulary.segment(word)]


class _Namer:
    """Makes names of at most ``max_length`` characters from words."""

    def __init__(self, vocabulary: Vocabulary, max_length: int) -> None:
        self._vocabulary = vocabulary
        self.max_length = max_length

    def __call__(self, operation: Operation, words: Sequence[str], told: Sequence[str] = ()) -> str:
        vendor = operation.vendor.name
        own = list(words[1:]) if words and words[0] == vendor and len(words) > 1 else list(words)
        room = self.max_length - len(vendor) - 1
        return "_".join([vendor, *shorten(own, told, room, self._vocabulary.frequency)])


def _free_name(
    operation: Operation, words: Sequence[str], told: Sequence[str], named: _Namer, settled: set[str]
) -> str:
    """Return the first name that is free, with more and more words of the operation's own path, then its method."""
    path = path_words(operation.path)
    document = split_words(operation.document_names[0])
    tries = [list(told)]
    tries += [[*told, *path[-count:]] for count in range(1, len(path) + 1)]
    tries += [[*told, *extra] for extra in (document, [operation.method.lower()], [*document, *path])]
    tries += [[operation.method.lower(), *path]]
    for attempt in tries:
        name = named(operation, words, list(dict.fromkeys(attempt)))
        if name not in settled:
            return name
    # Every word that could tell it apart was cut away: give up the operationId and keep the path.
    name = named(operation, [operation.method.lower()], path)
    while name in settled:
        shorter = len(name) > named.max_length // 2
        name = name[:-1] if shorter else f"{name}_{operation.method.lower()}"
    return name


def _distinctions(group: Sequence[Operation]) -> list[list[str]]:
    """Return for each operation of a clash the words of its path that tell it apart from the others."""
    paths = [path_words(operation.path) for operation in group]
    told: list[list[str]] = []
    for place, (operation, path) in enumerate(zip(group, paths, strict=True)):
        others = [other for index, other in enumerate(paths) if index != place]
        common = set.intersection(*map(set, paths)) if paths else set()
        own = [word for word in path if word not in common and word != "by"]
        rare = [word for word in own if all(word not in other for other in others)]
        if rare:
            told.append(rare[-2:])
        elif own:
            told.append(own)
        elif any(other == path for other in others):
            told.append(_apart_on_one_path(operation, group))
        else:
            told.append(path[-1:])
    return told


def _apart_on_one_path(operation: Operation, group: Sequence[Operation]) -> list[str]:
    same_path = [other for other in group if other.path == operation.path and other is not operation]
    if any(other.document_names[0] != operation.document_names[0] for other in same_path):
        return split_words(operation.document_names[0])
    if any(other.method != operation.method for other in same_path):
        return [operation.method.lower()]
    return []


def path_words(path: str) -> list[str]:
    """Return the words of a path template, parameters after what they stand in, each once."""
    words: list[str] = []
    for segment in path.strip("/").split("/"):
        parameter = segment.startswith("{")
        parts = split_words(segment.strip("{}"))
        if parameter and parts and parts[-1] in {"id", "identifier", "uuid"}:
            parts = ["by", *(parts[:-1] or parts)] if parts[:-1] else ["by", "id"]
        words.extend(parts)
    return list(dict.fromkeys(words))
