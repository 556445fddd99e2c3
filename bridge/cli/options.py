"""The options that several commands take, and the catalogue that they select."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.catalogue.cache import (
    OFF_VARIABLE,
    CatalogueCache,
    address_of,
    cache_folder,
    shipped_inputs,
    stored_inputs,
)
from bridge.catalogue.listing_plan import Mode
from bridge.catalogue.overrides_files import find_overrides
from bridge.catalogue.permissions import EVERYTHING, Permissions, restricted
from bridge.catalogue.tool_spec import Catalogue
from bridge.cli.completion import complete_spec
from bridge.errors import OptionError, OverridesError
from bridge.lock_file import NAMES_LOCK, SPECS_LOCK, lock_folder
from bridge.server.request_check import CheckRequests
from bridge.spec.store import VendorDocuments, document_path, find_store, select_documents
from bridge.vendors import official_vendors

if TYPE_CHECKING:
    from bridge.catalogue.overrides import Overrides

Spec = Annotated[
    list[str] | None,
    typer.Option(
        "--spec",
        "-s",
        help="What to serve: webex, zoom, webex/<document>, or the path of an OpenAPI file. Repeatable. Default: both.",
        metavar="SPEC",
        autocompletion=complete_spec,
    ),
]
SpecsDir = Annotated[
    Path | None,
    typer.Option(
        "--specs-dir",
        help="The store of official documents, <vendor>/*.json. Default: $BRIDGE_SPECS_DIR, else a per-user folder.",
        metavar="FOLDER",
    ),
]
OverridesFile = Annotated[
    list[Path] | None,
    typer.Option(
        "--overrides",
        "-o",
        help="The overrides file. Repeatable, later wins; /dev/null curates nothing. "
        "Default: $BRIDGE_OVERRIDES, else ./overrides.yaml, else the shipped one.",
        metavar="FILE",
    ),
]
NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache",
        help="Read documents and overrides themselves, and keep no compiled catalogue. The same: $BRIDGE_NO_CACHE.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


class Schema(StrEnum):
    """How tools are listed: with all that the vendor says, or with what a model needs of it."""

    LEAN = "lean"
    FULL = "full"


SchemaOption = Annotated[
    Schema,
    typer.Option("--schema", help="How tools are listed: lean, what a model needs; full, all that the vendor says."),
]
UpstreamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--upstream",
        help="VENDOR=URL: replace scheme and host of the vendor's base URLs. Repeatable. "
        "Default: $BRIDGE_UPSTREAM_<VENDOR>.",
        metavar="VENDOR=URL",
    ),
]
SandboxOption = Annotated[
    bool, typer.Option("--sandbox", help="Call an embedded API that answers from the documents: no account needed.")
]

ModeOption = Annotated[
    Mode,
    typer.Option(
        "--mode",
        help="What tools/list shows. full: every tool; search: the pinned tools and four that find and call all "
        "others; auto: full while it fits --list-budget.",
    ),
]
ListBudget = Annotated[
    int,
    typer.Option(
        "--list-budget",
        min=0,
        help="How many tokens (characters / 4) the listing may take of a model's context.",
        metavar="TOKENS",
    ),
]

FilesDirs = Annotated[
    list[Path] | None,
    typer.Option(
        "--files-dir",
        help="A folder whose files may be sent, each by its absolute path. Repeatable; "
        "files that are too large for a result are saved in the first one.",
        metavar="FOLDER",
    ),
]
CheckRequestsOption = Annotated[
    CheckRequests,
    typer.Option(
        "--check-requests", help="Which requests are checked against the vendor's document before they are sent."
    ),
]

RetriesOption = Annotated[
    int,
    typer.Option("--retries", min=0, max=10, help="How often a request is sent again at most; 0: never.", metavar="N"),
]
LONGEST = 3600
"""Seconds that any wait may be told to take."""

MaxWaitOption = Annotated[
    float,
    typer.Option(
        "--max-wait",
        min=0,
        max=LONGEST,
        help="How long a call waits for the vendor, all waits together.",
        metavar="SECONDS",
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option(
        "--timeout",
        min=1,
        max=LONGEST,
        help="How long a call may take in all, waits included.",
        metavar="SECONDS",
    ),
]
Http2Option = Annotated[
    bool, typer.Option("--http2/--no-http2", help="Speak HTTP/2 where a vendor offers it; else HTTP/1.1 alone.")
]
DrainOption = Annotated[
    float,
    typer.Option(
        "--drain",
        min=0,
        max=LONGEST,
        help="How long running calls may take to end after SIGTERM.",
        metavar="SECONDS",
    ),
]


def files_dirs(folders: Sequence[Path] | None) -> tuple[Path, ...]:
    """Return the folders of ``--files-dir`` without links in their paths.

    Raises:
        OptionError: one is no folder.
    """
    found = []
    for folder in folders or ():
        try:
            resolved = folder.expanduser().resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: no such user, links in a circle
            raise OptionError(f"--files-dir {folder}: no such folder") from None
        if not resolved.is_dir():
            raise OptionError(f"--files-dir {folder}: this is no folder")
        found.append(resolved)
    return tuple(found)


def selection(spec: Sequence[str] | None, specs_dir: Path | None) -> list[VendorDocuments]:
    """Return the documents that the options select; raises ``SpecNotFoundError``."""
    return select_documents(spec or (), find_store(specs_dir))


def read_overrides(
    files: Sequence[Path] | None, documents: Sequence[VendorDocuments], environ: Mapping[str, str] = os.environ
) -> Overrides:
    """Return the overrides that the options and the environment name, problems included."""
    from bridge.catalogue.overrides import load_overrides  # noqa: PLC0415

    names = [*official_vendors(), *(entry.vendor.name for entry in documents)]
    return load_overrides(find_overrides(files or (), environ, Path.cwd()), names)


def locks_folder(files: Sequence[Path] | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the lock files belong: beside the overrides file that the options and the environment name."""
    cwd = Path.cwd()
    return lock_folder(find_overrides(files or (), environ, cwd), cwd)


@dataclass(frozen=True, slots=True)
class Found:
    """A catalogue as the options select it.

    Attributes:
        catalogue: ready to be served.
        compiled: where it was made of documents, and may be kept: keeps it for the next start, which takes seconds,
            and returns it as the next start finds it; None where there is nothing to keep.
    """

    catalogue: Catalogue
    compiled: Callable[[], Catalogue] | None = None

    def ready(self) -> Catalogue:
        """Return it compiled, if that can be."""
        return self.compiled() if self.compiled else self.catalogue


def find_catalogue(
    spec: Sequence[str] | None,
    specs_dir: Path | None,
    overrides: Sequence[Path] | None,
    permissions: Permissions = EVERYTHING,
    *,
    frozen: bool = False,
    schema: Schema = Schema.LEAN,
    cached: bool = True,
) -> Found:
    """Return the catalogue that the options select, without what they do not let through, as soon as there is one.

    Args:
        spec: what ``--spec`` names.
        specs_dir: what ``--specs-dir`` names.
        overrides: what ``--overrides`` names.
        permissions: what is let through.
        frozen: refuse documents that are not those of ``specs.lock``.
        schema: how its tools are listed.
        cached: whether a compiled catalogue will do, and is kept; its operations know nothing of responses.

    Raises:
        BridgeError: documents, overrides, lock files or permissions cannot be used.
    """
    selected = _Selected(spec or (), specs_dir, overrides or (), schema, frozen)
    cache = CatalogueCache(cache_folder() if cached and not os.environ.get(OFF_VARIABLE) else None)
    place = selected.address()
    catalogue = cache.find(place)
    if catalogue is not None:
        return Found(restricted(catalogue, permissions))
    built = selected.built()
    if cache.folder is None or selected.address() != place:  # something was changed meanwhile
        return Found(restricted(built, permissions))
    built = replace(built, kept_in=cache.path(place))
    return Found(restricted(built, permissions), lambda: restricted(cache.keep(place, built), permissions))


@dataclass(frozen=True)
class _Selected:
    """What the options select; the fields are those of ``find_catalogue``."""

    spec: Sequence[str]
    specs_dir: Path | None
    overrides: Sequence[Path]
    schema: Schema
    frozen: bool

    def address(self) -> str:
        """Return the address of the compiled catalogue."""
        store, cwd = find_store(self.specs_dir), Path.cwd()
        override_files = find_overrides(self.overrides, os.environ, cwd)
        locks = lock_folder(override_files, cwd)
        settings = {
            "spec": list(self.spec),
            "store": str(store),
            "overrides": list(map(str, override_files)),
            "cwd": str(cwd),
            "schema": self.schema.value,
            "frozen": self.frozen,
        }
        named = [document_path(entry) for entry in self.spec if "." in entry or "/" in entry]
        lock_files = [locks / NAMES_LOCK, locks / SPECS_LOCK]
        return address_of(settings, [*shipped_inputs(), *stored_inputs(store), *named, *override_files, *lock_files])

    def built(self) -> Catalogue:
        """Return the catalogue, made from documents and overrides."""
        # What a start from the compiled catalogue does not need.
        from bridge.catalogue.build import build_catalogue  # noqa: PLC0415
        from bridge.catalogue.names_lock import read_names_lock  # noqa: PLC0415
        from bridge.spec.specs_lock import check_frozen  # noqa: PLC0415

        documents = selection(self.spec, self.specs_dir)
        folder = locks_folder(self.overrides)
        if self.frozen:
            check_frozen(documents, folder)
        names = read_names_lock(folder / NAMES_LOCK)
        overrides = read_overrides(self.overrides, documents)
        catalogue = build_catalogue(documents, overrides, names, self.schema.value)
        found = [str(problem) for problem in catalogue.problems if problem.severity == "error"]
        if found:
            raise OverridesError("the overrides have errors:\n" + "\n".join(found))
        return catalogue
