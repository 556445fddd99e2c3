"""One exposed operation as a FastMCP OpenAPI tool: the director builds, upstream sends, response reads."""

from __future__ import annotations

import base64
import json
import logging
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import mcp_types
from fastmcp.server.providers.openapi import OpenAPITool
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.openapi import HTTPRoute
from fastmcp.utilities.openapi.director import RequestDirector
from pydantic import PrivateAttr

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import BridgeError, UpstreamError
from bridge.server.request_builder import RequestBuilder
from bridge.upstream.base_url import redirected_base
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.response import Reading, read_response
from bridge.upstream.tokens import TokenSource

_INTEGER = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d{1,18}\.\d{1,18}")

_log = logging.getLogger(__name__)


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
    _builder: RequestBuilder | None = PrivateAttr(default=None)

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
            self._builder = RequestBuilder(self._spec, self._upstream.client.http)
        return self._builder.build(self._spec.arguments.place(arguments), base_url)

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Call the vendor with the caller's token; whatever goes wrong is an error result."""
        try:
            request = self.prepare(arguments)
            token = self._upstream.tokens.token(self._spec.vendor)
            response = await self._upstream.client.send(request, token)
            reading = read_response(response)
            if following := reading.structured.get("next"):
                reading.structured["next"] = next_arguments(self._spec, following)
            return tool_result(reading, self.name)
        except BridgeError as error:
            return ToolResult(content=[_text(str(error))], is_error=True)
        except Exception as error:
            # Of an error that nobody foresaw only the kind and the place are told: its text could hold a token.
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = type(error).__name__
            _log.error("%s: %s in %s, line %s", self.name, kind, place.filename, place.lineno)
            return ToolResult(content=[_text(f"{self.name}: the bridge itself failed ({kind})")], is_error=True)


def next_arguments(spec: ToolSpec, following: Mapping[str, Any]) -> dict[str, Any]:
    """Return a next page's query as arguments of the tool: by their names, in the types that their schemas want.

    What the overrides send though nobody sees it is left out: it is sent again without being given.
    """
    constants = {wire_name for _, wire_name, _ in spec.arguments.constants}
    arguments = {entry.wire_name: entry for entry in spec.arguments.visible if entry.place in ("query", "property")}
    found: dict[str, Any] = {}
    for name, value in following.items():
        if argument := arguments.get(name):
            found[argument.name] = _typed(value, argument.schema)
        elif name not in constants:
            found[name] = value
    return found


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    declared = schema.get("type")
    kinds = declared if isinstance(declared, list) else [declared]
    if "array" in kinds:
        entries = value if isinstance(value, list) else [value]
        return [_typed(entry, schema.get("items", {})) for entry in entries]
    if "string" in kinds or not isinstance(value, str):
        return value
    if ("integer" in kinds or "number" in kinds) and _INTEGER.fullmatch(value):
        return int(value)
    if "number" in kinds and _DECIMAL.fullmatch(value):
        return float(value)
    return value == "true" if "boolean" in kinds and value in ("true", "false") else value


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
