"""Wrong arguments are refused in sentences that say where, what came and what is allowed; right ones pass."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.errors import ArgumentError
from tests.catalogue.builders import changed, parameter, tool, with_body
from tests.documents import operation

BODY = {
    "type": "object",
    "required": ["topic"],
    "properties": {
        "topic": {"type": "string", "maxLength": 20},
        "kind": {"type": "string", "enum": ["instant", "scheduled", "recurring"]},
        "settings": {
            "type": "object",
            "required": ["audio"],
            "properties": {"audio": {"type": "string", "enum": ["phone", "voip"]}, "size": {"type": "integer"}},
            "additionalProperties": False,
        },
        "items": {
            "type": "array",
            "maxItems": 3,
            "items": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "end": {"type": "integer", "nullable": True},
        "target": {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
            ]
        },
        "either": {"oneOf": [{"type": "integer"}, {"type": "boolean"}]},
        "odd": {"not": {"type": "integer"}},
        "one": {"enum": [1]},
    },
}
TOOL = tool(with_body(BODY, parameter("roomId", "path"), parameter("max", schema={"type": "integer", "minimum": 1})))
CHECK = ArgumentCheck(TOOL)
GOOD = {"roomId": "r", "topic": "t"}


def problems(check: ArgumentCheck, arguments: dict[str, Any]) -> list[str]:
    """Return what is wrong with the arguments, without the tool's name."""
    with pytest.raises(ArgumentError) as refused:
        check.check(arguments)
    name, _, sentences = str(refused.value).partition(": ")
    assert name == "acme_do"
    return sentences.split("; ")


def problem(**wrong: Any) -> str:
    """Return the one thing that is wrong with arguments that are right but for these."""
    return "; ".join(problems(CHECK, {**GOOD, **wrong}))


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"max": 1, "kind": "instant", "settings": {"audio": "voip"}, "items": [{"name": "x"}], "code": "a"},
        {"end": None, "target": {"id": 1}, "either": True, "odd": "x"},
        {"max": 10**400},
    ],
)
def test_good_arguments_pass(arguments: dict[str, Any]) -> None:
    CHECK.check({**GOOD, **arguments})
    CHECK.check(MappingProxyType({**GOOD, **arguments}))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"max": "5"}, "argument 'max': \"5\" (string) is not an integer"),
        ({"max": True}, "argument 'max': true (boolean) is not an integer"),
        ({"max": None}, "argument 'max': null (null) is not an integer"),
        ({"max": 1.5}, "argument 'max': 1.5 (number) is not an integer"),
        ({"max": []}, "argument 'max': [] (array) is not an integer"),
        ({"max": 0}, "argument 'max': 0 is less than the minimum of 1"),
        ({"topic": {}}, "argument 'topic': {} (object) is not a string"),
        ({"end": "x"}, "argument 'end': \"x\" (string) is not a null or integer"),
        ({"topic": "x" * 21}, f"argument 'topic': \"{'x' * 21}\" is longer than 20 characters"),
        ({"code": "A1"}, "argument 'code': \"A1\" does not match \"^[a-z]+$\""),
        ({"kind": "x"}, "argument 'kind': \"x\" is not one of \"instant\", \"scheduled\", \"recurring\""),
        ({"settings": {"audio": "voip", "size": "x"}}, "argument 'settings.size': \"x\" (string) is not an integer"),
        ({"settings": {}}, "argument 'settings': 'audio' is required in it"),
        ({"settings": {"audio": "voip", "x": 1, "y": 2}}, "argument 'settings': it has no 'x', 'y'"),
        ({"items": [{}, {"name": 5}]}, "argument 'items[1].name': 5 (integer) is not a string"),
        ({"items": [{}] * 4}, "argument 'items': [{}, {}, {}, {}] has more than 3 items"),
        ({"target": 5}, "argument 'target': 5 (integer) is not a string or object"),
        ({"target": {"id": "x"}}, "argument 'target': 'id' in it: \"x\" (string) is not an integer"),
        ({"target": {}}, "argument 'target': 'id' is required in it"),
        ({"either": "x"}, "argument 'either': \"x\" (string) is not an integer or boolean"),
        ({"odd": 1}, "argument 'odd': {\"type\":\"integer\"} is not allowed for 1"),
        ({"one": 2}, "argument 'one': 2 is not 1"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_place_what_came_and_what_is_allowed(
    wrong: dict[str, Any], sentence: str
) -> None:
    assert problem(**wrong) == sentence


def test_a_value_like_an_allowed_one_brings_that_one() -> None:
    assert problem(kind="Schedule").endswith("; did you mean 'scheduled'?")
    assert problem(settings={"audio": "voap"}).endswith("; did you mean 'voip'?")


def test_a_missing_argument_is_named_with_its_type() -> None:
    assert problems(CHECK, {}) == ["argument 'roomId' is required (string)", "argument 'topic' is required (string)"]


def test_a_required_argument_of_any_type_is_named_alone() -> None:
    check = ArgumentCheck(tool(with_body({"oneOf": [{"type": "string"}, {"type": "array"}]})))
    assert problems(check, {}) == ["argument 'body' is required"]


def test_an_unknown_argument_brings_the_nearest_known_one() -> None:
    assert problem(roomid="r") == "unknown argument 'roomid'; did you mean 'roomId'?"


def test_an_unknown_argument_like_no_other_brings_what_there_is() -> None:
    check = ArgumentCheck(tool(operation(parameters=[parameter("max"), parameter("start")])))
    assert problems(check, {"zzz": 1}) == ["unknown argument 'zzz'", "this tool takes max, start"]


def test_many_known_arguments_are_not_all_listed() -> None:
    check = ArgumentCheck(tool(operation(parameters=[parameter(f"p{count}") for count in range(20)])))
    assert problems(check, {"zzz": 1})[-1].endswith("p10, p11, ...")


def test_a_tool_without_arguments_says_so() -> None:
    assert problems(ArgumentCheck(tool(operation())), {"x": 1}) == ["unknown argument 'x'", "this tool takes none"]


def test_several_problems_are_told_at_once_each_once() -> None:
    told = problems(CHECK, {"topic": 5, "max": "x", "items": [{"name": 1}, {"name": 1}]})
    assert sorted(told) == [
        "argument 'items[0].name': 1 (integer) is not a string",
        "argument 'items[1].name': 1 (integer) is not a string",
        "argument 'max': \"x\" (string) is not an integer",
        "argument 'roomId' is required (string)",
        "argument 'topic': 5 (integer) is not a string",
    ]


def test_unknown_arguments_are_told_before_all_that_is_missing() -> None:
    names = [f"p{count}" for count in range(30)]
    body = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names}
    told = problems(ArgumentCheck(tool(with_body(body))), {"p_0": 1})
    assert told[0] == "unknown argument 'p_0'"
    assert told[2] == "argument 'p0' is required (string)"


def test_of_very_many_problems_the_first_are_told() -> None:
    told = problems(CHECK, {**GOOD, **{f"x{count}": 1 for count in range(5000)}})
    assert len([sentence for sentence in told if sentence.startswith("unknown argument")]) == 10
    assert told[-1] == "and more"


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": "x" * 1_000_000},
        {"max": ["x" * 1_000] * 1_000},
        {"code": "1" * 100_000},
        {"target": {"id": "y" * 100_000}},
        {"x" * 1_000_000: 1},
        {"settings": {"audio": "voip", "y" * 100_000: 1}},
        {"odd": 10**4000},
    ],
    ids=["string", "array", "pattern", "alternative", "argument", "property", "number"],
)
def test_huge_values_and_names_are_shortened(wrong: dict[str, Any]) -> None:
    assert len(problem(**wrong)) < 600


def test_a_body_that_is_optional_may_be_left_out_whole_and_not_in_part() -> None:
    check = ArgumentCheck(tool(with_body(BODY, parameter("max", schema={"type": "integer"}), required=False)))
    check.check({"max": 1})
    assert problems(check, {"max": "x"}) == ["argument 'max': \"x\" (string) is not an integer"]
    assert problems(check, {"code": "a"}) == ["argument 'topic' is required (string)"]


def test_names_are_those_that_people_gave() -> None:
    check = ArgumentCheck(tool(operation(parameters=[parameter("max")]), {"max": changed(name="limit")}))
    check.check({"limit": "5"})
    assert problems(check, {"limit": 5, "max": 5}) == [
        "unknown argument 'max'",
        "this tool takes limit",
        "argument 'limit': 5 (integer) is not a string",
    ]


def test_a_value_that_is_no_text_is_refused_by_name() -> None:
    assert problem(max="\ud800") == "argument 'max' has a lone surrogate in it, which is no character"
    assert problem(**{"\udfff": 1}) == r"argument '\udfff' has a lone surrogate in it, which is no character"


def test_a_value_that_is_nested_without_end_is_refused_by_name() -> None:
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    assert problem(items=deep) == "argument 'items' is nested too deeply"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["audio", "size", "name", "id", "x"]) | st.text(max_size=3), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["roomId", *BODY["properties"]]) | st.text(max_size=4), _JSON))
def test_any_json_passes_or_is_refused_in_sentences(arguments: dict[str, Any]) -> None:
    try:
        CHECK.check(arguments)
    except ArgumentError as refused:
        text = str(refused)
        assert text.startswith("acme_do: ")
        assert re.search(r"argument '|argument \"|and more", text)
        text.encode()
    else:
        assert TOOL.arguments.place(arguments).has_body
