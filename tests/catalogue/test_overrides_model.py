"""One file laid over another, field by field."""

from __future__ import annotations

from bridge.catalogue.overrides_model import (
    Annotations,
    ToolOverride,
    VendorOverrides,
    laid_over,
    merged_tool,
)
from bridge.catalogue.overrides_nodes import Place
from bridge.catalogue.parameter_override import UNSET, ParameterOverride
from bridge.catalogue.selectors import Selector

FIRST, SECOND = Place("a.yaml", 1, 1), Place("b.yaml", 2, 2)


def merged_parameter(earlier: ParameterOverride, later: ParameterOverride) -> ParameterOverride:
    one, two = (
        ToolOverride("GET /a", FIRST, parameters={"x": earlier}),
        ToolOverride("GET /a", SECOND, parameters={"x": later}),
    )
    return merged_tool(one, two).parameters["x"]


def test_what_the_later_file_does_not_say_stays() -> None:
    earlier = ToolOverride("GET /a", FIRST, name="n", pin=True, tags=("t",), annotations=Annotations(read_only=True))
    merged = merged_tool(earlier, ToolOverride("getA", SECOND, pin=False, annotations=Annotations(idempotent=True)))
    assert (merged.name, merged.pin, merged.tags) == ("n", False, ("t",))
    assert merged.annotations == Annotations(read_only=True, idempotent=True)
    assert (merged.key, merged.place) == ("getA", SECOND)


def test_a_later_null_replaces_a_default_and_absence_does_not() -> None:
    earlier = ParameterOverride(FIRST, default=5)
    assert merged_parameter(earlier, ParameterOverride(SECOND, default=None)).default is None
    assert merged_parameter(earlier, ParameterOverride(SECOND, name="y")).default == 5


def test_a_parameter_that_is_shown_again_loses_its_constant() -> None:
    merged = merged_parameter(ParameterOverride(FIRST, hide=True, value=1), ParameterOverride(SECOND, hide=False))
    assert (merged.hide, merged.value) == (False, UNSET)


def test_synonyms_of_several_files_add_up() -> None:
    earlier, later = VendorOverrides(synonyms=(("a", "b"),)), VendorOverrides(synonyms=(("c", "d"),))
    assert laid_over(earlier, later).synonyms == (("a", "b"), ("c", "d"))


def test_keywords_of_a_later_file_replace_those_of_an_earlier_one() -> None:
    earlier = ToolOverride("GET /a", FIRST, keywords=("x",))
    assert merged_tool(earlier, ToolOverride("GET /a", SECOND, keywords=("y",))).keywords == ("y",)
    assert merged_tool(earlier, ToolOverride("GET /a", SECOND)).keywords == ("x",)


def test_lists_replace_and_tools_add_up() -> None:
    one, two = ToolOverride("GET /a", FIRST), ToolOverride("GET /b", SECOND)
    earlier = VendorOverrides(include=(Selector(FIRST),), exclude=(Selector(FIRST),), tools=(one,), max_length=20)
    merged = laid_over(earlier, VendorOverrides(exclude=(), tools=(two,)))
    assert merged == VendorOverrides(include=(Selector(FIRST),), exclude=(), tools=(one, two), max_length=20)
