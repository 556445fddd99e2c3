"""The ``tools`` section becomes typed values; every mistake in it is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.catalogue.overrides import UNSET, Annotations, ConfirmTool, ToolOverride, load_overrides
from bridge.catalogue.overrides_tools import normal_key, split_key


def tools(tmp_path: Path, text: str) -> tuple[dict[str, ToolOverride], list[str]]:
    """Return the tools of a file whose ``tools`` section is ``text``, which begins in line 3, column 5."""
    path = tmp_path / "overrides.yaml"
    body = "".join(f"    {line}\n" for line in text.splitlines())
    path.write_text(f"acme:\n  tools:\n{body}", "utf-8")
    overrides = load_overrides([path], ["acme"])
    problems = [f"{entry.line}:{entry.column}: {entry.severity}: {entry.message}" for entry in overrides.problems]
    return {tool.key: tool for tool in overrides.vendors["acme"].tools}, problems


def test_a_tool_has_everything_that_its_section_says(tmp_path: Path) -> None:
    found, problems = tools(
        tmp_path,
        """\
GET /people:
  name: find_people
  title: Find people
  description: |
    First line.
    Second line.
  tags: [a, b, a]
  pin: true
  confirm: always
  annotations: {read_only: true, destructive: false, idempotent: true, open_world: false}
  parameters:
    max: {name: limit, description: At most., default: 10}
    orgId: {hide: true, value: {a: [1, null]}}
    plain: {}
""",
    )
    assert problems == []
    tool = found["GET /people"]
    assert (tool.name, tool.title, tool.description) == ("find_people", "Find people", "First line.\nSecond line.")
    assert (tool.tags, tool.pin) == (("a", "b"), True)
    assert tool.confirm is ConfirmTool.ALWAYS
    assert tool.annotations == Annotations(read_only=True, destructive=False, idempotent=True, open_world=False)
    assert (tool.place.line, tool.place.column) == (3, 5)
    limit, org, unchanged = tool.parameters["max"], tool.parameters["orgId"], tool.parameters["plain"]
    assert (limit.name, limit.description, limit.default) == ("limit", "At most.", 10)
    assert (limit.hide, limit.value) == (None, UNSET)
    assert (org.hide, org.value) == (True, {"a": [1, None]})
    assert (unchanged.name, unchanged.default, unchanged.place.line) == (None, UNSET, 16)


def test_a_description_that_clients_cut_is_a_warning_and_stays_as_it_is(tmp_path: Path) -> None:
    found, problems = tools(tmp_path, f"GET /a:\n  description: {'x' * 1_025}\nGET /b:\n  description: {'x' * 1_024}")
    expected = "4:20: warning: the description of tool 'GET /a' has 1,025 characters; clients show 1,024"
    assert problems == [expected]
    assert found["GET /a"].description == "x" * 1_025


def test_null_is_a_default_and_absence_is_not(tmp_path: Path) -> None:
    found, _ = tools(tmp_path, "GET /a:\n  parameters:\n    x: {default: null}\n    y: {}")
    parameters = found["GET /a"].parameters
    assert parameters["x"].default is None
    assert parameters["y"].default is UNSET


def test_sections_with_nothing_in_them_say_nothing(tmp_path: Path) -> None:
    found, problems = tools(tmp_path, "GET /a:\nGET /b:\n  annotations:\n  parameters:")
    assert problems == []
    assert found["GET /a"].annotations == found["GET /b"].annotations == Annotations()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("GET /a: {nmae: x}", "3:14: error: unknown key 'nmae' in tool 'GET /a'; did you mean 'name'?"),
        (
            "GET /a: list_a",
            "3:13: error: tool 'GET /a' must be a mapping with name, title, description, tags, keywords, pin, confirm, "
            "annotations, parameters, not the text 'list_a'",
        ),
        ("GET /a: {name: [x]}", "3:20: error: 'name' in tool 'GET /a' must be text, not a list"),
        (
            "GET /a: {title: 2024}",
            "3:21: error: 'title' in tool 'GET /a' must be text, not the number 2024 (put it in quotes)",
        ),
        ("GET /a: {title: }", "3:21: error: 'title' in tool 'GET /a' must be text, not an empty value"),
        ("GET /a: {description: ' '}", "3:27: error: 'description' in tool 'GET /a' is empty"),
        (
            "GET /a: {tags: people}",
            "3:20: error: 'tags' in tool 'GET /a' must be a list of texts, not the text 'people'",
        ),
        (
            "GET /a: {confirm: yes}",
            "3:23: error: 'confirm' in tool 'GET /a' must be always or never, not the text 'yes'",
        ),
        (
            "GET /a: {confirm: true}",
            "3:23: error: 'confirm' in tool 'GET /a' must be always or never, not true",
        ),
        ("GET /a: {pin: yes}", "3:19: error: 'pin' in tool 'GET /a' must be true or false, not the text 'yes'"),
        (
            "GET /a: {annotations: {readonly: true}}",
            "3:28: error: unknown key 'readonly' in 'annotations' of tool 'GET /a'; did you mean 'read_only'?",
        ),
        (
            "GET /a: {annotations: true}",
            "3:27: error: 'annotations' of tool 'GET /a' must be a mapping with read_only, "
            "destructive, idempotent, open_world, not true",
        ),
        (
            "GET /a: {parameters: [x]}",
            "3:26: error: 'parameters' in tool 'GET /a' must be a mapping of parameter names, not a list",
        ),
        (
            "GET /a: {parameters: {x: {nam: y}}}",
            "3:31: error: unknown key 'nam' in parameter 'x' of tool 'GET /a'; did you mean 'name'?",
        ),
        (
            "GET /a: {parameters: {x: 5}}",
            "3:30: error: parameter 'x' of tool 'GET /a' must be a mapping with name, "
            "description, default, hide, value, not the number 5",
        ),
        (
            "GET /a: {parameters: {x: {value: 5}}}",
            "3:31: error: 'value' in parameter 'x' of tool 'GET /a' is sent for a "
            "hidden parameter; add 'hide: true', or give 'default' instead",
        ),
        (
            "GET /a: {parameters: {x: {name: 'a b'}}}",
            "3:37: error: the name 'a b' of parameter 'x' of tool 'GET /a' must "
            "have 1 to 64 of A-Z, a-z, 0-9, '_', '.' and '-'",
        ),
        (
            "GET /a: {parameters: {x: {name: z}, y: {name: z}}}",
            "3:51: error: 'z' is the name of two parameters of tool 'GET /a': 'x' and 'y'",
        ),
        ("GET /a: {pin: true}\nget  /a: {}", "4:5: error: 'GET /a' stands in this file twice, first in line 3"),
        ("GET /a: {pin: true}\nGET /a: {}", "4:5: error: the key 'GET /a' stands here twice, first in line 3"),
    ],
)
def test_a_mistake_is_one_error_at_its_place(tmp_path: Path, text: str, problem: str) -> None:
    assert tools(tmp_path, text)[1] == [problem]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("listPeople", "must begin with a letter and have only a-z, 0-9 and '_'; did you mean 'list_people'?"),
        ("list people!", "must begin with a letter and have only a-z, 0-9 and '_'; did you mean 'list_people'?"),
        ("_list", "must begin with a letter and have only a-z, 0-9 and '_'; did you mean 'list'?"),
        ("3rd", "must begin with a letter and have only a-z, 0-9 and '_'"),
        ("a" * 65, "has 65 characters; clients take 64"),
    ],
)
def test_a_name_that_no_client_takes_is_an_error_with_a_proposal(tmp_path: Path, name: str, reason: str) -> None:
    found, (problem,) = tools(tmp_path, f"GET /a: {{name: '{name}'}}")
    assert problem.startswith("3:20: error: the name ")
    assert problem.endswith(f" of tool 'GET /a' {reason}")
    assert found["GET /a"].name is None


def test_a_name_may_have_64_characters(tmp_path: Path) -> None:
    found, problems = tools(tmp_path, f"GET /a: {{name: {'a' * 64}}}")
    assert problems == []
    assert found["GET /a"].name == "a" * 64


@pytest.mark.parametrize(
    ("key", "normal", "split"),
    [
        ("get  /people", "GET /people", (None, "GET /people")),
        ("listPeople", "listPeople", (None, "listPeople")),
        ("List  All People", "List All People", (None, "List All People")),
        ("depot:get /x", "depot: GET /x", ("depot", "GET /x")),
        ("acme/depot:  listX", "acme/depot: listX", ("acme/depot", "listX")),
        ("GET /v1/files:upload", "GET /v1/files:upload", (None, "GET /v1/files:upload")),
    ],
)
def test_a_key_has_one_normal_form(key: str, normal: str, split: tuple[str | None, str]) -> None:
    assert normal_key(key) == normal
    assert split_key(normal) == split
