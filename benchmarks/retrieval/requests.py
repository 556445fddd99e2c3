"""The requests that the search is measured with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bridge.catalogue.tool_spec import ToolSpec

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Request:
    """One request; the README says what each part is."""

    id: str
    area: str
    said: str
    asked: tuple[str, ...]
    accept: frozenset[str]


def request_sets() -> dict[str, list[Request]]:
    """Return the sets: the two halves of ``tuning.json``, and ``heldout.json`` where it is there.

    Whoever tuned looked at one half of ``tuning.json``, chosen by the ids' digests, and not at the other.
    """
    tuning = _read("tuning")
    sets = {
        "tuning, looked at": [request for request in tuning if _was_looked_at(request)],
        "tuning, not looked at": [request for request in tuning if not _was_looked_at(request)],
    }
    if (_FOLDER / "heldout.json").exists():
        sets["held out"] = _read("heldout")
    return sets


def _read(name: str) -> list[Request]:
    rows = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return [Request(**{**row, "asked": tuple(row["asked"]), "accept": frozenset(row["accept"])}) for row in rows]


def _was_looked_at(request: Request) -> bool:
    return hashlib.sha256(request.id.encode()).digest()[0] % 2 == 0


def operations_by_tool(tools: Iterable[ToolSpec]) -> dict[str, frozenset[str]]:
    """Return by tool name how ``accept`` can name its operation: ``vendor METHOD /path``, by each of its documents."""
    return {
        tool.name: frozenset(
            f"{tool.vendor.name} {tool.operation.method} {source.site.path}" for source in tool.operation.sources
        )
        for tool in tools
    }
