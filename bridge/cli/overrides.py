"""overrides: the curation, checked, and the schema of its file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides_files import find_overrides
from bridge.catalogue.overrides_schema import overrides_schema
from bridge.cli.options import Json, OverridesFile, Spec, SpecsDir, read_overrides, selection
from bridge.cli.output import errors, print_json

app = typer.Typer(help="The overrides files: names, descriptions, filters.", no_args_is_help=True)


@app.command("check")
def check(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    json_output: Json = False,
) -> None:
    """Print every problem at once: file, line, column. Exits with 1 on errors, with --strict on warnings too."""
    documents = selection(spec, specs_dir)
    catalogue = build_catalogue(documents, read_overrides(overrides, documents))
    problems = catalogue.problems
    if json_output:
        keys = ("severity", "message", "file", "line", "column")
        print_json([{key: getattr(problem, key) for key in keys} for problem in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        files = ", ".join(map(str, find_overrides(overrides or (), os.environ, Path.cwd()))) or "no overrides"
        counts = [sum(p.severity == severity for p in problems) for severity in ("error", "warning", "note")]
        errors().print("{}: {} errors, {} warnings, {} notes".format(files, *counts), style="dim", soft_wrap=True)
    failing = {"error", "warning"} if strict else {"error"}
    if any(problem.severity in failing for problem in problems):
        raise typer.Exit(1)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of an overrides file, with which an editor checks and completes it."""
    print_json(overrides_schema())
