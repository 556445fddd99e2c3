"""Typer commands: parse, call the library, print. No logic.

Exit codes: 0 well, 1 the work failed or problems were found, 2 the command line is wrong.
"""

from __future__ import annotations

import os
import sys

import typer

from bridge.cli import call, list_tools, overrides, sandbox, serve, show_tool, specs
from bridge.cli.output import errors
from bridge.errors import BridgeError
from bridge.shipped import DISTRIBUTION, package_version

app = typer.Typer(
    name=DISTRIBUTION,
    help="Every official Zoom and Webex operation as an MCP tool, called with the caller's own token.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("list-tools")(list_tools.list_tools)
app.command("show-tool")(show_tool.show_tool)
app.command("call")(call.call)
app.add_typer(specs.app, name="specs")
app.add_typer(overrides.app, name="overrides")
app.command("sandbox")(sandbox.sandbox)


@app.command("version")
def version() -> None:
    """Print name and version."""
    typer.echo(f"{DISTRIBUTION} {package_version()}")


def main() -> None:
    """Run the command line; a mistake is one sentence on stderr, never a traceback."""
    try:
        app()
    except BridgeError as error:
        errors().print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`): leave quietly, with nothing left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
