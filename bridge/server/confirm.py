"""When the person is asked: the values of --confirm, without anything that takes long to import."""

from __future__ import annotations

from enum import StrEnum

STATE_KEY_VARIABLE = "BRIDGE_STATE_KEY"
"""The environment variable with the keys that replicas share."""


class Confirm(StrEnum):
    """When the person is asked."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"
