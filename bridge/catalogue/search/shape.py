"""What an operation does and to how many: its method, its path and the verb of its title, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from bridge.catalogue.search.synonyms import ACTIONS, Action, Phrase, Synonyms

Shape = Literal["list", "item", "other"]

_BY_METHOD: dict[str, tuple[Action, ...]] = {
    "GET": ("read",),
    "HEAD": ("read",),
    "POST": ("create",),
    "PUT": ("update",),
    "PATCH": ("update",),
    "DELETE": ("delete",),
}


def actions_of(
    method: str, titles: Iterable[Phrase], choices: Iterable[Phrase], synonyms: Synonyms
) -> tuple[Action, ...]:
    """Return what an operation does.

    A GET reads and a DELETE deletes. What the others do, their title says better than their method: ``POST`` with
    "Search users" reads, ``PUT`` with "Remove members" deletes.

    Args:
        method: in upper case.
        titles: title and summary.
        choices: what the body lets the caller choose from.
        synonyms: the table of verbs.
    """
    by_method = _BY_METHOD.get(method, ("update",))
    if by_method in (("read",), ("delete",)):
        return by_method
    titled = {action for title in titles for action in verb_of(title, synonyms)}
    chosen = {action for choice in choices for action in _verbs_in(choice, synonyms)} - {"read"}
    found = (titled or {"update", *by_method}) | chosen
    if titled != {"read"}:
        found.update(by_method)
    return tuple(action for action in ACTIONS if action in found)


def verb_of(title: Phrase, synonyms: Synonyms) -> tuple[Action, ...]:
    """Return what the verb that a title begins with asks for; nothing where it begins with none."""
    start = 1 if title[:1] in (("bulk",), ("batch",), ("partial",), ("partially",)) else 0
    for length in (3, 2, 1):
        phrase = title[start : start + length]
        if len(phrase) == length and phrase in synonyms.verbs:
            return synonyms.verbs[phrase]
    return ()


def _verbs_in(choice: Phrase, synonyms: Synonyms) -> Iterable[Action]:
    for word in choice:
        yield from synonyms.verbs.get((word,), ())


def shape_of(method: str, path: str, title: Sequence[str], synonyms: Synonyms) -> Shape:
    """Tell whether an operation reads many things, one of several, or something that there is once (settings)."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if last.startswith("{"):
        return "item"
    if method != "GET":
        return "other"
    many = last.endswith("s") and not last.lower().endswith(("settings", "status", "ss", "details", "stats"))
    return "list" if title[:1] == ["list"] or many else "other"


def scopes_in(texts: Iterable[Phrase], synonyms: Synonyms) -> tuple[str, ...]:
    """Return the names of the scopes that texts mention."""
    grams = {text[start : start + length] for text in texts for start in range(len(text)) for length in (1, 2, 3)}
    return tuple(scope.name for scope in synonyms.scopes if not grams.isdisjoint(scope.phrases))
