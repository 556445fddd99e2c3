"""The reader over the vendors' official documents: what was counted in them by hand is what it finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from bridge.spec.document import Document, JsonObject
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import Repair, repair
from bridge.spec.response import responses_of
from bridge.spec.store import select_documents
from bridge.vendors import official_vendors

pytestmark = pytest.mark.official


@dataclass(frozen=True, repr=False)  # to print it all would take minutes
class Official:
    """All official documents, repaired and read."""

    documents: tuple[Document, ...]
    repairs: tuple[Repair, ...]
    operations: tuple[Operation, ...]

    def of(self, vendor: str) -> list[Operation]:
        return [operation for operation in self.operations if operation.vendor.name == vendor]

    def found(self, pattern: str) -> list[Repair]:
        return [entry for entry in self.repairs if re.search(pattern, entry.defect)]


@pytest.fixture(scope="module")
def official(official_specs: Path) -> Official:
    vendors = select_documents([], official_specs)
    documents = [[ref.read() for ref in vendor.selected] for vendor in vendors]
    return Official(
        documents=tuple(document for of_vendor in documents for document in of_vendor),
        repairs=tuple(entry for of_vendor in documents for document in of_vendor for entry in repair(document)),
        operations=tuple(operation for of_vendor in documents for operation in operations_of(of_vendor)),
    )


def input_schemas(operations: tuple[Operation, ...]) -> Iterator[tuple[str, JsonObject]]:
    for operation in operations:
        for parameter in operation.parameters:
            yield f"{operation.key} {parameter.name}", parameter.schema
        if operation.body is not None:
            yield f"{operation.key} body", operation.body.schema


def output_schemas(operations: tuple[Operation, ...]) -> Iterator[tuple[str, JsonObject]]:
    for operation in operations:
        for response in responses_of(operation):
            for media_type, media in response.content.items():
                yield f"{operation.key} {response.status} {media_type}", media.schema


def inner_schemas(schema: Any) -> Iterator[JsonObject]:
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in ("properties", "patternProperties"):
        for inner in schema.get(keyword, {}).values():
            yield from inner_schemas(inner)
    for keyword in ("items", "additionalProperties", "not"):
        yield from inner_schemas(schema.get(keyword))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(keyword, ()):
            yield from inner_schemas(inner)


# --- documents and operations


def test_all_40_documents_are_read(official: Official) -> None:
    assert Counter(document.vendor.name for document in official.documents) == {"webex": 9, "zoom": 31}


def test_every_document_has_the_title_that_the_sources_give_it(official: Official) -> None:
    for document in official.documents:
        source = document.vendor.source(document.name)
        assert source is not None, document.label
        assert document.title == source.title


def test_every_operation_is_found_and_comes_once(official: Official) -> None:
    assert len(official.operations) == 3_500
    assert len({(operation.vendor.name, operation.identity) for operation in official.operations}) == 3_500
    assert (len(official.of("webex")), len(official.of("zoom"))) == (1_781, 1_719)
    assert sum(len(operation.sources) for operation in official.operations) == 3_650


def test_134_webex_operations_stand_in_several_documents(official: Official) -> None:
    assert sum(len(operation.sources) > 1 for operation in official.of("webex")) == 134
    assert all(len(operation.sources) == 1 for operation in official.of("zoom"))


def test_seven_data_source_operations_live_at_two_hosts(official: Official) -> None:
    hosts: dict[str, set[str]] = {}
    for operation in official.of("webex"):
        hosts.setdefault(operation.key, set()).add(operation.base_url)
    shared = {key: bases for key, bases in hosts.items() if len(bases) > 1}
    assert len(shared) == 7
    assert all(" /dataSources" in key for key in shared)
    assert set().union(*shared.values()) == {"https://webexapis.com/v1", "https://api.wxcc-us1.cisco.com"}


def test_117_operations_are_deprecated(official: Official) -> None:
    declared = [source.site.operation for operation in official.operations for source in operation.sources]
    assert sum(operation.get("deprecated") is True for operation in declared) == 117


# --- base URLs


def test_every_operation_lives_at_a_known_base_url(official: Official) -> None:
    assert {operation.base_url for operation in official.of("zoom")} == {
        "https://api.zoom.us/v2",
        "https://api.zoom.us",
    }
    assert {operation.base_url for operation in official.of("webex")} == {
        "https://webexapis.com/v1",
        "https://webexapis.com",
        "https://analytics-calling.webexapis.com/v1",
        "https://analytics.webexapis.com/v1",
        "https://api.wxcc-us1.cisco.com",
    }


@pytest.mark.parametrize(
    ("url", "document"),
    [
        ("GET https://webexapis.com/v1/people", "admin"),
        ("GET https://analytics-calling.webexapis.com/v1/cdr_feed", "cloud-calling"),
        ("GET https://analytics-calling.webexapis.com/v1/cdr_stream", "cloud-calling"),
        ("GET https://analytics.webexapis.com/v1/meeting/qualities", "meeting"),
    ],
)
def test_an_operation_lives_where_the_vendor_says(official: Official, url: str, document: str) -> None:
    (found,) = (operation for operation in official.of("webex") if operation.identity == url)
    assert document in {name for source in found.sources for name in (source.document.name, "admin")}


def test_no_path_begins_with_the_version_twice(official: Official) -> None:
    for operation in official.operations:
        assert not re.search(r"/v\d+/v\d+/", operation.base_url + operation.path), operation.identity
        if operation.path.startswith(("/identity/", "/v1/")) and "wxcc" not in operation.base_url:
            assert operation.base_url == "https://webexapis.com"


def test_whole_documents_live_at_one_base_url(official: Official) -> None:
    expected = {
        "webex/contact-center": "https://api.wxcc-us1.cisco.com",
        "zoom/scim2": "https://api.zoom.us",
        "zoom/clips": "https://api.zoom.us/v2",
    }
    for label, base in expected.items():
        found = {operation.base_url for operation in official.operations if label in operation.documents}
        assert found == {base}, label


# --- defects


@pytest.mark.parametrize(
    ("defect", "count"),
    [
        (r"^response without description$", 2),
        (r"^no servers$", 9),
        (r"^server .* is not where the operations live$", 1),
        (r"^path parameter not declared$", 1),
        (r"^path parameter not required$", 5),
        (r"^header parameter 'Content-Length'$", 1),
        (r"^query parameter that is an object$", 6),
        (r"^media type 'undefined'$", 1),
        (r"^requestBody without content$", 3),
        (r"^JSON Patch declared as an object$", 3),
        (r"^no 2xx response", 2),
        (r"^no 2xx response, only a redirect$", 1),
        (r"^neither summary nor description$", 2),
        (r"^boolean exclusiveMaximum$", 1),
        (r"^operationId of \d+ characters$", 0),
        (r"leads nowhere", 0),
        (r"with a value that cannot be$", 0),
    ],
)
def test_a_defect_is_found_as_often_as_it_was_counted(official: Official, defect: str, count: int) -> None:
    assert len(official.found(defect)) == count


@pytest.mark.parametrize(
    "defect",
    [
        r"^tag 'Features:  Hunt Group'$",
        r"^tag 'User Call Settings \(1/2\)'$",
        r"^type 'Integer' is no JSON type$",
        r"^type 'null' is not in OpenAPI 3.0$",
        r"^pattern .* is not valid in ECMA-262$",
        r"^duplicate entries in required$",
        r"^duplicate entries in enum$",
        r"^enum on an array instead of its items$",
        r"^array without items$",
        r"^file without format 'binary'$",
    ],
)
def test_a_defect_that_was_seen_is_found(official: Official, defect: str) -> None:
    assert official.found(defect)


def test_operation_ids_with_spaces_or_punctuation_are_counted(official: Official) -> None:
    odd = Counter(
        entry.document.split("/")[0] for entry in official.found(r"^operationId .* has spaces or punctuation$")
    )
    assert odd == {"webex": 863, "zoom": 18}


def test_operation_ids_used_twice_are_found_in_three_documents(official: Official) -> None:
    repeated = official.found(r"^operationId .* is used \d+ times$")
    names = {(entry.document, entry.defect) for entry in repeated}
    assert Counter(document for document, _ in names) == {
        "webex/admin": 4,
        "webex/cloud-calling": 5,
        "webex/contact-center": 36,
    }


def test_required_properties_that_are_not_declared_are_found_in_the_five_bodies(official: Official) -> None:
    found = [entry for entry in official.found(r"^required names ") if " requestBody" in entry.place]
    assert sum(entry.document.startswith("zoom/") for entry in found) == 5


def test_enums_on_arrays_are_found_in_the_queries_of_five_operations_and_in_two_bodies(official: Official) -> None:
    found = official.found(r"^enum on an array")
    queries = {entry.place.partition(" parameters/")[0] for entry in found if " parameters/" in entry.place}
    assert len(queries) == 5
    assert len([entry for entry in found if " requestBody" in entry.place]) == 2


def test_a_second_repair_changes_nothing(official: Official) -> None:
    again = [entry.defect for document in official.documents for entry in repair(document)]
    tolerated = r"operationId|^no servers|^server |^neither|^query parameter that is|^no 2xx|^type 'null'|in texts$"
    assert [defect for defect in again if not re.search(tolerated, defect)] == []


# --- schemas


def test_every_schema_is_valid_under_both_drafts(official: Official) -> None:
    drafts = [jsonschema_rs.validator_for(draft.META_SCHEMA) for draft in (Draft202012Validator, Draft7Validator)]
    for place, schema in [*input_schemas(official.operations), *output_schemas(official.operations)]:
        for draft in drafts:
            assert draft.is_valid(schema), place


def test_every_schema_stands_alone(official: Official) -> None:
    for place, schema in [*input_schemas(official.operations), *output_schemas(official.operations)]:
        for inner in inner_schemas(schema):
            assert "$ref" not in inner, place
            assert not any(key.startswith("x-") for key in inner), place
            kinds = inner.get("type", ())
            assert "items" in inner or "array" not in ([kinds] if isinstance(kinds, str) else kinds), place


def test_no_schema_had_to_be_cut(official: Official) -> None:
    sizes = [sum(1 for _ in inner_schemas(schema)) for _, schema in input_schemas(official.operations)]
    assert max(sizes) < 1_000


def test_every_place_in_a_path_has_its_parameter(official: Official) -> None:
    for operation in official.operations:
        declared = {entry.name for entry in operation.parameters if entry.location == "path" and entry.required}
        assert declared == set(re.findall(r"\{([^{}]+)\}", operation.path)), operation.key


# --- scopes and rate limits


def test_the_rate_labels_of_zoom_are_counted(official: Official) -> None:
    assert Counter(operation.rate_label for operation in official.of("zoom") if operation.rate_label) == {
        "LIGHT": 914,
        "MEDIUM": 603,
        "HEAVY": 162,
        "RESOURCE-INTENSIVE": 18,
    }
    assert not any(operation.rate_label for operation in official.of("webex"))


def test_most_operations_name_their_scopes(official: Official) -> None:
    with_scopes = Counter(operation.vendor.name for operation in official.operations if operation.scopes)
    assert with_scopes["zoom"] > 1_650
    assert with_scopes["webex"] > 1_050
    for operation in official.operations:
        assert all(name == name.strip() for name in operation.scopes), operation.key


def test_the_sources_know_every_stored_document(official: Official) -> None:
    known = {f"{name}/{source.name}" for name, vendor in official_vendors().items() for source in vendor.documents}
    assert {document.label for document in official.documents} <= known
