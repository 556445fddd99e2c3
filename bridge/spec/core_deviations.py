"""Where the core deliberately says something else than the official documents: ``specs/core_deviations.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import SpecFormatError
from bridge.shipped import shipped_path
from bridge.spec.core_drift import Drift


@dataclass(frozen=True, slots=True)
class Deviation:
    """One fact of the core that is not the vendor's, on purpose.

    Attributes:
        document, place: as in ``Drift``.
        what: how ``Drift.what`` begins.
        reason: why the core is right.
    """

    document: str
    place: str
    what: str
    reason: str

    def explains(self, drift: Drift) -> bool:
        """Tell whether this is what was found."""
        return (self.document, self.place) == (drift.document, drift.place) and drift.what.startswith(self.what)


def core_deviations(path: Path | None = None) -> tuple[Deviation, ...]:
    """Return the known deviations of the core.

    Args:
        path: another file of the same shape.

    Raises:
        SpecFormatError: the file does not have that shape.
    """
    import yaml  # noqa: PLC0415 (this module is imported with the command line)

    path = path or shipped_path("specs/core_deviations.yaml")
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        return tuple(
            Deviation(entry["document"], place, entry["what"], entry["reason"])
            for entry in content
            for place in entry["places"]
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError) as error:
        raise SpecFormatError(f"{path}: not a file of deviations: {type(error).__name__}: {error}") from error


def unexplained(found: Sequence[Drift], deviations: Iterable[Deviation]) -> list[Drift]:
    """Return what no deviation explains, and after it the deviations that explain nothing (any more)."""
    known = list(deviations)
    left = [drift for drift in found if not any(deviation.explains(drift) for deviation in known)]
    stale = [deviation for deviation in known if not any(map(deviation.explains, found))]
    return [*left, *(Drift(entry.document, entry.place, f"known deviation, gone: {entry.what}") for entry in stale)]
