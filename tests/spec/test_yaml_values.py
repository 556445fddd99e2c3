from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.errors import SpecFormatError
from bridge.spec.parse import parse
from bridge.spec.yaml_values import yaml_values

YAML = Path("shop.yaml")


def read(text: str, path: Path = YAML) -> Any:
    return parse(path, text.encode("utf-8", "surrogatepass")).value


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("5", 5),
        ("-5", -5),
        ("0x1f", 31),
        ("0o17", 15),
        ("010", 10),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("'5'", "5"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2026-01-31", "2026-01-31"),
        ("=", "="),
        (".inf", None),
        ("-.Inf", None),
        (".nan", None),
        ("1e999", None),
    ],
)
def test_a_plain_scalar_has_the_type_that_yaml_1_2_gives_it(plain: str, expected: Any) -> None:
    value = read(f"a: {plain}\n")["a"]
    assert value == expected
    assert type(value) is type(expected)


def test_keys_are_texts_as_written() -> None:
    assert read("200: a\nnull: b\ntrue: c\n1.10: d\n") == {"200": "a", "null": "b", "true": "c", "1.10": "d"}


def test_merge_keys_give_what_is_not_said_otherwise() -> None:
    text = "base: &base {a: 1, b: 1}\nother: &other {b: 2, c: 2}\nmerged: {<<: [*base, *other], c: 3}\n"
    assert read(text)["merged"] == {"a": 1, "b": 1, "c": 3}


def test_aliases_become_copies_of_their_own() -> None:
    content = read("a: &list [{x: 1}]\nb: *list\n")
    content["a"][0]["x"] = 2
    content["a"].append(3)
    assert content["b"] == [{"x": 1}]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: b: c", "shop.yaml, line 1, column 5: not YAML: mapping values are not allowed in this context"),
        ("a: 1\nb: [", "line 3, column 1: not YAML"),
        ("a: !!int abc", "line 1, column 4: not YAML: not of the type int"),
        ("a: !!bool [1]", "line 1, column 4: not YAML: not of the type bool"),
        ("a: !!map x", "line 1, column 4: not YAML: not of the type map"),
        ("a: !!seq x", "line 1, column 4: not YAML: not of the type seq"),
        ("a: !!str {b: c}", "line 1, column 4: not YAML: not of the type str"),
        ("a: !!timestamp 2026-99-99", "the tag 'tag:yaml.org,2002:timestamp' is no type of JSON"),
        ("a: !!binary abc", "the tag 'tag:yaml.org,2002:binary' is no type of JSON"),
        ("a: !!python/object/apply:os.getcwd []", "is no type of JSON"),
        ("a: !mine b", "the tag '!mine' is no type of JSON"),
        ("? [1, 2]\n: 3", "line 1, column 3: not YAML: a key is no text"),
        ("<<: 5", "not YAML: expected a mapping or list of mappings for merging"),
        ("a: &x [*x]", "not YAML: found unconstructable recursive node"),
        ("a: &x {b: *x}", "not YAML: found unconstructable recursive node"),
        ("a: *x", "not YAML: found undefined alias"),
        ("a: \x00", "shop.yaml: not YAML: unacceptable character"),
        ("--- a\n--- b", "not YAML: but found another document"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(SpecFormatError, match=re.escape(sentence)):
        read(text)


def test_aliases_that_swell_are_refused() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    with pytest.raises(SpecFormatError, match="its YAML aliases stand for more than 1,000,000 values"):
        read("\n".join(lines))


def test_merge_keys_cannot_swell() -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30))]
    assert read("\n".join(lines))["a29"] == {"x": 1}


def test_what_a_mapping_says_itself_goes_before_what_it_merges_wherever_it_stands() -> None:
    assert read("b: &b {a: 1, c: 1}\nx: {a: 2, <<: *b}\ny: {<<: *b, a: 3}\n")["x"] == {"a": 2, "c": 1}
    assert read("b: &b {a: 1, c: 1}\ny: {<<: *b, a: 3}\n")["y"] == {"a": 3, "c": 1}


def test_of_several_merged_mappings_the_first_wins() -> None:
    assert read("x: {<<: [{a: 1}, {a: 2, b: 2}]}") == {"x": {"a": 1, "b": 2}}


def test_a_key_that_a_merge_brings_too_does_not_stand_twice() -> None:
    assert yaml_values(YAML, "b: &b {a: 1}\nx: {<<: *b, a: 2}\n")[1] == []


def test_an_error_of_the_yaml_library_is_left_to_the_caller() -> None:
    with pytest.raises(yaml.YAMLError):
        yaml_values(YAML, "a: [")
