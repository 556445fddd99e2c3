"""openapi-core's and jsonschema's errors in plain sentences, without the values that nobody else should read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema.exceptions import ValidationError
from openapi_core.casting.schemas.exceptions import CastError
from openapi_core.deserializing.styles.exceptions import EmptyQueryParameterValue
from openapi_core.validation.request.exceptions import (
    MissingRequiredParameter,
    MissingRequiredRequestBody,
    ParameterValidationError,
    RequestBodyValidationError,
)
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue

from bridge.upstream.validation.patterns import fits

_MOST_SHOWN = 20


def sentences(error: Exception) -> Iterator[str]:
    """Yield what an error of openapi-core says, a sentence for every parameter or body property concerned."""
    if isinstance(error, ParameterValidationError):
        yield from _parameter(error)
    elif isinstance(error, MissingRequiredRequestBody):
        yield "a body is required"
    elif isinstance(error, RequestBodyValidationError):
        if isinstance(error.__cause__, InvalidSchemaValue):
            yield from _all("body", "body property", error.__cause__, shown=True)
        else:
            yield "the body cannot be read as the media type that is declared"
    else:
        yield f"the request does not fit the operation ({type(error).__name__})"


def _parameter(error: ParameterValidationError) -> Iterator[str]:
    subject, cause = f"{error.location} parameter {error.name!r}", error.__cause__
    if isinstance(error, MissingRequiredParameter):
        yield f"{subject} is required"
    elif isinstance(cause, EmptyQueryParameterValue):
        yield f"{subject} must not be empty"
    elif isinstance(cause, CastError) and cause.type:
        yield f"{subject} must be {_article(cause.type)}"
    elif isinstance(cause, InvalidSchemaValue):
        # A header or a cookie may carry a secret; a number in the query or the path is worth showing.
        yield from _all(subject, subject, cause, shown=error.location in ("query", "path"))
    else:
        yield f"{subject} cannot be read in the style that is declared"


def _all(whole: str, part: str, invalid: InvalidSchemaValue, *, shown: bool) -> Iterator[str]:
    for error in invalid.schema_errors:
        if isinstance(error, ValidationError):
            yield from _sentences(whole, part, error, shown=shown)


def _sentences(whole: str, part: str, error: ValidationError, *, shown: bool) -> Iterator[str]:
    """Yield sentences for a JSON Schema error.

    Args:
        whole: what to call the value itself.
        part: what to call something inside it, before its name.
        error: the error.
        shown: whether numbers may be repeated in the sentence; texts never are.
    """
    path = list(error.absolute_path)
    limit: Any = error.validator_value
    value: Any = error.instance
    if error.validator == "anyOf" and error.context:
        for inner in _nearest_alternative(error.context):
            yield from _sentences(whole, part, inner, shown=shown)
    elif error.validator == "required":
        for name in limit:
            if name not in value:
                yield f"{_subject(whole, part, [*path, name])} is required"
    elif error.validator == "additionalProperties" and limit is False:
        declared: Any = error.schema
        for name in value:
            patterns = declared.get("patternProperties", {})
            if name not in declared.get("properties", {}) and not any(fits(each, name) for each in patterns):
                yield f"{_subject(whole, part, [*path, name])} is not declared"
    else:
        yield f"{_subject(whole, part, path)}{_complaint(error, shown=shown)}"


def _subject(whole: str, part: str, path: list[str | int]) -> str:
    if not path:
        return whole if whole == part else f"the {whole}"
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return f"{part} {text!r}" if whole != part else f"{whole}, {text!r}"


def _nearest_alternative(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """Return the errors of the alternative that was most likely meant: of the right type, with the fewest errors."""
    alternatives: dict[Any, list[ValidationError]] = {}
    for error in errors:
        alternatives.setdefault(error.relative_schema_path[0], []).append(error)

    def distance(alternative: list[ValidationError]) -> tuple[bool, int]:
        return any(error.validator == "type" and not error.relative_path for error in alternative), len(alternative)

    return min(alternatives.values(), key=distance)


def _complaint(error: ValidationError, *, shown: bool) -> str:
    limit: Any = error.validator_value
    value = error.instance
    number = str(value) if shown and isinstance(value, int | float) else "the value"
    if error.validator == "type":
        return f" must be {_one_of_types(limit)}"
    if error.validator == "enum":
        return f" must be one of {_listed(limit)}"
    if error.validator == "const":
        return f" must be {limit!r}"
    say = _COMPLAINTS.get(str(error.validator))
    return f": {say(number, limit)}" if say else f": the value does not fit the schema ({error.validator})"


_COMPLAINTS: dict[str, Callable[[str, Any], str]] = {
    "minimum": lambda number, limit: f"{number} is less than the minimum of {limit}",
    "maximum": lambda number, limit: f"{number} is greater than the maximum of {limit}",
    "exclusiveMinimum": lambda number, limit: f"{number} is not greater than {limit}",
    "exclusiveMaximum": lambda number, limit: f"{number} is not less than {limit}",
    "multipleOf": lambda number, limit: f"{number} is not a multiple of {limit}",
    "minLength": lambda _, limit: f"the value is shorter than the minimum of {limit} characters",
    "maxLength": lambda _, limit: f"the value is longer than the maximum of {limit} characters",
    "pattern": lambda _, limit: f"the value does not match the pattern {limit}",
    "minItems": lambda _, limit: f"there are fewer entries than the minimum of {limit}",
    "maxItems": lambda _, limit: f"there are more entries than the maximum of {limit}",
    "uniqueItems": lambda _, __: "the entries must differ from one another",
    "minProperties": lambda _, limit: f"there are fewer properties than the minimum of {limit}",
    "maxProperties": lambda _, limit: f"there are more properties than the maximum of {limit}",
}


def _one_of_types(kinds: Any) -> str:
    return " or ".join(_article(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _article(kind: str) -> str:
    if kind == "null":
        return "null"
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _listed(values: list[Any]) -> str:
    more = f" and {len(values) - _MOST_SHOWN} more" if len(values) > _MOST_SHOWN else ""
    return ", ".join(map(repr, values[:_MOST_SHOWN])) + more
