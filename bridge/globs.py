"""Globs over paths and names, as ``sources.yaml``, ``overrides.yaml`` and the command line take them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _path_pattern(glob: str) -> re.Pattern[str]:
    parts: list[str] = []
    position = 0
    while position < len(glob):
        if glob.startswith("/**", position) and glob[position + 3 : position + 4] in {"", "/"}:
            parts.append("(?:/[^/]*)*")
            position += 3
        elif glob.startswith("**", position):
            parts.append(".*")
            position += 2
        elif glob[position] == "*":
            parts.append("[^/]*")
            position += 1
        else:
            parts.append(re.escape(glob[position]))
            position += 1
    return re.compile("".join(parts), re.DOTALL)


def path_matches(glob: str, path: str) -> bool:
    """Tell whether a path template fits a glob.

    ``*`` stands for any characters within one segment, ``/**`` for any number of whole segments, none included:
    ``/people/**`` matches ``/people``, ``/people/{personId}`` and all that lies below.
    """
    return _path_pattern(glob).fullmatch(path) is not None


@lru_cache(maxsize=4096)
def _name_pattern(glob: str) -> re.Pattern[str]:
    return re.compile(
        "".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*+)", glob)), re.I | re.S
    )


def name_matches(glob: str, name: str) -> bool:
    """Tell whether a name (an operationId, a tag, a scope) fits a glob; ``*`` is any text, case does not count."""
    return _name_pattern(re.sub(r"\*+", "*", glob)).fullmatch(name) is not None
