"""One exposed operation as a FastMCP OpenAPI tool: the director builds, upstream sends, response reads."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote

import mcp_types
from fastmcp.server.providers.openapi import OpenAPIProvider, OpenAPITool
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.openapi import HTTPRoute
from fastmcp.utilities.openapi.director import RequestDirector
from pydantic import PrivateAttr

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.arguments import PlacedValues
from bridge.catalogue.files import read_file_argument
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, BridgeError, UpstreamError
from bridge.spec.operation_document import operation_document
from bridge.upstream.base_url import redirected_base
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.response import Reading, read_response
from bridge.upstream.tokens import TokenSource

_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "authorization", "cookie"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Upstream:
    """How a call reaches the vendor.

    Attributes:
        client: sends it.
        tokens: whose token goes with it.
        hosts: by vendor, the scheme and host that replace those of the base URLs.
    """

    client: UpstreamClient
    tokens: TokenSource
    hosts: Mapping[str, str] = field(default_factory=dict)


class BridgeTool(OpenAPITool):
    """A tool of the catalogue; FastMCP's route and request director are made on the first call."""

    _spec: ToolSpec = PrivateAttr()
    _upstream: Upstream = PrivateAttr()
    _check: ArgumentCheck = PrivateAttr()
    _builder: _RequestBuilder | None = PrivateAttr(default=None)

    def __init__(self, spec: ToolSpec, upstream: Upstream) -> None:
        super().__init__(
            client=upstream.client.http,
            route=cast(HTTPRoute, None),
            director=cast(RequestDirector, None),
            name=spec.name,
            description=spec.description,
            parameters=spec.input_schema,
            tags=set(spec.tags),
            annotations=mcp_types.ToolAnnotations.model_validate(spec.annotations.to_json()),
        )
        self.title = spec.title
        self.meta = spec.meta
        self._spec = spec
        self._upstream = upstream
        self._check = ArgumentCheck(spec)

    def __repr__(self) -> str:
        return f"BridgeTool({self.name!r}, {self._spec.operation.key})"

    def prepare(self, arguments: Mapping[str, Any]) -> OutgoingRequest:
        """Check the arguments and return the request that they make, without a token.

        Raises:
            ArgumentError: they do not fit the tool.
            UpstreamError: it is not known where the operation lives.
        """
        self._check.check(arguments)
        operation = self._spec.operation
        host = self._upstream.hosts.get(operation.vendor.name)
        base_url = redirected_base(operation.base_url, host)
        if not base_url.startswith(("http://", "https://")):
            name = operation.vendor.name
            raise UpstreamError(f"{name}: the document names no server; say where it lives: --upstream {name}=URL")
        if self._builder is None:
            self._builder = _RequestBuilder(self._spec, self._upstream.client)
        return self._builder.build(self._spec.arguments.place(arguments), base_url)

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Call the vendor with the caller's token; whatever goes wrong is an error result."""
        try:
            request = self.prepare(arguments)
            token = self._upstream.tokens.token(self._spec.vendor)
            response = await self._upstream.client.send(request, token)
        except BridgeError as error:
            return ToolResult(content=[_text(str(error))], is_error=True)
        return tool_result(read_response(response), self.name)


class _RequestBuilder:
    """FastMCP's request director over a document of one operation, whose JSON body comes ready made."""

    def __init__(self, spec: ToolSpec, client: UpstreamClient) -> None:
        self._spec = spec
        document = operation_document(spec.operation, free_body=True)
        provider = OpenAPIProvider(document, client=client.http, validate_output=False)
        (tool,) = provider._tools.values()
        self._route, self._director = tool._route, tool._director
        places = self._route.parameter_map.items()
        self._flat_names = {(place["location"], place["openapi_name"]): flat for flat, place in places}
        self._flat_body = next((flat for flat, place in places if place["location"] == "body"), None)

    def build(self, values: PlacedValues, base_url: str) -> OutgoingRequest:
        flat = {self._flat_names[place]: self._ready(place, value) for place, value in values.parameters.items()}
        if values.has_body and self._flat_body is not None:
            flat[self._flat_body] = self._body(values.body)
        try:
            request = self._director.build(self._route, flat, base_url)
            content = request.read()
        except ValueError as error:
            raise ArgumentError(f"{self._spec.name}: {error}") from None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OWN_HEADERS}
        return OutgoingRequest(request.method, str(request.url), headers, content)

    def _ready(self, place: tuple[str, str], value: Any) -> Any:
        location, name = place
        if location == "path" and isinstance(value, str) and self._encoded_twice(value):
            return quote(value, safe="")
        if location == "header":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if _CONTROL.search(text) or not text.isascii():
                raise ArgumentError(f"argument {name!r}: a header value is one line of plain ASCII text")
            return text
        return value

    def _encoded_twice(self, value: str) -> bool:
        rule = self._spec.vendor.encode_twice
        return rule is not None and re.search(rule, value) is not None

    def _body(self, body: Any) -> Any:
        declared = self._spec.operation.body
        if declared is None or declared.essence != "multipart/form-data" or not isinstance(body, dict):
            return body
        properties = declared.schema.get("properties", {})
        return {name: _part(name, value, properties.get(name, {})) for name, value in body.items()}


def _part(name: str, value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a multipart part as the director takes it: ``(file name, content, media type)``, or a plain value."""
    if schema.get("format") == "binary" and isinstance(value, str):
        file = read_file_argument(name, value)
        return file.filename, file.content, file.media_type
    if isinstance(value, dict | list):
        return None, json.dumps(value, ensure_ascii=False).encode(), "application/json"
    return value


def tool_result(reading: Reading, name: str) -> ToolResult:
    """Return what the client gets: the same JSON as text and as structured content; an error whole in its text."""
    if not reading.ok:
        return ToolResult(content=[_text(reading.error)], structured_content=reading.structured, is_error=True)
    content: list[mcp_types.ContentBlock] = [_text(json.dumps(reading.structured, ensure_ascii=False))]
    if reading.file is not None:
        content.append(_file(*reading.file, name))
    return ToolResult(content=content, structured_content=reading.structured)


def _text(text: str) -> mcp_types.TextContent:
    return mcp_types.TextContent(type="text", text=text)


def _file(data: bytes, media_type: str, name: str) -> mcp_types.ContentBlock:

    encoded = base64.b64encode(data).decode()
    if media_type.startswith("image/"):
        return mcp_types.ImageContent(type="image", data=encoded, mime_type=media_type)
    if media_type.startswith("audio/"):
        return mcp_types.AudioContent(type="audio", data=encoded, mime_type=media_type)
    blob = mcp_types.BlobResourceContents(uri=f"bridge://result/{name}", mime_type=media_type, blob=encoded)
    return mcp_types.EmbeddedResource(type="resource", resource=blob)
