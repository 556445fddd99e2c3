"""What a change of documents does to the tools, with the overrides as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from bridge.catalogue.overrides import Problem
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.spec.operation_match import match_keys
from bridge.spec.schema_changes import Change, schema_changes

Effect = Literal["vanishes", "is renamed", "changes arguments", "appears"]


@dataclass(frozen=True, slots=True)
class ToolImpact:
    """One tool that is not what it was.

    Attributes:
        tool: its name before; of one that appears, its name.
        effect: what becomes of it.
        reason: why it vanishes, or its new name; empty otherwise.
        changes: what changes of its arguments.
    """

    tool: str
    effect: Effect
    reason: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def breaking(self) -> bool:
        """Tell whether a call that was right before may be wrong now."""
        return self.effect in ("vanishes", "is renamed") or any(change.breaking for change in self.changes)


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of documents does.

    Attributes:
        tools: those that are not what they were.
        problems: what is wrong in the overrides now and was not before: keys and selectors that match nothing, ...
    """

    tools: tuple[ToolImpact, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def breaking(self) -> bool:
        """Tell whether something that worked before does not work now."""
        return any(tool.breaking for tool in self.tools) or any(
            problem.severity in ("error", "warning") for problem in self.problems
        )


def impact_of(before: Catalogue, now: Catalogue, changed: Collection[str]) -> Impact:
    """Compare two catalogues that the same overrides made of different documents.

    Args:
        before: of the documents as they were.
        now: of the documents as they are.
        changed: ``Operation.identity`` of those that changed, as they are now; the arguments of others are the same.
    """
    tools = [
        impact
        for name in dict.fromkeys(entry.vendor.name for catalogue in (before, now) for entry in catalogue.vendors)
        for impact in _of_vendor(_tools(before, name), _tools(now, name), _hidden(now, name), changed)
    ]
    known = set(map(str, before.problems))
    return Impact(tuple(tools), tuple(problem for problem in now.problems if str(problem) not in known))


def _tools(catalogue: Catalogue, vendor: str) -> dict[str, ToolSpec]:
    return {tool.operation.identity: tool for tool in catalogue.tools if tool.vendor.name == vendor}


def _hidden(catalogue: Catalogue, vendor: str) -> dict[str, str]:
    """Return why operations are no tools, by identity."""
    return {
        operation.identity: str(reason)
        for entry in catalogue.vendors
        if entry.vendor.name == vendor
        for operation, reason in entry.hidden
    }


def _of_vendor(
    before: dict[str, ToolSpec], now: dict[str, ToolSpec], hidden: dict[str, str], changed: Collection[str]
) -> Iterator[ToolImpact]:
    matched = match_keys({identity: identity for identity in before}, [*now, *hidden])
    for identity, tool in before.items():
        found = matched.get(identity)
        if found is None:
            yield ToolImpact(tool.name, "vanishes", "the operation is gone")
        elif found in hidden:
            yield ToolImpact(tool.name, "vanishes", hidden[found])
        else:
            if tool.name != now[found].name:
                yield ToolImpact(tool.name, "is renamed", f"to {now[found].name}")
            if found in changed and (changes := schema_changes(tool.input_schema, now[found].input_schema, "")):
                yield ToolImpact(tool.name, "changes arguments", changes=tuple(changes))
    there = set(matched.values())
    for identity, tool in now.items():
        if identity not in there:
            yield ToolImpact(tool.name, "appears")
