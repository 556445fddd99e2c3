"""Every operation of the built-in core, called through the sandbox with its example arguments."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.example import example_arguments
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.errors import BridgeError
from bridge.sandbox import Sandbox
from bridge.server.request_check import CheckRequests
from bridge.server.tool import BridgeTool, Upstream
from bridge.spec.store import select_documents
from bridge.upstream.client import UpstreamClient
from tests.tools import OneToken

AT_ONCE = 20


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return the built-in core, every operation a tool, curated by nobody."""
    empty: Path = tmp_path_factory.mktemp("store")
    return build_catalogue(select_documents([], empty), load_overrides((), ()))


def promised(tool: ToolSpec) -> tuple[int, Any]:
    """Return the status of the lowest declared success and its example, as the document writes them."""
    (source,) = tool.operation.sources
    responses = source.site.operation["responses"]
    status = min(status for status in responses if status.startswith("2"))
    content = source.document.follow(responses[status]).get("content")
    if content is None:
        return int(status), None
    (media,) = content.values()
    return int(status), media["example"]


async def answered(tool: ToolSpec, upstream: Upstream) -> tuple[int, Any]:
    """Return status and body of the sandbox's answer; the body is None where there is none."""
    request = BridgeTool(tool, upstream).prepare(example_arguments(tool))
    response = await upstream.client.send(request, await upstream.tokens.token(tool.vendor))
    if not response.body:
        return response.status, None
    is_json = response.media_type == "application/json"
    return response.status, json.loads(response.body) if is_json else response.body.decode()


async def test_every_operation_gives_exactly_its_example_answer(core: Catalogue) -> None:
    limit = asyncio.Semaphore(AT_ONCE)

    async def difference(tool: ToolSpec, upstream: Upstream) -> str | None:
        async with limit:
            try:
                found = await answered(tool, upstream)
            except BridgeError as error:
                return f"{tool.name}: {error}"
        expected = promised(tool)
        return None if found == expected else f"{tool.name}: {found}, not {expected}"

    # The sandbox itself checks every request; to check them here too would take as long again.
    with Sandbox({vendor.vendor.name: vendor.operations for vendor in core.vendors}) as sandbox:
        async with UpstreamClient() as client:
            upstream = Upstream(client, OneToken(), sandbox.urls, check_requests=CheckRequests.OFF)
            calls = [difference(tool, upstream) for tool in core.tools]
            differences = [found for found in await asyncio.gather(*calls) if found]
    assert len(calls) > 600
    assert differences == []
