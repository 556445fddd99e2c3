"""call: one tool, called from the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from bridge.catalogue.tool_spec import ToolSpec
from bridge.cli.options import Json, OverridesFile, SandboxOption, Spec, SpecsDir, UpstreamOption, load_catalogue
from bridge.cli.output import errors
from bridge.cli.running import environment, sandbox_hosts, upstream_hosts
from bridge.errors import ArgumentError, OptionError, did_you_mean
from bridge.upstream.tokens import EnvironmentTokens


def call(
    name: Annotated[str, typer.Argument(help="The tool's name, as list-tools prints it.", metavar="NAME")],
    arguments: Annotated[
        list[str] | None, typer.Argument(help="key=value; a value that is no string is JSON.", metavar="KEY=VALUE")
    ] = None,
    args: Annotated[str | None, typer.Option("--args", help="All arguments as one JSON object.")] = None,
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    upstream: UpstreamOption = None,
    sandbox: SandboxOption = False,
    dry_run_only: Annotated[
        bool, typer.Option("--dry-run", help="Print the HTTP request, the token masked, and send nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a destructive call.")] = False,
    json_output: Json = False,
) -> None:
    """Call a tool with the token of the environment, and print what the vendor answered. Exits with 1 on an error."""
    catalogue = load_catalogue(spec, specs_dir, overrides)
    tool = catalogue.tool(name)
    values = read_arguments(tool, arguments or (), args)
    hosts = upstream_hosts(catalogue, upstream)
    if dry_run_only:
        typer.echo(dry_run(tool, values, hosts))
        return
    _confirm(tool, values, yes=yes)
    with sandbox_hosts(catalogue, hosts, use_sandbox=sandbox) as reached:
        ok, text, structured = asyncio.run(_called(tool, values, reached, sandbox=sandbox))
    if json_output:
        typer.echo(json.dumps(structured if structured is not None else {"error": text}, ensure_ascii=False, indent=2))
    elif ok:
        body = structured.get("body") if structured else text
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2) if not isinstance(body, str) else body)
        _notes(structured or {})
    if not ok:
        if not json_output:
            errors().print(f"error: {text}", markup=False, soft_wrap=True)
        raise typer.Exit(1)


def read_arguments(tool: ToolSpec, pairs: Sequence[str], whole: str | None) -> dict[str, Any]:
    """Return the arguments that the command line gives.

    Raises:
        OptionError: ``--args`` is no JSON object, or a pair has no ``=``.
    """
    values: dict[str, Any] = {}
    if whole is not None:
        try:
            parsed = json.loads(whole)
        except json.JSONDecodeError as error:
            raise OptionError(f"--args: not JSON: {error.msg} at column {error.colno}") from None
        if not isinstance(parsed, dict):
            raise OptionError("--args: give one JSON object, such as '{\"max\": 5}'")
        values.update(parsed)
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise OptionError(f"{pair!r}: give arguments as KEY=VALUE")
        values[key] = _value(tool, key, text)
    return values


def _value(tool: ToolSpec, key: str, text: str) -> Any:
    argument = tool.arguments.named(key)
    if argument is None:
        known = [entry.name for entry in tool.arguments.visible]
        raise ArgumentError(
            f"{tool.name}: unknown argument {key!r}{did_you_mean(key, known)}; it takes {', '.join(known) or 'none'}"
        )
    kind = argument.schema.get("type")
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _confirm(tool: ToolSpec, values: Mapping[str, Any], *, yes: bool) -> None:
    if yes or not tool.annotations.destructive:
        return
    if not sys.stdin.isatty():
        raise OptionError(f"{tool.name} is destructive: give --yes to call it without being asked")
    shown = json.dumps(values, ensure_ascii=False)
    if not typer.confirm(f"{tool.title} ({tool.operation.key}) with {shown}: really?", err=True):
        raise typer.Exit(1)


async def _called(
    tool: ToolSpec, values: dict[str, Any], hosts: Mapping[str, str], *, sandbox: bool
) -> tuple[bool, str, dict[str, Any] | None]:
    from bridge.server.tool import BridgeTool, Upstream  # noqa: PLC0415 (FastMCP takes a second to import)
    from bridge.upstream.client import UpstreamClient  # noqa: PLC0415

    tokens = environment([tool.vendor], use_sandbox=sandbox)
    async with UpstreamClient() as client:
        result = await BridgeTool(tool, Upstream(client, tokens, hosts)).run(values)
    text = "\n".join(block.text for block in result.content if block.type == "text")
    return not result.is_error, text, result.structured_content


def _notes(structured: Mapping[str, Any]) -> None:
    if notice := structured.get("notice"):
        errors().print(notice, style="dim", markup=False)
    if following := structured.get("next"):
        errors().print(f"there is more: {json.dumps(following, ensure_ascii=False)}", style="dim", markup=False)


def dry_run(tool: ToolSpec, values: dict[str, Any], hosts: Mapping[str, str]) -> str:
    """Return the HTTP request that a call makes, as text, with the token masked."""
    from bridge.server.tool import BridgeTool, Upstream  # noqa: PLC0415 (FastMCP takes a second to import)
    from bridge.upstream.client import UpstreamClient  # noqa: PLC0415

    bridge_tool = BridgeTool(tool, Upstream(UpstreamClient(), EnvironmentTokens([], {}), hosts))
    request = bridge_tool.prepare(values)
    lines = [f"{request.method} {request.url}", "Authorization: Bearer ***"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.content:
        lines += ["", _shown_body(request.content)]
    return "\n".join(lines)


def _shown_body(content: bytes) -> str:
    try:
        return json.dumps(json.loads(content), ensure_ascii=False, indent=2)
    except ValueError:
        return content.decode("utf-8", "backslashreplace")
