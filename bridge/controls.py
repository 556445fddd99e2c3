"""The arguments of our own, beside those of the vendor: which part or page of a result, or only the request."""

from __future__ import annotations

from typing import Any, Final

SELECT: Final = "_select"
"""A JMESPath expression over the body of the result (https://jmespath.org)."""

CURSOR: Final = "_cursor"
"""An opaque cursor from ``next`` of an earlier result."""

ALL_PAGES: Final = "_all_pages"
"""Whether to fetch the following pages too, up to a cap."""

DRY_RUN: Final = "_dry_run"
"""Whether to answer with the request that would be sent, without sending it."""

CONTROL_SCHEMAS: dict[str, dict[str, Any]] = {
    SELECT: {"type": "string", "description": "JMESPath: the part of the body to return."},
    CURSOR: {"type": "string", "description": "From `next` of the page before."},
    ALL_PAGES: {"type": "boolean", "description": "Fetch all pages, up to 1,000 items."},
    DRY_RUN: {"type": "boolean", "description": "Show the request, send nothing."},
}
"""The JSON Schema of each; short, since every tool carries them."""

LEAN_CONTROL_SCHEMAS: dict[str, dict[str, Any]] = {
    SELECT: {"type": "string", "description": "JMESPath"},
    CURSOR: {"type": "string"},
    ALL_PAGES: {"type": "boolean"},
    DRY_RUN: {"type": "boolean"},
}
"""The same in lean listings: the server's instructions say once what they do."""

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""RFC 9110, section 9.2.1: these change nothing."""

LINK_PARAMETERS = frozenset({"max", "start", "offset", "page", "pageSize", "cursor", "limit", "after", "before"})
"""Query parameters of operations that answer in pages and may link to the next one."""

BODY_PARAMETERS = frozenset({"next_page_token", "page_number"})
"""Query parameters of operations whose body says what the next page is."""
