"""The options that say what may be called: --read-only, --allow, --deny, --scopes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bridge.catalogue.permissions import Permissions, parse_rule
from bridge.errors import OptionError

ReadOnly = Annotated[bool, typer.Option("--read-only", help="Only tools that read.")]
_RULE = (
    "A tag, a tool's name (globs), a method, 'METHOD /path', '/path/**', key=value,... or {...} as in the overrides."
)
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", help=f"Only tools that match one of these. {_RULE} Repeatable.", metavar="SELECTOR"),
]
Deny = Annotated[
    list[str] | None,
    typer.Option("--deny", help="No tools that match; goes before --allow. Repeatable.", metavar="SELECTOR"),
]
Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scopes",
        help="The scopes that the token has, separated by commas or spaces, or a file of them: tools that name scopes, "
        "and none of these, are left out. Repeatable.",
        metavar="SCOPES",
    ),
]


def permissions(
    read_only: bool,
    allow: Sequence[str] | None,
    deny: Sequence[str] | None,
    scopes: Sequence[str] | None,
) -> Permissions:
    """Return what the options let through.

    Raises:
        OptionError: a selector cannot be read, or the file of the scopes.
    """
    return Permissions(
        read_only=read_only,
        allow=tuple(parse_rule(text, "--allow") for text in allow or ()),
        deny=tuple(parse_rule(text, "--deny") for text in deny or ()),
        scopes=None if scopes is None else frozenset(scope for text in scopes for scope in _scopes(text)),
    )


def _scopes(text: str) -> list[str]:
    try:
        path = Path(text).expanduser()
        listed = path.read_text("utf-8-sig") if path.is_file() else text
    except UnicodeDecodeError:
        raise OptionError(f"--scopes {text}: the file is not UTF-8 text") from None
    except (OSError, RuntimeError, ValueError):  # too long for a file's name, a foreign home, or not to be read
        listed = text
    return [scope for scope in re.split(r"[,\s\"']+", listed) if scope]
