"""The store while it is filled: new documents lie beside the old ones, then replace all or none.

``<store>/.pulled.json`` keeps what the servers said of the stored versions, for conditional requests (RFC 9110,
section 13). It is a convenience: without it, or with a broken one, everything is fetched anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from bridge.errors import SpecError, SpecNotFoundError
from bridge.spec.store import STORE_VARIABLE, default_store

PULLED = ".pulled.json"


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of a stored document's version.

    Attributes:
        url: where it was asked for.
        sha256: the digest of the file; another one in the store means that this says nothing of it.
        etag: the ``ETag`` that came with it, empty where none came.
        last_modified: the ``Last-Modified`` that came with it, empty where none came.
    """

    url: str
    sha256: str
    etag: str = ""
    last_modified: str = ""


def store_to_fill(specs_dir: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the store that a pull fills, which need not exist: chosen as ``find_store`` chooses.

    Raises:
        SpecNotFoundError: what was named is a file.
    """
    for folder, named_by in ((specs_dir, "--specs-dir"), (environ.get(STORE_VARIABLE), STORE_VARIABLE)):
        if folder:
            if Path(folder).exists() and not Path(folder).is_dir():
                raise SpecNotFoundError(f"{named_by} {folder}: is a file, not a folder; give a folder to fill")
            return Path(folder).absolute()
    return default_store()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, empty where there is none that can be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def read_versions(store: Path) -> dict[str, Version]:
    """Return what is known of the stored versions, by label; what cannot be read or sent again is passed over."""
    try:
        content = json.loads((store / PULLED).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {label: version for label, entry in entries if (version := _version(entry))}


def _version(entry: object) -> Version | None:
    if not isinstance(entry, dict):
        return None
    values = {key: entry.get(key, "") for key in ("url", "sha256", "etag", "last_modified")}
    if not all(isinstance(value, str) and value.isascii() and value.isprintable() for value in values.values()):
        return None
    return Version(**values)


def write_versions(store: Path, versions: Mapping[str, Version]) -> None:
    """Write what is known of the stored versions, atomically; that it cannot be written is no error."""
    beside = store / f"{PULLED}.{secrets.token_hex(4)}"
    text = json.dumps({label: asdict(version) for label, version in versions.items()}, indent=1)
    try:
        beside.write_text(text + "\n", "utf-8")
        beside.replace(store / PULLED)
    except OSError:
        with suppress(OSError):
            beside.unlink()


class Staging:
    """Places beside stored documents for those that may replace them. What is left there in the end is removed."""

    def __init__(self) -> None:
        self._made: list[Path] = []
        self._beside: dict[Path, Path] = {}

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for folder in self._beside.values():
            shutil.rmtree(folder, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):  # it is not empty: documents were stored in it
                folder.rmdir()

    def place(self, target: Path) -> Path:
        """Return where the new version of ``target`` is to be written; makes the folders that are missing.

        Raises:
            SpecError: nothing can be written there.
        """
        folder = target.parent
        try:
            if folder not in self._beside:
                self._make(folder)
                self._beside[folder] = Path(tempfile.mkdtemp(prefix=".pull-", dir=folder))
        except OSError as error:
            raise SpecError(f"{folder}: cannot be written: {error.strerror}") from error
        return self._beside[folder] / target.name

    def _make(self, folder: Path) -> None:
        missing = [entry for entry in (folder, *folder.parents) if not entry.is_dir()]
        for entry in reversed(missing):
            entry.mkdir(exist_ok=True)
            self._made.append(entry)

    def store(self, moves: Sequence[tuple[Path, Path]]) -> None:
        """Rename each new document to its target; if one cannot be, all targets are what they were before.

        Args:
            moves: ``(new, target)``, the new document where ``place`` said.

        Raises:
            SpecError: a target cannot be replaced.
        """
        done: list[tuple[Path, Path | None]] = []
        try:
            for new, target in moves:
                _to_disk(new)
                done.append((target, _kept(target, new.with_suffix(".before"))))
                new.replace(target)
        except BaseException as error:
            for replaced, kept in reversed(done):
                with suppress(OSError):
                    kept.replace(replaced) if kept else replaced.unlink()
            if isinstance(error, OSError):
                raise SpecError(f"{target}: cannot be replaced: {error.strerror}; nothing was stored") from error
            raise


def _to_disk(path: Path) -> None:
    """Have the content on the disk before the name: a power cut leaves the old document or the new one, whole."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _kept(target: Path, place: Path) -> Path | None:
    """Keep what is at ``target`` at a second place, None where nothing is there."""
    if not target.is_file():
        return None
    try:
        place.hardlink_to(target)
    except OSError:  # a file system without hard links
        shutil.copy2(target, place)
    return place
