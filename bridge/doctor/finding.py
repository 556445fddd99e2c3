"""Finding: one thing that was looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what it is, in a word or two.
        state: ``ok``; ``warning``: it works, and may not be what is wanted; ``problem``: it does not work.
        text: what was found.
        mend: what to do about it; empty where nothing need be done.
    """

    about: str
    state: State
    text: str
    mend: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it for machines."""
        return asdict(self)
