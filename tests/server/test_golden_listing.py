"""The listing of the built-in core under the shipped overrides, a line a tool: what changes in it is seen in review.

``make golden`` writes the file anew. A line is ``name | METHOD /path | title | annotations that are true | arguments |
digest``; a required argument has a star, and the digest is of the whole entry of tools/list.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.catalogue.tool_spec import Catalogue

GOLDEN = Path(__file__).parent / "golden" / "core_listing.txt"
MAX_BYTES = 400_000


def shown(entry: dict[str, Any]) -> str:
    """Return one tool of a listing as a line."""
    facts = entry["_meta"]["bridge"]
    marks = [name.removesuffix("Hint") for name, value in entry["annotations"].items() if value]
    whole = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()
    columns = [
        entry["name"],
        f"{facts['method']} {facts['path']}",
        entry["title"],
        " ".join(marks),
        signature(entry["inputSchema"]),
        hashlib.sha256(whole).hexdigest()[:12],
    ]
    return " | ".join(columns)


def signature(schema: dict[str, Any]) -> str:
    """Return ``name:type`` of every argument, a star behind those that are required."""
    required = schema.get("required", ())
    return ", ".join(
        f"{name}:{kind(inner)}{'*' if name in required else ''}" for name, inner in schema["properties"].items()
    )


def kind(schema: dict[str, Any]) -> str:
    """Return the type of a schema in a word."""
    declared = schema.get("type", "any")
    return "|".join(declared) if isinstance(declared, list) else str(declared)


def test_the_listing_is_the_one_that_was_reviewed(core: Catalogue, request: pytest.FixtureRequest) -> None:
    lines = [shown(tool.listing()) for tool in core.tools]
    if request.config.getoption("--regenerate-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    reviewed = GOLDEN.read_text("utf-8").splitlines()
    gone = sorted(set(reviewed) - set(lines))
    new = sorted(set(lines) - set(reviewed))
    assert (gone, new) == ([], []), "the listing changed: if that is meant, run `make golden` and read the difference"
    assert lines == reviewed


def test_the_file_is_small_enough_to_be_read_in_a_review() -> None:
    assert 0 < GOLDEN.stat().st_size < MAX_BYTES


def test_the_order_of_the_listing_is_always_the_same(core: Catalogue) -> None:
    names = [tool.name for tool in core.tools]
    assert names == [line.partition(" | ")[0] for line in GOLDEN.read_text("utf-8").splitlines()]
    assert len(set(names)) == len(names)
