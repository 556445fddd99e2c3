"""The catalogue of a running server is replaced with all that was made of it, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from fastmcp import Client

from bridge.catalogue.tool_spec import Catalogue
from bridge.server.app import build_server
from bridge.server.exposure import Exposure
from bridge.server.live import LiveCatalogue
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, catalogue_of, parameter, spec_of


def catalogue(*names: str) -> Catalogue:
    return catalogue_of([spec_of(operation("GET", f"/{name}"), name) for name in names])


def names(made_of: Exposure) -> list[str]:
    return [tool.name for tool in made_of.catalogue.tools]


class TestLiveCatalogue:
    def test_what_is_made_of_a_catalogue_is_made_once(self) -> None:
        live = LiveCatalogue(catalogue("acme_a"))
        assert live.made(names) == ["acme_a"]
        assert live.made(names) is live.made(names)
        assert live.exposure.listing is live.exposure.listing

    def test_another_catalogue_brings_what_was_made_of_the_one_before_along(self) -> None:
        asked: list[Catalogue] = []

        def counted(made_of: Exposure) -> list[str]:
            asked.append(made_of.catalogue)
            return names(made_of)

        before, after = catalogue("acme_a"), catalogue("acme_b")
        live = LiveCatalogue(before)
        live.made(counted)
        live.replace(after)
        assert asked == [before, after]
        assert live.catalogue is after
        assert live.made(counted) == ["acme_b"]
        assert asked == [before, after]

    def test_in_the_place_of_one_that_is_no_longer_served_nothing_comes(self) -> None:
        first, second, third = catalogue("acme_a"), catalogue("acme_b"), catalogue("acme_c")
        live = LiveCatalogue(first)
        live.replace(second, instead_of=first)
        assert live.catalogue is second
        live.replace(third, instead_of=first)
        assert live.catalogue is second

    def test_nothing_changes_where_something_cannot_be_made(self) -> None:
        def picky(made_of: Exposure) -> int:
            return {"acme_a": 1}[names(made_of)[0]]

        before = catalogue("acme_a")
        live = LiveCatalogue(before)
        live.made(names)
        live.made(picky)
        with pytest.raises(KeyError):
            live.replace(catalogue("acme_b"))
        assert live.catalogue is before
        assert live.made(names) == ["acme_a"]


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_server_lists_and_calls_what_is_live(upstream: upstream_server.Upstream, mode: Any) -> None:
    live = LiveCatalogue(catalogue("acme_a", "acme_b"))
    server = build_server(live, Upstream(UpstreamClient(), OneToken(), {"acme": upstream.url}))
    async with Client(server, mode=mode) as client:
        assert [tool.name for tool in await client.list_tools()] == ["acme_a", "acme_b"]
        await client.call_tool("acme_b")
        changed = spec_of(operation("GET", "/b2", parameters=[parameter("id", schema={"type": "string"})]), "acme_b")
        live.replace(catalogue_of([changed, spec_of(operation("GET", "/c"), "acme_c")]))
        assert [tool.name for tool in await client.list_tools()] == ["acme_b", "acme_c"]
        await client.call_tool("acme_b", {"id": "1"})
        gone = await client.call_tool("acme_a", raise_on_error=False)
    assert [request.raw_path for request in upstream.requests] == ["/v1/acme_b", "/v1/b2"]
    assert gone.is_error
    assert "no tool 'acme_a'; did you mean 'acme_" in str(gone.content)
