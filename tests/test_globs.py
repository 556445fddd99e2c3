from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.globs import name_matches, path_matches


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("/people", "/people"),
        ("/people/*", "/people/{personId}"),
        ("/people/**", "/people"),
        ("/people/**", "/people/"),
        ("/people/**", "/people/{personId}/features"),
        ("/**", "/"),
        ("/**", "/people/{personId}"),
        ("**", "/people/{personId}"),
        ("/**/features", "/features"),
        ("/**/features", "/people/{personId}/features"),
        ("/people/*/features", "/people/{personId}/features"),
        ("/people*", "/peopleGroups"),
        ("/a.b", "/a.b"),
        ("", ""),
    ],
)
def test_a_path_glob_fits(glob: str, path: str) -> None:
    assert path_matches(glob, path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("/people", "/people/{personId}"),
        ("/people/*", "/people/{personId}/features"),
        ("/people/*", "/people"),
        ("/people/**", "/peopleGroups"),
        ("/people", "/People"),
        ("/a.b", "/a-b"),
        ("/people/{personId}", "/people/x"),
        ("", "/"),
    ],
)
def test_a_path_glob_does_not_fit(glob: str, path: str) -> None:
    assert not path_matches(glob, path)


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("list*", "listPeople"),
        ("LIST*", "listPeople"),
        ("*people*", "List People Of An Organization"),
        ("spark-admin:*", "spark-admin:people_read"),
        ("**", "anything"),
        ("*", ""),
        ("*b", "a\nb"),
    ],
)
def test_a_name_glob_fits_whatever_the_case(glob: str, name: str) -> None:
    assert name_matches(glob, name)


@pytest.mark.parametrize(("glob", "name"), [("list", "listPeople"), ("a.b", "axb"), ("a?b", "axb"), ("[ab]", "a")])
def test_only_the_asterisk_is_special_in_a_name_glob(glob: str, name: str) -> None:
    assert not name_matches(glob, name)


@given(st.text(max_size=30))
def test_a_text_without_asterisk_fits_itself(text: str) -> None:
    plain = text.replace("*", "")
    assert path_matches(plain, plain)
    assert name_matches(plain, plain)


@given(st.text("/a{}\n", max_size=12), st.integers(0, 12))
def test_two_asterisks_stand_for_any_rest_of_a_path(path: str, kept: int) -> None:
    assert path_matches(f"{path[:kept]}**", path)
