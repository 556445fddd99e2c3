"""LiveCatalogue: the catalogue that is served now, and what is made from it; a reload replaces both at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from bridge.catalogue.tool_spec import Catalogue

Made = TypeVar("Made")


class LiveCatalogue:
    """Holds the catalogue of a running server. Whoever answers requests asks it each time, and keeps nothing.

    What is expensive to make of a catalogue is asked for through ``made``: it is made once, and anew for the next
    catalogue before that one is served.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._held: _Held = (catalogue, {})

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue that is served now."""
        return self._held[0]

    def made(self, make: Callable[[Catalogue], Made]) -> Made:
        """Return what ``make`` makes of the catalogue that is served now, made at the first call.

        Args:
            make: tells one thing from another: the same function each time, and so no ``lambda`` in the place of the
                call.
        """
        catalogue, made = self._held
        if make not in made:
            made[make] = make(catalogue)
        return cast(Made, made[make])

    def replace(self, catalogue: Catalogue) -> None:
        """Serve another catalogue from now on.

        All that was made of the one before is made of this one first, so that no request waits for it; requests that
        are being answered go on with what they have. If something cannot be made, everything stays as it was. May run
        in a thread beside the server's.
        """
        _, before = self._held
        self._held = (catalogue, {make: make(catalogue) for make in tuple(before)})


_Held = tuple[Catalogue, dict[Callable[[Catalogue], Any], Any]]
