"""Bare FastMCP over the same documents: what a page of documentation gives you.

``python -m benchmarks.speed.bare UPSTREAM TRANSPORT MODE DOCUMENT...``, where TRANSPORT is ``stdio`` or a port, and
MODE ``full`` or ``bm25``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx2
from fastmcp import FastMCP
from fastmcp.server.providers.openapi import OpenAPIProvider
from fastmcp.server.transforms.search import BM25SearchTransform


def main() -> None:
    """Serve."""
    upstream, transport, mode, *documents = sys.argv[1:]
    client = httpx2.AsyncClient(base_url=upstream, headers={"Authorization": "Bearer benchmark"})
    first, *others = (json.loads(Path(path).read_bytes()) for path in documents)
    # Without output schemas: with them a list is twice as long and an answer is validated once more.
    server: FastMCP[None] = FastMCP.from_openapi(first, client=client, validate_output=False)
    for document in others:
        server.add_provider(OpenAPIProvider(document, client=client, validate_output=False))
    if mode == "bm25":
        server.add_transform(BM25SearchTransform())
    if transport == "stdio":
        server.run("stdio", show_banner=False)
    else:
        server.run("http", host="127.0.0.1", port=int(transport), show_banner=False, log_level="warning")


if __name__ == "__main__":
    main()
