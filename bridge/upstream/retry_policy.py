"""How patient a call is: how often it is tried, how long it waits, how long it may take."""

from __future__ import annotations

from dataclasses import dataclass

RETRIES = 3
MAX_WAIT = 30.0
"""Seconds. Clients give a call 30 to 60 seconds: a longer wait would end in their time-out, without a reason."""
TIMEOUT = 120.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """What ``--retries``, ``--max-wait`` and ``--timeout`` say.

    Attributes:
        retries: how often a request is sent again at most; 0: never, and nothing waits.
        max_wait: seconds that all waits of a call may take together.
        timeout: seconds that a call may take in all, waits included; what arrives of an answer lends it more.
    """

    retries: int = RETRIES
    max_wait: float = MAX_WAIT
    timeout: float = TIMEOUT
