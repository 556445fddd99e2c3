"""Example arguments of a tool: the document's own examples first, else a value that the schema allows."""

from __future__ import annotations

from typing import Any

from bridge.catalogue.arguments import Argument
from bridge.catalogue.tool_spec import ToolSpec
from bridge.spec.instance import fits, instance


def example_arguments(tool: ToolSpec) -> dict[str, Any]:
    """Return arguments for the required arguments of a tool, and for those that have an example of their own body."""
    return {
        argument.name: _example(argument)
        for argument in tool.arguments.visible
        if argument.required or (argument.place == "property" and argument.example is not None)
    }


def _example(argument: Argument) -> Any:
    given = argument.example
    return given if given is not None and fits(argument.schema, given) else instance(argument.schema)
