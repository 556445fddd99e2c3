"""docs/security.md names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)((?:::\w+)+)`", PAGE)


def test_every_promise_names_a_test() -> None:
    promises = [line for line in PAGE.splitlines() if re.match(r"\| (?!promise|---)", line)]
    assert len(promises) > 20
    assert not [line for line in promises if not re.search(r"`tests/[\w/]+\.py(?:::\w+)+`", line)]


@pytest.mark.parametrize(("file", "names"), NAMED, ids=[f"{file}{names}" for file, names in NAMED])
def test_a_test_that_is_named_exists(file: str, names: str) -> None:
    scope: ast.AST = ast.parse((ROOT / file).read_text("utf-8"))
    for name in names.split("::")[1:]:
        found = [
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
        ]
        assert found, f"{file} has no {name}"
        scope = found[0]
