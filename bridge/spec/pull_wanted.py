"""What is pulled, and where from: the documents of ``specs/sources.yaml`` that a person names, a mirror of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bridge.errors import OptionError, SpecNotFoundError, did_you_mean
from bridge.vendors import SourceDocument, Vendor, official_vendors


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to pull.

    Attributes:
        vendor: whose it is.
        source: the document.
        named: whether a person named it, and not its vendor as a whole.
    """

    vendor: Vendor
    source: SourceDocument
    named: bool

    @property
    def label(self) -> str:
        """Return the document as ``--spec`` takes it."""
        return f"{self.vendor.name}/{self.source.name}"


def wanted_documents(names: Sequence[str], vendors: Mapping[str, Vendor] | None = None) -> list[Wanted]:
    """Return the documents to pull, each once, by vendor in the order of first mention.

    Args:
        names: ``webex`` or ``webex/admin``; none means every official vendor.
        vendors: by name; by default those of ``specs/sources.yaml``.

    Raises:
        SpecNotFoundError: no such vendor or document; the sentence names the nearest.
    """
    vendors = official_vendors() if vendors is None else vendors
    whole: set[str] = set()
    chosen: dict[str, set[str]] = {}
    for name in names or list(vendors):
        vendor_name, slash, document = name.partition("/")
        vendor = _vendor(name, vendor_name, vendors)
        named = chosen.setdefault(vendor_name, set())
        if slash:
            named.add(_source(vendor, document).name)
        else:
            whole.add(vendor_name)
    return [
        Wanted(vendors[vendor_name], source, source.name in named)
        for vendor_name, named in chosen.items()
        for source in vendors[vendor_name].documents
        if vendor_name in whole or source.name in named
    ]


def _vendor(name: str, vendor_name: str, vendors: Mapping[str, Vendor]) -> Vendor:
    if vendor_name in vendors:
        return vendors[vendor_name]
    raise SpecNotFoundError(
        f"{name}: no such vendor{did_you_mean(vendor_name, vendors)}; give {', '.join(vendors)}, or <vendor>/<document>"
    )


def _source(vendor: Vendor, name: str) -> SourceDocument:
    if source := vendor.source(name):
        return source
    known = [source.name for source in vendor.documents]
    raise SpecNotFoundError(
        f"{vendor.name}/{name}: {vendor.title} has no such document{did_you_mean(name, known)}; "
        f"there are {', '.join(known)}"
    )


def parse_mirror(text: str, *, allow_http: bool) -> Path | str:
    """Return where a mirror is: an existing folder, or the URL (no trailing slash) of one.

    Raises:
        OptionError: a URL that cannot be a folder of documents, or plain HTTP that is not allowed.
        SpecNotFoundError: no such folder.
    """
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        return _folder(text)
    try:
        parts = urlsplit(text)
        hostname, _ = parts.hostname, parts.port
    except ValueError:
        raise OptionError(f"--from {text}: not a URL") from None
    if parts.username is not None or parts.password is not None:
        raise OptionError("--from: a URL with a user name or a password in it is not taken")
    if parts.scheme not in ("http", "https") or not hostname:
        raise OptionError(f"--from {text}: give the URL of a folder, https://..., or a folder's path")
    if parts.query or parts.fragment:
        raise OptionError(f"--from {text}: give the URL of a folder, without ? and #")
    if parts.scheme == "http" and not allow_http:
        raise OptionError(f"--from {text}: plain HTTP, which anyone on the way can change; --allow-http permits it")
    return text.rstrip("/")


def _folder(text: str) -> Path:
    folder = Path(text)
    if text and folder.is_dir():
        return folder.absolute()
    what = "is a file, not a folder" if text and folder.exists() else "no such folder"
    raise SpecNotFoundError(f"--from {text}: {what}; give one laid out as <vendor>/<document>.json, or its URL")
