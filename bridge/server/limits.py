"""What the HTTP side lets in, as the command line says it; nothing here takes long to import."""

from __future__ import annotations

from dataclasses import dataclass

MAX_REQUESTS = 1_024
MAX_REQUESTS_OF_A_CALLER = 256
"""Requests that are being answered at one time: of all callers, and of one."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What the HTTP side lets in.

    Attributes:
        hosts: names or globs that may stand in ``Host``, beside those of this computer.
        origins: what may stand in ``Origin``, beside the server's own and those of this computer.
        max_requests: how many requests are answered at one time.
        max_requests_of_a_caller: how many of those may be one caller's.
        verify_tokens: whether the vendor is asked about a caller's token.
        metrics: whether ``/metrics`` is answered.
    """

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    max_requests: int = MAX_REQUESTS
    max_requests_of_a_caller: int = MAX_REQUESTS_OF_A_CALLER
    verify_tokens: bool = False
    metrics: bool = False
