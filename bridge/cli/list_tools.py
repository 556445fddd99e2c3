"""list-tools: what is exposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import typer

from bridge.catalogue.listing_plan import DEFAULT_BUDGET, ListingPlan, Mode, plan_listing
from bridge.catalogue.search import SearchIndex
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.cli.hidden_operations import FilteredOut, print_hidden
from bridge.cli.options import (
    Json,
    ListBudget,
    ModeOption,
    NoCache,
    OverridesFile,
    Schema,
    SchemaOption,
    Spec,
    SpecsDir,
    find_catalogue,
)
from bridge.cli.output import WIDE, Column, errors, is_narrow, output, print_json, print_table
from bridge.cli.permitted import Allow, Deny, ReadOnly, Scopes, permissions
from bridge.cli.scopes import print_scopes
from bridge.errors import OptionError, did_you_mean
from bridge.globs import name_matches
from bridge.spec.operation import Operation
from bridge.spec.operation_repairs import plain_tag

TITLE_CHARACTERS = 60
MOST_FOUND = 50
WORST_FOUND = 0.4
"""What ``--search`` lists: at most so many tools, and of the best one's score at least this share."""

_COUNTED: dict[str, Callable[[ToolSpec], Sequence[str]]] = {
    "document": lambda tool: tool.operation.documents,
    "tag": lambda tool: tool.tags,
}


def list_tools(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    read_only: ReadOnly = False,
    allow: Allow = None,
    deny: Deny = None,
    scopes: Scopes = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only tools with this tag (a glob). Repeatable.", metavar="GLOB")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            help="Only what a search for this finds, best first; with --hidden, what has all these words.",
            metavar="QUERY",
        ),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(help="Only tools of this document: webex/admin, or admin. Repeatable.", metavar="DOCUMENT"),
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Print the names only, one a line.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Count by document and tag; say what serve lists.")] = False,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="The operations that are filtered out instead, and why.")
    ] = False,
    needs_scopes: Annotated[
        bool, typer.Option("--needs-scopes", help="The OAuth scopes that the tools need, to paste into an app.")
    ] = False,
    mode: ModeOption = Mode.AUTO,
    list_budget: ListBudget = DEFAULT_BUDGET,
    schema: SchemaOption = Schema.LEAN,
    no_cache: NoCache = False,
    json_output: Json = False,
) -> None:
    """List every exposed tool: name, method, path, title, estimated tokens (characters / 4)."""
    if hidden and (names or stats):
        raise OptionError("--hidden goes with neither --names nor --stats: what is filtered out has no name")
    if needs_scopes and (names or stats or hidden):
        raise OptionError("--needs-scopes goes with neither --names, --stats nor --hidden")
    permitted = permissions(read_only, allow, deny, scopes)
    catalogue = find_catalogue(spec, specs_dir, overrides, permitted, schema=schema, cached=not no_cache).ready()
    _check_documents(catalogue, document or ())
    if hidden:
        _list_hidden(catalogue, tag, search, document, as_json=json_output)
        return
    plan = plan_listing(catalogue, mode, list_budget)
    tools = [tool for tool in catalogue.tools if _have_tag(tool.tags, tag) and _is_of(tool.operation, document)]
    if search is not None:
        tools = _found(catalogue, tools, search)
    if needs_scopes:
        print_scopes(tools, as_json=json_output)
    elif json_output:
        print_json(_stats(tools, plan) if stats else [tool.summary_json() for tool in tools])
    elif names:
        for tool in tools:
            typer.echo(tool.name)
    elif stats:
        _print_stats(tools, plan)
    else:
        _print_tools(tools)


def _list_hidden(
    catalogue: Catalogue,
    tags: Sequence[str] | None,
    search: str | None,
    documents: Sequence[str] | None,
    *,
    as_json: bool,
) -> None:
    out: list[FilteredOut] = []
    for vendor in catalogue.vendors:
        out += vendor.hidden
        out += [(tool.operation, reason) for tool, reason in vendor.withheld]
    found = [
        (operation, reason)
        for operation, reason in out
        if _have_tag(operation.tags, tags)
        and _has_words(f"{operation.summary} {operation.key}", search)
        and _is_of(operation, documents)
    ]
    print_hidden(found, as_json=as_json)


def _found(catalogue: Catalogue, tools: Sequence[ToolSpec], query: str) -> list[ToolSpec]:
    """Return those of the tools that a search finds, best first, without those that fit much worse than the best."""
    names = {tool.name for tool in tools}
    hits = SearchIndex.of(catalogue).search([query], limit=MOST_FOUND, keep=names.__contains__)
    return [catalogue.tool(hit.name) for hit in hits if hit.score >= hits[0].score * WORST_FOUND]


def _have_tag(tags: Iterable[str], wanted: Sequence[str] | None) -> bool:
    return not wanted or any(name_matches(plain_tag(glob), tag) for tag in tags for glob in wanted)


def _has_words(text: str, search: str | None) -> bool:
    return all(word in text.casefold() for word in (search or "").casefold().split())


def _is_of(operation: Operation, documents: Sequence[str] | None) -> bool:
    return not documents or not {*operation.documents, *operation.document_names}.isdisjoint(documents)


def _check_documents(catalogue: Catalogue, documents: Sequence[str]) -> None:
    operations = [operation for vendor in catalogue.vendors for operation in vendor.operations]
    labels = {label for operation in operations for label in operation.documents}
    known = labels | {name for operation in operations for name in operation.document_names}
    for wanted in documents:
        if wanted not in known:
            hint = did_you_mean(wanted, known) or f"; there are {', '.join(sorted(labels)) or 'none'}"
            raise OptionError(f"--document {wanted}: no such document{hint}")


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


def _stats(tools: Sequence[ToolSpec], plan: ListingPlan) -> dict[str, object]:
    return {
        "tools": len(tools),
        "tokens": sum(tool.tokens for tool in tools),
        "listing": {
            "mode": (Mode.SEARCH if plan.searching else Mode.FULL).value,
            "reason": plan.reason,
            "tools": len(plan.listed) + len(plan.own),
            "tokens": plan.tokens,
            "left_out": list(plan.left_out),
        },
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


def _print_stats(tools: Sequence[ToolSpec], plan: ListingPlan) -> None:
    for heading, keys in _COUNTED.items():
        counted = _counted(tools, keys)
        columns = (Column(heading, whole=True), Column("tools", number=True), Column("tokens", number=True))
        print_table(columns, ((name, f"{n['tools']:,}", f"{n['tokens']:,}") for name, n in counted.items()))
        output().print()
    total = sum(tool.tokens for tool in tools)
    output().print(
        f"{_tools(len(tools))}, about {total:,} tokens (a tool counts in each of its documents)", soft_wrap=True
    )
    output().print(plan.reason, soft_wrap=True)
    if plan.left_out:
        output().print(f"no room in --list-budget for pinned tools: {', '.join(plan.left_out)}", soft_wrap=True)
