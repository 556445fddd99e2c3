"""Where documents are: the local store of official documents, the built-in core, any file a person names."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from bridge.errors import SpecNotFoundError, did_you_mean
from bridge.shipped import DISTRIBUTION, shipped_path
from bridge.spec.document import Document, Origin, read_document
from bridge.vendors import Vendor, official_vendors, vendor_of_file

STORE_VARIABLE = "BRIDGE_SPECS_DIR"


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A document that is there, not read yet."""

    vendor: Vendor
    name: str
    origin: Origin
    path: Path

    @property
    def label(self) -> str:
        """Return the document as ``--spec`` takes it."""
        return str(self.path) if self.origin == "file" else f"{self.vendor.name}/{self.name}"

    def read(self) -> Document:
        """Read it; raises as ``read_document`` does."""
        return read_document(self.path, self.vendor, self.name, self.origin)


@dataclass(frozen=True, slots=True)
class VendorDocuments:
    """The documents of one vendor.

    Attributes:
        vendor: whose they are.
        known: all that are there, in the order that decides names.
        selected: those to serve, a part of ``known``.
        core: the built-in core documents of an official vendor, whose names hold for official documents too.
        store: the store that was looked into.
    """

    vendor: Vendor
    known: tuple[DocumentRef, ...]
    selected: tuple[DocumentRef, ...]
    core: tuple[DocumentRef, ...]
    store: Path

    @property
    def origin(self) -> Origin:
        """Return where the documents come from."""
        return self.known[0].origin if self.known else "official"


def default_store() -> Path:
    """Return the per-user folder of official documents."""
    return platformdirs.user_data_path(DISTRIBUTION) / "specs"


def find_store(specs_dir: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the local store: ``specs_dir``, else ``BRIDGE_SPECS_DIR``, else the per-user folder.

    Raises:
        SpecNotFoundError: a folder that was named does not exist. (The per-user one need not.)
    """
    if specs_dir is not None:
        return existing_store(specs_dir, "--specs-dir")
    if named := environ.get(STORE_VARIABLE):
        return existing_store(Path(named), STORE_VARIABLE)
    return default_store()


def existing_store(folder: Path, named_by: str) -> Path:
    """Return a folder of official documents, absolute.

    Args:
        folder: where documents should be, as <vendor>/<document>.json.
        named_by: the option or variable that names it.

    Raises:
        SpecNotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "no such folder"
        raise SpecNotFoundError(f"{named_by} {folder}: {what}; give one laid out as <vendor>/<document>.json")
    return folder.absolute()


def stored_documents(store: Path, vendor: Vendor) -> tuple[DocumentRef, ...]:
    """Return a vendor's official documents in the store, in the order of ``sources.yaml``, others after them."""
    by_name: dict[str, DocumentRef] = {}
    for path in sorted((store / vendor.name).glob("*.json")):
        name = _document_name(vendor, path)
        by_name.setdefault(name, DocumentRef(vendor, name, "official", path))
    return tuple(sorted(by_name.values(), key=lambda ref: (vendor.rank(ref.name), ref.name)))


def _document_name(vendor: Vendor, path: Path) -> str:
    stem = path.stem.removeprefix(f"{vendor.name}-")
    source = next((source for source in vendor.documents if source.file == path.name), None) or vendor.source(stem)
    return source.name if source else stem


def core_documents(vendor: Vendor) -> tuple[DocumentRef, ...]:
    """Return a vendor's built-in core documents, by name."""
    folder = shipped_path("specs") / vendor.name
    return tuple(DocumentRef(vendor, path.stem, "core", path) for path in sorted(folder.glob("*.yaml")))


def select_documents(specs: Sequence[str], store: Path) -> list[VendorDocuments]:
    """Return what ``--spec`` selects, a vendor an entry, in the order of first mention.

    Args:
        specs: ``webex``, ``webex/admin`` or a path to an OpenAPI document; none means every official vendor.
        store: the local store.

    Raises:
        SpecNotFoundError: no such vendor, document or file; the sentence names the nearest.
    """
    vendors = official_vendors()
    chosen: dict[str, list[str] | None] = {}
    files: dict[str, DocumentRef] = {}
    for spec in specs or list(vendors):
        vendor_name, slash, document = spec.partition("/")
        if vendor_name in vendors and not slash:
            chosen[vendor_name] = None
        elif vendor_name in vendors and "." not in document:
            names = chosen.setdefault(vendor_name, [])
            if names is not None:
                names.append(document)
        else:
            ref = _file(spec, vendors)
            if (earlier := files.get(ref.vendor.name)) and earlier.path != ref.path:
                raise SpecNotFoundError(
                    f"--spec {spec}: {earlier.path} gives the vendor name {ref.vendor.name!r} too; rename one file"
                )
            files[ref.vendor.name] = ref
    found = [_official(vendors[name], documents, store) for name, documents in chosen.items()]
    found += [VendorDocuments(ref.vendor, (ref,), (ref,), (), store) for ref in files.values()]
    return found


def _file(spec: str, vendors: Mapping[str, Vendor]) -> DocumentRef:
    path = document_path(spec)
    if spec and path.is_dir():
        raise SpecNotFoundError(f"--spec {spec}: a folder, not a document; give a file, or --specs-dir for a store")
    if not path.is_file():
        known = ", ".join(vendors)
        raise SpecNotFoundError(
            f"--spec {spec}: no such vendor or file{did_you_mean(spec.partition('/')[0], vendors)}; "
            f"give {known}, <vendor>/<document>, or the path of an OpenAPI file"
        )
    vendor = vendor_of_file(path)
    if vendor.name in vendors:
        raise SpecNotFoundError(
            f"--spec {spec}: the file's name is that of the vendor {vendor.name!r}; rename the file"
        )
    return DocumentRef(vendor, vendor.name, "file", path.absolute())


def document_path(spec: str) -> Path:
    """Return the path that ``--spec`` names, if it names one; ``~`` is the home folder."""
    try:
        return Path(spec).expanduser()
    except RuntimeError:  # ~someone: there is no such user
        return Path(spec)


def _official(vendor: Vendor, names: list[str] | None, store: Path) -> VendorDocuments:
    core = core_documents(vendor)
    known = stored_documents(store, vendor) or core
    if names is None:
        return VendorDocuments(vendor, known, known, core, store)
    by_name = {ref.name: ref for ref in known}
    selected: dict[str, DocumentRef] = {}
    for name in names:
        source = vendor.source(name)
        ref = by_name.get(source.name if source else name)
        if ref is None:
            raise SpecNotFoundError(_not_there(vendor, name, by_name, store))
        selected[ref.name] = ref
    ordered = tuple(ref for ref in known if ref.name in selected)
    return VendorDocuments(vendor, known, ordered, core, store)


def _not_there(vendor: Vendor, name: str, there: Collection[str], store: Path) -> str:
    spec = f"{vendor.name}/{name}"
    if vendor.source(name):
        return f"--spec {spec}: not in the store {store}; run `cli.py specs pull {spec}`"
    known = {*there, *(source.name for source in vendor.documents)}
    listed = f"there are {', '.join(there)}" if there else f"none is in the store {store}"
    return f"--spec {spec}: {vendor.title} has no such document{did_you_mean(name, known)}; {listed}"
