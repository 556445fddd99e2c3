"""The tools as ready bytes: in the place of the mark, with the right length, and nowhere else."""

from __future__ import annotations

import httpx2
import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bridge.server.ready_listing import WithReadyListing, offered_listing

TOOLS = b'[{"name":"a"},{"name":"b"}]'


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_tools_stand_in_the_place_of_the_mark(streamed: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        ready = offered_listing()
        assert ready is not None
        answer: Response = JSONResponse({"tools": ready.put(TOOLS), "other": 1})
        if streamed:
            answer = StreamingResponse(iter([bytes(answer.body)]))
        await answer(scope, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(WithReadyListing(app))) as client:
        response = await client.get("http://server/mcp")
    assert response.json() == {"tools": [{"name": "a"}, {"name": "b"}], "other": 1}
    assert offered_listing() is None
