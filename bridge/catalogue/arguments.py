"""Operation -> the arguments that a model sees; and their values -> what goes where in the request."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bridge.catalogue.parameter_override import UNSET, ParameterOverride
from bridge.spec.document import JsonObject
from bridge.spec.operation import Body, Operation, Parameter

Place = Literal["path", "query", "header", "cookie", "property", "body"]
"""Where a value goes: ``property`` is a top-level property of the body, ``body`` the whole of it."""

BODY = "body"
_IN_BODY = frozenset({"property", "body"})
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
        spread: whether the properties of the body are arguments of their own.
    """

    visible: tuple[Argument, ...]
    constants: tuple[tuple[Place, str, Any], ...] = ()
    body: Body | None = None
    spread: bool = False

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
                _put(parameters, properties, whole, argument.place, argument.wire_name, _on_wire(argument, value))
        if whole:
            return PlacedValues(parameters, True, whole[-1])
        if properties or (self.spread and self.body is not None and self.body.required):
            return PlacedValues(parameters, True, properties)
        return PlacedValues(parameters, False, None)

    def optional_body(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Return the required arguments that these values may leave out: the whole of a body that is optional.

        A body that something is sent in anyway, by a constant or a default, is not left out.
        """
        if self.body is None or self.body.required or any(place in _IN_BODY for place, _, _ in self.constants):
            return frozenset()
        inside = [argument for argument in self.visible if argument.place in _IN_BODY]
        if any(argument.name in values or argument.default is not UNSET for argument in inside):
            return frozenset()
        return frozenset(argument.name for argument in inside if argument.required)


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


def _on_wire(argument: Argument, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if argument.json and value is not None else value


def arguments_of(operation: Operation, overrides: Mapping[str, ParameterOverride] | None = None) -> Arguments:
    """Return the arguments of an operation, named and hidden as the overrides say.

    A body that is an object is spread over its top-level properties; any other body is one argument ``body``. A
    property whose name a parameter has becomes ``<name>_body``; characters outside ``[A-Za-z0-9_.-]`` become ``_``.
    """
    inside = _of_body(operation.body)
    found = [*map(_of_parameter, operation.parameters), *inside]
    spread = any(argument.place == "property" for argument in inside)
    unique = tuple(_with_unique_names(found))
    return _overridden(Arguments(unique, body=operation.body, spread=spread), overrides or {})


def parameter_names(operation: Operation) -> list[str]:
    """Return the vendor's names that ``overrides.yaml`` may use under ``parameters:`` of a tool."""
    return list(dict.fromkeys(argument.wire_name for argument in arguments_of(operation).visible))


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
    schema = _union(body.schema)
    properties = schema["properties"] if schema else None
    if schema is None or not properties:
        described = {**body.schema, "description": body.description} if body.description else body.schema
        return [Argument(BODY, BODY, "body", body.required, described, example=body.example)]
    required = schema.get("required", ())
    example = body.example if isinstance(body.example, Mapping) else {}
    # Most documents forget `required: true` on a body that they mean: what it requires is shown as required all the
    # same, and `optional_body` lets a call without any body through, as the document does.
    return [
        Argument(
            name=_safe(name),
            wire_name=name,
            place="property",
            required=name in required and inner.get("readOnly") is not True,
            schema=inner,
            example=example.get(name),
        )
        for name, inner in properties.items()
    ]


def flat_object(schema: JsonObject) -> JsonObject:
    """Return a body schema as one object with all its properties, where that keeps its meaning; else as it is.

    ``allOf`` of plain objects becomes their union. Objects with alternatives (``oneOf``, ``anyOf``) or with
    properties of any name (``additionalProperties``) are left as they are, and so are all other types.
    """
    union = _union(schema)
    return union if union and union["properties"] else schema


def _union(schema: JsonObject) -> JsonObject | None:
    """Return the union of an object and its ``allOf``, None where they cannot be told property by property."""
    kinds = schema.get("type", "object")
    if "object" not in (kinds if isinstance(kinds, list) else [kinds]) or _takes_other_values(schema):
        return None
    entries: list[JsonObject] = []
    for entry in schema.get("allOf", ()):
        union = _union(entry)
        if union is None:
            return None
        entries.append(union)
    properties: JsonObject = {}
    for entry in (*entries, schema):
        for name, inner in entry.get("properties", {}).items():
            properties[name] = {"allOf": [properties[name], inner]} if properties.get(name, inner) != inner else inner
    required = list(dict.fromkeys(name for entry in (*entries, schema) for name in entry.get("required", ())))
    return {"type": "object", "properties": properties, "required": required}


def _takes_other_values(schema: JsonObject) -> bool:
    """Tell whether there is more to an object than its declared properties."""
    if any(keyword in schema for keyword in ("oneOf", "anyOf", "not", "enum", "const", "patternProperties")):
        return True
    return schema.get("additionalProperties", False) is not False


def _safe(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    return _OTHER.sub("_", name)[:LONGEST_NAME] or "_"


def _with_unique_names(arguments: Sequence[Argument], fixed: Container[int] = ()) -> list[Argument]:
    """Give each argument a name of its own: a body property yields to a parameter, later parameters to earlier ones.

    Args:
        arguments: parameters first.
        fixed: the places of those that keep their names before all others.
    """
    order = sorted(range(len(arguments)), key=lambda place: place not in fixed)
    names = {argument.name for argument in arguments}
    tried: Counter[str] = Counter()
    used: set[str] = set()
    unique = list(arguments)
    for place in order:
        argument = arguments[place]
        if argument.name in used:
            suffix = "body" if argument.place in _IN_BODY else argument.place
            name = _fresh(f"{argument.name[: LONGEST_NAME - len(suffix) - 1]}_{suffix}", names, tried)
            unique[place] = replace(argument, name=name)
            names.add(name)
        used.add(unique[place].name)
    return unique


def _fresh(name: str, used: Container[str], tried: Counter[str]) -> str:
    """Return the name, or the first one like it that is not used; ``tried`` keeps how far the numbers have come."""
    candidate = name
    while candidate in used:
        number = str(tried[name] + 2)
        candidate = f"{name[: LONGEST_NAME - 1 - len(number)]}_{number}"
        tried[name] += 1
    return candidate


def _overridden(arguments: Arguments, overrides: Mapping[str, ParameterOverride]) -> Arguments:
    visible: list[Argument] = []
    constants: list[tuple[Place, str, Any]] = []
    named: set[int] = set()
    for argument in arguments.visible:
        override = overrides.get(argument.wire_name)
        if override is None:
            visible.append(argument)
        elif not override.hide:
            if override.name:
                named.add(len(visible))
            visible.append(_changed(argument, override))
        elif override.value is not UNSET:
            constants.append((argument.place, argument.wire_name, _on_wire(argument, override.value)))
    return replace(arguments, visible=tuple(_with_unique_names(visible, named)), constants=tuple(constants))


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
