"""A tool of the compiled catalogue is the one that the documents make: listed, called and refused alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.cache.compiled import CompiledTool, compiled, restored
from bridge.catalogue.cache.file import open_sections, write_sections
from bridge.catalogue.example import example_arguments
from bridge.catalogue.permissions import Permissions, parse_rule, restricted
from bridge.catalogue.search import SearchIndex
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.cli.options import Schema, find_catalogue
from bridge.errors import ArgumentError, CacheFormatError
from bridge.server.request_builder import RequestBuilder
from bridge.spec.operation_document import operation_document

BASE = "https://vendor.example/v1"
Pair = tuple[Catalogue, Catalogue]


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Catalogue], Catalogue]:
    """Return what compiles a catalogue, and restores it."""

    def compiled_and_restored(catalogue: Catalogue) -> Catalogue:
        path = tmp_path_factory.mktemp("cache") / "a.catalogue"
        write_sections(path, compiled(catalogue))
        return restored(open_sections(path))

    return compiled_and_restored


@pytest.fixture(scope="module", params=list(Schema))
def core(
    request: pytest.FixtureRequest, through: Callable[[Catalogue], Catalogue], tmp_path_factory: pytest.TempPathFactory
) -> Pair:
    """Return the built-in core, curated as it is shipped: as the documents make it, and compiled."""
    store = tmp_path_factory.mktemp("store")
    made = find_catalogue(["webex", "zoom"], store, None, schema=request.param).ready()
    return made, through(made)


@pytest.fixture(scope="module")
def official(official_specs: Path, through: Callable[[Catalogue], Catalogue]) -> Pair:
    """Return all official operations, as the documents make them and compiled."""
    made = find_catalogue(None, official_specs, None).ready()
    return made, through(made)


def refusal(spec: ToolSpec) -> str:
    """Return what is said of arguments that fit nothing."""
    arguments = {argument.name: object.__name__ for argument in spec.arguments.visible[:3]}
    with pytest.raises(ArgumentError) as caught:
        ArgumentCheck(spec).check({**arguments, "no such thing": 1})
    return str(caught.value)


def same(pair: Pair) -> None:
    """Compare all that can be told of the tools."""
    made, found = pair
    assert [tool.name for tool in found.tools] == [tool.name for tool in made.tools]
    for expected, tool in zip(made.tools, found.tools, strict=True):
        same_tool(expected, tool)


def same_tool(expected: ToolSpec, tool: ToolSpec) -> None:
    """Compare one tool with what it should be."""
    assert isinstance(tool, CompiledTool)
    for entry in dataclasses.fields(ToolSpec):
        if entry.name != "operation":
            assert getattr(tool, entry.name) == getattr(expected, entry.name), (tool.name, entry.name)
    for style in (None, "lean", "full"):
        assert tool.listing(style) == expected.listing(style), tool.name
    for name in (
        "meta",
        "tokens",
        "controls",
        "arguments",
        "input_schema",
        "shown_schema",
        "shown_description",
        "is_summed_up",
    ):
        assert getattr(tool, name) == getattr(expected, name), (tool.name, name)
    assert tool.listing_json() == expected.listing_json()
    assert refusal(tool) == refusal(expected)
    for name in (
        "documents",
        "operation_ids",
        "scopes",
        "summary",
        "rate_label",
        "deprecated",
        "identity",
        "description",
    ):
        assert getattr(tool.operation, name) == getattr(expected.operation, name), (tool.name, name)
    assert operation_document(tool.operation) == operation_document(expected.operation), tool.name


def sent(spec: ToolSpec, client: httpx2.AsyncClient) -> object:
    """Return the request that example arguments make, or why they make none."""
    try:
        return RequestBuilder(spec, client).build(spec.arguments.place(example_arguments(spec)), BASE)
    except ArgumentError as error:
        return str(error)


def test_every_tool_of_the_core_is_the_same(core: Pair) -> None:
    same(core)


def test_a_tool_of_the_core_sends_the_same(core: Pair) -> None:
    made, found = core
    some = slice(None, None, 15)  # a builder takes its time
    client = httpx2.AsyncClient()
    for expected, tool in zip(made.tools[some], found.tools[some], strict=True):
        assert sent(tool, client) == sent(expected, client), tool.name


def test_what_is_known_of_vendors_and_of_hidden_operations_is_the_same(core: Pair) -> None:
    made, found = core
    assert found.problems == made.problems
    for expected, vendor in zip(made.vendors, found.vendors, strict=True):
        assert (vendor.documents, vendor.vendor, vendor.synonyms) == (
            expected.documents,
            expected.vendor,
            expected.synonyms,
        )
        assert [o.identity for o in vendor.operations] == [o.identity for o in expected.operations]
        assert [(o.key, o.summary, str(why)) for o, why in vendor.hidden] == [
            (o.key, o.summary, str(why)) for o, why in expected.hidden
        ]


def test_the_index_that_is_kept_finds_the_same_and_nothing_that_is_withheld(core: Pair) -> None:
    made, found = core
    query = ["list meetings of a user", "update call forwarding of a person"]
    assert SearchIndex.of(found).search(query) == SearchIndex.build(made).search(query)
    fewer = restricted(found, Permissions(deny=(parse_rule("Meetings", "--deny"),)))
    hits = SearchIndex.of(fewer).search(query, limit=50)
    assert hits
    assert all(hit.name in fewer.by_name for hit in hits)


def test_nothing_of_an_operation_is_read_before_it_is_asked_for(
    core: Pair, through: Callable[[Catalogue], Catalogue]
) -> None:
    tool = through(core[0]).tools[0]
    asked = (tool.meta, tool.annotations, tool.operation.scopes, tool.listing_json())
    assert asked[0]
    assert "sources" not in vars(tool.operation)
    assert dataclasses.replace(tool, title="other").listing()["title"] == "other"


def test_sections_that_hold_something_else_are_no_catalogue(tmp_path: Path) -> None:
    for table in (b"", b"[]", b'{"vendors": [{}], "problems": []}'):
        write_sections(tmp_path / "a", {"table": table, "listings": b"", "details": b"", "index": b""})
        with pytest.raises(CacheFormatError, match="it does not hold what it should"):
            restored(open_sections(tmp_path / "a"))


@pytest.mark.official
def test_every_official_tool_is_the_same(official: Pair) -> None:
    same(official)
