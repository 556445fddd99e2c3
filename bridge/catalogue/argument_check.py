"""The arguments of a call, checked before anything is sent: one clear sentence a mistake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema_rs import Draft202012Validator, ValidationError

from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, did_you_mean
from bridge.spec.document import JsonObject

MOST_PROBLEMS = 10
SHOWN_VALUES = 12
SHOWN_CHARACTERS = 80
SHOWN_RULE = 200

_MASK = "<value>"
"""What stands for the value in the validator's own messages: it would write out all of it."""


class InputCheck:
    """The validator of one tool's input, compiled from its schema on first use.

    Args:
        name: the tool's.
        schema: a closed object.
        controls: the names of those properties that no sentence proposes where a tool takes something else.
    """

    def __init__(self, name: str, schema: JsonObject, controls: Sequence[str] = ()) -> None:
        self._name = name
        self._schema = schema
        self._controls = controls

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator(self._schema, mask=_MASK)

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Let good arguments through.

        Raises:
            ArgumentError: each mistake in a sentence that names the argument, what came and what is allowed.
        """
        given = dict(arguments)
        try:
            if self._validator.is_valid(given):
                return
            problems = list(islice(self._problems(given), MOST_PROBLEMS + 1))
        except ValueError as error:  # the validator takes no such value at all
            problems = [_unreadable(given, error)]
        if len(problems) > MOST_PROBLEMS:
            problems[MOST_PROBLEMS:] = ["and more"]
        if problems:
            raise ArgumentError(f"{self._name}: " + "; ".join(problems))

    def _optional(self, arguments: Mapping[str, Any]) -> frozenset[str]:
        """Return the required arguments that these may leave out."""
        del arguments
        return frozenset()

    def _problems(self, arguments: dict[str, Any]) -> Iterator[str]:
        """Yield the sentences, each once; names that are not known first, for they may be what is missing."""
        known = list(self._schema["properties"])
        own = [name for name in known if name not in self._controls]
        yield from (_unknown(name, own, known) for name in arguments if name not in known)
        optional = self._optional(arguments)
        told: set[str] = set()
        for error in self._validator.iter_errors(arguments):
            sentence = self._sentence(error, optional)
            if sentence is not None and sentence not in told:
                told.add(sentence)
                yield sentence

    def _sentence(self, error: ValidationError, optional: frozenset[str]) -> str | None:
        if error.instance_path:
            return f"argument {_place(error.instance_path)}: {_sentence(error)}"
        missing = str(error.kind.as_dict().get("property")) if error.kind.name == "required" else None
        if missing is None or missing in optional:
            return None
        return f"argument {missing!r} is required{self._expected(missing)}"

    def _expected(self, name: str) -> str:
        kind = self._schema["properties"].get(name, {}).get("type")
        return f" ({kind})" if isinstance(kind, str) else ""


class ArgumentCheck(InputCheck):
    """The validator of one tool's arguments, by its full input schema."""

    def __init__(self, spec: ToolSpec) -> None:
        super().__init__(spec.name, spec.input_schema, spec.controls)
        self._arguments = spec.arguments

    def _optional(self, arguments: Mapping[str, Any]) -> frozenset[str]:
        return self._arguments.optional_body(arguments)


def _unreadable(arguments: Mapping[str, Any], error: ValueError) -> str:
    for name, value in arguments.items():
        try:
            next(jsonschema_rs.iter_errors(False, {name: value}))
        except UnicodeEncodeError:
            return f"argument {_quoted(name)} has a lone surrogate in it, which is no character"
        except ValueError:
            return f"argument {_quoted(name)} is nested too deeply"
    return _cut(str(error), SHOWN_RULE)


def _unknown(name: str, own: list[str], known: list[str]) -> str:
    hint = did_you_mean(name[:SHOWN_CHARACTERS], known)
    if hint:
        return f"unknown argument {_quoted(name)}{hint}"
    takes = _listed(own) if own else "none"
    return f"unknown argument {_quoted(name)}; this tool takes {takes}"


def _place(path: Sequence[str | int]) -> str:
    first, *rest = path
    inner = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    return _quoted(f"{first}{inner}")


def _sentence(error: ValidationError) -> str:
    """Return what came at a place and what is allowed there."""
    details = error.kind.as_dict()
    came = _shown(error.instance)
    match error.kind.name:
        case "type":
            return f"{came} ({_json_type(error.instance)}) is not {_article(' or '.join(map(str, details['types'])))}"
        case "enum" | "const":
            options = details["options"] if "options" in details else [details["expected_value"]]
            return f"{came} is not {'one of ' if len(options) > 1 else ''}{_options(error.instance, options)}"
        case "required":
            return f"{details['property']!r} is required in it"
        case "additionalProperties":
            return f"it has no {', '.join(map(_quoted, details['unexpected'][:SHOWN_VALUES]))}"
        case "anyOf" | "oneOf" if all(details["context"]):
            return _no_alternative(error, details["context"])
        case _:
            return _cut(error.message, SHOWN_RULE).replace(_MASK, came)


def _no_alternative(error: ValidationError, alternatives: Sequence[Sequence[ValidationError]]) -> str:
    """Return why none of several schemas fits: those that want another type say least."""
    others = [errors[0] for errors in alternatives if not _wants_other_type(errors[0], error)]
    if not others:
        wanted = dict.fromkeys(str(kind) for errors in alternatives for kind in errors[0].kind.as_dict()["types"])
        return f"{_shown(error.instance)} ({_json_type(error.instance)}) is not {_article(' or '.join(wanted))}"
    reasons = dict.fromkeys(_reason(other, error) for other in others)
    return _cut(", or ".join(reasons), SHOWN_RULE * 2)


def _wants_other_type(error: ValidationError, outer: ValidationError) -> bool:
    return error.kind.name == "type" and len(error.instance_path) == len(outer.instance_path)


def _reason(error: ValidationError, outer: ValidationError) -> str:
    inside = error.instance_path[len(outer.instance_path) :]
    return f"{_place(inside)} in it: {_sentence(error)}" if inside else _sentence(error)


def _options(value: Any, options: Sequence[Any]) -> str:
    hint = ""
    if isinstance(value, str):
        hint = did_you_mean(value[:SHOWN_CHARACTERS], [entry for entry in options if isinstance(entry, str)])
    return f"{_listed([_shown(entry) for entry in options])}{hint}"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:SHOWN_VALUES]) + (", ..." if len(texts) > SHOWN_VALUES else "")


def _article(types: str) -> str:
    return f"an {types}" if types[:1] in "aeio" else f"a {types}"


def _quoted(name: str) -> str:
    return repr(_cut(name, SHOWN_CHARACTERS))


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except ValueError:  # Python writes out no number of more than 4,300 digits
        text = "a huge number"
    return _cut(text, SHOWN_CHARACTERS)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _json_type(value: Any) -> str:
    for name, kind in (("null", type(None)), ("boolean", bool), ("integer", int), ("number", float), ("string", str)):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"
