"""Typer commands: parse, call the library, print. No logic.

Exit codes: 0 well, 1 the work failed or problems were found, 2 the command line is wrong, 3 (specs diff alone) there
are differences.
"""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

import typer

from bridge.cli.on_demand import OnDemand
from bridge.cli.output import errors, print_json
from bridge.errors import BridgeError, OptionError
from bridge.shipped import DISTRIBUTION

app = typer.Typer(
    name=DISTRIBUTION,
    cls=OnDemand,
    help="Every official Zoom and Webex operation as an MCP tool, called with the caller's own token.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _every_command() -> None:
    # What makes typer build a group; its help is that of the app.
    pass


def main() -> None:
    """Run the command line; a mistake is one sentence on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # Neither a file name of odd bytes nor a terminal that is not UTF-8 may end in a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except OptionError as error:
        _fail(error, 2)
    except BridgeError as error:
        _fail(error, 1)
    except OSError as error:
        # A full disk: what is still buffered goes nowhere, or Python would fail once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        errors().print(f"error: {error}", soft_wrap=True)
        sys.exit(1)


def _fail(error: BridgeError, code: int) -> NoReturn:
    # With --json the one who reads is a program: it finds the error where it looks for the result.
    if "--json" in sys.argv:
        print_json({"error": str(error)})
    else:
        errors().print(f"error: {error}", soft_wrap=True)
    sys.exit(code)
