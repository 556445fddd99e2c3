"""show-tool: one tool, whole."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from bridge.catalogue.example import example_arguments
from bridge.catalogue.tool_spec import ToolSpec
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, load_catalogue
from bridge.cli.output import output, print_json


def show_tool(
    name: Annotated[str, typer.Argument(help="The tool's name, as list-tools prints it.", metavar="NAME")],
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    json_output: Json = False,
) -> None:
    """Show a tool: description, input schema, meta, an example call and the HTTP request that it makes."""
    tool = load_catalogue(spec, specs_dir, overrides).tool(name)
    arguments = example_arguments(tool)
    request = _request_line(tool, arguments)
    if json_output:
        print_json({**tool.listing(), "tokens": tool.tokens, "example": arguments, "request": request})
        return
    console = output()
    console.print(f"[bold]{tool.name}[/bold]  {tool.tokens:,} tokens")
    console.print(tool.title, markup=False)
    console.print()
    console.print(tool.description, markup=False, soft_wrap=True)
    for heading, content in (
        ("input schema", tool.input_schema),
        ("annotations", tool.annotations.to_json()),
        ("meta", tool.meta),
        ("example arguments", arguments),
    ):
        console.print(f"\n[bold]{heading}[/bold]")
        console.print(json.dumps(content, ensure_ascii=False, indent=2), markup=False, soft_wrap=True)
    console.print("\n[bold]example request[/bold]")
    console.print(request, markup=False, soft_wrap=True)


def _request_line(tool: ToolSpec, arguments: dict[str, Any]) -> str:
    from bridge.cli.call import dry_run  # noqa: PLC0415 (only now FastMCP is needed)

    return dry_run(tool, arguments, {})
