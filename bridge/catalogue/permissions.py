"""What may be called, as the command line says it: --read-only, --allow, --deny, --scopes.

A catalogue is restricted to it, and the server asks again at every call, whatever was listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from bridge.catalogue.tool_spec import Catalogue, ToolSpec, VendorCatalogue
from bridge.errors import OptionError, did_you_mean
from bridge.globs import name_matches

if TYPE_CHECKING:
    from bridge.catalogue.overrides_nodes import Problem
    from bridge.catalogue.selectors import Selector

RuleOption = Literal["--allow", "--deny"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``--allow`` or ``--deny``: a selector of the overrides, or a word that is a tag's or a tool's name.

    Attributes:
        text: as it was given.
        selector: None for a word.
    """

    text: str
    selector: Selector | None = None

    def matches(self, tool: ToolSpec) -> bool:
        """Tell whether it speaks of a tool."""
        if self.selector is not None:
            return self.selector.of_vendor(tool.vendor).matches(tool.operation)
        from bridge.spec.operation_repairs import plain_tag  # noqa: PLC0415

        tags = (*tool.tags, *tool.operation.tags)
        return name_matches(self.text, tool.name) or any(name_matches(plain_tag(self.text), tag) for tag in tags)


def parse_rule(text: str, option: RuleOption) -> Rule:
    """Return the rule that an option gives.

    Raises:
        OptionError: it is no selector; the sentence says what would be one.
    """
    from bridge.catalogue.selectors import SELECTED_METHODS, parse_selector  # noqa: PLC0415 (for who gives one alone)

    text = text.strip()
    if not text:
        raise OptionError(f"{option}: give a selector, a tag or a tool's name")
    if text.upper() not in SELECTED_METHODS and not set(text) & set("/={}"):
        return Rule(text)
    problems: list[Problem] = []
    selector = parse_selector(text, option, problems)
    if selector is None or problems:
        said = "; ".join(problem.message for problem in problems) or "this selects nothing"
        raise OptionError(f"{option} {text!r}: {said}")
    return Rule(text, selector)


@dataclass(frozen=True, slots=True)
class Permissions:
    """What may be called.

    Attributes:
        read_only: only what reads, by its annotation.
        allow: a tool must match one of these, if there are any.
        deny: a tool must match none of these.
        scopes: the scopes that a token has; None where nothing is known of it.
        strangers: the vendors whose operations name none of these scopes: of their tokens nothing is known.
    """

    read_only: bool = False
    allow: tuple[Rule, ...] = ()
    deny: tuple[Rule, ...] = ()
    scopes: frozenset[str] | None = None
    strangers: frozenset[str] = frozenset()

    def refusal(self, tool: ToolSpec) -> str:
        """Return why a tool may not be called, empty where it may."""
        if self.read_only and not tool.annotations.read_only:
            return "it writes, and --read-only is set"
        denied = next((rule for rule in self.deny if rule.matches(tool)), None)
        if denied is not None:
            return f"--deny {denied.text!r}"
        if self.allow and not any(rule.matches(tool) for rule in self.allow):
            return "no --allow matches it"
        return self._lacking(tool)

    def _lacking(self, tool: ToolSpec) -> str:
        named = tool.operation.scopes
        if self.scopes is None or tool.vendor.name in self.strangers or not named or not self.scopes.isdisjoint(named):
            return ""
        return f"--scopes has none of {', '.join(named)}"


EVERYTHING = Permissions()


def restricted(catalogue: Catalogue, permissions: Permissions) -> Catalogue:
    """Return the catalogue without the tools that may not be called; it knows its permissions.

    Raises:
        OptionError: a rule, or every scope, speaks of nothing that is there: it would not do what was meant.
    """
    if permissions == EVERYTHING:
        return catalogue
    for option, rules in (("--allow", permissions.allow), ("--deny", permissions.deny)):
        _check_rules(option, rules, catalogue.tools)
    if permissions.scopes is not None:
        permissions = replace(permissions, strangers=_strangers(permissions.scopes, catalogue))
    vendors = tuple(_restricted(vendor, permissions) for vendor in catalogue.vendors)
    return replace(catalogue, vendors=vendors, permissions=permissions)


def _restricted(vendor: VendorCatalogue, permissions: Permissions) -> VendorCatalogue:
    reasons = [(tool, permissions.refusal(tool)) for tool in vendor.tools]
    return replace(
        vendor,
        tools=tuple(tool for tool, reason in reasons if not reason),
        withheld=tuple((tool, reason) for tool, reason in reasons if reason),
    )


def _check_rules(option: str, rules: Iterable[Rule], tools: Sequence[ToolSpec]) -> None:
    for rule in rules:
        if any(rule.matches(tool) for tool in tools):
            continue
        hint = ""
        if rule.selector is None:
            known = [*(tool.name for tool in tools), *(tag for tool in tools for tag in tool.tags)]
            hint = did_you_mean(rule.text, dict.fromkeys(known)) or (
                "; give a tag, a tool's name, a method, 'METHOD /path' or key=value"
            )
        raise OptionError(f"{option} {rule.text!r} matches no tool{hint}")


def _strangers(scopes: Collection[str], catalogue: Catalogue) -> frozenset[str]:
    named = {
        vendor.vendor.name: {scope for operation in vendor.operations for scope in operation.scopes}
        for vendor in catalogue.vendors
    }
    strangers = frozenset(name for name, known in named.items() if known.isdisjoint(scopes))
    if len(strangers) < len(named):
        return strangers
    hint = did_you_mean(min(scopes, default=""), sorted(set().union(*named.values()))) if scopes else ""
    raise OptionError(f"--scopes: no operation names any of {', '.join(sorted(scopes)) or 'none'}{hint}")
