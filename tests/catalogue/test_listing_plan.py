"""What tools/list shows: all tools where they fit the budget, else the pinned ones and our own."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.listing_plan import Mode, plan_listing
from bridge.catalogue.own_tools import OWN_NAMES
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from tests.documents import operation
from tests.tools import body, catalogue_of, spec_of


def tool(number: int, *, pinned: bool = False, words: int = 20) -> ToolSpec:
    made = spec_of(operation("GET", f"/things/{number}"), f"acme_{number}")
    return replace(made, pinned=pinned, description="word " * words)


def catalogue(*tools: ToolSpec) -> Catalogue:
    return catalogue_of(tools)


class TestAuto:
    def test_all_tools_are_listed_while_they_fit(self) -> None:
        tools = catalogue(tool(1), tool(2, pinned=True))
        total = sum(entry.tokens for entry in tools.tools)
        plan = plan_listing(tools, budget=total)
        assert (plan.searching, plan.listed, plan.own) == (False, tools.tools, ())
        assert plan.tokens == total
        assert plan.reason == f"full mode: every tool is listed, about {total:,} tokens of --list-budget {total:,}"

    def test_else_the_pinned_ones_and_our_own(self) -> None:
        tools = catalogue(*(tool(number, pinned=number == 3) for number in range(60)))
        plan = plan_listing(tools, budget=2_000)
        assert plan.searching
        assert [entry.name for entry in plan.listed] == ["acme_3"]
        assert [entry.name for entry in plan.own] == list(OWN_NAMES)
        assert plan.reason.startswith("search mode (all 60 tools would take more than --list-budget 2,000 tokens)")
        assert f"about {plan.tokens:,} tokens" in plan.reason

    def test_a_catalogue_without_tools_is_listed_whole(self) -> None:
        plan = plan_listing(Catalogue((), ()), budget=0)
        assert (plan.searching, plan.listed, plan.tokens) == (False, (), 0)


class TestChosen:
    def test_full_lists_everything_whatever_it_takes(self) -> None:
        tools = catalogue(tool(1), tool(2))
        plan = plan_listing(tools, Mode.FULL, budget=0)
        assert (plan.searching, plan.listed) == (False, tools.tools)

    def test_what_a_listing_sums_up_can_be_asked_for(self) -> None:
        inner = {f"p{number}": {"type": "string", "maxLength": 99} for number in range(400)}
        large = spec_of(
            operation("POST", requestBody=body({"type": "object", "properties": {"a": {"properties": inner}}}))
        )
        assert [entry.name for entry in plan_listing(catalogue(large), Mode.FULL).own] == ["describe_tool"]
        assert [entry.name for entry in plan_listing(catalogue(large), Mode.AUTO).own] == ["describe_tool"]
        assert plan_listing(catalogue(replace(large, style="full")), Mode.FULL).own == ()

    def test_search_finds_even_what_would_fit(self) -> None:
        plan = plan_listing(catalogue(tool(1), tool(2, pinned=True)), Mode.SEARCH)
        assert [entry.name for entry in plan.listed] == ["acme_2"]

    def test_pinned_tools_for_which_there_is_no_room_are_left_out_by_name(self) -> None:
        tools = catalogue(tool(1, pinned=True), tool(2, pinned=True, words=4_000), tool(3, pinned=True))
        plan = plan_listing(tools, Mode.SEARCH, budget=3_000)
        assert [entry.name for entry in plan.listed] == ["acme_1", "acme_3"]
        assert plan.left_out == ("acme_2",)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 6_000))
def test_a_listing_that_searches_stays_within_its_budget_but_for_our_own_tools(pins: list[bool], budget: int) -> None:
    tools = catalogue(*(tool(number, pinned=pinned) for number, pinned in enumerate(pins)))
    plan = plan_listing(tools, Mode.SEARCH, budget)
    bare = plan_listing(catalogue(tool(0)), Mode.SEARCH, budget).tokens
    assert plan.tokens <= max(budget, bare)
    assert {entry.name for entry in plan.listed} | {*plan.left_out} == {t.name for t in tools.tools if t.pinned}
