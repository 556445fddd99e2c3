"""Operation -> the arguments that a model sees; and their values -> what goes where in the request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bridge.catalogue.overrides import UNSET, ParameterOverride
from bridge.spec.document import JsonObject
from bridge.spec.operation import Body, Operation, Parameter

Place = Literal["path", "query", "header", "cookie", "property", "body"]
"""Where a value goes: ``property`` is a top-level property of the body, ``body`` the whole of it."""

BODY = "body"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_OTHER = re.compile(r"[^A-Za-z0-9_.-]")
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a tool.

    Attributes:
        name: as the model gives it: ``[A-Za-z0-9_.-]{1,64}``, what the Anthropic API accepts as a property key.
        wire_name: as the vendor takes it.
        schema: its JSON Schema, description included.
        json: whether a parameter travels as JSON text.
        default: what is sent where the call gives nothing, by the overrides; UNSET otherwise.
    """

    name: str
    wire_name: str
    place: Place
    required: bool
    schema: JsonObject
    json: bool = False
    example: Any = None
    default: Any = UNSET


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a tool and how they make a request.

    Attributes:
        visible: what a model sees, parameters first.
        constants: what is sent though nobody sees it: ``(place, wire name, value)``.
        body: the body they fill; None if the operation takes none.
    """

    visible: tuple[Argument, ...]
    constants: tuple[tuple[Place, str, Any], ...] = ()
    body: Body | None = None

    def named(self, name: str) -> Argument | None:
        """Return the argument of this name."""
        return next((argument for argument in self.visible if argument.name == name), None)

    def place(self, values: Mapping[str, Any]) -> PlacedValues:
        """Return where each value goes; ``values`` have been checked against the input schema."""
        parameters: dict[tuple[str, str], Any] = {}
        properties: dict[str, Any] = {}
        whole: list[Any] = []
        for place, wire_name, value in self.constants:
            _put(parameters, properties, whole, place, wire_name, value)
        for argument in self.visible:
            value = values.get(argument.name, argument.default)
            if value is not UNSET:
                sent = json.dumps(value, ensure_ascii=False) if argument.json else value
                _put(parameters, properties, whole, argument.place, argument.wire_name, sent)
        if whole:
            return PlacedValues(parameters, True, whole[-1])
        if properties or (self.body is not None and self.body.required and not self._whole_body):
            return PlacedValues(parameters, True, properties)
        return PlacedValues(parameters, False, None)

    def optional_body(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Return the required arguments that these values may leave out: the whole of a body that is optional."""
        if self.body is None or self.body.required:
            return frozenset()
        inside = [argument for argument in self.visible if argument.place in ("property", "body")]
        if any(argument.name in values for argument in inside):
            return frozenset()
        return frozenset(argument.name for argument in inside if argument.required)

    @property
    def _whole_body(self) -> bool:
        return any(argument.place == "body" for argument in self.visible)


@dataclass(frozen=True, slots=True)
class PlacedValues:
    """The values of one call: parameters by ``(location, wire name)``, and the body if ``has_body``."""

    parameters: Mapping[tuple[str, str], Any]
    has_body: bool
    body: Any


def _put(
    parameters: dict[tuple[str, str], Any],
    properties: dict[str, Any],
    whole: list[Any],
    place: Place,
    wire_name: str,
    value: Any,
) -> None:
    if place == "property":
        properties[wire_name] = value
    elif place == "body":
        whole.append(value)
    elif value is not None:
        # A parameter has no null on the wire: null means that it is not sent.
        parameters[place, wire_name] = value


def arguments_of(operation: Operation, overrides: Mapping[str, ParameterOverride] | None = None) -> Arguments:
    """Return the arguments of an operation, named and hidden as the overrides say.

    A body that is an object is spread over its top-level properties; any other body is one argument ``body``. A
    property whose name a parameter has becomes ``<name>_body``; characters outside ``[A-Za-z0-9_.-]`` become ``_``.
    """
    found = [_of_parameter(parameter) for parameter in operation.parameters]
    found += _of_body(operation.body)
    unique = _with_unique_names(found)
    return _overridden(Arguments(tuple(unique), body=operation.body), overrides or {})


def parameter_names(operation: Operation) -> list[str]:
    """Return the vendor's names that ``overrides.yaml`` may use under ``parameters:`` of a tool."""
    return [argument.wire_name for argument in arguments_of(operation).visible]


def _of_parameter(parameter: Parameter) -> Argument:
    schema = parameter.schema
    if parameter.description:
        schema = {**schema, "description": parameter.description}
    if parameter.deprecated:
        schema = {**schema, "deprecated": True}
    return Argument(
        name=_safe(parameter.name),
        wire_name=parameter.name,
        place=parameter.location,
        required=parameter.required,
        schema=schema,
        json=parameter.json,
        example=parameter.example,
    )


def _of_body(body: Body | None) -> list[Argument]:
    if body is None:
        return []
    schema = flat_object(body.schema)
    properties = schema.get("properties")
    if not properties:
        described = {**body.schema, "description": body.description} if body.description else body.schema
        return [Argument(BODY, BODY, "body", body.required, described, example=body.example)]
    required = schema.get("required", ())
    example = body.example if isinstance(body.example, Mapping) else {}
    # Most documents forget `required: true` on a body that they mean: what it requires is shown as required all the
    # same, and `optional_body` lets a call without any body through, as the document does.
    return [
        Argument(_safe(name), name, "property", name in required, inner, example=example.get(name))
        for name, inner in properties.items()
    ]


def flat_object(schema: JsonObject) -> JsonObject:
    """Return a body schema as one object with all its properties, where that keeps its meaning; else as it is.

    ``allOf`` of plain objects becomes their union. Objects with alternatives (``oneOf``, ``anyOf``) or with
    properties of any name (``additionalProperties``) are left as they are, and so are all other types.
    """
    if any(keyword in schema for keyword in ("oneOf", "anyOf", "not")) or _takes_any_name(schema):
        return {key: value for key, value in schema.items() if key != "properties"}
    entries = [flat_object(entry) for entry in schema.get("allOf", ())]
    if "properties" in schema:
        entries.append({key: value for key, value in schema.items() if key != "allOf"})
    if not entries:
        return schema
    if not all(isinstance(entry.get("properties"), dict) for entry in entries):
        return {key: value for key, value in schema.items() if key != "properties"}
    properties: JsonObject = {}
    for entry in entries:
        for name, inner in entry["properties"].items():
            properties[name] = {"allOf": [properties[name], inner]} if properties.get(name, inner) != inner else inner
    required = list(dict.fromkeys(name for entry in entries for name in entry.get("required", ())))
    return {"type": "object", "properties": properties, "required": required}


def _takes_any_name(schema: JsonObject) -> bool:
    return schema.get("additionalProperties", False) is not False


def _safe(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    return _OTHER.sub("_", name)[:LONGEST_NAME] or "_"


def _with_unique_names(arguments: Sequence[Argument]) -> list[Argument]:
    """Give each argument a name of its own: a body property yields to a parameter, later parameters to earlier ones."""
    used: set[str] = set()
    unique: list[Argument] = []
    for argument in arguments:
        name = argument.name
        if name in used:
            suffix = "body" if argument.place in ("property", "body") else argument.place
            name = _fresh(f"{name[: LONGEST_NAME - len(suffix) - 1]}_{suffix}", used)
        used.add(name)
        unique.append(replace(argument, name=name) if name != argument.name else argument)
    return unique


def _fresh(name: str, used: Iterable[str]) -> str:
    while name in used:
        name = f"{name[: LONGEST_NAME - 1]}_"
    return name


def _overridden(arguments: Arguments, overrides: Mapping[str, ParameterOverride]) -> Arguments:
    visible: list[Argument] = []
    constants: list[tuple[Place, str, Any]] = []
    for argument in arguments.visible:
        override = overrides.get(argument.wire_name)
        if override is None:
            visible.append(argument)
        elif not override.hide:
            visible.append(_changed(argument, override))
        elif override.value is not UNSET:
            constants.append((argument.place, argument.wire_name, override.value))
    return replace(arguments, visible=tuple(visible), constants=tuple(constants))


def _changed(argument: Argument, override: ParameterOverride) -> Argument:
    schema = dict(argument.schema)
    if override.description is not None:
        schema["description"] = override.description
    required = argument.required
    if override.default is not UNSET:
        schema["default"] = override.default
        required = False
    name = override.name or argument.name
    return replace(argument, name=name, schema=schema, required=required, default=override.default)
