"""What an account needs before an operation works at all, from the prose: plans, licenses, features that are on."""

from __future__ import annotations

import re

from bridge.catalogue.plain_text import ITEM, plain_text

# Zoom: "**Prerequisites:**" and a list, or one sentence; also in the middle of a line, with stars between the entries.
_HEADING = re.compile(r"(?:^|(?<=[.!?\w)] ))pre-?requisites?\b\s*:?\s*(?P<rest>.*)", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:^|\s)\*\s+")


def prerequisites(description: str) -> list[str]:
    """Return the entries under **Prerequisites** of a description, in order; none where it has no such section."""
    if "requisite" not in description:
        return []
    found: list[str] = []
    open_section = False
    for line in plain_text(description).split("\n"):
        heading = None if line.startswith(ITEM) else _HEADING.search(line)
        if heading is not None:
            found.extend(filter(None, map(str.strip, _BETWEEN.split(heading["rest"]))))
            open_section = True
        elif open_section and line.startswith(ITEM):
            found.append(line.removeprefix(ITEM))
        else:
            open_section = False
    return found
