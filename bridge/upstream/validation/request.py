"""A request checked against its operation.

openapi-core reads styles, casts values and applies the schemas. What it is handed is prepared here, so that it judges
as the vendor would: a document of one operation at a fixed path (neither host nor encoded slashes can confuse the
matching), schemas in the form in which values travel, and forms read as the JSON object that they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema_rs
from jsonschema import FormatChecker
from openapi_core import Config, OpenAPI
from openapi_core.casting.schemas import oas31_types_caster
from openapi_core.casting.schemas.casters import AnyCaster, IntegerCaster, PrimitiveCaster, TypesCaster
from openapi_core.casting.schemas.factories import SchemaCastersFactory
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.styles import style_deserializers
from openapi_core.deserializing.styles.exceptions import EmptyQueryParameterValue
from openapi_core.deserializing.styles.factories import StyleDeserializersFactory
from openapi_core.deserializing.styles.util import delimited_loads
from openapi_core.validation.request.exceptions import (
    MissingRequiredParameter,
    MissingRequiredRequestBody,
    RequestBodyValidationError,
)
from openapi_core.validation.schemas.factories import SchemaValidatorsFactory
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.http import parse_cookie

from bridge.errors import did_you_mean
from bridge.spec.document import JsonObject
from bridge.spec.operation import Body, Operation
from bridge.spec.operation_document import operation_document
from bridge.upstream.validation.forms import FORMS, form_as_json, form_schema
from bridge.upstream.validation.patterns import BoundedValidator
from bridge.upstream.validation.problems import sentences
from bridge.upstream.validation.wire_schema import fitting_any, on_the_wire

_PATH = "/operation"
_JSON = "application/json"
_BYTES = "application/octet-stream"
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """One HTTP request, whoever sends it.

    Attributes:
        url: the whole URL, percent-encoded as it is sent; only path and query count.
        headers: never shown by ``repr``, as the token is among them.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class _CoreRequest:
    """A request as openapi-core takes it (``openapi_core.protocols.Request``), its path already matched."""

    host_url = "http://localhost"
    path = _PATH
    path_pattern = _PATH

    def __init__(self, method: str, parameters: RequestParameters, content_type: str, body: bytes) -> None:
        self.method = method.lower()
        self.parameters = parameters
        self.content_type = content_type
        self.body = body or None


class RequestValidator:
    """Checks requests against one operation; made once, used often.

    Formats (``date-time``, ``email``) are not checked: JSON Schema has them as notes (2020-12, section 7.2.1), and the
    official documents use them loosely: Zoom takes ``2026-01-31T10:00:00`` without a zone where it says ``date-time``.
    """

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._path = _path_pattern(operation.path)
        document = _checked_document(operation)
        self._declared: list[JsonObject] = document["paths"][_PATH][operation.method.lower()]["parameters"]
        self._core = OpenAPI.from_dict(document, config=_CONFIG)

    def problems(self, request: PlainRequest, *, strict: bool = False) -> list[str]:
        """Return what is wrong with a request, a sentence each; an empty list if nothing is.

        Sentences name the parameter or the body property, and never hold a header's or a cookie's value.

        Args:
            request: the request.
            strict: object to what the vendor would pass over as well: undeclared query parameters, a body where none
                is taken; and to what may stand for an empty list: a required one that is absent.
        """
        operation = self._operation
        if request.method.upper() != operation.method:
            return [f"the method is {request.method.upper()}, not {operation.method}"]
        path = self._path.search(urlsplit(request.url).path)
        if path is None:
            return [f"the path does not fit {operation.path}"]
        headers = Headers(list(request.headers.items()))
        query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        found = [*self._path_problems(path), *(self._query_problems(query) if strict else ())]
        body_problem = self._body_problem(request, headers, strict=strict)
        if body_problem:
            found.append(body_problem)
        parameters = RequestParameters(
            query=ImmutableMultiDict(query),
            header=headers,
            cookie=parse_cookie(headers.get("cookie")),
            path=self._path_values(path),
        )
        core_request = self._core_request(request, parameters, headers, strict=strict)
        for error in self._core.iter_request_errors(core_request):
            told = body_problem and isinstance(error, RequestBodyValidationError)
            if not told and not self._may_be_empty(error) and (strict or not self._may_be_absent(error)):
                found.extend(sentences(error))
        return list(dict.fromkeys(found))

    def _path_values(self, path: re.Match[str]) -> dict[str, str]:
        """Return the path values, decoded after the split, under the keys that openapi-core looks for."""
        names = _TEMPLATE.findall(self._operation.path)
        values = {name: unquote(text) for name, text in zip(names, path.groups(), strict=True)}
        if rule := self._operation.vendor.encode_twice:  # the document speaks of the value, not of its encoding
            values = {name: unquote(text) if re.search(rule, unquote(text)) else text for name, text in values.items()}
        for declared in self._declared:
            if declared["in"] == "path" and declared.get("style") in _PATH_STYLES and declared["name"] in values:
                star = "*" if declared.get("explode") else ""
                key = f"{_PATH_STYLES[declared['style']]}{declared['name']}{star}"
                values[key] = values[declared["name"]]
        return values

    def _path_problems(self, path: re.Match[str]) -> Iterator[str]:
        for name, text in zip(_TEMPLATE.findall(self._operation.path), path.groups(), strict=True):
            if not text:
                yield f"path parameter {name!r} must not be empty"

    def _query_problems(self, query: list[tuple[str, str]]) -> Iterator[str]:
        declared = [entry for entry in self._declared if entry["in"] == "query"]
        if any(entry.get("x-any-name") for entry in declared):
            return
        known = {entry["name"] for entry in declared}
        objects = {entry["name"] for entry in declared if entry.get("style") == "deepObject"}
        for name, _ in query:
            if name not in known and name.partition("[")[0] not in objects:
                yield f"query parameter {name!r} is not declared{did_you_mean(name, known)}"

    def _body_problem(self, request: PlainRequest, headers: Headers, *, strict: bool) -> str | None:
        body = self._operation.body
        if not request.body:
            return None
        if body is None:
            return "a body is sent, but the operation takes none" if strict else None
        sent = headers.get("content-type", "").split(";")[0].strip().lower()
        if not fnmatchcase(sent, body.essence):
            return f"the body must be {body.essence}, not {sent or 'of no media type'}"
        return None

    def _core_request(
        self, request: PlainRequest, parameters: RequestParameters, headers: Headers, *, strict: bool
    ) -> _CoreRequest:
        body, data = self._operation.body, request.body
        content_type = _checked_type(body) if body else _BYTES
        if body and data and body.essence in FORMS:
            data = form_as_json(body, headers.get("content-type", ""), data, with_empty_lists=not strict)
        return _CoreRequest(request.method, parameters, content_type, data)

    def _may_be_empty(self, error: Exception) -> bool:
        """Tell whether openapi-core only objects to an empty text that the schema takes (``next_page_token=``)."""
        cause = error.__cause__
        if not isinstance(cause, EmptyQueryParameterValue):
            return False
        schemas = [entry.get("schema", {}) for entry in self._declared if entry["name"] == cause.name]
        return any(jsonschema_rs.is_valid(schema, "") for schema in schemas)

    def _may_be_absent(self, error: Exception) -> bool:
        """Tell whether what is missing is something empty, of which nothing is left on the wire.

        A list or an object without entries makes no query parameter and no field of a form, an empty file no body.
        """
        if isinstance(error, MissingRequiredRequestBody):
            body = self._operation.body
            return body is not None and (body.essence in FORMS or _checked_type(body) == _BYTES)
        if not isinstance(error, MissingRequiredParameter):
            return False
        schemas = [entry.get("schema", {}) for entry in self._declared if entry["name"] == error.name]
        empty: dict[str, Any] = {"array": [], "object": {}}
        kinds = ((schema, empty.get(schema.get("type", ""))) for schema in schemas)
        return any(value is not None and jsonschema_rs.is_valid(schema, value) for schema, value in kinds)


_PATH_STYLES = {"label": ".", "matrix": ";"}


def _space_delimited(explode: bool, name: str, schema_type: str, location: Mapping[str, Any]) -> Any:
    # openapi-core splits at "%20", which is not there any more when the query has been decoded.
    return delimited_loads(explode, name, schema_type, location, delimiter=" ")


class _IntegerCaster(IntegerCaster):
    """Takes an integer as JSON may write it, with a fraction of zero or an exponent (2020-12, section 4.2.3)."""

    def cast(self, value: str | bytes) -> int:
        try:
            return int(value)
        except ValueError:
            number = float(value)
            if not number.is_integer():
                raise
            return int(number)


_VALIDATORS = SchemaValidatorsFactory(BoundedValidator, FormatChecker([]))
_CASTERS = SchemaCastersFactory(
    _VALIDATORS, TypesCaster({**oas31_types_caster.casters, "integer": _IntegerCaster}, AnyCaster, PrimitiveCaster)
)
_CONFIG = Config(
    spec_validator_cls=None,  # type: ignore[arg-type]  # documented: None passes over the check of the document
    schema_validators_factory=_VALIDATORS,
    schema_casters_factory=_CASTERS,
    style_deserializers_factory=StyleDeserializersFactory(
        _CASTERS, style_deserializers={**style_deserializers, "spaceDelimited": _space_delimited}
    ),
)


def _path_pattern(template: str) -> re.Pattern[str]:
    """Return a pattern for the end of a raw path; the groups are the values, still encoded (``%2F`` is no slash)."""
    parts = _TEMPLATE.split(template)
    return re.compile("".join("([^/]*)" if place % 2 else _literal(part) for place, part in enumerate(parts)) + "$")


def _literal(text: str) -> str:
    """Return a pattern for fixed text; a colon may come percent-encoded (RFC 3986, section 6.2.2.2)."""
    return re.escape(text).replace(":", "(?::|%3[Aa])")


def _checked_document(operation: Operation) -> JsonObject:
    document = operation_document(operation, with_responses=False)
    declared = document["paths"][operation.path][operation.method.lower()]
    declared["parameters"] = [entry for raw in declared["parameters"] for entry in _parameters(raw)]
    if operation.body is not None:
        declared["requestBody"]["content"] = {_checked_type(operation.body): {"schema": _body_schema(operation.body)}}
    return {**document, "servers": [{"url": "/"}], "paths": {_PATH: {operation.method.lower(): declared}}}


def _parameters(raw: JsonObject) -> Iterator[JsonObject]:
    """Yield what openapi-core is to check for a declared parameter, one entry or, for an exploded object, many."""
    if "content" in raw:
        yield {**raw, "content": {_JSON: {"schema": fitting_any(raw["content"][_JSON]["schema"])}}}
        return
    schema = on_the_wire(raw["schema"])
    style = raw.get("style") or ("simple" if raw["in"] in ("path", "header") else "form")
    explode = raw.get("explode", style in ("form", "deepObject"))
    if schema.get("type") == "object" and raw["in"] == "query" and style == "form" and explode:
        # Every property travels under its own name (OpenAPI 3.1, section 4.8.12.3).
        properties = schema.get("properties", {})
        for name, inner in properties.items():
            required = raw["required"] and name in schema.get("required", ())
            nested = inner.get("type") in ("object", "array")  # section 4.8.12.3 leaves open how these travel
            yield {"name": name, "in": "query", "required": required, "schema": {} if nested else inner}
        if not properties or schema.get("additionalProperties"):
            yield {"name": raw["name"], "in": "query", "required": False, "schema": {}, "x-any-name": True}
        return
    yield {**raw, "schema": schema, "style": style, "explode": explode}


def _checked_type(body: Body) -> str:
    """Return the media type under which openapi-core sees the body: JSON, or bytes that are not looked into."""
    return _JSON if body.essence == _JSON or body.essence.endswith("+json") or body.essence in FORMS else _BYTES


def _body_schema(body: Body) -> JsonObject:
    if body.essence in FORMS:
        return fitting_any(form_schema(body.schema))
    return fitting_any(body.schema) if _checked_type(body) == _JSON else {}
