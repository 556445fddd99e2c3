"""Example arguments of every tool of the official documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.example import example_arguments
from bridge.cli.options import find_catalogue
from bridge.errors import ArgumentError

pytestmark = pytest.mark.official


def test_the_example_of_every_tool_passes_the_tools_own_check(official_specs: Path) -> None:
    tools = find_catalogue(None, official_specs, [Path("/dev/null")]).ready().tools
    refused = []
    for tool in tools:
        try:
            ArgumentCheck(tool).check(example_arguments(tool))
        except ArgumentError as error:
            refused.append(str(error))
    assert len(tools) >= 3_500
    assert refused == []
