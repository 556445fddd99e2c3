"""The scopes that tools need, ready to paste into an app's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.catalogue.tool_spec import ToolSpec

_CLASSIC = re.compile(r"[^:]+:[^:]+(?::(?P<level>admin|master))?")
_GRANULAR = re.compile(r"[^:]+:[^:]+:[^:]+(?::(?P<level>admin|master))?")
"""Zoom's two kinds, alternatives of each other: ``meeting:read:admin`` and ``meeting:read:list_meetings:admin``.

https://developers.zoom.us/docs/integrations/oauth-scopes-overview/
"""


@dataclass(frozen=True, slots=True)
class ScopeList:
    """Scopes of one kind of app.

    Attributes:
        vendor: its name.
        kind: of scopes, as ``granular, admin``; empty where the vendor has one kind.
        scopes: sorted, each once.
        tools: how many tools they are enough for.
        others: how many tools name scopes, but none of this kind.
        unknown: how many tools name no scope at all.
    """

    vendor: str
    kind: str
    scopes: tuple[str, ...]
    tools: int
    others: int
    unknown: int


def scope_lists(vendor: str, tools: Sequence[ToolSpec]) -> list[ScopeList]:
    """Return the scopes that the tools of a vendor need, by kind, the kind that serves most tools first.

    Zoom's documents name alternatives, of which the narrowest is taken: one that reads, else the first. Webex's prose
    does not say whether several scopes are alternatives: all of them are taken.
    """
    named = [tool.operation.scopes for tool in tools if tool.operation.scopes]
    unknown = len(tools) - len(named)
    if vendor != "zoom":
        every = tuple(sorted({scope for scopes in named for scope in scopes}))
        return [ScopeList(vendor, "", every, len(named), 0, unknown)]
    kinds = dict.fromkeys(kind for scopes in named for scope in scopes if (kind := _kind(scope)))
    found = [_of_kind(vendor, kind, named, unknown) for kind in kinds]
    return sorted(found, key=lambda entry: (-entry.tools, entry.kind.startswith("classic"), entry.kind))


def _of_kind(vendor: str, kind: str, named: Iterable[Sequence[str]], unknown: int) -> ScopeList:
    alternatives = [[scope for scope in scopes if _kind(scope) == kind] for scopes in named]
    served = [scopes for scopes in alternatives if scopes]
    needed: set[str] = set()
    for scopes in sorted(served, key=len):
        if needed.isdisjoint(scopes):
            needed.add(next((scope for scope in scopes if ":read" in scope), scopes[0]))
    return ScopeList(vendor, kind, tuple(sorted(needed)), len(served), len(alternatives) - len(served), unknown)


def _kind(scope: str) -> str:
    for name, pattern in (("classic", _CLASSIC), ("granular", _GRANULAR)):
        if found := pattern.fullmatch(scope):
            return f"{name}, {found['level'] or 'user'}"
    return ""
