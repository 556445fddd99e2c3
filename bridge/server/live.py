"""LiveCatalogue: the catalogue that is served now, and what is made from it; a reload replaces both at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from bridge.catalogue.listing_plan import DEFAULT_BUDGET, Mode, plan_listing
from bridge.catalogue.tool_spec import Catalogue
from bridge.server.exposure import Exposure

Made = TypeVar("Made")


class LiveCatalogue:
    """Holds the catalogue of a running server. Whoever answers requests asks it each time, and keeps nothing.

    What is expensive to make of a catalogue is asked for through ``made``: it is made once, and anew for the next
    catalogue before that one is served.

    Args:
        catalogue: the first one.
        mode, budget: what of each catalogue is listed, as ``plan_listing`` takes them.
    """

    def __init__(self, catalogue: Catalogue, mode: Mode = Mode.AUTO, budget: int = DEFAULT_BUDGET) -> None:
        self._mode = mode
        self._budget = budget
        self._lock = threading.Lock()
        self._held: _Held = (self._exposed(catalogue), {})

    def _exposed(self, catalogue: Catalogue) -> Exposure:
        return Exposure(catalogue, plan_listing(catalogue, self._mode, self._budget))

    @property
    def exposure(self) -> Exposure:
        """Return what is served now, and how."""
        return self._held[0]

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue that is served now."""
        return self.exposure.catalogue

    def made(self, make: Callable[[Exposure], Made]) -> Made:
        """Return what ``make`` makes of what is served now, made at the first call.

        Args:
            make: tells one thing from another: the same function each time, and so no ``lambda`` in the place of the
                call.
        """
        exposure, made = self._held
        if make not in made:
            made[make] = make(exposure)
        return cast(Made, made[make])

    def replace(self, catalogue: Catalogue, instead_of: Catalogue | None = None) -> None:
        """Serve another catalogue from now on.

        All that was made of the one before is made of this one first, so that no request waits for it; requests that
        are being answered go on with what they have. If something cannot be made, everything stays as it was. May run
        in a thread beside the server's.

        Args:
            catalogue: the other one.
            instead_of: what must be served now; if that is something else, it stays.
        """
        with self._lock:
            before, made = self._held
            if instead_of is not None and before.catalogue is not instead_of:
                return
            exposure = self._exposed(catalogue)
            exposure.make_ready_like(before)
            self._held = (exposure, {make: make(exposure) for make in tuple(made)})


_Held = tuple[Exposure, dict[Callable[[Exposure], Any], Any]]
