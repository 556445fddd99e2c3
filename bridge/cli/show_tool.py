"""show-tool: one tool, with an example call."""

from __future__ import annotations

import json
from typing import Any

from bridge.catalogue.example import example_arguments
from bridge.catalogue.tool_spec import ToolSpec
from bridge.cli.completion import ToolName
from bridge.cli.options import (
    Json,
    NoCache,
    OverridesFile,
    Schema,
    SchemaOption,
    Spec,
    SpecsDir,
    find_catalogue,
)
from bridge.cli.output import output, print_json
from bridge.cli.permitted import Allow, Deny, ReadOnly, Scopes, permissions
from bridge.cli.running import Handling
from bridge.errors import UpstreamError
from bridge.server.request_check import CheckRequests


def show_tool(
    name: ToolName,
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    read_only: ReadOnly = False,
    allow: Allow = None,
    deny: Deny = None,
    scopes: Scopes = None,
    schema: SchemaOption = Schema.LEAN,
    no_cache: NoCache = False,
    json_output: Json = False,
) -> None:
    """Show a tool: description, input schema, meta, an example call and the HTTP request that it makes."""
    permitted = permissions(read_only, allow, deny, scopes)
    catalogue = find_catalogue(spec, specs_dir, overrides, permitted, schema=schema, cached=not no_cache).ready()
    tool = catalogue.tool(name)
    arguments = example_arguments(tool)
    request = _request(tool, arguments)
    if json_output:
        print_json({**tool.listing(), "tokens": tool.tokens, "example": arguments, "request": request})
        return
    console = output()
    console.print(tool.name, style="bold", end="")
    console.print(f"  {tool.tokens:,} tokens, listed {schema.value}")
    console.print(tool.title, soft_wrap=True)
    console.print()
    console.print(tool.shown_description, soft_wrap=True)
    for heading, content in (
        ("input schema", tool.shown_schema),
        ("annotations", tool.annotations.to_json()),
        ("meta", tool.meta),
        ("example arguments", arguments),
    ):
        console.print(f"\n{heading}", style="bold")
        console.print(json.dumps(content, ensure_ascii=False, indent=2), soft_wrap=True)
    console.print("\nexample request", style="bold")
    console.print(request, soft_wrap=True)


def _request(tool: ToolSpec, arguments: dict[str, Any]) -> str:
    from bridge.cli.call import dry_run  # noqa: PLC0415 (only now FastMCP is needed)

    try:
        return dry_run(tool, arguments, {}, Handling(check_requests=CheckRequests.OFF))
    except UpstreamError as error:
        return f"none: {error}"
