"""The folder of compiled catalogues: found, opened, written, pruned. Nothing that goes wrong here stops anybody."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from bridge.catalogue.cache.compiled import compiled, restored
from bridge.catalogue.cache.file import open_sections, write_sections
from bridge.catalogue.tool_spec import Catalogue
from bridge.errors import CacheFormatError
from bridge.shipped import DISTRIBUTION

DIRECTORY_VARIABLE = "BRIDGE_CACHE_DIR"
OFF_VARIABLE = "BRIDGE_NO_CACHE"
SUFFIX = ".catalogue"
ANSWERS_SUFFIX = ".answers"
"""Of the files that go with a compiled catalogue, whose names begin with its own."""
KEPT = 8
"""How many compiled catalogues are kept, those that were used last."""

_STALE_SECONDS = 3600
"""After this, a file that is still being written was left behind."""

_log = logging.getLogger("bridge.cache")


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of compiled catalogues: ``BRIDGE_CACHE_DIR``, else the user's cache."""
    named = environ.get(DIRECTORY_VARIABLE)
    return Path(named).expanduser().absolute() if named else platformdirs.user_cache_path(DISTRIBUTION) / "catalogues"


@dataclass(frozen=True, slots=True)
class Entry:
    """One compiled catalogue: its file, its size in bytes, and when it was last used (seconds since the epoch)."""

    path: Path
    size: int
    used: float


class CatalogueCache:
    """Compiled catalogues by address.

    Args:
        folder: where they are; None: there are none, and none are kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def path(self, address: str) -> Path | None:
        """Return the file of an address, whether it is there or not; None where nothing is kept."""
        return self.folder / f"{address}{SUFFIX}" if self.folder else None

    def find(self, address: str) -> Catalogue | None:
        """Return the compiled catalogue of an address, None where there is none that can be used."""
        path = self.path(address)
        if path is None:
            return None
        try:
            found = replace(restored(open_sections(path)), kept_in=path)
        except FileNotFoundError:
            return None
        except (OSError, CacheFormatError) as error:
            _log.info("%s is not used, and made anew: %s", path, error)
            return None
        with suppress(OSError):
            os.utime(path)  # used last of all
        return found

    def keep(self, address: str, catalogue: Catalogue) -> Catalogue:
        """Keep a catalogue; return it as it is found from now on, or as it was where it cannot be kept."""
        path = self.path(address)
        if path is None:
            return catalogue
        try:
            write_sections(path, compiled(catalogue))
            self._prune()
        except (OSError, TypeError) as error:  # TypeError: a value that the code of the cache does not know yet
            _log.info("the catalogue is not kept for the next start: %s", error)
            return catalogue
        return self.find(address) or catalogue

    def entries(self) -> list[Entry]:
        """Return what there is, used last first."""
        return sorted(self._entries(), key=lambda entry: -entry.used)

    def _entries(self, pattern: str = f"*{SUFFIX}") -> list[Entry]:
        found = []
        for path in self.folder.glob(pattern) if self.folder else ():
            with suppress(OSError):  # another process was faster
                about = path.stat()
                found.append(Entry(path, about.st_size, about.st_mtime))
        return found

    def clear(self) -> list[Entry]:
        """Remove all compiled catalogues, and return them. Processes that use one go on with it."""
        found = self.entries()
        for entry in (*found, *self._beside(), *self._entries(f".*{SUFFIX}.*")):
            entry.path.unlink(missing_ok=True)
        return found

    def _beside(self) -> list[Entry]:
        return [*self._entries(f"*{ANSWERS_SUFFIX}"), *self._entries(f".*{ANSWERS_SUFFIX}.*")]

    def _prune(self) -> None:
        entries = self.entries()
        kept = {entry.path.stem for entry in entries[:KEPT]}
        unfinished = [*self._entries(f".*{SUFFIX}.*"), *self._entries(f".*{ANSWERS_SUFFIX}.*")]
        stale = [entry for entry in unfinished if entry.used < time.time() - _STALE_SECONDS]
        alone = [entry for entry in self._entries(f"*{ANSWERS_SUFFIX}") if entry.path.name.split(".")[0] not in kept]
        for entry in (*entries[KEPT:], *alone, *stale):
            with suppress(OSError):  # in use (Windows), or gone
                entry.path.unlink()
