"""search: the tools that answer a request best."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bridge.catalogue.search import Hit, SearchIndex
from bridge.catalogue.tool_spec import Catalogue
from bridge.cli.options import Json, NoCache, OverridesFile, Spec, SpecsDir, find_catalogue
from bridge.cli.output import WIDE, Column, errors, is_narrow, print_json, print_table
from bridge.cli.permitted import Allow, Deny, ReadOnly, Scopes, permissions
from bridge.errors import OptionError
from bridge.spec.document import JsonObject

MOST = 100
STDIN = "-"


def search(
    queries: Annotated[
        list[str] | None,
        typer.Argument(help="What is to be done; several ways to say it are several arguments.", metavar="QUERY..."),
    ] = None,
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    read_only: ReadOnly = False,
    allow: Allow = None,
    deny: Deny = None,
    scopes: Scopes = None,
    limit: Annotated[int, typer.Option(help="How many tools at most.", min=1, max=MOST)] = 10,
    batch: Annotated[
        Path | None,
        typer.Option(
            help="A file with one JSON array of queries a line, - for stdin: prints one JSON array of tools a line. "
            "Blank lines are skipped.",
            metavar="FILE",
        ),
    ] = None,
    no_cache: NoCache = False,
    json_output: Json = False,
) -> None:
    """Search the exposed tools, as the server does: the best first, and which words of the request they have.

    Everyday words will do; best is what a model asks too, verb + object + whose: "update call forwarding of a person".
    """
    if (batch is None) is (not queries):
        raise OptionError("search takes queries or --batch" + (", not both" if queries else ""))
    catalogue = find_catalogue(
        spec, specs_dir, overrides, permissions(read_only, allow, deny, scopes), cached=not no_cache
    ).ready()
    index = SearchIndex.of(catalogue)
    if batch is not None:
        _answer_batch(catalogue, index, batch, limit)
        return
    hits = index.search(queries or (), limit=limit)
    if json_output:
        print_json([_described(catalogue, hit) for hit in hits])
    else:
        _print_hits(catalogue, hits)


def _described(catalogue: Catalogue, hit: Hit) -> JsonObject:
    operation = catalogue.tool(hit.name).operation
    return {
        "name": hit.name,
        "method": operation.method,
        "path": operation.path,
        "score": hit.score,
        "matched": list(hit.matched),
    }


def _print_hits(catalogue: Catalogue, hits: Sequence[Hit]) -> None:
    columns = (
        Column("rank", number=True),
        Column("name", whole=True),
        Column("method", whole=True, wide=True),
        Column("path", wide=True),
        Column("score", number=True),
        Column("matched"),
    )
    print_table(columns, (_row(catalogue, rank, hit) for rank, hit in enumerate(hits, 1)))
    searched = f"{len(catalogue.tools):,} tool{'s' if len(catalogue.tools) != 1 else ''} searched"
    if not hits:
        searched = f"no tool fits ({searched}); say it in the product's terms: verb + object + whose"
    elif is_narrow():
        searched += f"; method and path fit on {WIDE} columns"
    errors().print(searched, style="dim")


def _row(catalogue: Catalogue, rank: int, hit: Hit) -> tuple[str, ...]:
    operation = catalogue.tool(hit.name).operation
    return str(rank), hit.name, operation.method, operation.path, f"{hit.score:.3f}", " ".join(hit.matched)


def _answer_batch(catalogue: Catalogue, index: SearchIndex, batch: Path, limit: int) -> None:
    with _lines_of(batch) as lines:
        for queries in _queries(lines, "stdin" if str(batch) == STDIN else str(batch)):
            found = [_described(catalogue, hit) for hit in index.search(queries, limit=limit)]
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
            sys.stdout.flush()


@contextmanager
def _lines_of(batch: Path) -> Iterator[Iterable[str]]:
    if str(batch) == STDIN:
        yield sys.stdin
        return
    try:
        file = batch.open(encoding="utf-8-sig")
    except OSError as error:
        raise OptionError(f"--batch {batch}: {(error.strerror or str(error)).lower()}") from None
    with file:
        yield file


def _queries(lines: Iterable[str], where: str) -> Iterator[list[str]]:
    """Yield the queries of each line that is not blank.

    Raises:
        OptionError: a line is no JSON array of texts; those before it have been answered.
    """
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _read_line(line, f"{where}, line {number}")
    except UnicodeDecodeError:
        raise OptionError(f"{where}, line {number + 1}: not UTF-8 text") from None


def _read_line(line: str, where: str) -> list[str]:
    example = 'such as ["list devices of a person"]'
    try:
        value = json.loads(line.strip())
    except (ValueError, RecursionError) as error:
        reason = f": {error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise OptionError(f"{where}: not JSON{reason}; a line is an array of queries, {example}") from None
    if not isinstance(value, list) or not all(isinstance(query, str) for query in value):
        raise OptionError(f"{where}: not an array of texts; a line is an array of queries, {example}")
    return value
