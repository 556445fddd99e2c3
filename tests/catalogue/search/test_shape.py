"""What an operation does, to how many, and whose it is."""

from __future__ import annotations

import pytest

from bridge.catalogue.search.shape import actions_of, scopes_in, shape_of, verb_of
from bridge.catalogue.search.synonyms import phrase_of, shipped_synonyms


@pytest.mark.parametrize(
    ("method", "title", "surest"),
    [
        ("GET", "Remove nothing, read", {"read"}),
        ("DELETE", "Delete a user", {"delete"}),
        ("POST", "Create a user", {"create"}),
        ("POST", "Search users", {"read"}),
        ("PUT", "Remove members from a group", {"delete"}),
        ("PATCH", "Update a user", {"update"}),
        ("PUT", "Assign numbers to a person", {"create", "update"}),
    ],
)
def test_a_title_says_better_than_a_method_what_is_done(method: str, title: str, surest: set[str]) -> None:
    actions = actions_of(method, [phrase_of(title)], [], shipped_synonyms())
    assert {action for action, sure in actions.items() if sure == 1.0} == surest


def test_what_a_body_lets_a_caller_choose_is_done_too() -> None:
    title, choices = phrase_of("Update meeting status"), [phrase_of("participant remove")]
    assert "delete" not in actions_of("PUT", [title], [], shipped_synonyms())
    assert actions_of("PUT", [title], choices, shipped_synonyms())["delete"] < 1


def test_bulk_stands_before_the_verb() -> None:
    assert verb_of(phrase_of("Bulk delete contacts"), shipped_synonyms())["delete"] == 1.0
    assert verb_of(phrase_of("Contacts"), shipped_synonyms()) == {}


@pytest.mark.parametrize(
    ("method", "path", "title", "shape"),
    [
        ("GET", "/users", "List users", "list"),
        ("GET", "/users/{userId}", "Get a user", "item"),
        ("GET", "/users/{userId}/settings", "Get the settings of a user", "other"),
        ("GET", "/telephony/config/paging", "List paging groups", "list"),
        ("GET", "/presence/status", "Get the status", "other"),
        ("POST", "/users", "Create a user", "other"),
    ],
)
def test_a_path_says_whether_many_things_are_read(method: str, path: str, title: str, shape: str) -> None:
    assert shape_of(method, path, phrase_of(title)) == shape


def test_scopes_are_found_as_words_and_as_phrases() -> None:
    texts = [phrase_of("Update the settings of a virtual line"), phrase_of("at a location")]
    assert set(scopes_in(texts, shipped_synonyms())) == {"virtual line", "location"}
