"""Arguments -> the input schema of a tool, as every big MCP client accepts it."""

from __future__ import annotations

from bridge.catalogue.arguments import Arguments
from bridge.spec.document import JsonObject


def input_schema(arguments: Arguments) -> JsonObject:
    """Return the full input schema: an object, closed, without combinators or references at its top.

    The Anthropic and OpenAI APIs refuse ``oneOf``, ``anyOf`` and ``allOf`` at the root of an input schema.
    """
    schema: JsonObject = {
        "type": "object",
        "properties": {argument.name: argument.schema for argument in arguments.visible},
        "additionalProperties": False,
    }
    required = [argument.name for argument in arguments.visible if argument.required]
    if required:
        schema["required"] = required
    return schema
