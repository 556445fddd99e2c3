"""The four tools of our own that search mode lists beside the pinned ones: how a client sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.spec.document import JsonObject
from bridge.vendors import Vendor

SEARCH_TOOLS: Final = "search_tools"
DESCRIBE_TOOL: Final = "describe_tool"
CALL_TOOL: Final = "call_tool"
CALL_WRITE_TOOL: Final = "call_write_tool"

OWN_NAMES = (SEARCH_TOOLS, DESCRIBE_TOOL, CALL_TOOL, CALL_WRITE_TOOL)
"""No operation may have one of these names, in whatever mode."""

MOST_QUERIES = 10
MOST_HITS = 50
DEFAULT_HITS = 10
MOST_DESCRIBED = 10
QUERY_CHARACTERS = 500

_SEARCH = (
    "Find tools by what they do, among all {count:,} of {vendors}. Ask in the product's terms, verb + object + whose: "
    '"update call forwarding of a person", "list phone numbers of a location". Send one to three short queries that '
    "word the same need differently; leave out names, numbers and dates. Answers with the best tools: name, required "
    "arguments, whether it reads, writes or deletes."
)
_DESCRIBE = (
    "Show the full input schemas of tools: every argument, also those that a listing sums up. Where a schema is too "
    "large for one answer, `part` asks for one argument of it."
)
_CALL = "Call a tool that only reads, by its name. {how} Tools that write or delete are called with call_write_tool."
_CALL_WRITE = "Call a tool that writes or deletes, by its name. {how} Tools that only read are called with call_tool."
_HOW = "`arguments` holds the tool's own arguments, as search_tools or describe_tool shows them."

_NAME: JsonObject = {"type": "string", "description": "The tool's name, from search_tools."}
_ARGUMENTS: JsonObject = {
    "type": "object",
    "description": "The tool's arguments, by name.",
    "additionalProperties": True,
}


@dataclass(frozen=True, slots=True)
class OwnTool:
    """One tool of our own, as it is listed.

    Attributes:
        reads: whether it changes nothing.
    """

    name: str
    title: str
    description: str
    input_schema: JsonObject
    reads: bool

    @property
    def annotations(self) -> JsonObject:
        """Return what a client may know before a call (MCP specification, ToolAnnotations)."""
        outside = self.name in (CALL_TOOL, CALL_WRITE_TOOL)
        return {
            "readOnlyHint": self.reads,
            "destructiveHint": not self.reads,
            "idempotentHint": self.reads,
            "openWorldHint": outside,
        }

    @property
    def meta(self) -> JsonObject:
        """Return the ``_meta`` object: a client that defers tools must not defer those that find the others."""
        return {"anthropic/alwaysLoad": True}

    def listing(self) -> JsonObject:
        """Return the tool as ``tools/list`` shows it (MCP specification, Tool)."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": self.input_schema,
            "annotations": self.annotations,
            "_meta": self.meta,
        }


def own_tools(vendors: Sequence[Vendor], count: int) -> tuple[OwnTool, ...]:
    """Return the four tools, over ``count`` tools of these vendors."""
    titles = " and ".join(vendor.title for vendor in vendors)
    return (
        OwnTool(
            SEARCH_TOOLS, "Find tools", _SEARCH.format(count=count, vendors=titles), _search_schema(vendors), reads=True
        ),
        OwnTool(DESCRIBE_TOOL, "Show a tool's full schema", _DESCRIBE, _describe_schema(), reads=True),
        OwnTool(CALL_TOOL, "Call a tool that reads", _CALL.format(how=_HOW), _call_schema(), reads=True),
        OwnTool(CALL_WRITE_TOOL, "Call a tool that writes", _CALL_WRITE.format(how=_HOW), _call_schema(), reads=False),
    )


def _search_schema(vendors: Sequence[Vendor]) -> JsonObject:
    query = {"type": "string", "maxLength": QUERY_CHARACTERS}
    properties: JsonObject = {
        "queries": {
            "anyOf": [{"type": "array", "items": query, "minItems": 1, "maxItems": MOST_QUERIES}, query],
            "description": "One to three short queries for one need.",
        }
    }
    if len(vendors) > 1:
        names = [vendor.name for vendor in vendors]
        properties["vendor"] = {"type": "string", "enum": names, "description": "Only tools of this vendor."}
    properties |= {
        "tags": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Only tools with one of these tags; * is any text.",
        },
        "read_only": {"type": "boolean", "description": "true: only tools that change nothing."},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": DEFAULT_HITS},
    }
    return _closed(properties, ["queries"])


def _describe_schema() -> JsonObject:
    name = {"type": "string"}
    properties: JsonObject = {
        "names": {
            "anyOf": [{"type": "array", "items": name, "minItems": 1, "maxItems": MOST_DESCRIBED}, name],
            "description": "Names of tools.",
        },
        "part": {
            "type": "string",
            "description": "Of one tool: only this argument, or an inner property of it: settings.audio.",
        },
    }
    return _closed(properties, ["names"])


def _call_schema() -> JsonObject:
    return _closed({"name": _NAME, "arguments": _ARGUMENTS}, ["name"])


def _closed(properties: JsonObject, required: list[str]) -> JsonObject:
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": required}
