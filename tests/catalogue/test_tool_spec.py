"""A tool knows how it is listed, what it costs, and a catalogue finds it by its name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.catalogue.tool_spec import Catalogue, ToolAnnotations, ToolSpec, VendorCatalogue
from bridge.controls import CONTROL_SCHEMAS, LEAN_CONTROL_SCHEMAS
from bridge.errors import ToolNotFoundError
from bridge.spec.document import JsonObject
from bridge.spec.store import VendorDocuments
from tests.catalogue.builders import changed, documents_operations, parameter, tool
from tests.documents import ACME, operation


def catalogue(*names: str) -> Catalogue:
    """Return a catalogue of tools with these names, two vendors' if there are more than one."""
    tools = [tool(operation("GET", f"/{name[:9]}"), name=name) for name in names]
    documents = VendorDocuments(ACME, (), (), (), Path())
    halves: list[list[ToolSpec]] = [tools[:1], tools[1:]]
    return Catalogue(tuple(VendorCatalogue(documents, (), tuple(half), ()) for half in halves), ())


def test_meta_says_whose_operation_it_is_and_leaves_out_what_is_empty() -> None:
    assert tool(operation("GET", "/rooms")).meta == {
        "bridge": {"vendor": "acme", "documents": ["acme/shop"], "method": "GET", "path": "/rooms"}
    }


def test_meta_has_tags_scopes_rate_label_and_deprecation_where_there_are_any() -> None:
    description = "**Scopes:** `room:read`\n\n**Rate Limit Label:** `LIGHT`"
    of = operation("DELETE", "/rooms", tags=["Rooms"], deprecated=True, description=description)
    assert tool(of).meta["bridge"] == {
        "vendor": "acme",
        "documents": ["acme/shop"],
        "method": "DELETE",
        "path": "/rooms",
        "tags": ["Rooms"],
        "scopes": ["room:read"],
        "rate_label": "LIGHT",
        "deprecated": True,
    }


def test_meta_names_every_document_that_declares_the_operation() -> None:
    (of,) = documents_operations(("shop", [("GET", "/a", "listA")]), ("depot", [("GET", "/a", "listA")]))
    assert tool(of).meta["bridge"]["documents"] == ["acme/shop", "acme/depot"]


def test_a_tool_is_listed_as_the_protocol_writes_it() -> None:
    marks = ToolAnnotations(read_only=True, destructive=False, idempotent=True)
    spec = tool(operation(parameters=[parameter("max")]), annotations=marks, title="List", description="List them.")
    frame = {
        "name": "acme_do",
        "title": "List",
        "description": "List them.",
        "annotations": {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": True},
        "_meta": spec.meta,
    }
    lean: JsonObject = {
        "type": "object",
        "properties": {"max": {"type": "string"}, **{name: LEAN_CONTROL_SCHEMAS[name] for name in spec.controls}},
    }
    full: JsonObject = {
        "type": "object",
        "properties": {"max": {"type": "string"}, **{name: CONTROL_SCHEMAS[name] for name in spec.controls}},
        "additionalProperties": False,
    }
    assert spec.listing() == spec.listing("lean") == {**frame, "inputSchema": lean}
    assert spec.listing("full") == replace(spec, style="full").listing() == {**frame, "inputSchema": full}


def test_a_lean_listing_has_a_lean_description_where_no_person_wrote_one() -> None:
    text = "Get the thing.\n\nThis API requires a full administrator auth token with a scope of `spark:write`."
    spec = replace(tool(operation(summary="Get it", description=text), description=text), described=False)
    assert spec.lean_description == spec.shown_description == "Get the thing."
    assert replace(spec, style="full").shown_description == text
    assert replace(spec, described=True).lean_description == text


def test_a_parameter_that_a_person_described_is_listed_so() -> None:
    spec = tool(operation(parameters=[parameter("max")]), {"max": changed(description="The [maximum](https://a.b).")})
    assert spec.lean_schema["properties"]["max"]["description"] == "The [maximum](https://a.b)."


def test_a_part_of_the_result_is_offered_where_there_is_a_result() -> None:
    fine = {"200": {"description": "Fine.", "content": {"application/json": {"schema": {}}}}}
    assert "_select" in tool(operation("POST", responses=fine)).lean_schema["properties"]
    assert "_select" in tool(operation("GET")).lean_schema["properties"]
    silent = tool(operation("POST", responses={"204": {"description": "Done."}}))
    assert "_select" not in silent.lean_schema["properties"]
    assert "_select" in silent.input_schema["properties"]


def test_the_tokens_are_those_of_the_style_that_is_listed() -> None:
    spec = tool(operation(parameters=[parameter("max", description="The maximum number of things.")]))
    assert spec.tokens < replace(spec, style="full").tokens


def test_the_input_schema_has_what_overrides_changed() -> None:
    spec = tool(operation(parameters=[parameter("max")]), {"max": changed(name="limit", default=5)})
    assert spec.input_schema["properties"]["limit"] == {"type": "string", "default": 5}
    assert "max" not in spec.input_schema["properties"]


def test_the_tokens_are_a_quarter_of_the_characters_that_a_model_reads() -> None:
    spec = tool(operation(tags=["A tag that no model reads"]), description="d" * 4000)
    shown = {key: value for key, value in spec.listing().items() if key != "_meta"}
    assert spec.tokens == -(-len(json.dumps(shown)) // 4)
    assert spec.tokens == tool(operation(), description="d" * 4000).tokens
    assert spec.tokens - tool(operation(), description="d" * 2000).tokens == 500


def test_the_summary_for_machines_has_what_list_tools_prints() -> None:
    spec = tool(operation("GET", "/rooms", tags=["Rooms"]), pinned=True, description="Do it.")
    assert spec.summary_json() == {
        "name": "acme_do",
        "title": "Do",
        "description": "Do it.",
        "vendor": "acme",
        "documents": ["acme/shop"],
        "method": "GET",
        "path": "/rooms",
        "tags": ["Rooms"],
        "scopes": [],
        "pinned": True,
        "tokens": spec.tokens,
    }
    assert spec.vendor is ACME


def test_a_catalogue_lists_the_tools_of_all_vendors_in_order() -> None:
    found = catalogue("acme_list_rooms", "acme_get_room")
    assert [tool.listing()["name"] for tool in found.tools] == ["acme_list_rooms", "acme_get_room"]
    assert list(found.by_name) == ["acme_list_rooms", "acme_get_room"]


def test_a_tool_is_found_by_its_name() -> None:
    assert catalogue("acme_list_rooms").tool("acme_list_rooms").name == "acme_list_rooms"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("acme_list_room", "no tool 'acme_list_room'; did you mean 'acme_list_rooms'?"),
        ("ACME_LIST_ROOMS", "no tool 'ACME_LIST_ROOMS'; did you mean 'acme_list_rooms'?"),
        ("zzz", "no tool 'zzz'"),
        ("", "no tool ''"),
        ("x" * 1_000_000, f"no tool '{'x' * 80}...'"),
    ],
)
def test_a_name_that_is_not_there_brings_the_nearest(name: str, message: str) -> None:
    with pytest.raises(ToolNotFoundError) as refused:
        catalogue("acme_list_rooms", "acme_get_person").tool(name)
    assert str(refused.value) == message


def test_the_repr_of_a_catalogue_does_not_write_out_the_documents() -> None:
    found = catalogue("acme_list_rooms")
    assert repr(found) == "<Catalogue of 1 tools>"
    assert repr(found.vendors) == "(<VendorCatalogue acme: 1 tools>, <VendorCatalogue acme: 0 tools>)"
    assert repr(found.tools) == "(<ToolSpec acme_list_rooms: GET /acme_list>,)"
