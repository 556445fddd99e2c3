"""The arguments of a call, checked before anything is sent: one clear sentence a mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, did_you_mean

SHOWN_VALUES = 12
SHOWN_CHARACTERS = 80


class ArgumentCheck:
    """The validator of one tool's arguments, compiled from its full input schema on first use."""

    def __init__(self, spec: ToolSpec) -> None:
        self._spec = spec

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator(self._spec.input_schema)

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Let good arguments through.

        Raises:
            ArgumentError: each mistake in a sentence that names the argument, what came and what is allowed.
        """
        if self._validator.is_valid(arguments):
            return
        optional = self._spec.arguments.optional_body(arguments)
        problems: list[str] = []
        for error in self._validator.iter_errors(arguments):
            problems.extend(self._sentences(error, arguments, optional))
        if problems:
            raise ArgumentError(f"{self._spec.name}: " + "; ".join(dict.fromkeys(problems)))

    def _sentences(self, error: ValidationError, arguments: Mapping[str, Any], optional: frozenset[str]) -> list[str]:
        path = [str(part) if isinstance(part, str) else part for part in error.instance_path]
        kind = error.kind.name
        if not path and kind == "additionalProperties":
            known = [argument.name for argument in self._spec.arguments.visible]
            return [_unknown(name, known) for name in arguments if name not in known]
        if not path and kind == "required":
            missing = str(error.kind.as_dict()["property"])
            return [] if missing in optional else [f"argument {missing!r} is required{self._expected(missing)}"]
        return [f"argument {_place(path)}: {_sentence(error)}"]

    def _expected(self, name: str) -> str:
        argument = self._spec.arguments.named(name)
        kind = argument.schema.get("type") if argument else None
        return f" ({kind})" if isinstance(kind, str) else ""


def _unknown(name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known)
    if hint:
        return f"unknown argument {name!r}{hint}"
    if not known:
        return f"unknown argument {name!r}; this tool takes none"
    listed = ", ".join(known[:SHOWN_VALUES]) + (", ..." if len(known) > SHOWN_VALUES else "")
    return f"unknown argument {name!r}; this tool takes {listed}"


def _place(path: list[str | int]) -> str:
    first, *rest = path
    inner = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    return repr(f"{first}{inner}")


def _sentence(error: ValidationError) -> str:
    details = error.kind.as_dict()
    came = _shown(error.instance)
    match error.kind.name:
        case "type":
            types = details.get("types")
            wanted = " or ".join(map(str, types)) if isinstance(types, list) else str(details.get("type", types))
            return f"{came} ({_json_type(error.instance)}) is not {_article(wanted)}"
        case "enum":
            options = details.get("options")
            values = options if isinstance(options, list) else []
            text = ", ".join(map(_shown, values[:SHOWN_VALUES])) + (", ..." if len(values) > SHOWN_VALUES else "")
            nearest = (
                did_you_mean(error.instance, [v for v in values if isinstance(v, str)])
                if isinstance(error.instance, str)
                else ""
            )
            return f"{came} is not one of {text}{nearest}"
        case "required":
            return f"{details['property']!r} is required in it"
        case _:
            return error.message if len(error.message) <= 4 * SHOWN_CHARACTERS else f"{came} breaks {error.kind.name}"


def _article(types: str) -> str:
    return f"an {types}" if types[:1] in "aeio" else f"a {types}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."


def _json_type(value: Any) -> str:
    for name, kind in (("null", type(None)), ("boolean", bool), ("integer", int), ("number", float), ("string", str)):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"
