"""Every example of the reference can be pasted, and the reference names every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.catalogue.overrides import (
    BASE_URL_KEYS,
    DEFAULT_MAX_LENGTH,
    NAMING_KEYS,
    VENDOR_KEYS,
    load_overrides,
)
from bridge.catalogue.overrides_files import OVERRIDES_VARIABLE
from bridge.catalogue.overrides_tools import ANNOTATION_KEYS, PARAMETER_KEYS, TOOL_KEYS
from bridge.catalogue.selectors import SELECTOR_KEYS

REFERENCE = (Path(__file__).parents[2] / "docs" / "overrides.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_has_no_mistakes(tmp_path: Path, example: str) -> None:
    path = tmp_path / "overrides.yaml"
    path.write_text(example, "utf-8")
    overrides = load_overrides([path], ["webex", "zoom"])
    assert [str(problem) for problem in overrides.problems] == []
    assert overrides.vendors


@pytest.mark.parametrize(
    "key",
    [*VENDOR_KEYS, *NAMING_KEYS, *BASE_URL_KEYS, *SELECTOR_KEYS, *TOOL_KEYS, *ANNOTATION_KEYS, *PARAMETER_KEYS],
)
def test_every_key_is_explained_and_has_an_example(key: str) -> None:
    assert f"`{key}`" in REFERENCE or f"`naming.{key}`" in REFERENCE
    assert any(re.search(rf"\b{key}:", example) for example in EXAMPLES)


def test_the_variable_and_the_default_length_are_as_documented() -> None:
    assert f"`{OVERRIDES_VARIABLE}`" in REFERENCE
    assert f"by default {DEFAULT_MAX_LENGTH}" in REFERENCE
