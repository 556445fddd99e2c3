"""What is no YAML that we read is a problem with its place; nothing raises, recurses or explodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.catalogue.overrides_nodes import Fields, Node, Problem, described, plain
from bridge.catalogue.overrides_yaml import DEEPEST, read_nodes
from bridge.errors import OptionError


def read(tmp_path: Path, text: str | bytes) -> tuple[Node | None, list[str]]:
    path = tmp_path / "overrides.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems: list[Problem] = []
    node = read_nodes(path, "overrides.yaml", problems)
    return node, [str(problem).removeprefix("overrides.yaml:") for problem in problems]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "~\n", "\ufeff"])
def test_an_empty_file_holds_nothing_and_has_no_problems(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == (None, [])


def test_values_are_those_of_json_and_everything_else_is_text(tmp_path: Path) -> None:
    text = "a: [1, -2.5e1, true, False, null, ~, yes, on, 007, 0x1f, 1_000, 1:30, 2026-01-31, '5', !!str 5, .inf]"
    node, problems = read(tmp_path, text)
    assert problems == []
    assert node is not None
    assert plain(node) == {
        "a": [
            1,
            -25.0,
            True,
            False,
            None,
            None,
            "yes",
            "on",
            "007",
            "0x1f",
            "1_000",
            "1:30",
            "2026-01-31",
            "5",
            "5",
            ".inf",
        ]
    }


def test_nodes_know_line_and_column_of_key_and_value(tmp_path: Path) -> None:
    node, _ = read(tmp_path, "webex:\n  tools:\n    GET /people: {name: été, pin: true}\n")
    assert isinstance(node, Fields)
    webex = node.entries["webex"]
    assert isinstance(webex, Fields)
    tools = webex.entries["tools"]
    assert isinstance(tools, Fields)
    tool = tools.entries["GET /people"]
    assert isinstance(tool, Fields)
    assert str(tools.key_places["GET /people"]) == "overrides.yaml:3:5"
    assert str(tool.key_places["pin"]) == "overrides.yaml:3:30"
    assert str(tool.entries["pin"].place) == "overrides.yaml:3:35"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("webex: [", "2:1: error: not YAML: did not find expected node content while parsing a flow node"),
        (
            "webex:\n  contact-center: GET /x: {}",
            "2:25: error: not YAML: mapping values are not allowed in this context; "
            "put a text with ': ' in it in quotes",
        ),
        (
            "- * /people",
            "1:4: error: not YAML: did not find expected alphabetic or numeric character while scanning an alias; "
            "put a text that begins with '*' or '&' in quotes",
        ),
        (
            "- *Recordings",
            "1:3: error: not YAML: found undefined alias 'Recordings'; put a text that begins with '*' in quotes",
        ),
        (
            "webex:\n\ttools: {}",
            "2:1: error: not YAML: found character that cannot start any token while scanning for the next token; "
            "indent with spaces, and put a text that begins with '@', '%' or '`' in quotes",
        ),
        ("a: 1\n---\nb: 2", "2:1: error: a second YAML document: one file is one document"),
        ("a: 1\nb: 2\na: 3", "3:1: error: the key 'a' stands here twice, first in line 1"),
        ("{a: 1, [b]: 2}", "1:8: error: a key must be text, not a list or a mapping; put it in quotes"),
        ("a: {<<: {b: 1}}", "1:5: error: merge keys ('<<') are not read; write the keys out"),
        (
            "a: !!python/name:os.system x",
            "1:4: error: the YAML tag 'tag:yaml.org,2002:python/name:os.system' is not read; write plain values",
        ),
        ("a: 1e999", "1:4: error: a number too large for JSON; put it in quotes if it is text"),
        ("a: &x [*x]", "1:8: error: not YAML: found undefined alias 'x'; put a text that begins with '*' in quotes"),
        ("a: 1\nb: \x01", "2:4: error: not YAML: the character U+0001 is not allowed"),
    ],
)
def test_what_is_not_read_is_one_error_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    assert read(tmp_path, text)[1] == [problem]


def test_bytes_that_are_no_text_are_an_error_with_their_place(tmp_path: Path) -> None:
    assert read(tmp_path, b"a: 1\nb: \xff")[1] == ["2:4: error: not UTF-8 text"]


def test_a_file_nested_without_end_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "- " * 100_000)
    assert problems == [f"1:{2 * DEEPEST + 3}: error: nested more than {DEEPEST} deep"]


def test_aliases_that_stand_for_millions_of_entries_are_an_error(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    _, problems = read(tmp_path, "\n".join(lines))
    assert [problem.split(": ", 1)[1] for problem in problems] == ["error: more than 100000 entries"]


def test_an_alias_stands_for_what_its_anchor_names(tmp_path: Path) -> None:
    node, problems = read(tmp_path, "a: &x {b: [1]}\nc: *x\n&k d: *k\n")
    assert problems == []
    assert node is not None
    assert plain(node) == {"a": {"b": [1]}, "c": {"b": [1]}, "d": "d"}


def test_a_very_long_whole_number_is_no_int_that_python_would_refuse(tmp_path: Path) -> None:
    _, problems = read(tmp_path, f"a: {'9' * 5000}")
    assert problems == ["1:4: error: a number too large for JSON; put it in quotes if it is text"]


def test_a_file_that_cannot_be_read_stops_the_work(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="cannot be read: Is a directory"):
        read_nodes(tmp_path, "overrides.yaml", [])


def test_values_are_described_in_words(tmp_path: Path) -> None:
    node, _ = read(tmp_path, f"[yes, 5, 1.5, true, ~, [], {{}}, {'x' * 80}]")
    assert node is not None
    assert [described(entry) for entry in getattr(node, "entries", ())] == [
        "the text 'yes'",
        "the number 5",
        "the number 1.5",
        "true",
        "an empty value",
        "a list",
        "a mapping",
        f"the text '{'x' * 60}...'",
    ]
