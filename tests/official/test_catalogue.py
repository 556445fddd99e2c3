"""The catalogue of all official documents: every name and every input schema is one that every client takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.summary import summary_line
from bridge.catalogue.tool_spec import Catalogue
from bridge.errors import ArgumentError
from bridge.shipped import shipped_path
from bridge.spec.document import JsonObject
from bridge.spec.store import select_documents
from bridge.vendors import official_vendors

pytestmark = [pytest.mark.official, pytest.mark.xdist_group("official_catalogue")]

_ONE_SCHEMA = ("items", "additionalProperties", "contains", "propertyNames", "not")
_SCHEMAS = ("allOf", "anyOf", "oneOf")
_NAMED_SCHEMAS = ("properties", "patternProperties")


def built(store: Path, *specs: str) -> Catalogue:
    """Return the catalogue of these documents, curated by nobody."""
    return build_catalogue(select_documents(specs, store), load_overrides((), ()))


@pytest.fixture(scope="module")
def catalogue(official_specs: Path) -> Catalogue:
    return built(official_specs)


@pytest.fixture(scope="module")
def schemas(catalogue: Catalogue) -> dict[str, JsonObject]:
    """Return the input schemas by the names of their tools."""
    return {tool.name: tool.input_schema for tool in catalogue.tools}


def inner(schema: Any) -> Iterator[JsonObject]:
    """Yield a schema and all schemas inside it; never a property's name or an example for one."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in _ONE_SCHEMA:
        yield from inner(schema.get(keyword))
    for keyword in _SCHEMAS:
        for entry in schema.get(keyword, ()):
            yield from inner(entry)
    for keyword in _NAMED_SCHEMAS:
        for entry in schema.get(keyword, {}).values():
            yield from inner(entry)


def test_every_operation_of_the_40_documents_is_a_tool(catalogue: Catalogue) -> None:
    assert len({name for tool in catalogue.tools for name in tool.operation.documents}) == 40
    assert len(catalogue.tools) == 3_500
    assert catalogue.problems == ()
    webex, zoom = map(summary_line, catalogue.vendors)
    assert webex == "webex: 9 of 9 documents, 1,781 operations"
    assert re.fullmatch(r"zoom: 31 of \d+ documents, 1,719 operations", zoom)


def test_every_name_is_unique_short_and_of_whole_words(catalogue: Catalogue) -> None:
    names = [tool.name for tool in catalogue.tools]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("[a-z][a-z0-9]*(?:_[a-z0-9]+)+", name)] == []
    assert [name for name in names if len(name) > 46] == []
    assert [name for name in names if re.search(r"_\d+$", name)] == []
    assert [tool.name for tool in catalogue.tools if not tool.name.startswith(f"{tool.vendor.name}_")] == []


@pytest.mark.parametrize("spec", ["webex/admin", "zoom/users"])
def test_one_document_alone_gives_each_operation_the_same_name(
    catalogue: Catalogue, official_specs: Path, spec: str
) -> None:
    alone = built(official_specs, spec).tools
    named = {tool.operation.identity: tool.name for tool in catalogue.tools}
    assert {tool.operation.identity: tool.name for tool in alone}.items() <= named.items()
    assert len(alone) == sum(spec in tool.operation.documents for tool in catalogue.tools)


def test_every_operation_of_the_core_keeps_its_name(catalogue: Catalogue, tmp_path: Path) -> None:
    official = {tool.operation.identity: tool.name for tool in catalogue.tools}
    core = {tool.operation.identity: tool.name for tool in built(tmp_path).tools}
    shared = core.keys() & official.keys()
    assert len(shared) > 500
    assert {identity: official[identity] for identity in shared} == {identity: core[identity] for identity in shared}


def test_every_input_schema_is_valid_under_both_drafts(schemas: dict[str, JsonObject]) -> None:
    for place, (name, schema) in enumerate(schemas.items()):
        for draft in (jsonschema.Draft202012Validator, jsonschema.Draft7Validator):
            jsonschema_rs.meta.validate({"$schema": draft.META_SCHEMA["$id"], **schema})
            if place % 10 == 0:  # a second opinion, of a slower judge
                draft.check_schema(schema)
        assert "$schema" not in schema, name


def test_every_input_schema_compiles_and_refuses_an_unknown_argument(catalogue: Catalogue) -> None:
    for tool in catalogue.tools:
        with pytest.raises(ArgumentError, match="unknown argument '~'"):
            ArgumentCheck(tool).check({"~": None})


def test_the_top_of_every_input_schema_is_a_plain_object(schemas: dict[str, JsonObject]) -> None:
    for name, schema in schemas.items():
        assert schema["type"] == "object", name
        assert schema.keys() <= {"type", "properties", "additionalProperties", "required"}, name
        assert [key for key in schema["properties"] if not re.fullmatch("[A-Za-z0-9_.-]{1,64}", key)] == [], name


def test_every_array_has_items_and_no_schema_a_vendor_extension_or_reference(schemas: dict[str, JsonObject]) -> None:
    for name, schema in schemas.items():
        for entry in inner(schema):
            kinds = entry.get("type", ())
            assert "items" in entry or "array" not in ([kinds] if isinstance(kinds, str) else kinds), name
            assert [key for key in entry if key.startswith("x-") or key == "$ref"] == [], name


def test_every_pattern_compiles(schemas: dict[str, JsonObject]) -> None:
    patterns = {entry["pattern"] for schema in schemas.values() for entry in inner(schema) if "pattern" in entry}
    assert len(patterns) > 20
    for pattern in patterns:
        re.compile(pattern)


def test_what_is_required_at_the_top_is_declared_and_not_read_only(schemas: dict[str, JsonObject]) -> None:
    for name, schema in schemas.items():
        for required in schema.get("required", ()):
            assert schema["properties"][required].get("readOnly") is not True, name


def test_annotations_follow_from_the_methods(catalogue: Catalogue) -> None:
    found = {
        (tool.operation.method, tool.annotations.read_only, tool.annotations.destructive, tool.annotations.idempotent)
        for tool in catalogue.tools
    }
    assert found == {
        ("GET", True, False, True),
        ("POST", False, False, False),
        ("PUT", False, False, True),
        ("PATCH", False, False, False),
        ("DELETE", False, True, True),
    }


def test_meta_says_where_a_tool_comes_from_and_what_it_needs(catalogue: Catalogue) -> None:
    people = catalogue.tool("webex_list_people").meta["bridge"]
    assert (people["method"], people["path"], people["vendor"]) == ("GET", "/people", "webex")
    assert people["documents"][0] == "webex/admin"
    assert {"scopes", "rate_label", "deprecated"}.isdisjoint(people)
    scoped = [tool.meta["bridge"]["scopes"] for tool in catalogue.tools if tool.operation.scopes]
    assert len(scoped) > 2_000
    assert ["spark-admin:telephony_config_read"] in scoped
    meeting = catalogue.tool("zoom_get_meeting").meta["bridge"]
    assert (meeting["documents"], meeting["rate_label"]) == (["zoom/meetings"], "LIGHT")
    assert "meeting:read" in meeting["scopes"]
    assert any(tool.meta["bridge"].get("deprecated") is True for tool in catalogue.tools)
    assert {tool.meta["bridge"]["vendor"] for tool in catalogue.tools} == {"webex", "zoom"}
    assert all(value not in (None, [], "", False) for tool in catalogue.tools for value in tool.meta["bridge"].values())


def test_the_shipped_pins_are_the_same_fifteen_tools_of_each_vendor_with_core_and_official_documents(
    official_specs: Path, tmp_path: Path
) -> None:
    overrides = load_overrides([shipped_path("overrides.yaml")], list(official_vendors()))
    official, core = (build_catalogue(select_documents([], store), overrides) for store in (official_specs, tmp_path))
    assert [str(problem) for problem in official.problems] == []
    assert {name: len(tools) for name, tools in pins(official).items()} == {"webex": 15, "zoom": 15}
    assert pins(official) == pins(core)


def pins(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Return the pinned tools of each vendor, and which operation each calls."""
    return {
        vendor.vendor.name: {tool.name: tool.operation.identity for tool in vendor.tools if tool.pinned}
        for vendor in catalogue.vendors
    }
