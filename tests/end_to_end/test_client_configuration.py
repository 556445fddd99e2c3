"""A configuration of docs/clients.md, started as a client starts it."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.clients import STDIO_WAYS, started
from tests.program import environ, serve_command
from tests.test_clients_docs import servers


async def test_the_entry_for_claude_desktop_serves_the_built_in_core(tmp_path: Path) -> None:
    entry = servers("Claude Desktop")[0]
    subcommand, *arguments = entry["args"]
    assert subcommand == "serve"
    with (tmp_path / "log").open("w") as log:
        variables = environ(tmp_path, entry["env"])
        async with started(STDIO_WAYS[0], serve_command(*arguments), tmp_path, variables, log) as caller:
            names = await caller.names()
    pinned = [name for name in names if name.startswith("zoom_")]
    assert len(pinned) == 15
    assert sorted({*names} - {*pinned}) == ["call_tool", "call_write_tool", "describe_tool", "search_tools"]
