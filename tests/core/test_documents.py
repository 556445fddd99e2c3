"""What an operation of the built-in core says of itself: everything that a model, a person and a request need.

Each test collects what is missing and fails with the list of it: the document, the operation, the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from bridge.spec.document import Document, JsonObject
from bridge.spec.json_schema import SchemaReader
from bridge.spec.structure import properties_of
from tests.core.conftest import CoreOperation, contents
from tests.core.formatting import core_files, formatted

TOOL = re.compile(r"\b(?:webex|zoom)_[a-z0-9_]+")
SENTENCE = re.compile(r"(?<=[.;:])\s")
COMPOSED = ("allOf", "anyOf", "oneOf")

ERRORS = {"webex": {"400", "401", "403", "404", "429"}, "zoom": {"400", "401", "429"}}
"""The errors that every operation declares."""

ERROR_SHAPES = {"webex": {"message", "errors", "trackingId"}, "zoom": {"code", "message"}}
"""What their bodies hold: developer.webex.com/docs/basics, developers.zoom.us/docs/api/errors."""


def listed(problems: list[str]) -> str:
    """Return the distinct problems, one a line."""
    return "".join(f"\n  {problem}" for problem in dict.fromkeys(problems))


def test_every_document_is_valid_openapi_3_0(documents: list[Document]) -> None:
    assert {document.content["openapi"] for document in documents} == {"3.0.3"}
    wrong = [
        f"{document.label}: {'/'.join(map(str, error.path))}: {error.message[:200]}"
        for document in documents
        for error in OpenAPIV30SpecValidator(document.content).iter_errors()
    ]
    assert not wrong, listed(wrong)


def test_every_document_is_laid_out_as_make_format_does_it() -> None:
    other = [str(path) for path in core_files() if formatted(path, text := path.read_text("utf-8")) != text]
    assert not other, f"run `make format`:{listed(other)}"


def test_every_document_introduces_itself_and_its_tags(documents: list[Document]) -> None:
    wrong = [
        f"{document.label}: {what}"
        for document in documents
        for what, found in (
            ("info.title", document.title),
            ("info.description", document.content["info"].get("description")),
            ("one server", len(document.content["servers"]) == 1),
            ("descriptions of all tags", all(tag.get("description") for tag in document.content["tags"])),
        )
        if not found
    ]
    assert not wrong, listed(wrong)


def test_every_shared_piece_is_used(documents: list[Document]) -> None:
    unused = [
        f"{document.label}: components/{kind}/{name}"
        for document in documents
        for kind, named in document.content["components"].items()
        for name in named
        if kind != "securitySchemes" and f"#/components/{kind}/{name}" not in set(references(document.content))
    ]
    assert not unused, listed(unused)


def references(node: Any) -> Iterator[str]:
    """Yield every ``$ref`` below a node."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def test_every_operation_has_a_name_of_its_own_in_lower_camel_case(operations: list[CoreOperation]) -> None:
    names = [(operation.document.vendor.name, operation.declared["operationId"]) for operation in operations]
    assert [name for name in names if not re.fullmatch(r"[a-z]+(?:[A-Z0-9][a-z0-9]*)+", name[1])] == []
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_operation_has_a_summary_of_one_line_and_a_description(operations: list[CoreOperation]) -> None:
    wrong = []
    for operation in operations:
        summary, description = operation.declared["summary"], operation.declared["description"]
        if "\n" in summary or summary.endswith(".") or len(summary) > 80:
            wrong.append(f"{operation}: the summary is no title of one line: {summary!r}")
        if not description.endswith(".") or len(description) <= len(summary):
            wrong.append(f"{operation}: the description is no sentence of its own: {description!r}")
        if len(description) < 40:
            wrong.append(f"{operation}: the description does not say when to use it: {description!r}")
    assert not wrong, listed(wrong)


def test_every_id_in_a_path_says_where_it_comes_from(operations: list[CoreOperation]) -> None:
    """The parameter's own text names a tool, or `me`; or a sentence of the description has it and a tool."""
    silent = [
        f"{operation}: {parameter['name']}: {parameter['description']!r}"
        for operation in operations
        for parameter in operation.parameters
        if parameter["in"] == "path" and not is_sourced(parameter, operation.declared["description"])
    ]
    assert not silent, f"name the tool that gives it:{listed(silent)}"


def is_sourced(parameter: JsonObject, description: str) -> bool:
    """Tell whether somebody who reads parameter and description knows where to get the value."""
    text = parameter["description"]
    schema: JsonObject = parameter["schema"]
    sentences = [sentence for sentence in SENTENCE.split(description) if parameter["name"] in sentence]
    return bool(TOOL.search(text) or "`me`" in text or "enum" in schema or any(map(TOOL.search, sentences)))


def test_every_operation_has_declared_tags(operations: list[CoreOperation]) -> None:
    wrong = [
        f"{operation}: {operation.declared.get('tags')}"
        for operation in operations
        if not (tags := operation.declared.get("tags"))
        or not set(tags) <= {tag["name"] for tag in operation.document.content["tags"]}
    ]
    assert not wrong, listed(wrong)


def test_every_operation_names_its_scopes_and_zooms_their_rate_limit(operations: list[CoreOperation]) -> None:
    wrong = []
    for operation in operations:
        security = operation.declared.get("security")
        schemes = operation.document.content["components"]["securitySchemes"]
        if not security or any(set(requirement) - set(schemes) for requirement in security):
            wrong.append(f"{operation}: security {security}")
        label = operation.declared.get("x-rate-limit-label")
        if (operation.document.vendor.name == "zoom") != (label in {"LIGHT", "MEDIUM", "HEAVY", "RESOURCE-INTENSIVE"}):
            wrong.append(f"{operation}: x-rate-limit-label {label}")
    assert not wrong, listed(wrong)


def test_every_parameter_has_a_type_a_text_and_an_example(operations: list[CoreOperation]) -> None:
    wrong = [
        f"{operation}: {parameter['name']} has no {what}"
        for operation in operations
        for parameter in operation.parameters
        for what, found in (
            ("description", parameter.get("description")),
            ("type", is_typed(operation.document, parameter["schema"])),
            ("example", "example" in parameter or "example" in operation.document.follow(parameter["schema"])),
            ("required: true, but stands in the path", parameter["in"] != "path" or parameter.get("required") is True),
        )
        if not found
    ]
    assert not wrong, listed(wrong)


def is_typed(document: Document, schema: JsonObject) -> bool:
    """Tell whether a schema says what kind of value it means."""
    followed = document.follow(schema)
    return "type" in followed or any(followed.get(keyword) for keyword in COMPOSED)


def test_every_body_and_every_success_has_a_schema_and_an_example(operations: list[CoreOperation]) -> None:
    wrong = []
    for operation in operations:
        successes = {status: entry for status, entry in operation.responses.items() if status.startswith("2")}
        if not successes:
            wrong.append(f"{operation}: no success")
        for place, carrier in [("requestBody", operation.body), *successes.items()]:
            if carrier and not carrier.get("description") and place != "requestBody":
                wrong.append(f"{operation}: {place} has no description")
            for kind, media in contents(carrier):
                if "schema" not in media or "example" not in media:
                    wrong.append(f"{operation}: {place} {kind} has no schema or no example")
    assert not wrong, listed(wrong)


def test_every_schema_has_types_and_every_property_a_text(operations: list[CoreOperation]) -> None:
    wrong = []
    for operation in operations:
        roots = [(place, media["schema"]) for place, media in operation.media() if "schema" in media]
        roots += [(entry["name"], entry["schema"]) for entry in operation.parameters]
        for place, root in roots:
            wrong += [f"{operation}: {place}{problem}" for problem in lacking(operation.document, root)]
    assert not wrong, listed(wrong)


def lacking(document: Document, schema: JsonObject, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield what a schema and those inside it lack: a type, a property's description, the items of an array."""
    name = schema.get("$ref", "")
    if name in seen:
        return
    within = (*seen, name) if name else seen
    followed = document.follow(schema)
    if not is_typed(document, followed) and not followed.get("description"):
        yield ": neither type nor description"
    if followed.get("type") == "array" and "items" not in followed:
        yield ": an array without items"
    for key, inner in properties_of(followed).items():
        if not described(document, inner):
            yield f"/{key}: no description"
        yield from (f"/{key}{problem}" for problem in lacking(document, inner, within))
    for keyword in ("items", "additionalProperties"):
        if isinstance(followed.get(keyword), dict):
            yield from (f"[]{problem}" for problem in lacking(document, followed[keyword], within))
    for keyword in COMPOSED:
        for inner in followed.get(keyword, ()):
            yield from lacking(document, inner, within)


def described(document: Document, schema: JsonObject) -> bool:
    """Tell whether a property has a description, of its own or of what it is made of."""
    followed = document.follow(schema)
    return bool(followed.get("description")) or any(
        described(document, part) for keyword in COMPOSED for part in followed.get(keyword, ())
    )


def test_every_example_fits_its_schema_and_says_nothing_that_is_not_declared(operations: list[CoreOperation]) -> None:
    wrong = []
    for operation in operations:
        reader = SchemaReader(operation.document)
        carriers = [(place, media) for place, media in operation.media() if "example" in media]
        carriers += [(entry["name"], entry) for entry in operation.parameters if "example" in entry]
        for place, carrier in carriers:
            schema = closed(reader.read(carrier["schema"]))
            validator = jsonschema_rs.validator_for(
                {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
            )
            wrong += [f"{operation}: {place}: {error}" for error in validator.iter_errors(carrier["example"])]
    assert not wrong, listed(wrong)


def closed(schema: Any) -> Any:
    """Return a schema that refuses undeclared properties wherever it declares some."""
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    for keyword in COMPOSED:
        if keyword in schema:
            return schema  # the parts know different properties
    if "properties" in schema:
        result["properties"] = {name: closed(inner) for name, inner in schema["properties"].items()}
        result.setdefault("additionalProperties", False)
    return result


def test_every_error_has_the_vendors_shape(operations: list[CoreOperation]) -> None:
    wrong = []
    for operation in operations:
        vendor = operation.document.vendor.name
        errors = {status: entry for status, entry in operation.responses.items() if not status.startswith("2")}
        if missing := ERRORS[vendor] - errors.keys():
            wrong.append(f"{operation}: no {sorted(missing)}")
        for status, entry in errors.items():
            media = entry.get("content", {}).get("application/json", {})
            shape = properties_of(operation.document.follow(media.get("schema")))
            if not ERROR_SHAPES[vendor] <= shape.keys() or "example" not in media or not entry["description"]:
                wrong.append(f"{operation}: {status} has {list(shape)}")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize(("vendor", "least"), [("webex", 180), ("zoom", 80)])
def test_the_core_is_large_enough_to_work_with(operations: list[CoreOperation], vendor: str, least: int) -> None:
    keys = {operation.site.key for operation in operations if operation.document.vendor.name == vendor}
    assert len(keys) >= least
    assert len(keys) == sum(operation.document.vendor.name == vendor for operation in operations)
