"""Values go into the cache and come out the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.cache.values import decoded, encoded
from bridge.catalogue.overrides_curation import Hidden
from bridge.catalogue.overrides_nodes import Place, Problem
from bridge.catalogue.parameter_override import UNSET, ConfirmTool, ParameterOverride
from bridge.catalogue.selectors import Selector
from bridge.catalogue.tool_spec import ToolAnnotations
from bridge.vendors import official_vendors

PLACE = Place("overrides.yaml", 3, 5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def through(value: Any) -> Any:
    """Return what comes out."""
    return decoded(json.loads(json.dumps(encoded(value))))


@pytest.mark.parametrize(
    "value",
    [
        Problem.at(PLACE, "warning", "odd"),
        Hidden(PLACE, None),
        Hidden(PLACE, Selector(PLACE, methods=("GET",), paths=("/phone/**",))),
        ParameterOverride(PLACE, hide=True, value=UNSET),
        ToolAnnotations(True, False, True),
        ConfirmTool.ALWAYS,
        UNSET,
        Path("a/b"),
        (("a", "b"), ()),
        *official_vendors().values(),
    ],
    ids=repr,
)
def test_a_value_comes_out_as_it_went_in(value: object) -> None:
    found = through(value)
    assert found == value
    assert type(found) is type(value)


@given(JSON, JSON)
def test_constants_and_defaults_of_any_shape_do(default: Any, constant: Any) -> None:
    override = ParameterOverride(PLACE, default=default, value=constant)
    assert through({"things": override}) == {"things": override}


def test_what_nobody_thought_of_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="complex is not kept in the cache"):
        encoded(1j)
