"""A vendor's patterns are matched in bounded time, and as jsonschema would match them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.errors import ArgumentError
from bridge.upstream.validation import PlainRequest, RequestValidator
from bridge.upstream.validation.patterns import BoundedValidator
from tests.catalogue.builders import parameter, tool
from tests.documents import operation

HOSTILE = ["^(a+)+$", "^(a|a)*$", "^(?:a|aa)+$", r"^(?:(?=a)a|a)+$", r"^(a|aa|aaa)+\1c$"]
"""Python's engine takes longer over ``ANSWERED_NO`` than anybody waits, for each of them."""
ANSWERED_NO = "a" * 40 + "b"
BOUND = 5
"""Seconds: a check takes milliseconds, an unbounded one years."""


def body_problems(schema: dict[str, Any], body: bytes) -> list[str]:
    checked = operation("POST", requestBody={"content": {"application/json": {"schema": schema}}})
    request = PlainRequest("POST", "https://api.acme.example/v1/things", {"content-type": "application/json"}, body)
    return RequestValidator(checked).problems(request)


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_backtracks_for_ever_is_refused_in_no_time_in_a_body(pattern: str) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string", "pattern": pattern}}}
    begun = time.monotonic()
    assert body_problems(schema, f'{{"name": "{ANSWERED_NO}"}}'.encode()) == [
        f"body property 'name': the value does not match the pattern {pattern}"
    ]
    assert time.monotonic() - begun < BOUND


@pytest.mark.parametrize("pattern", HOSTILE)
def test_and_in_the_query(pattern: str) -> None:
    checked = operation(parameters=[{"name": "q", "in": "query", "schema": {"type": "string", "pattern": pattern}}])
    begun = time.monotonic()
    request = PlainRequest("GET", f"https://api.acme.example/v1/things?q={ANSWERED_NO}")
    (problem,) = RequestValidator(checked).problems(request)
    assert "does not match the pattern" in problem
    assert time.monotonic() - begun < BOUND


@pytest.mark.parametrize("pattern", HOSTILE)
def test_and_in_the_names_of_properties(pattern: str) -> None:
    schema = {"type": "object", "patternProperties": {pattern: {}}, "additionalProperties": False}
    begun = time.monotonic()
    assert body_problems(schema, f'{{"{ANSWERED_NO}": 1}}'.encode()) == [
        f"body property '{ANSWERED_NO}' is not declared"
    ]
    assert time.monotonic() - begun < BOUND


@pytest.mark.parametrize("pattern", HOSTILE)
def test_and_in_the_arguments_of_a_call(pattern: str) -> None:
    check = ArgumentCheck(tool(operation(parameters=[parameter("q", schema={"type": "string", "pattern": pattern})])))
    begun = time.monotonic()
    with pytest.raises(ArgumentError, match="argument 'q'"):
        check.check({"q": ANSWERED_NO})
    assert time.monotonic() - begun < BOUND


def test_a_name_that_fits_a_pattern_is_declared_and_its_value_checked() -> None:
    schema = {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": False}
    assert body_problems(schema, b'{"x-a": 1}') == []
    assert body_problems(schema, b'{"x-a": "b"}') == ["body property 'x-a' must be an integer"]
    assert body_problems(schema, b'{"y": 1, "x-a": 2}') == ["body property 'y' is not declared"]


@given(
    st.sampled_from(["^a", "b$", "[0-9]+", "^(?:x|y)*$", "a.c"]),
    st.dictionaries(st.text("abcxy019", max_size=4), st.one_of(st.integers(), st.text("abcxy019", max_size=4))),
    st.sampled_from([True, False, {"type": "integer"}]),
)
def test_it_judges_as_jsonschema_does(pattern: str, value: dict[str, Any], additional: Any) -> None:
    schema = {
        "properties": {"a": {"pattern": pattern}},
        "patternProperties": {pattern: {"type": "string", "pattern": pattern}},
        "additionalProperties": additional,
    }
    theirs, ours = Draft202012Validator(schema), BoundedValidator(schema)

    def places(validator: Any) -> set[tuple[str, tuple[str | int, ...]]]:
        return {(error.validator, tuple(error.absolute_path)) for error in validator.iter_errors(value)}

    assert places(ours) == places(theirs)
