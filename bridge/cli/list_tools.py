"""list-tools: what is exposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import typer

from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, load_catalogue
from bridge.cli.output import WIDE, Column, errors, is_narrow, output, print_json, print_table
from bridge.errors import OptionError, did_you_mean
from bridge.globs import name_matches
from bridge.spec.operation_repairs import plain_tag

TITLE_CHARACTERS = 60

_COUNTED: dict[str, Callable[[ToolSpec], Sequence[str]]] = {
    "document": lambda tool: tool.operation.documents,
    "tag": lambda tool: tool.tags,
}


def list_tools(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only tools with this tag (a glob). Repeatable.", metavar="GLOB")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(help="Only tools whose name, title, method or path have all these words.", metavar="WORDS"),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(help="Only tools of this document: webex/admin, or admin. Repeatable.", metavar="DOCUMENT"),
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Print the names only, one a line.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Count by document and tag.")] = False,
    json_output: Json = False,
) -> None:
    """List every exposed tool: name, method, path, title, estimated tokens (characters / 4)."""
    catalogue = load_catalogue(spec, specs_dir, overrides)
    tools = [tool for tool in catalogue.tools if _wanted(tool, tag, search)]
    if document:
        tools = _of_documents(catalogue, tools, document)
    if json_output:
        print_json(_stats(tools) if stats else [tool.summary_json() for tool in tools])
    elif names:
        for tool in tools:
            typer.echo(tool.name)
    elif stats:
        _print_stats(tools)
    else:
        _print_tools(tools)


def _wanted(tool: ToolSpec, tags: Sequence[str] | None, search: str | None) -> bool:
    if tags and not any(name_matches(plain_tag(wanted), tag) for wanted in tags for tag in tool.tags):
        return False
    text = f"{tool.name} {tool.title} {tool.operation.key}".casefold()
    return all(word in text for word in (search or "").casefold().split())


def _of_documents(catalogue: Catalogue, tools: Iterable[ToolSpec], documents: Sequence[str]) -> list[ToolSpec]:
    labels = {label for tool in catalogue.tools for label in tool.operation.documents}
    known = labels | {name for tool in catalogue.tools for name in tool.operation.document_names}
    for wanted in documents:
        if wanted not in known:
            hint = did_you_mean(wanted, known) or f"; there are {', '.join(sorted(labels)) or 'none'}"
            raise OptionError(f"--document {wanted}: no such document{hint}")
    return [t for t in tools if {*t.operation.documents, *t.operation.document_names}.intersection(documents)]


def _print_tools(tools: Sequence[ToolSpec]) -> None:
    columns = (
        Column("name", whole=True),
        Column("method", whole=True, wide=True),
        Column("path", wide=True),
        Column("title"),
        Column("tokens", number=True),
    )
    print_table(columns, (_row(tool) for tool in tools))
    total = sum(tool.tokens for tool in tools)
    counted = f"{_tools(len(tools))}, about {total:,} tokens when all are listed" if tools else "no tool fits"
    if tools and is_narrow():
        counted += f"; method and path fit on {WIDE} columns"
    errors().print(counted, style="dim")


def _row(tool: ToolSpec) -> tuple[str, ...]:
    title = tool.title if len(tool.title) <= TITLE_CHARACTERS else f"{tool.title[: TITLE_CHARACTERS - 1]}…"
    return tool.name, tool.operation.method, tool.operation.path, " ".join(title.split()), f"{tool.tokens:,}"


def _tools(count: int) -> str:
    return f"{count:,} tool{'s' if count != 1 else ''}"


def _stats(tools: Sequence[ToolSpec]) -> dict[str, object]:
    return {
        "tools": len(tools),
        "tokens": sum(tool.tokens for tool in tools),
        **{f"{heading}s": _counted(tools, keys) for heading, keys in _COUNTED.items()},
    }


def _counted(tools: Sequence[ToolSpec], keys: Callable[[ToolSpec], Sequence[str]]) -> dict[str, dict[str, int]]:
    counts: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for tool in tools:
        for key in keys(tool):
            counts[key] += 1
            tokens[key] += tool.tokens
    return {key: {"tools": counts[key], "tokens": tokens[key]} for key in sorted(counts)}


def _print_stats(tools: Sequence[ToolSpec]) -> None:
    for heading, keys in _COUNTED.items():
        counted = _counted(tools, keys)
        columns = (Column(heading, whole=True), Column("tools", number=True), Column("tokens", number=True))
        print_table(columns, ((name, f"{n['tools']:,}", f"{n['tokens']:,}") for name, n in counted.items()))
        output().print()
    total = sum(tool.tokens for tool in tools)
    output().print(
        f"{_tools(len(tools))}, about {total:,} tokens (a tool counts in each of its documents)", soft_wrap=True
    )
