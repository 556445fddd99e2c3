"""What of the overrides a tool carries with it: these are made with every start, the rest only from the files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from bridge.catalogue.overrides_nodes import JsonValue, Place


class Unset(Enum):
    """The type of ``UNSET``."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Stands where a file gives no value, since None is a value: ``default: null``."""


class ConfirmTool(StrEnum):
    """Whether a person is asked before a tool is called, whatever its method says."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ParameterOverride:
    """What a file says about one parameter, or one property of the body, of a tool.

    Attributes:
        place: where its name stands.
        name: what the model calls it; None keeps the vendor's name.
        description: what the model reads about it; None keeps the vendor's text.
        default: what is sent when the model gives nothing; ``UNSET`` for the vendor's own default.
        hide: whether the model does not see it; None where the file does not say.
        value: the constant that is sent for a hidden parameter; ``UNSET`` sends nothing.
    """

    place: Place
    name: str | None = None
    description: str | None = None
    default: JsonValue | Unset = UNSET
    hide: bool | None = None
    value: JsonValue | Unset = UNSET
