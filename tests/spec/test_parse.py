from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import SpecFormatError
from bridge.spec.invisible import visible_values
from bridge.spec.limits import MAX_DEPTH
from bridge.spec.parse import parse

YAML = Path("shop.yaml")


def read(text: str, path: Path = YAML) -> Any:
    return parse(path, text.encode("utf-8", "surrogatepass")).value


@pytest.mark.parametrize(
    ("path", "text", "key"),
    [(YAML, "a: 1\nb: 1\na: 2\na: 3\n", "'a' (line 3)"), (Path("shop.json"), '{"a": 1, "b": 1, "a": 3}', "'a'")],
)
def test_of_repeated_keys_the_last_holds_and_they_are_reported(path: Path, text: str, key: str) -> None:
    parsed = parse(path, text.encode())
    assert parsed.value == {"a": 3, "b": 1}
    assert parsed.defects[0] == ("", f"key {key} stands 2 times", "the last one holds")


def test_how_many_invisible_characters_were_taken_out_is_reported() -> None:
    parsed = parse(Path("shop.json"), '{"a\\u200b": "b\u202e\r\n"}'.replace("\r\n", "").encode())
    assert (parsed.value, parsed.defects) == (
        {"a": "b"},
        (("", "2 control or invisible characters in texts", "taken out"),),
    )


def test_a_file_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.spec.parse.MAX_BYTES", 10)
    with pytest.raises(SpecFormatError, match=r"shop\.json: too large to be an OpenAPI document"):
        read('{"a": "bcdefg"}', Path("shop.json"))


@pytest.mark.parametrize("text", ['{"a": "[,[,[,[,\\",[,"}', '{"a": 1, "b": [2, 3]}'])
def test_values_are_counted_without_what_stands_in_texts(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("bridge.spec.parse.MAX_VALUES", 4)
    assert read(text, Path("shop.json"))
    with pytest.raises(SpecFormatError, match="too large to be an OpenAPI document: it has more than"):
        read(text.replace("}", ", [[]]}"), Path("shop.json")) if "2, 3" in text else read("[[[[[", Path("shop.json"))


def test_a_flow_mapping_that_is_no_json_is_read_as_yaml() -> None:
    assert read("{a: b}") == {"a": "b"}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse(Path("shop.json"), b'\xef\xbb\xbf{"a": 1}').value == {"a": 1}


def test_numbers_that_json_does_not_have_become_null() -> None:
    assert read('{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}') == {"a": None, "b": None, "c": None, "d": 1.5}


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert read(r'{"a": "\ud83d", "b": "\ud83d\ude00"}') == {"a": "?", "b": "\N{GRINNING FACE}"}


def test_what_is_no_json_is_refused_with_its_place() -> None:
    with pytest.raises(SpecFormatError, match=r"shop\.json, line 2, column 8: not JSON"):
        read('{\n  "a": }', Path("shop.json"))


@pytest.mark.parametrize("path", [Path("shop.json"), YAML])
@pytest.mark.parametrize("number", ["9" * 309, "-" + "9" * 5000, "9" * 100_000], ids=len)
def test_a_whole_number_beyond_all_floats_becomes_null(path: Path, number: str) -> None:
    assert read(f'{{"a": {number}, "b": {"9" * 300}}}', path) == {"a": None, "b": int("9" * 300)}


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SpecFormatError, match=r"shop\.json, line 1: not UTF-8 text \(byte 2\)"):
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


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50)
@given(JSON_VALUES.filter(lambda value: "\\ud" not in json.dumps(value)))
def test_any_json_is_read_as_json_reads_it(value: Any) -> None:
    assert read(json.dumps(value), Path("shop.json")) == visible_values(value)[0]


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
        value = parse(YAML, data).value
    except SpecFormatError as error:
        assert str(error).startswith("shop.yaml")  # noqa: PT017
    else:
        json.dumps(value, allow_nan=False)
