"""call: one tool, called from the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer
from jsonschema_rs import Draft202012Validator

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.permissions import EVERYTHING
from bridge.catalogue.tool_spec import ToolSpec
from bridge.cli.completion import ToolName
from bridge.cli.options import (
    CheckRequestsOption,
    FilesDirs,
    Http2Option,
    Json,
    MaxWaitOption,
    NoCache,
    OverridesFile,
    RetriesOption,
    SandboxOption,
    Spec,
    SpecsDir,
    TimeoutOption,
    UpstreamOption,
    files_dirs,
    find_catalogue,
)
from bridge.cli.output import errors, print_json
from bridge.cli.permitted import Allow, Deny, ReadOnly, Scopes, permissions
from bridge.cli.running import Handling, sandbox_hosts, upstream_hosts, upstream_of
from bridge.cli.tokens import OAuthOption, TokenCommandOption, TokenOptions, own_tokens
from bridge.controls import CONTROL_SCHEMAS
from bridge.errors import OptionError
from bridge.server.request_check import CheckRequests
from bridge.upstream.retry_policy import MAX_WAIT, RETRIES, TIMEOUT, RetryPolicy
from bridge.upstream.tokens import EnvironmentTokens, TokenSource


def call(
    name: ToolName,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="The arguments; text stands as it is, everything else is JSON.", metavar="KEY=VALUE"),
    ] = None,
    args: Annotated[str | None, typer.Option("--args", help="Arguments as one JSON object.", metavar="JSON")] = None,
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    read_only: ReadOnly = False,
    allow: Allow = None,
    deny: Deny = None,
    scopes: Scopes = None,
    upstream: UpstreamOption = None,
    sandbox: SandboxOption = False,
    dry_run_only: Annotated[
        bool, typer.Option("--dry-run", help="Print the HTTP request, the token masked, and send nothing.")
    ] = False,
    files_dir: FilesDirs = None,
    check_requests: CheckRequestsOption = CheckRequests.WRITES,
    retries: RetriesOption = RETRIES,
    max_wait: MaxWaitOption = MAX_WAIT,
    timeout: TimeoutOption = TIMEOUT,
    http2: Http2Option = True,
    token_command: TokenCommandOption = None,
    oauth: OAuthOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a destructive call.")] = False,
    no_cache: NoCache = False,
    json_output: Json = False,
) -> None:
    """Call a tool with the token of the environment, and print what the vendor answered. Exits with 1 on an error."""
    catalogue = find_catalogue(
        spec, specs_dir, overrides, permissions(read_only, allow, deny, scopes), cached=not (no_cache or sandbox)
    ).ready()
    tool = catalogue.tool(name)
    values = read_arguments(tool, arguments or (), args)
    ArgumentCheck(tool).check(values)
    hosts = upstream_hosts(catalogue, upstream)
    # A terminal shows text, and all of it.
    handling = Handling(
        files_dirs(files_dir),
        check_requests,
        max_characters=0,
        max_file_bytes=0,
        permissions=catalogue.permissions or EVERYTHING,
        retry=RetryPolicy(retries, max_wait, timeout),
        http2=http2,
    )
    if dry_run_only:
        typer.echo(dry_run(tool, values, hosts, handling))
        return
    _confirm(tool, values, yes=yes)
    with sandbox_hosts(catalogue, hosts, use_sandbox=sandbox) as reached:
        tokens = own_tokens([tool.vendor], TokenOptions(token_command, oauth), sandbox=sandbox)
        result = asyncio.run(_called(tool, values, reached.hosts, handling, tokens))
    if json_output:
        print_json(_for_machines(result))
    else:
        _print_for_a_person(result)
    if result.error:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Result:
    """What a call came to: the structured content, and the error in words if it is one."""

    structured: dict[str, Any]
    error: str


def read_arguments(tool: ToolSpec, pairs: Sequence[str], whole: str | None) -> dict[str, Any]:
    """Return the arguments that the command line gives, not checked yet; a pair goes before ``--args``.

    Raises:
        OptionError: ``--args`` is no JSON object, a pair has no ``=``, or a key is given twice.
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise OptionError(f"{pair!r}: give arguments as KEY=VALUE")
        if key in values:
            raise OptionError(f'{key!r} is given twice; several values are one JSON array: {key}=\'["a", "b"]\'')
        values[key] = _value(tool, key, text)
    return {**_whole(whole), **values} if whole is not None else values


def _whole(text: str) -> dict[str, Any]:
    try:
        parsed = _json(text)
    except json.JSONDecodeError as error:
        raise OptionError(f"--args: not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise OptionError(f"--args: not JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise OptionError("--args: give one JSON object, such as '{\"max\": 5}'")
    return parsed


def _value(tool: ToolSpec, key: str, text: str) -> Any:
    """Return what a text on the command line means: JSON, where the argument takes that; else the text itself."""
    argument = tool.arguments.named(key)
    schema = argument.schema if argument else CONTROL_SCHEMAS.get(key)
    if schema is None or schema.get("type") == "string":
        return text
    try:
        parsed = _json(text)
    except (ValueError, RecursionError):
        return text
    check = Draft202012Validator(schema)
    return text if check.is_valid(text) and not check.is_valid(parsed) else parsed


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_no_json)


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _confirm(tool: ToolSpec, values: Mapping[str, Any], *, yes: bool) -> None:
    if yes or not tool.is_grave:
        return
    if not sys.stdin.isatty():
        raise OptionError(f"{tool.name} is destructive: give --yes to call it without being asked")
    shown = json.dumps(values, ensure_ascii=False)
    if not typer.confirm(f"{tool.title} ({tool.operation.key}) with {shown}: really?", err=True):
        errors().print("nothing was sent", style="dim")
        raise typer.Exit(1)


async def _called(
    tool: ToolSpec, values: dict[str, Any], hosts: Mapping[str, str], handling: Handling, tokens: TokenSource
) -> _Result:
    from bridge.server.tool import BridgeTool  # noqa: PLC0415 (FastMCP takes a second to import)

    upstream = upstream_of(tokens, hosts, handling)
    upstream = replace(upstream, report=_report)
    async with upstream.client:
        result = await BridgeTool(tool, upstream).run(values)
    words = "\n".join(block.text for block in result.content if block.type == "text")
    return _Result(result.structured_content or {}, words if result.is_error else "")


async def _report(_: float, message: str) -> None:
    errors().print(message, style="dim", soft_wrap=True)


def _for_machines(result: _Result) -> dict[str, Any]:
    return {**result.structured, "error": result.error} if result.error else result.structured


def _print_for_a_person(result: _Result) -> None:
    if result.error:
        errors().print(f"error: {result.error}", soft_wrap=True)
        return
    structured = result.structured
    body = structured.get("body")
    if isinstance(body, str):
        typer.echo(body)
    elif body is not None or not structured.get("notice"):
        print_json(body)
    if notice := structured.get("notice"):
        errors().print(notice, style="dim", soft_wrap=True)
    if following := structured.get("next"):
        more = json.dumps(following, ensure_ascii=False)
        errors().print(f"there is more: {more}", style="dim", soft_wrap=True)


def dry_run(tool: ToolSpec, values: dict[str, Any], hosts: Mapping[str, str], handling: Handling) -> str:
    """Return the HTTP request that a call makes, as text, with the token masked.

    Raises:
        ArgumentError: the arguments do not fit the tool.
        UpstreamError: it is not known where the operation lives.
    """
    from bridge.server.tool import BridgeTool  # noqa: PLC0415 (FastMCP takes a second to import)

    bridge_tool = BridgeTool(tool, upstream_of(EnvironmentTokens([], {}), hosts, handling))
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
        return content.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
