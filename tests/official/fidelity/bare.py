"""The same calls through ``FastMCP.from_openapi`` with each document as it is: what the bridge is measured against."""

from __future__ import annotations

import copy
import logging
from collections import Counter
from typing import Any

import httpx2
from fastmcp import Client, FastMCP
from fastmcp.client.client import CallToolResult
from fastmcp.server.providers.openapi import OpenAPIProvider, OpenAPITool

from tests.official.fidelity.calls import Call
from tests.official.fidelity.checking import Outcome, Progress, Report, check
from tests.official.fidelity.expectation import base_path
from tests.official.fidelity.raw import Json, RawDocument, RawOperation
from tests.official.fidelity.recorder import Recorder
from tests.official.fidelity.synthesis import as_argument

TOKEN = "fixed-token"
"""Set on the HTTP client: FastMCP alone does not forward the caller's."""


class BareCaller:
    """A client of one document's server, in memory."""

    def __init__(self, client: Client[Any], tools: dict[tuple[str, str], OpenAPITool], base: str) -> None:
        self._client, self._tools, self._base = client, tools, base

    @property
    def token(self) -> str:
        """Return the token that the HTTP client was given."""
        return TOKEN

    def lists(self, operation: RawOperation) -> bool:
        """Tell whether the operation is among the tools."""
        return (operation.method, operation.path) in self._tools

    def base(self, _: RawOperation) -> str:
        """Return the base path of the whole document: one HTTP client has one."""
        return self._base

    async def call(self, operation: RawOperation, call: Call) -> Outcome:
        """Make a call, with arguments named as FastMCP names them."""
        tool = self._tools[operation.method, operation.path]
        try:
            arguments = bare_arguments(tool._route.parameter_map, call, operation.body_schema)
            result = await self._client.call_tool(tool.name, arguments, raise_on_error=False)
        except Exception as error:
            # The official client library raises where a result is not what the tool's output schema says.
            return Outcome(is_error=True, text=f"{type(error).__name__}: {error}")
        return bare_outcome(result)


def bare_arguments(places: dict[str, dict[str, str]], call: Call, schema: Json) -> dict[str, Any]:
    """Return the arguments of a call by the names of FastMCP's own parameter map.

    Args:
        places: the parameter map: by argument, its location and the vendor's name.
        call: the call.
        schema: of the body, which tells an argument that is a property from one that is the whole body.
    """
    flat = {(place["location"], place["openapi_name"]): name for name, place in places.items()}
    arguments: dict[str, Any] = {flat.get((p.location, p.name), p.name): value for p, value in call.parameters.items()}
    if call.body is None:
        return arguments
    inside = [name for location, name in flat if location == "body"]
    if isinstance(call.body, dict) and (len(inside) != 1 or inside[0] in _property_names(schema)):
        for name, value in call.body.items():
            arguments[flat.get(("body", str(name))) or str(name)] = as_argument(value)
    else:
        arguments[flat["body", inside[0]] if inside else "body"] = call.body
    return arguments


def _property_names(schema: Json) -> set[str]:
    parts = (part for keyword in ("allOf", "anyOf") for part in schema.get(keyword, ()))
    return set(schema.get("properties") or ()).union(*map(_property_names, parts))


def bare_outcome(result: CallToolResult) -> Outcome:
    """Read a result of FastMCP: the body itself, in ``result`` where it is no object, or as text."""
    texts = [block.text for block in result.content if block.type == "text"]
    structured = result.structured_content
    bodies: tuple[Any, ...] = ("".join(texts), None if not any(texts) else "".join(texts))
    if structured is not None:
        bodies = (structured, structured.get("result")) if set(structured) == {"result"} else (structured,)
    return Outcome(is_error=result.is_error, text=" ".join(texts), bodies=bodies)


async def bare_fidelity(documents: list[RawDocument]) -> Report:
    """Check what FastMCP alone makes of all operations of the documents."""
    logging.getLogger("fastmcp").setLevel(logging.CRITICAL)
    report, recorder = Report(), Recorder()
    progress = Progress(sum(1 for document in documents for _ in document.operations()))
    with recorder as upstream:
        for document in documents:
            await _check_document(document, upstream, recorder, report, progress)
    return report


async def _check_document(
    document: RawDocument, upstream: str, recorder: Recorder, report: Report, progress: Progress
) -> None:
    operations = list(document.operations())
    base = Counter(map(base_path, operations)).most_common(1)[0][0]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(base_url=upstream + base, headers=headers) as http:
        try:
            server = FastMCP.from_openapi(openapi_spec=copy.deepcopy(document.content), client=http)
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            report.lines.append(f"{document.label}: refused whole: {type(error).__name__}: {reason}")
            report.counts[document.label]["operations"] += len(operations)
            return
        tools = _tools(server)
        async with Client(server) as client:
            caller = BareCaller(client, tools, base)
            for operation in operations:
                await check(caller, document, operation, recorder, report)
                progress.step()


def _tools(server: FastMCP[Any]) -> dict[tuple[str, str], OpenAPITool]:
    (provider,) = (found for found in server.providers if isinstance(found, OpenAPIProvider))
    return {(tool._route.method.upper(), tool._route.path): tool for tool in provider._tools.values()}
