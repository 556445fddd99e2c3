"""sandbox: the embedded vendor API, on its own."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.catalogue.summary import summary_line
from bridge.cli.options import OverridesFile, Spec, SpecsDir, find_catalogue
from bridge.cli.output import errors


def sandbox(
    spec: Spec = None,
    specs_dir: SpecsDir = None,
    overrides: OverridesFile = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The first vendor's port; the next ones follow.")] = 9000,
) -> None:
    """Run the sandbox: a vendor API on loopback that checks requests and answers from the documents."""
    from bridge.sandbox import Sandbox  # noqa: PLC0415 (openapi-core takes its time)

    catalogue = find_catalogue(spec, specs_dir, overrides, cached=False).ready()
    operations = {entry.vendor.name: entry.operations for entry in catalogue.vendors}
    ports = {name: port + place if port else 0 for place, name in enumerate(operations)}
    console = errors()
    running = Sandbox(operations, host=host, ports=ports, on_request=_log)
    with running:
        for entry in catalogue.vendors:
            console.print(summary_line(entry), soft_wrap=True)
            name = entry.vendor.name
            console.print(f"  serve --upstream {name}={running.urls[name]}", soft_wrap=True)
        console.print("Ctrl-C ends it; any token is good, but `expired`.", style="dim")
        running.wait()


def _log(vendor: str, method: str, path: str, status: int) -> None:
    typer.echo(f"{vendor} {method} {path} {status}", err=True)
