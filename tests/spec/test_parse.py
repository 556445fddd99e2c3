from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import SpecFormatError
from bridge.spec.parse import MAX_DEPTH, parse

YAML = Path("shop.yaml")


def read(text: str, path: Path = YAML) -> Any:
    return parse(path, text.encode("utf-8", "surrogatepass"))


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


def test_of_repeated_keys_the_last_holds() -> None:
    assert read("a: 1\na: 2\n") == {"a": 2}
    assert read('{"a": 1, "a": 2}', Path("shop.json")) == {"a": 2}


def test_merge_keys_give_what_is_not_said_otherwise() -> None:
    text = "base: &base {a: 1, b: 1}\nother: &other {b: 2, c: 2}\nmerged: {<<: [*base, *other], c: 3}\n"
    assert read(text)["merged"] == {"a": 1, "b": 1, "c": 3}


def test_aliases_become_copies_of_their_own() -> None:
    content = read("a: &list [{x: 1}]\nb: *list\n")
    content["a"][0]["x"] = 2
    content["a"].append(3)
    assert content["b"] == [{"x": 1}]


def test_a_flow_mapping_that_is_no_json_is_read_as_yaml() -> None:
    assert read("{a: b}") == {"a": "b"}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse(Path("shop.json"), b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_numbers_that_json_does_not_have_become_null() -> None:
    assert read('{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}') == {"a": None, "b": None, "c": None, "d": 1.5}


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert read(r'{"a": "\ud83d", "b": "\ud83d\ude00"}') == {"a": "?", "b": "\N{GRINNING FACE}"}


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
        ("a: " + "9" * 5000, "line 1, column 4: not YAML: not of the type int"),
        ("--- a\n--- b", "not YAML: but found another document"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(SpecFormatError, match=re.escape(sentence)):
        read(text)


def test_what_is_no_json_is_refused_with_its_place() -> None:
    with pytest.raises(SpecFormatError, match=r"shop\.json, line 2, column 8: not JSON"):
        read('{\n  "a": }', Path("shop.json"))


def test_a_number_longer_than_python_reads_is_refused() -> None:
    with pytest.raises(SpecFormatError, match=r"shop\.json: a number is too long"):
        read(f'{{"a": {"9" * 5000}}}', Path("shop.json"))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SpecFormatError, match=r"shop\.json: not UTF-8 text \(byte 2\)"):
        parse(Path("shop.json"), b'{"\xff": 1}')


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize("path", [Path("shop.json"), YAML])
def test_what_is_nested_as_deeply_as_a_document_may_be_is_read(path: Path) -> None:
    text = nested(MAX_DEPTH) if path.suffix == ".json" else "- " * MAX_DEPTH + "1"
    assert read(text, path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (Path("shop.json"), nested(MAX_DEPTH + 1)),
        (Path("shop.json"), nested(200_000)),
        (Path("shop.json"), "[" * 200_000),
        (YAML, "- " * (MAX_DEPTH + 1) + "1"),
        (YAML, "[" * 200_000 + "]" * 200_000),
        (YAML, nested(100_000)),
        (YAML, "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300))),
    ],
    ids=["json", "json-hostile", "json-unclosed", "yaml", "yaml-hostile", "yaml-braces", "yaml-aliases"],
)
def test_what_is_nested_too_deeply_is_refused_and_not_a_crash(path: Path, text: str) -> None:
    with pytest.raises(SpecFormatError, match="nested too deeply"):
        read(text, path)


def test_aliases_that_swell_are_refused() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    with pytest.raises(SpecFormatError, match="its YAML aliases stand for more than 1,000,000 values"):
        read("\n".join(lines))


def test_merge_keys_cannot_swell() -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30))]
    assert read("\n".join(lines))["a29"] == {"x": 1}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50)
@given(JSON_VALUES.filter(lambda value: "\\ud" not in json.dumps(value)))
def test_any_json_is_read_as_json_reads_it(value: Any) -> None:
    assert read(json.dumps(value), Path("shop.json")) == value


@given(st.text("ab01.:-[]{}&*!<>|~'\"\\,?# \n", max_size=40))
def test_any_text_is_read_as_json_types_or_refused_in_a_sentence(text: str) -> None:
    try:
        value = read(text)
    except SpecFormatError as error:
        assert str(error).startswith("shop.yaml")  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert json.loads(json.dumps(value, allow_nan=False)) == value


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(YAML, data)
    except SpecFormatError as error:
        assert str(error).startswith("shop.yaml")  # noqa: PT017
    else:
        json.dumps(value, allow_nan=False)
