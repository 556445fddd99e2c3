"""A small API, as a file that a person gives with ``--spec``, and a terminal to look at it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CLI = ROOT / "cli.py"


def _operation(name: str, tag: str, **more: Any) -> dict[str, Any]:
    words = {"listOrders": "List orders", "createOrder": "Create an order", "deleteOrder": "Delete an order"}
    answers = {"200": {"description": "Fine.", "content": {"application/json": {"example": {"id": "o1"}}}}}
    return {"operationId": name, "summary": words.get(name, name), "tags": [tag], "responses": answers, **more}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


_ORDER_ID = {"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}}
_ORDER = {
    "type": "object",
    "required": ["item"],
    "properties": {
        "item": {"type": "string"},
        "count": {"type": "integer"},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        "note": {"type": "string", "nullable": True},
        "gift": {"type": "boolean"},
    },
}
_PICTURE = {"type": "object", "properties": {"picture": {"type": "string", "format": "binary"}}}

SHOP: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "https://api.shop.example/v1"}],
    "paths": {
        "/orders": {
            "get": _operation(
                "listOrders",
                "Orders",
                parameters=[_query("page", {"type": "integer"}), _query("status", {"type": "string"})],
            ),
            "post": _operation(
                "createOrder",
                "Orders",
                requestBody={"required": True, "content": {"application/json": {"schema": _ORDER}}},
            ),
        },
        "/orders/{orderId}": {
            "delete": _operation(
                "deleteOrder", "Orders", parameters=[_ORDER_ID], responses={"204": {"description": "Gone."}}
            )
        },
        "/orders/{orderId}/picture": {
            "put": _operation(
                "setPicture",
                "Pictures",
                parameters=[_ORDER_ID],
                requestBody={"required": True, "content": {"multipart/form-data": {"schema": _PICTURE}}},
            )
        },
    },
}


def write(folder: Path, name: str = "shop.json", **changed: Any) -> Path:
    """Write the API, top-level keys of the document changed, and return the file."""
    path = folder / name
    path.write_text(json.dumps({**SHOP, **changed}), "utf-8")
    return path


def options(path: Path) -> tuple[str | Path, ...]:
    """Return the options that select this file alone, without any curation."""
    return "--spec", path, "--overrides", "/dev/null"


def process(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command line in a process of its own, its output piped."""
    return subprocess.run(
        [sys.executable, CLI, *arguments], capture_output=True, text=True, timeout=60, check=False, **more
    )


def on_a_terminal(*arguments: str | Path, columns: int = 80, types: str = "") -> tuple[int, str]:
    """Run a command line on a terminal of its own; return its exit code and what stands on it."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "LINES": "50"}
    running = subprocess.Popen(
        [sys.executable, CLI, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    os.write(ours, types.encode())
    seen = b""
    try:
        while chunk := os.read(ours, 65_536):
            seen += chunk
    except OSError:  # Linux: the other side has closed
        pass
    finally:
        os.close(ours)
    return running.wait(timeout=60), seen.decode().replace("\r\n", "\n")
