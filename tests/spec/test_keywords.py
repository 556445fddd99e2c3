"""A pattern counts as one if all that match it can."""

from __future__ import annotations

import pytest

from bridge.spec.keywords import compiles


@pytest.mark.parametrize("pattern", ["", "^(a+)+$", "^[^\\/]+$", r"^\d{3}-\w+$", "(?=a)a", r"(a)\1"])
def test_what_all_engines_take_is_a_pattern(pattern: str) -> None:
    assert compiles(pattern)


@pytest.mark.parametrize("pattern", ["(", "*", r"\p{L}", r"[\w-\.]+", "((a{100}){100}){100}", "\ud800"])
def test_what_one_of_them_refuses_or_what_is_too_large_is_none(pattern: str) -> None:
    assert not compiles(pattern)
