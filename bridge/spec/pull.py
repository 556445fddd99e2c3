"""Official documents into the local store: fetched several at once, checked, and stored all together or not at all.

Nothing that a document names is ever fetched: ``$ref``, ``externalDocs`` and ``servers`` are data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from bridge.errors import SpecError, SpecFormatError, SpecNotFoundError
from bridge.spec.document import read_document
from bridge.spec.pull_fetch import Fetched, FolderOrigin, Limits, Origin
from bridge.spec.pull_store import Staging, Version, digest, read_versions, write_versions
from bridge.spec.pull_wanted import Wanted
from bridge.spec.store import stored_documents
from bridge.spec.structure import declared_operations

Result = Literal["new", "changed", "unchanged", "not in the mirror", "failed", "left"]
"""``left``: would have been stored, or is as it was, had not another document failed."""

DEFAULT_LIMITS = Limits()

_SHOWN = 400


class Watcher(Protocol):
    """Who is told how far a pull has come."""

    def received(self, size: int) -> None:
        """So many bytes more have come."""

    def finished(self) -> None:
        """One document more is fetched and checked, or has failed."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of one document.

    Attributes:
        document: as ``--spec`` takes it.
        result: what happened.
        file: where it is stored, or would be.
        operations: how many it has; None where it did not come.
        size: of the file, in bytes; None where it did not come.
        problem: one line; empty unless it failed.
    """

    document: str
    result: Result
    file: Path
    operations: int | None = None
    size: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A document on its way: where it belongs, where its new version lies, what is known of it, which one is meant."""

    wanted: Wanted
    target: Path
    place: Path
    known: Version | None
    pulled: Pulled
    locked: str | None = None
    fetched: Fetched | None = None

    def failed(self, problem: str) -> _Candidate:
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in problem).split())
        cut = line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}..."
        return replace(self, pulled=replace(self.pulled, result="failed", problem=cut))


def pull(
    wanted: Sequence[Wanted],
    store: Path,
    watcher: Watcher,
    mirror: Path | str | None = None,
    *,
    allow_http: bool = False,
    locked: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Pulled]:
    """Fetch and check documents, and store them if none failed.

    Args:
        wanted: the documents.
        store: the folder to fill; it is made where it is missing.
        watcher: is told how far it has come.
        mirror: a folder or a URL laid out like the store, in place of the vendors' own URLs. What a mirror does not
            have is a failure only where a person named it.
        allow_http: permit plain HTTP.
        locked: by label, the SHA-256 that a document must have; what has another one, or none here, fails.
        limits: how much and how long.

    Returns:
        What came of each document. If one ``failed``, nothing was stored, and the others are ``left``.

    Raises:
        SpecNotFoundError: the mirror has none of the documents.
        SpecError: the store cannot be written; nothing was changed.
    """
    with Staging() as staging:
        prepared = _prepared(wanted, store, staging, locked)
        found = asyncio.run(_fetched(prepared, mirror, limits, watcher, allow_http=allow_http))
        pulled = [candidate.pulled for candidate in found]
        if pulled and all(entry.result == "not in the mirror" for entry in pulled):
            raise SpecNotFoundError(
                f"--from {mirror}: none of the documents is there; it must be laid out as <vendor>/<document>.json"
            )
        if any(entry.result == "failed" for entry in pulled):
            return [entry if entry.result == "failed" else replace(entry, result="left") for entry in pulled]
        arrived = [candidate for candidate in found if candidate.pulled.result in ("new", "changed")]
        staging.store([(candidate.place, candidate.target) for candidate in arrived])
    _remember(found, store)
    return pulled


def _prepared(
    wanted: Sequence[Wanted], store: Path, staging: Staging, locked: Mapping[str, str] | None
) -> list[_Candidate]:
    versions = read_versions(store)
    there = {
        (vendor.name, ref.name): ref.path
        for vendor in {entry.vendor.name: entry.vendor for entry in wanted}.values()
        for ref in stored_documents(store, vendor)
    }
    candidates = []
    for entry in wanted:
        # A document that a person stored under another of its names is replaced there: it is the one that is served.
        path = store / entry.vendor.name / entry.source.file
        target = there.get((entry.vendor.name, entry.source.name), path)
        known = versions.get(entry.label)
        known = known if known and known.sha256 == digest(target) else None
        pulled = Pulled(entry.label, "failed", target)
        meant = None if locked is None else locked.get(entry.label, "")
        candidates.append(_Candidate(entry, target, staging.place(target), known, pulled, meant))
    return candidates


async def _fetched(
    candidates: Sequence[_Candidate], mirror: Path | str | None, limits: Limits, watcher: Watcher, *, allow_http: bool
) -> list[_Candidate]:
    async with AsyncExitStack() as stack:
        origin: Origin
        if isinstance(mirror, Path):
            origin = FolderOrigin(mirror, limits, watcher.received)
        else:
            from bridge.spec.pull_http import HttpOrigin  # noqa: PLC0415 (a copy needs no HTTP client)

            client = HttpOrigin(mirror, limits, watcher.received, allow_http=allow_http)
            origin = await stack.enter_async_context(client)
        free = asyncio.Semaphore(limits.at_once)

        async def one(candidate: _Candidate) -> _Candidate:
            async with free:
                done = await _one(candidate, origin, mirrored=mirror is not None)
            watcher.finished()
            return done

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(candidate)) for candidate in candidates]
        return [task.result() for task in tasks]


async def _one(candidate: _Candidate, origin: Origin, *, mirrored: bool) -> _Candidate:
    try:
        fetched = await origin.fetch(candidate.wanted, candidate.known, candidate.place)
        return await asyncio.to_thread(_checked, replace(candidate, fetched=fetched))
    except SpecNotFoundError as error:
        if mirrored and not candidate.wanted.named:
            return replace(candidate, pulled=replace(candidate.pulled, result="not in the mirror"))
        return candidate.failed(str(error))
    except SpecError as error:
        return candidate.failed(str(error))
    except OSError as error:
        return candidate.failed(f"cannot be written: {error.strerror}")


def _checked(candidate: _Candidate) -> _Candidate:
    """Look at what came: an OpenAPI 3 document of the right title, with operations."""
    wanted, target = candidate.wanted, candidate.target
    modified = candidate.fetched is None or candidate.fetched.modified
    path = candidate.place if modified else target
    try:
        document = read_document(path, wanted.vendor, wanted.source.name, "official")
    except SpecError as error:
        raise SpecFormatError(str(error).replace(str(path), wanted.source.file)) from error
    if document.title != wanted.source.title:
        raise SpecFormatError(f"another document came: its title is {document.title!r}, not {wanted.source.title!r}")
    operations = declared_operations(document)
    if not operations:
        raise SpecFormatError("what came has no operations")
    if candidate.locked is not None and candidate.locked != (came := digest(path)):
        said = f"another version came: locked {candidate.locked[:12]}, came {came[:12]}"
        raise SpecFormatError(said if candidate.locked else "it is not locked, and --frozen stores what is")
    result: Result = "new" if not target.is_file() else "changed"
    if not modified or digest(path) == digest(target):
        result = "unchanged"
    pulled = replace(candidate.pulled, result=result, operations=operations, size=path.stat().st_size)
    return replace(candidate, pulled=pulled)


def _remember(candidates: Sequence[_Candidate], store: Path) -> None:
    """Keep the validators of what came over HTTP; a copy from a folder has none and leaves the others' alone."""
    came = {
        candidate.wanted.label: Version(fetched.url, digest(candidate.target), fetched.etag, fetched.last_modified)
        for candidate in candidates
        if (fetched := candidate.fetched) and fetched.url
    }
    if came:
        write_versions(store, {**read_versions(store), **came})
