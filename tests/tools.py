"""Executable tools for tests: a few lines of OpenAPI -> a ToolSpec, a BridgeTool, a catalogue, a call's result."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import mcp_types
from fastmcp.tools.base import ToolResult

from bridge.catalogue.tool_spec import Catalogue, ToolAnnotations, ToolSpec, VendorCatalogue
from bridge.errors import TokenError
from bridge.server.tool import BridgeTool, Upstream
from bridge.spec.document import Document
from bridge.spec.operation import Operation
from bridge.spec.store import VendorDocuments
from bridge.upstream.client import UpstreamClient
from bridge.upstream.retry import Retry
from bridge.upstream.retry_policy import RetryPolicy
from bridge.upstream.tokens import GivenTokens, Token
from bridge.vendors import Vendor
from tests.documents import operation

SECRET = "s3cret-token"


class OneToken(GivenTokens):
    """The token of whoever runs the test, for every vendor."""

    async def token(self, vendor: Vendor) -> Token:
        """Return it."""
        assert vendor.name
        return Token(SECRET)

    def remedy(self, vendor: Vendor) -> str:
        """Return where it comes from."""
        return f"put a new one into the pocket of {vendor.title}"


class NoTokens(GivenTokens):
    """Nobody's tokens."""

    async def token(self, vendor: Vendor) -> Token:
        """Refuse."""
        raise TokenError(f"no token for {vendor.title}")

    def remedy(self, vendor: Vendor) -> str:
        """Return where it would be."""
        return f"put one nowhere for {vendor.title}"


def spec_of(made: Operation, name: str = "acme_do", **more: Any) -> ToolSpec:
    """Return the tool of an operation."""
    marks = ToolAnnotations(
        read_only=made.method == "GET", destructive=made.method == "DELETE", idempotent=made.method != "POST"
    )
    return ToolSpec(name, "Do it", "Does it.", made, ("Things",), marks, described=True, **more)


def catalogue_of(specs: Iterable[ToolSpec]) -> Catalogue:
    """Return a catalogue of these tools, of one vendor."""
    tools = tuple(specs)
    operations = tuple(tool.operation for tool in tools)
    documents = VendorDocuments(tools[0].vendor, (), (), (), Path("store"))
    return Catalogue((VendorCatalogue(documents, operations, tools, ()),), ())


NO_RETRIES = RetryPolicy(retries=0)


async def call_spec(
    spec: ToolSpec, url: str, arguments: dict[str, Any], *, policy: RetryPolicy = NO_RETRIES, **more: Any
) -> ToolResult:
    """Call a tool, the vendor at ``url``."""
    async with UpstreamClient() as client:
        upstream = Upstream(client, OneToken(), {spec.vendor.name: url}, retry=Retry(policy), **more)
        return await BridgeTool(spec, upstream).run(arguments)


async def call(
    url: str, arguments: dict[str, Any], /, method: str = "POST", path: str = "/things", **declared: Any
) -> ToolResult:
    """Call the tool of one operation, declared so; ``of`` lends document and vendor."""
    of: Document | None = declared.pop("of", None)
    return await call_spec(spec_of(operation(method, path, of=of, **declared)), url, arguments)


def text_of(result: ToolResult) -> str:
    """Return the text of a result that has nothing else."""
    (block,) = result.content
    assert isinstance(block, mcp_types.TextContent)
    return block.text


def parameter(name: str, location: str = "query", schema: Any = None, **more: Any) -> dict[str, Any]:
    """Return a parameter as a document declares it."""
    required = {"required": True} if location == "path" else {}
    return {"name": name, "in": location, "schema": schema or {"type": "string"}, **required, **more}


def body(schema: Any, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    """Return a request body as a document declares it."""
    return {"content": {media_type: {"schema": schema}}, **more}
