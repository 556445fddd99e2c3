"""An operation is the same whatever the parameters of its path are called, unless that could be said of two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.spec.operation_match import match_keys


def test_equal_keys_match_first() -> None:
    assert match_keys({1: "GET /a/{x}", 2: "GET /a/{y}"}, ["GET /a/{y}", "GET /a/{z}"]) == {
        2: "GET /a/{y}",
        1: "GET /a/{z}",
    }


def test_names_of_parameters_do_not_matter_where_one_alone_is_like_it() -> None:
    assert match_keys({1: "GET /a/{x}/b"}, ["GET /a/{id}/b", "POST /a/{id}/b"]) == {1: "GET /a/{id}/b"}
    assert match_keys({1: "GET /a/{x}"}, ["GET /a/{y}", "GET /a/{z}"]) == {}
    assert match_keys({1: "GET /a/{x}", 2: "GET /a/{y}"}, ["GET /a/{z}"]) == {}


def test_of_two_equal_keys_the_first_matches() -> None:
    assert match_keys({1: "GET /a", 2: "GET /a"}, ["GET /a"]) == {1: "GET /a"}


KEYS = st.lists(st.sampled_from([f"GET /{p}" for p in ("a", "a/{x}", "a/{y}", "a/{z}", "b/{x}", "b/{y}")]), unique=True)


@given(KEYS, KEYS)
def test_who_matches_whom_does_not_depend_on_the_side(left: list[str], right: list[str]) -> None:
    there = match_keys({key: key for key in left}, right)
    back = match_keys({key: key for key in right}, left)
    assert {found: key for key, found in there.items()} == back
    assert len(set(there.values())) == len(there)
