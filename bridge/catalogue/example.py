"""Example arguments of a tool: the document's own examples first, else a value that the schema allows."""

from __future__ import annotations

from typing import Any

from jsonschema_rs import Draft202012Validator

from bridge.catalogue.arguments import Argument
from bridge.catalogue.tool_spec import ToolSpec
from bridge.spec.document import JsonObject

MAX_DEPTH = 6


def example_arguments(tool: ToolSpec) -> dict[str, Any]:
    """Return arguments for the required arguments of a tool, and for those that have an example of their own body."""
    visible = tool.arguments.visible
    return {
        argument.name: _example(argument)
        for argument in visible
        if argument.required or (argument.place == "property" and argument.example is not None)
    }


def _example(argument: Argument) -> Any:
    validator = Draft202012Validator(argument.schema)
    candidates = [argument.example, *argument.schema.get("examples", ()), argument.schema.get("default")]
    for candidate in candidates:
        if candidate is not None and validator.is_valid(candidate):
            return candidate
    return schema_instance(argument.schema)


def schema_instance(schema: JsonObject, depth: int = 0) -> Any:
    """Return a small value that a JSON Schema allows, as far as its types, enumerations and bounds say."""
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    if schema.get("enum"):
        return schema["enum"][0]
    for keyword in ("oneOf", "anyOf", "allOf"):
        if schema.get(keyword) and depth < MAX_DEPTH:
            return schema_instance(schema[keyword][0], depth + 1)
    kind = schema.get("type")
    kind = next((entry for entry in kind if entry != "null"), "null") if isinstance(kind, list) else kind
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {name: schema_instance(properties.get(name, {}), depth + 1) for name in schema.get("required", ())}
        case "array":
            count = max(1 if depth < MAX_DEPTH else 0, schema.get("minItems", 0))
            return [schema_instance(schema.get("items", {}), depth + 1) for _ in range(count)]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return "example".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 1_000)]
