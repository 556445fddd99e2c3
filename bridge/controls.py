"""The arguments of our own, beside those of the vendor: what part of a result is wanted, and which page."""

from __future__ import annotations

from typing import Any, Final

SELECT: Final = "_select"
"""A JMESPath expression over the body of the result (https://jmespath.org)."""

CURSOR: Final = "_cursor"
"""An opaque cursor from ``next`` of an earlier result."""

ALL_PAGES: Final = "_all_pages"
"""Whether to fetch the following pages too, up to a cap."""

CONTROL_SCHEMAS: dict[str, dict[str, Any]] = {
    SELECT: {"type": "string", "description": "JMESPath: the part of the body to return."},
    CURSOR: {"type": "string", "description": "From `next` of the page before."},
    ALL_PAGES: {"type": "boolean", "description": "Fetch all pages, up to 1,000 items."},
}
"""The JSON Schema of each; short, since every tool carries them."""

LINK_PARAMETERS = frozenset({"max", "start", "offset", "page", "pageSize", "cursor", "limit", "after", "before"})
"""Query parameters of operations that answer in pages and may link to the next one."""

BODY_PARAMETERS = frozenset({"next_page_token", "page_number"})
"""Query parameters of operations whose body says what the next page is."""
