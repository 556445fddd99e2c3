"""The ``tools`` section of a vendor in an override file -> ``ToolOverride`` values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bridge.catalogue.overrides_model import Annotations, ToolOverride
from bridge.catalogue.overrides_nodes import Place, shortened
from bridge.catalogue.overrides_shape import Section, open_section
from bridge.catalogue.own_tools import OWN_NAMES
from bridge.catalogue.parameter_override import UNSET, ConfirmTool, ParameterOverride

TOOL_KEYS = {
    "name": "The tool's name, unlike any other. Default: made from the operationId.",
    "title": "What people see in their client. Default: the summary.",
    "description": "What the model reads. Default: the document's text.",
    "tags": "The tags, instead of the document's.",
    "keywords": "What else people call it, for the search: words, or short phrases.",
    "pin": "true: always listed, also where the others are only found by search.",
    "confirm": "always: nobody but a person may let a call through; never: nobody is asked.",
    "annotations": "What the tool does to the world; a hint that is absent stays as the method has it.",
    "parameters": "Its parameters, by the vendor's name: path, query, header, or a top-level property of a JSON body.",
}
"""Every key of a tool, with what it says; so are the tables below. The schema of the file is made of them."""

ANNOTATION_KEYS = {
    "read_only": "It changes nothing.",
    "destructive": "It may delete or overwrite: clients ask the person first.",
    "idempotent": "Calling it again with the same arguments changes nothing more.",
    "open_world": "It reaches people and systems outside.",
}
PARAMETER_KEYS = {
    "name": "What the model calls it.",
    "description": "What the model reads about it.",
    "default": "Any JSON value: sent when the model gives none.",
    "hide": "true: the model does not see it.",
    "value": "Any JSON value: always sent, only together with 'hide: true'.",
}

LONGEST_NAME = 64
"""Characters of a tool name or an argument name that every client takes (Anthropic and OpenAI refuse more)."""

LONGEST_DESCRIPTION = 1_024
"""Characters of a description that every client shows (VS Code cuts there)."""

TOOL_NAME = re.compile(r"[a-z][a-z0-9_]*")
ARGUMENT_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_METHOD_AND_PATH = re.compile(r"(?P<method>[A-Za-z]+) (?P<path>/.*)")
_DOCUMENT = re.compile(r"(?P<document>[\w.-]+(?:/[\w.-]+)?):\s*(?P<rest>.*)")


def split_key(key: str) -> tuple[str | None, str]:
    """Return the document that a key names, None where it names none, and the operation as the key names it."""
    found = _DOCUMENT.fullmatch(key)
    return (found["document"], found["rest"]) if found else (None, key)


def normal_key(key: str) -> str:
    """Return a key in the one way to write it: single spaces, the method in upper case."""
    text = " ".join(key.split())
    document, operation = split_key(text)
    found = _METHOD_AND_PATH.fullmatch(operation)
    if found is None:
        return text
    return f"{f'{document}: ' if document else ''}{found['method'].upper()} {found['path']}"


def read_tools(vendor: Section) -> tuple[ToolOverride, ...]:
    """Return the entries of ``tools``; a key that only differs in its spaces from an earlier one is an error."""
    found: dict[str, ToolOverride] = {}
    for tool in _tools(vendor):
        if (earlier := found.get(tool.key)) is not None:
            vendor.error(tool.place, f"{tool.key!r} stands in this file twice, first in line {earlier.place.line}")
        else:
            found[tool.key] = tool
    return tuple(found.values())


def _tools(vendor: Section) -> Iterator[ToolOverride]:
    for key, (place, node) in vendor.named("tools", "a mapping of operations to what their tools are like").items():
        tool = open_section(node, f"tool {shortened(key)!r}", TOOL_KEYS, vendor.problems)
        if tool is not None:
            yield _tool(normal_key(key), place, tool)


def _tool(key: str, place: Place, tool: Section) -> ToolOverride:
    name = _tool_name(tool)
    confirm = tool.choice("confirm", list(ConfirmTool))
    return ToolOverride(
        key=key,
        place=place,
        name=name,
        title=tool.text("title"),
        description=_description(tool),
        tags=tool.texts("tags", or_one=False),
        keywords=tool.texts("keywords", or_one=False),
        pin=tool.flag("pin"),
        confirm=ConfirmTool(confirm) if confirm else None,
        annotations=_annotations(tool),
        parameters=_parameters(tool),
        name_place=tool.place_of("name") if name else None,
    )


def _description(tool: Section) -> str | None:
    """Return the description: it is listed as it is, however long."""
    text = tool.text("description")
    if text and len(text) > LONGEST_DESCRIPTION:
        message = f"the description of {tool.where} has {len(text):,} characters; clients show {LONGEST_DESCRIPTION:,}"
        tool.warning(tool.place_of("description"), message)
    return text


def _tool_name(tool: Section) -> str | None:
    name = tool.text("name")
    if name in OWN_NAMES:
        tool.error(tool.place_of("name"), f"the name {name!r} of {tool.where} is that of a tool of the bridge's own")
        return None
    if name is None or (TOOL_NAME.fullmatch(name) and len(name) <= LONGEST_NAME):
        return name
    if len(name) > LONGEST_NAME:
        message = f"has {len(name)} characters; clients take {LONGEST_NAME}"
    else:
        near = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")
        proposal = f"; did you mean {near!r}?" if TOOL_NAME.fullmatch(near) else ""
        message = f"must begin with a letter and have only a-z, 0-9 and '_'{proposal}"
    tool.error(tool.place_of("name"), f"the name {shortened(name)!r} of {tool.where} {message}")
    return None


def _annotations(tool: Section) -> Annotations:
    section = tool.section("annotations", f"'annotations' of {tool.where}", ANNOTATION_KEYS)
    if section is None:
        return Annotations()
    return Annotations(
        read_only=section.flag("read_only"),
        destructive=section.flag("destructive"),
        idempotent=section.flag("idempotent"),
        open_world=section.flag("open_world"),
    )


def _parameters(tool: Section) -> dict[str, ParameterOverride]:
    found: dict[str, ParameterOverride] = {}
    renamed: dict[str, str] = {}
    for name, (place, node) in tool.named("parameters", "a mapping of parameter names").items():
        where = f"parameter {shortened(name)!r} of {tool.where}"
        section = open_section(node, where, PARAMETER_KEYS, tool.problems)
        if section is None:
            continue
        found[name] = parameter = _parameter(place, section)
        if parameter.name is None:
            continue
        if (other := renamed.setdefault(parameter.name, name)) != name:
            message = f"{parameter.name!r} is the name of two parameters of {tool.where}: {other!r} and {name!r}"
            section.error(section.place_of("name"), message)
    return found


def _parameter(place: Place, section: Section) -> ParameterOverride:
    name = section.text("name")
    if name is not None and (not ARGUMENT_NAME.fullmatch(name) or len(name) > LONGEST_NAME):
        message = f"must have 1 to {LONGEST_NAME} of A-Z, a-z, 0-9, '_', '.' and '-'"
        section.error(section.place_of("name"), f"the name {shortened(name)!r} of {section.where} {message}")
        name = None
    hide = section.flag("hide")
    parameter = ParameterOverride(
        place=place,
        name=name,
        description=section.text("description"),
        default=section.json("default"),
        hide=hide,
        value=section.json("value"),
    )
    if parameter.value is not UNSET and hide is not True:
        message = (
            f"'value' in {section.where} is sent for a hidden parameter; add 'hide: true', or give 'default' instead"
        )
        section.error(_key_place(section, "value"), message)
    return parameter


def _key_place(section: Section, key: str) -> Place:
    return section.fields.key_places.get(key, section.place)
