"""Every configuration of docs/clients.md can be pasted: its client's keys, a command line of ours, our headers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from bridge.cli import app
from bridge.shipped import DISTRIBUTION
from bridge.vendors import official_vendors

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "clients.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
ZOOM = official_vendors()["zoom"]

CLIENTS: dict[str, tuple[str, str | None, bool]] = {
    "Claude Desktop": ("mcpServers", None, False),
    "Claude Code": ("mcpServers", "url", True),
    "Cursor": ("mcpServers", "url", False),
    "VS Code": ("servers", "url", True),
    "Gemini CLI": ("mcpServers", "httpUrl", False),
    "Zed": ("context_servers", "url", False),
}
"""By client: the key above the servers, the key of an HTTP server's URL (None: takes none), whether that has a type."""


def blocks(text: str) -> list[dict[str, Any]]:
    """Return the JSON blocks of a text."""
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def section(client: str) -> str:
    """Return what the page says about a client."""
    return PAGE.partition(f"\n## {client}\n")[2].partition("\n## ")[0]


def servers(client: str) -> list[dict[str, Any]]:
    """Return the entries of the servers in a client's blocks, stdio first."""
    found = []
    for block in blocks(section(client)):
        assert set(block) - {"inputs"} == {CLIENTS[client][0]}
        found += block[CLIENTS[client][0]].values()
    return found


def parsed(arguments: list[str]) -> dict[str, Any]:
    """Return the parameters that a command line gives to its command, which is not run."""
    group: Any = typer.main.get_command(app)
    context = group.make_context(DISTRIBUTION, list(arguments))
    name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
    return {"command": name, **command.make_context(name, rest, parent=context).params}


def test_every_client_has_its_section_and_no_other_block_is_left_unchecked() -> None:
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == list(CLIENTS)
    assert sum(len(servers(client)) for client in CLIENTS) == len(blocks(PAGE))
    assert "(docs/clients.md)" in README


@pytest.mark.parametrize("client", CLIENTS)
def test_over_stdio_the_command_line_is_one_that_we_take(client: str) -> None:
    stdio = servers(client)[0]
    assert set(stdio) - {"type"} == {"command", "args", "env"}
    assert stdio.get("type", "stdio") == "stdio"
    assert Path(stdio["command"]).name == DISTRIBUTION
    given = parsed(stdio["args"])
    assert (given["command"], given["spec"], given["transport"].value) == ("serve", ["zoom"], "stdio")
    assert set(stdio["env"]) == {ZOOM.token_variable}


@pytest.mark.parametrize("client", [name for name, (_, url_key, _) in CLIENTS.items() if url_key])
def test_over_http_url_and_header_are_those_that_we_serve(client: str) -> None:
    _, url_key, typed = CLIENTS[client]
    assert url_key
    _, http = servers(client)
    assert set(http) == {url_key, "headers", *(["type"] if typed else [])}
    assert http.get("type", "http") == "http"
    defaults = parsed(["serve"])
    assert http[url_key] == f"http://{defaults['host']}:{defaults['port']}/mcp"
    assert set(http["headers"]) == {ZOOM.token_header}


def test_claude_desktop_has_no_http_since_it_takes_no_header() -> None:
    assert len(servers("Claude Desktop")) == 1


def test_what_vs_code_asks_for_is_what_its_servers_take() -> None:
    for block in blocks(section("VS Code")):
        asked = {f"${{input:{entry['id']}}}" for entry in block["inputs"]}
        given = {
            value for entry in block["servers"].values() for value in (entry.get("env") or entry["headers"]).values()
        }
        assert given == asked
        assert all(entry["password"] for entry in block["inputs"])


def test_the_commands_on_the_page_are_ours() -> None:
    command = re.search(rf"`{DISTRIBUTION} (serve [^`]+)`", PAGE)
    assert command
    assert parsed(command[1].split())["transport"].value == "http"


def test_the_entry_of_the_readme_starts_the_checkout_with_a_command_line_that_we_take() -> None:
    (block,) = (block for block in blocks(README) if "mcpServers" in block)
    (entry,) = block["mcpServers"].values()
    script, *arguments = entry["args"]
    assert (Path(entry["command"]).name, Path(script).name) == ("python", "cli.py")
    given = parsed(arguments)
    assert (given["command"], given["spec"], given["transport"].value) == ("serve", ["webex"], "stdio")
    assert set(entry["env"]) == {official_vendors()["webex"].token_variable}
