"""What an operation does and to how many: its method, its path and the verb of its title, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Literal

from bridge.catalogue.search.synonyms import ACTIONS, Action, Actions, Phrase, Synonyms

Shape = Literal["list", "item", "other"]

_BY_METHOD: dict[str, Action] = {"GET": "read", "HEAD": "read", "POST": "create", "DELETE": "delete"}

UNTITLED, CHOSEN = 0.95, 0.9
"""How surely an operation does what its method says and its title does not, and what its body lets a caller choose."""


def actions_of(method: str, titles: Iterable[Phrase], choices: Iterable[Phrase], synonyms: Synonyms) -> Actions:
    """Return what an operation does.

    A GET reads and a DELETE deletes. What the others do, their title says better than their method: ``POST`` with
    "Search users" reads, ``PUT`` with "Remove members" deletes.

    Args:
        method: in upper case.
        titles: title and summary.
        choices: what the body lets the caller choose from.
        synonyms: the table of verbs.
    """
    by_method = _BY_METHOD.get(method, "update")
    if by_method in ("read", "delete"):
        return {by_method: 1.0}
    found: Actions = {}
    for title in titles:
        _add(found, verb_of(title, synonyms), 1.0)
    if found.keys() == {"read"}:
        return found
    _add(found, {by_method: 1.0}, UNTITLED if found else 1.0)
    if len(found) == 1:
        _add(found, {"update": 1.0, "create": 1.0}, UNTITLED * CHOSEN)
    for choice in choices:
        for word in choice:
            _add(found, synonyms.verbs.get((word,), {}), CHOSEN)
    return {action: found[action] for action in ACTIONS if action in found}


def _add(found: Actions, actions: Actions, sure: float) -> None:
    for action, own in actions.items():
        found[action] = max(found.get(action, 0.0), own * sure)


def verb_of(title: Phrase, synonyms: Synonyms) -> Actions:
    """Return what the verb that a title begins with asks for; nothing where it begins with none."""
    start = 1 if title[:1] in (("bulk",), ("batch",), ("partial",), ("partially",)) else 0
    for length in (3, 2, 1):
        phrase = title[start : start + length]
        if len(phrase) == length and phrase in synonyms.verbs:
            return synonyms.verbs[phrase]
    return {}


def shape_of(method: str, path: str, title: Phrase) -> Shape:
    """Tell whether an operation reads many things, one of several, or something that there is once (settings)."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    if last.startswith("{"):
        return "item"
    if method != "GET":
        return "other"
    many = last.endswith("s") and not last.lower().endswith(("settings", "status", "ss", "details", "stats"))
    return "list" if title[:1] == ("list",) or many else "other"


def scopes_in(texts: Iterable[Phrase], synonyms: Synonyms) -> tuple[str, ...]:
    """Return the names of the scopes that texts mention."""
    return scopes_among(grams_of(texts), synonyms)


def scopes_among(grams: Set[Phrase], synonyms: Synonyms) -> tuple[str, ...]:
    """Return the names of the scopes that are among runs of stems."""
    return tuple(scope.name for scope in synonyms.scopes if not grams.isdisjoint(scope.phrases))


def grams_of(texts: Iterable[Phrase]) -> set[Phrase]:
    """Return every run of one to three stems."""
    return {text[start : start + length] for text in texts for start in range(len(text)) for length in (1, 2, 3)}
