"""The audit log: one line a call, whatever became of it, and nothing in it that is anybody's secret."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import mcp_types
import pytest
from fastmcp import Client
from mcp.shared.exceptions import MCPError

from bridge.catalogue.permissions import Permissions, parse_rule, restricted
from bridge.catalogue.tool_spec import Catalogue, ToolSpec
from bridge.server.app import build_server, draining
from bridge.server.audit_log import AuditLog
from bridge.server.live import LiveCatalogue
from bridge.server.tool import BridgeTool, Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import SECRET, NoTokens, OneToken, catalogue_of, parameter, spec_of
from tests.upstream_server import Answer

ID = [parameter("id", "path")]
VALUE = "s3cret-argument"
GET = spec_of(operation("GET", "/things/{id}", parameters=ID))
PUT = spec_of(operation("PUT", "/things/{id}", parameters=ID))
DELETE = spec_of(operation("DELETE", "/things/{id}", parameters=ID))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Return a file, in which nobody's secret may stand."""
    path = tmp_path / "audit.log"
    yield path
    for found in tmp_path.iterdir():
        assert SECRET not in found.read_text()
        assert VALUE not in found.read_text()


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def recorded(
    spec: ToolSpec | Catalogue, url: str, file: Path, arguments: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Call a tool once, and return its line."""
    name = more.pop("name", "acme_do")
    client = more.pop("client", {})
    tokens = more.pop("tokens", OneToken())
    log = AuditLog(file, b"salt")
    upstream = Upstream(UpstreamClient(), tokens, {"acme": url}, **more)
    catalogue = spec if isinstance(spec, Catalogue) else catalogue_of([spec])
    server = build_server(LiveCatalogue(catalogue), upstream, audit_log=log)
    async with Client(server, **client) as caller:
        with suppress(MCPError):
            await caller.call_tool_mcp(name, {"id": VALUE} if arguments is None else arguments)
    log.close()
    return lines(file)[-1]


class TestLine:
    async def test_a_call_that_went_well(self, upstream: upstream_server.Upstream, file: Path) -> None:
        upstream.answers(200, {"a": 1}, trackingid="T1")
        line = await recorded(GET, upstream.url, file, client={"mode": "legacy"})
        assert line.pop("time").endswith("+00:00")
        assert line.pop("duration_ms") >= 0
        assert line.pop("request_id")
        assert line.pop("client")
        assert len(line.pop("caller")) == 16
        assert line == {
            "tool": "acme_do",
            "vendor": "acme",
            "method": "GET",
            "path": "/things/{id}",
            "outcome": "ok",
            "status": 200,
            "attempts": 1,
            "waited_ms": 0,
            "bytes": 8,
            "tracking_id": "T1",
        }

    async def test_the_digest_of_the_caller_is_the_same_for_one_salt_and_tells_nothing(
        self, upstream: upstream_server.Upstream, file: Path
    ) -> None:
        one = await recorded(GET, upstream.url, file)
        assert one["caller"] == (await recorded(GET, upstream.url, file))["caller"]
        assert AuditLog(None).salt != AuditLog(None).salt

    @pytest.mark.parametrize(
        ("status", "outcome"), [(200, "ok"), (204, "ok"), (404, "error"), (401, "error"), (418, "error")]
    )
    async def test_the_vendors_status(
        self, upstream: upstream_server.Upstream, file: Path, status: int, outcome: str
    ) -> None:
        upstream.answer = lambda _: Answer(status, b"" if status == 204 else {"message": VALUE})
        line = await recorded(GET, upstream.url, file)
        assert (line["status"], line["outcome"]) == (status, outcome)

    async def test_arguments_that_do_not_fit(self, upstream: upstream_server.Upstream, file: Path) -> None:
        line = await recorded(GET, upstream.url, file, {VALUE: VALUE})
        assert (line["outcome"], line["attempts"]) == ("invalid", 0)
        assert line["path"] == "/things/{id}"

    async def test_what_is_not_allowed_here(self, upstream: upstream_server.Upstream, file: Path) -> None:
        line = await recorded(PUT, upstream.url, file, permissions=Permissions(read_only=True))
        assert line["outcome"] == "refused"

    async def test_what_is_not_even_listed(self, upstream: upstream_server.Upstream, file: Path) -> None:
        withheld = restricted(catalogue_of([GET]), Permissions(deny=(parse_rule("GET", "--deny"),)))
        line = await recorded(withheld, upstream.url, file)
        assert (line["tool"], line["outcome"]) == ("acme_do", "refused")
        assert "vendor" not in line

    async def test_a_name_that_is_no_tools(self, upstream: upstream_server.Upstream, file: Path) -> None:
        line = await recorded(GET, upstream.url, file, name=f"acme_{VALUE}")
        assert (line["tool"], line["outcome"]) == ("?", "refused")

    async def test_without_a_token(self, upstream: upstream_server.Upstream, file: Path) -> None:
        line = await recorded(GET, upstream.url, file, tokens=NoTokens())
        assert line["outcome"] == "refused"
        assert "caller" not in line

    async def test_a_vendor_that_is_not_there(self, file: Path) -> None:
        line = await recorded(PUT, "http://127.0.0.1:1", file, {"id": "1"}, name="acme_do")
        assert line["outcome"] == "failed"
        assert line["attempts"] >= 1

    async def test_a_crash_tells_the_log_where_and_nobody_what(
        self,
        upstream: upstream_server.Upstream,
        file: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def crash(*_: Any) -> Any:
            raise RuntimeError(f"{SECRET} {VALUE}")

        monkeypatch.setattr(BridgeTool, "prepare", crash)
        caplog.set_level(logging.DEBUG, "bridge")
        assert (await recorded(GET, upstream.url, file))["outcome"] == "failed"
        said = "\n".join(entry.getMessage() for entry in caplog.records if entry.name.startswith("bridge"))
        assert "acme_do: RuntimeError in " in said
        assert SECRET not in said
        assert VALUE not in said

    async def test_a_dry_run(self, upstream: upstream_server.Upstream, file: Path) -> None:
        assert (await recorded(PUT, upstream.url, file, {"id": VALUE, "_dry_run": True}))["outcome"] == "dry_run"

    @pytest.mark.parametrize("action", ["accept", "decline"])
    async def test_a_question_and_its_answer_are_two_lines_in_the_sessionless_protocol(
        self, upstream: upstream_server.Upstream, file: Path, action: Any
    ) -> None:
        async def person(*_: Any) -> Any:
            return mcp_types.ElicitResult(action=action, content={"confirm": True} if action == "accept" else None)

        client = {"mode": "2026-07-28", "elicitation_handler": person}
        await recorded(DELETE, upstream.url, file, client=client)
        outcomes = [line["outcome"] for line in lines(file)]
        assert outcomes == ["asked", "ok" if action == "accept" else "refused"]

    async def test_a_call_that_was_cancelled(self, upstream: upstream_server.Upstream, file: Path) -> None:
        upstream.answer = lambda _: Answer(hangs=True)
        log = AuditLog(file)
        calls = Upstream(UpstreamClient(), OneToken(), {"acme": upstream.url})
        server = build_server(LiveCatalogue(catalogue_of([GET])), calls, audit_log=log)
        async with Client(server, mode="legacy") as client:
            task = asyncio.create_task(client.call_tool_mcp("acme_do", {"id": VALUE}))
            await asyncio.to_thread(upstream.arrived.wait, 10)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            for _ in range(100):
                if file.read_text():
                    break
                await asyncio.sleep(0.05)
        log.close()
        assert lines(file)[-1]["outcome"] == "cancelled"

    async def test_a_call_while_the_server_ends(self, upstream: upstream_server.Upstream, file: Path) -> None:
        log = AuditLog(file)
        calls = Upstream(UpstreamClient(), OneToken(), {"acme": upstream.url})
        server = build_server(LiveCatalogue(catalogue_of([GET])), calls, audit_log=log)
        drain = draining(server, 1)
        async with Client(server, mode="legacy") as client:
            drain.begin()
            await client.call_tool_mcp("acme_do", {"id": VALUE})
        log.close()
        assert lines(file)[-1]["outcome"] == "refused"
        assert upstream.requests == []
