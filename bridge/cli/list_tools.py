"""list-tools: what is exposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import typer

from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, load_catalogue
from bridge.cli.output import errors, output, print_json, table
from bridge.errors import OptionError, did_you_mean
from bridge.globs import name_matches
from bridge.spec.operation_repairs import plain_tag

TITLE_CHARACTERS = 60


def list_tools(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only tools with this tag (a glob). Repeatable.")] = None,
    search: Annotated[
        str | None, typer.Option(help="Only tools whose name, title or path has all these words.")
    ] = None,
    document: Annotated[list[str] | None, typer.Option(help="Only tools of this document. Repeatable.")] = None,
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
            listed = ", ".join(sorted(labels))
            raise OptionError(f"--document {wanted}: no such document{did_you_mean(wanted, known)}; there are {listed}")
    return [t for t in tools if {*t.operation.documents, *t.operation.document_names}.intersection(documents)]


def _print_tools(tools: Sequence[ToolSpec]) -> None:
    rows = table("name", "method", "path", "title", "tokens", numbers=frozenset({"tokens"}))
    for tool in tools:
        title = tool.title if len(tool.title) <= TITLE_CHARACTERS else f"{tool.title[: TITLE_CHARACTERS - 1]}…"
        rows.add_row(tool.name, tool.operation.method, tool.operation.path, title, f"{tool.tokens:,}")
    output().print(rows)
    total = sum(tool.tokens for tool in tools)
    counted = f"{len(tools):,} tool{'s' if len(tools) != 1 else ''}, about {total:,} tokens when all are listed"
    errors().print(counted, style="dim")


def _stats(tools: Sequence[ToolSpec]) -> dict[str, object]:
    return {
        "tools": len(tools),
        "tokens": sum(tool.tokens for tool in tools),
        "documents": _counted(tools, lambda tool: tool.operation.documents),
        "tags": _counted(tools, lambda tool: tool.tags),
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
    console = output()
    stats = _stats(tools)
    for heading, key in (("document", "documents"), ("tag", "tags")):
        rows = table(heading, "tools", "tokens", numbers=frozenset({"tools", "tokens"}))
        counted = stats[key]
        if isinstance(counted, dict):
            for name, figures in counted.items():
                rows.add_row(name, f"{figures['tools']:,}", f"{figures['tokens']:,}")
        console.print(rows)
        console.print()
    console.print(
        f"{stats['tools']:,} tools, about {stats['tokens']:,} tokens (a tool counts in each of its documents)"
    )
