"""Arguments -> the input schema of a tool, as every big MCP client accepts it."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.catalogue.arguments import Arguments
from bridge.controls import (
    ALL_PAGES,
    BODY_PARAMETERS,
    CONTROL_SCHEMAS,
    CURSOR,
    DRY_RUN,
    LINK_PARAMETERS,
    READING_METHODS,
    SELECT,
)
from bridge.spec.document import JsonObject
from bridge.spec.operation import Operation


def controls_of(operation: Operation, arguments: Arguments) -> tuple[str, ...]:
    """Return the arguments of our own that a tool takes, those of the vendor's left alone that have the same name."""
    wanted = [SELECT]
    query = {parameter.name for parameter in operation.parameters if parameter.location == "query"}
    if operation.method == "GET":
        by_body = not query.isdisjoint(BODY_PARAMETERS)
        by_link = not by_body and not query.isdisjoint(LINK_PARAMETERS)
        wanted += [CURSOR] if by_link else []
        wanted += [ALL_PAGES] if by_link or by_body else []
    elif operation.method not in READING_METHODS:
        wanted += [DRY_RUN]
    return tuple(name for name in wanted if arguments.named(name) is None)


def input_schema(arguments: Arguments, controls: Sequence[str] = ()) -> JsonObject:
    """Return the full input schema: an object, closed, without combinators or references at its top.

    The Anthropic and OpenAI APIs refuse ``oneOf``, ``anyOf`` and ``allOf`` at the root of an input schema.

    Args:
        arguments: the vendor's.
        controls: the names of our own.
    """
    schema: JsonObject = {
        "type": "object",
        "properties": {
            **{argument.name: argument.schema for argument in arguments.visible},
            **{name: CONTROL_SCHEMAS[name] for name in controls},
        },
        "additionalProperties": False,
    }
    required = [argument.name for argument in arguments.visible if argument.required]
    if required:
        schema["required"] = required
    return schema
