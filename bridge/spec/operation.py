"""Document -> Operations: what can be called, where, with what, under which scopes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from bridge.spec.document import Document, JsonObject
from bridge.spec.json_schema import SchemaReader
from bridge.spec.merge import merge_schemas
from bridge.spec.scopes import operation_scopes, rate_label
from bridge.spec.structure import OperationSite, each_operation, entries, properties_of
from bridge.vendors import Vendor

Location = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    Attributes:
        name: its name on the wire.
        location: where it goes.
        schema: its JSON Schema, standing alone.
        style, explode: as declared, None where the default holds (OpenAPI 3.1, section 4.8.12.2).
        json: whether the value travels as JSON text (declared with ``content`` instead of ``schema``).
    """

    name: str
    location: Location
    required: bool
    schema: JsonObject
    description: str = ""
    style: str | None = None
    explode: bool | None = None
    json: bool = False
    deprecated: bool = False
    example: Any = None


@dataclass(frozen=True, slots=True)
class Body:
    """The request body of an operation, in the one media type that we send.

    Attributes:
        media_type: as declared, parameters such as ``charset`` included.
        schema: its JSON Schema, standing alone.
        encoding: the multipart ``encoding`` object, by property.
    """

    media_type: str
    required: bool
    schema: JsonObject
    description: str = ""
    encoding: JsonObject | None = None
    example: Any = None

    @property
    def essence(self) -> str:
        """Return the media type without parameters, in lower case (RFC 9110, section 8.3.1)."""
        return self.media_type.split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One document's declaration of an operation."""

    document: Document
    site: OperationSite
    schemas: SchemaReader


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a vendor: a method at a URL, whichever documents declare it.

    Attributes:
        base_url: without trailing slash; ``base_url + path`` is the URL template.
        path: the path template as the document writes it.
        sources: the declarations, the one that decides names and texts first.
    """

    vendor: Vendor
    method: str
    path: str
    base_url: str
    sources: tuple[Source, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """Return ``METHOD /path``."""
        return f"{self.method} {self.path}"

    @property
    def identity(self) -> str:
        """Return ``METHOD URL``, unique among a vendor's operations."""
        return f"{self.method} {self.base_url}{self.path}"

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Return the documents that declare it, as ``--spec`` takes them."""
        return tuple(source.document.label for source in self.sources)

    @cached_property
    def document_names(self) -> tuple[str, ...]:
        """Return the names of the documents that declare it, without the vendor."""
        return tuple(source.document.name for source in self.sources)

    @cached_property
    def operation_ids(self) -> tuple[str, ...]:
        """Return the operationIds that the documents give it, the first document's first."""
        found = (source.site.operation.get("operationId") for source in self.sources)
        return tuple(dict.fromkeys(str(name) for name in found if name))

    @cached_property
    def summary(self) -> str:
        """Return the summary, one line; empty if there is none."""
        return " ".join(self._text("summary").split())

    @cached_property
    def description(self) -> str:
        """Return the description as the document has it (Markdown); empty if there is none."""
        return self._text("description").strip()

    def _text(self, keyword: str) -> str:
        texts = (source.site.operation.get(keyword) for source in self.sources)
        return next((text for text in texts if isinstance(text, str) and text.strip()), "")

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Return the tags of all declarations."""
        tags = (tag for source in self.sources for tag in entries(source.site.operation, "tags"))
        return tuple(dict.fromkeys(map(str, tags)))

    @cached_property
    def deprecated(self) -> bool:
        """Tell whether every declaration calls it deprecated."""
        return all(source.site.operation.get("deprecated") is True for source in self.sources)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Return the OAuth scopes that the documents name; alternatives, not all needed at once."""
        found = (scope for source in self.sources for scope in operation_scopes(source.document, source.site.operation))
        return tuple(dict.fromkeys(found))

    @cached_property
    def rate_label(self) -> str | None:
        """Return Zoom's rate limit class (``LIGHT`` ... ``RESOURCE-INTENSIVE``), None where none is named."""
        labels = (rate_label(source.site.operation) for source in self.sources)
        return next((label for label in labels if label), None)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters; of several declarations, all that any of them has."""
        return merge_parameters([_parameters(source) for source in self.sources])

    @cached_property
    def body(self) -> Body | None:
        """Return the request body; of several declarations, one that takes what any of them takes."""
        return merge_bodies([_body(source) for source in self.sources])


def operations_of(documents: Iterable[Document]) -> list[Operation]:
    """Return the operations of one vendor's (repaired) documents, in order; what stands in several comes once."""
    found: dict[str, Operation] = {}
    for document in documents:
        schemas = SchemaReader(document)
        for site in each_operation(document):
            base = base_url_of(document, site)
            operation = Operation(document.vendor, site.method, site.path, base, (Source(document, site, schemas),))
            earlier = found.get(operation.identity)
            if earlier is not None:
                sources = (*earlier.sources, *operation.sources)
                operation = Operation(earlier.vendor, earlier.method, earlier.path, earlier.base_url, sources)
            found[operation.identity] = operation
    return list(found.values())


_SERVER_VARIABLE = re.compile(r"\{([^{}]+)\}")


def base_url_of(document: Document, site: OperationSite) -> str:
    """Return where an operation lives: by the vendor's rules, else by the nearest ``servers`` of the document."""
    ruled = document.vendor.base_url(document.name, site.path)
    if ruled is not None:
        return ruled
    for owner in (site.operation, site.path_item, document.content):
        for server in entries(owner, "servers"):
            if isinstance(server, dict) and isinstance(server.get("url"), str):
                return _server_url(server)
    return ""


def _server_url(server: JsonObject) -> str:
    """Return a server's URL, its variables at their defaults."""
    variables = server.get("variables")

    def default(variable: re.Match[str]) -> str:
        declared = variables.get(variable[1]) if isinstance(variables, dict) else None
        return str(declared.get("default", "")) if isinstance(declared, dict) else ""

    return _SERVER_VARIABLE.sub(default, server["url"]).rstrip("/")


def _parameters(source: Source) -> list[Parameter]:
    document = source.document
    found: dict[tuple[str, str], Parameter] = {}
    for owner in (source.site.path_item, source.site.operation):
        for entry in entries(owner, "parameters"):
            raw = document.follow(entry)
            name, location = raw.get("name"), raw.get("in")
            if isinstance(name, str) and location in ("path", "query", "header", "cookie"):
                found[name, location] = _parameter(source, raw, name, location)
    return list(found.values())


def _parameter(source: Source, raw: JsonObject, name: str, location: Location) -> Parameter:
    content = raw.get("content")
    media: Any = next(iter(content.values()), {}) if isinstance(content, dict) and content else None
    schema = media.get("schema") if isinstance(media, dict) else raw.get("schema")
    resolved = source.document.follow(schema)
    style, explode = raw.get("style"), raw.get("explode")
    return Parameter(
        name=name,
        location=location,
        required=raw.get("required") is True,
        schema=source.schemas.read(schema),
        description=str(raw.get("description") or ""),
        style=style if isinstance(style, str) else None,
        explode=explode if isinstance(explode, bool) else None,
        json=media is not None,
        deprecated=raw.get("deprecated") is True,
        example=example_of(source.document, raw, resolved),
    )


def example_of(document: Document, carrier: JsonObject, schema: JsonObject) -> Any:
    """Return the example of a parameter or media type: its own, the first of ``examples``, the schema's, or None."""
    if "example" in carrier:
        return carrier["example"]
    examples = carrier.get("examples")
    for example in examples.values() if isinstance(examples, dict) else ():
        followed = document.follow(example)
        for keyword in ("value", "dataValue"):  # the latter since OpenAPI 3.2, section 4.19
            if keyword in followed:
                return followed[keyword]
    if "example" in schema:
        return schema["example"]
    return next(iter(entries(schema, "examples")), None)


_PREFERRED = ("application/json", "application/json-patch+json", "multipart/form-data")


def _body(source: Source) -> Body | None:
    raw = source.document.follow(source.site.operation.get("requestBody"))
    content = raw.get("content")
    if not isinstance(content, dict) or not content:
        return None
    by_essence = {str(name).split(";")[0].strip().lower(): str(name) for name in content}
    chosen = next((by_essence[essence] for essence in _PREFERRED if essence in by_essence), str(next(iter(content))))
    if (multipart := by_essence.get("multipart/form-data")) and _has_file(source.document, content[multipart]):
        chosen = multipart  # JSON, where it is offered too, cannot carry the file that the operation is about
    media = content[chosen] if isinstance(content[chosen], dict) else {}
    return Body(
        media_type=chosen,
        required=raw.get("required") is True,
        schema=source.schemas.read(media.get("schema")),
        description=str(raw.get("description") or ""),
        encoding=media.get("encoding") if isinstance(media.get("encoding"), dict) else None,
        example=example_of(source.document, media, source.document.follow(media.get("schema"))),
    )


def _has_file(document: Document, media: Any) -> bool:
    schema = document.follow(media.get("schema")) if isinstance(media, dict) else {}
    return any(document.follow(inner).get("format") == "binary" for inner in properties_of(schema).values())


def merge_parameters(declared: Sequence[Sequence[Parameter]]) -> tuple[Parameter, ...]:
    """Return one list of parameters that takes what any of the lists takes."""
    if len(declared) == 1:
        return tuple(declared[0])
    merged: dict[tuple[str, str], list[Parameter]] = {}
    for parameters in declared:
        for parameter in parameters:
            merged.setdefault((parameter.name, parameter.location), []).append(parameter)
    return tuple(_merge_parameter(entries, len(declared)) for entries in merged.values())


def _merge_parameter(declared: list[Parameter], declarations: int) -> Parameter:
    first = declared[0]
    required = len(declared) == declarations and all(entry.required for entry in declared)
    schema = merge_schemas([entry.schema for entry in declared])
    return replace(first, required=required, schema=schema, deprecated=all(entry.deprecated for entry in declared))


def merge_bodies(declared: Sequence[Body | None]) -> Body | None:
    """Return one body that takes what any of the bodies takes; optional where a declaration has none."""
    bodies = [body for body in declared if body is not None]
    if not bodies:
        return None
    first = bodies[0]
    alike = [body for body in bodies if body.essence == first.essence]
    required = len(bodies) == len(declared) and all(body.required for body in bodies)
    schema = merge_schemas([body.schema for body in alike])
    return replace(first, required=required, schema=schema)
