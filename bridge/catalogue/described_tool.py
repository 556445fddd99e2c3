"""The full schema of a tool, or one part of it, for a model that asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, did_you_mean
from bridge.spec.document import JsonObject

MOST_CHARACTERS: Final = 90_000
"""Of one answer: what the clients with the least room take of a result, with some to spare."""

_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


def described(tools: Sequence[ToolSpec], part: str | None = None) -> list[JsonObject]:
    """Return name, title, description and full input schema of tools.

    Where they would be too large together, the largest are told by the names of their arguments, and how to ask for
    one of these.

    Args:
        tools: one, or several where there is no ``part``.
        part: an argument, or an inner property of one behind it: ``settings.audio``.

    Raises:
        ArgumentError: the tool has no such part.
    """
    if part is not None:
        return [_part(tool, part) for tool in tools]
    whole = [_whole(tool) for tool in tools]
    sizes = [_size(entry) for entry in whole]
    room = MOST_CHARACTERS
    shown: dict[int, JsonObject] = {}
    for place in sorted(range(len(whole)), key=sizes.__getitem__):
        fits = sizes[place] <= room
        shown[place] = whole[place] if fits else _summed_up(tools[place], sizes[place])
        room -= sizes[place] if fits else _size(shown[place])
    return [shown[place] for place in range(len(whole))]


def _whole(tool: ToolSpec) -> JsonObject:
    entry = tool.listing("full")
    del entry["_meta"]
    return entry


def _size(entry: JsonObject) -> int:
    return len(json.dumps(entry, ensure_ascii=False))


def _summed_up(tool: ToolSpec, size: int) -> JsonObject:
    required = [argument.name for argument in tool.arguments.visible if argument.required]
    optional = [argument.name for argument in tool.arguments.visible if not argument.required]
    largest = max(tool.arguments.visible, key=lambda argument: _size(argument.schema)).name
    return {
        "name": tool.name,
        "title": tool.title,
        "required": required,
        "optional": optional,
        "notice": f"the whole schema has {size:,} characters: ask for one argument at a time, such as part={largest}",
    }


def _part(tool: ToolSpec, part: str) -> JsonObject:
    schema: JsonObject = tool.input_schema
    walked: list[str] = []
    rest = part
    while rest:
        properties = dict(_properties(schema))
        # Names may have dots of their own: the longest that fits is meant.
        names = [name for name in properties if rest == name or rest.startswith(f"{name}.")]
        if not names:
            raise ArgumentError(_no_part(tool, walked, rest, properties))
        name = max(names, key=len)
        walked.append(name)
        schema, rest = properties[name], rest[len(name) + 1 :]
    size = _size(schema)
    if size > MOST_CHARACTERS:
        inside = sorted(dict(_properties(schema)))
        hint = f"; ask for a part of it, such as part={part}.{inside[0]}" if inside else ""
        notice = f"the schema has {size:,} characters{hint}"
        return {"name": tool.name, "part": part, "properties": inside, "notice": notice}
    return {"name": tool.name, "part": part, "schema": schema}


def _no_part(tool: ToolSpec, walked: Sequence[str], rest: str, properties: Mapping[str, Any]) -> str:
    place = f"{tool.name}: {'.'.join(walked)}" if walked else tool.name
    wanted = rest.partition(".")[0][:80]
    known = ", ".join(properties) if properties else "nothing inside"
    hint = did_you_mean(wanted, properties) or f"; there is {known}"
    return f"{place} has no {wanted!r}{hint}"


def _properties(schema: Any) -> Iterator[tuple[str, JsonObject]]:
    """Yield the properties of an object, of the items of an array, and of all alternatives."""
    if not isinstance(schema, Mapping):
        return
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        yield from properties.items()
    yield from _properties(schema.get("items"))
    for keyword in _ALTERNATIVES:
        for entry in schema.get(keyword, ()):
            yield from _properties(entry)
