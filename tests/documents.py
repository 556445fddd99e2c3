"""Small documents for tests: a few lines of OpenAPI -> a Document, its repairs, its operations, its schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bridge.spec.document import Document, JsonObject, Origin
from bridge.spec.json_schema import SchemaReader
from bridge.spec.operation import Operation, operations_of
from bridge.spec.repair import Repair, repair
from bridge.vendors import BaseUrlRule, SourceDocument, Vendor

ACME = Vendor(
    name="acme",
    title="Acme",
    token_header="x-acme-access-token",
    token_variable="ACME_ACCESS_TOKEN",
    documents=(
        SourceDocument("shop", "acme-shop.json", "Acme Shop", "https://docs.acme.example/shop.json"),
        SourceDocument("depot", "acme-depot.json", "Acme Depot", "https://docs.acme.example/depot.json", ("store",)),
    ),
    base_urls=(BaseUrlRule("https://api.acme.example/v1"),),
    official=True,
)
"""A vendor with rules of its own, as ``specs/sources.yaml`` would give it."""

NOBODY = Vendor("petstore", "petstore", "x-petstore-access-token", "PETSTORE_ACCESS_TOKEN")
"""The vendor of a file that a person gives: no rules."""


def document(
    paths: Any = None,
    *,
    vendor: Vendor = ACME,
    name: str = "shop",
    origin: Origin = "official",
    extensions: JsonObject | None = None,
    **content: Any,
) -> Document:
    """Return a document of these paths; more keywords (``components``, ``servers``) go to the top level."""
    top = {"openapi": "3.0.3", "info": {"title": "Acme Shop", "version": "1"}, "paths": paths or {}, **content}
    top |= extensions or {}
    # Through JSON: no two places of what was read from a file share an object.
    return Document(vendor, name, origin, Path(f"{name}.json"), json.loads(json.dumps(top)))


def operation(method: str = "GET", path: str = "/things", *, of: Document | None = None, **declared: Any) -> Operation:
    """Return one operation of a document with only this one, repaired; ``of`` lends components and vendor."""
    base = of or document()
    base.content["paths"] = {path: {method.lower(): {"responses": {"200": {"description": "Fine."}}, **declared}}}
    repair(base)
    (found,) = operations_of([base])
    return found


def repairs(paths: Any, **content: Any) -> list[Repair]:
    """Return what is found wrong with a document of these paths."""
    return repair(document(paths, **content))


def of_defect(found: Iterable[Repair], part: str) -> list[Repair]:
    """Return the repairs whose defect has this text in it."""
    return [entry for entry in found if part in entry.defect]


def read_schema(schema: Any, **schemas: Any) -> JsonObject:
    """Return the JSON Schema of a schema object; keywords are the named schemas of the document."""
    return SchemaReader(document(components={"schemas": schemas})).read(schema)


def reference(name: str) -> dict[str, str]:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(-5, 5, allow_nan=False)
    | st.text("ab/{}$-\\[ (", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "$ref", "type"]), inner, max_size=3)
    ),
    max_leaves=6,
)
"""Any JSON value, small."""

_PLAIN = ["type", "enum", "const", "pattern", "minLength", "minimum", "exclusiveMaximum", "multipleOf", "required"]
_OTHERS = ["nullable", "readOnly", "description", "default", "examples", "example", "$ref", "minContains", "x-note"]
_NAMED = ["properties", "patternProperties"]
_LISTED = ["allOf", "anyOf", "oneOf", "prefixItems"]
_SINGLE = ["items", "additionalProperties", "not", "contains", "propertyNames", "if"]


def junk_schemas(names: Iterable[str] = ()) -> st.SearchStrategy[Any]:
    """Return schemas as nobody should write them: any keyword with any value, references to ``names``."""
    refs: list[Any] = [reference(name) for name in (*names, "Missing")]
    types = st.sampled_from(["string", "integer", "object", "array", "Integer", "text", "null", ["string", "null"]])
    values = {"type": types | JSON, "pattern": st.sampled_from([r"^\d-\w$", "[", "a{2,1}", r"[\d-z]"]) | JSON}

    def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        named = st.dictionaries(st.sampled_from(["a", "b", "["]), inner, max_size=3)
        places = {
            **{key: values.get(key, JSON) for key in (*_PLAIN, *_OTHERS)},
            **dict.fromkeys(_NAMED, named | JSON),
            **dict.fromkeys(_LISTED, st.lists(inner, max_size=3) | JSON),
            **dict.fromkeys(_SINGLE, inner | JSON),
        }
        return st.fixed_dictionaries({}, optional=places)

    return st.recursive(st.sampled_from(refs) | st.booleans() | JSON, objects, max_leaves=8)
