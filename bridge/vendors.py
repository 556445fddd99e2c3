"""Vendor: whom we call, where its documents and operations are, and where its token comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bridge.errors import SpecFormatError
from bridge.globs import path_matches
from bridge.shipped import shipped_path


@dataclass(frozen=True, slots=True)
class BaseUrlRule:
    """Where operations live: ``url`` holds for those of ``document`` whose path fits the glob ``path``."""

    url: str
    document: str | None = None
    path: str | None = None

    def matches(self, document: str, path: str) -> bool:
        """Tell whether the rule holds for a path template of a document."""
        if self.document is not None and self.document != document:
            return False
        return self.path is None or path_matches(self.path, path)


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One official document as ``specs/sources.yaml`` names it."""

    name: str
    file: str
    title: str
    url: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OAuth:
    """Where and how a vendor issues tokens (OAuth 2.0, RFC 6749).

    Attributes:
        authorize: the authorization endpoint, which a person's browser opens.
        token: the token endpoint.
        client_authentication: how an app shows its secret (section 2.3.1): ``basic`` or in the ``body``.
        server_grant: how a service gets a token without a person.
        api_hosts: a regular expression; the whole of a host that a token answer may name as the API's.
        names_scopes: whether who logs in has to name scopes; else those of the app count.
    """

    authorize: str
    token: str
    client_authentication: Literal["basic", "body"]
    server_grant: Literal["account_credentials", "refresh_token"]
    api_hosts: str | None = None
    names_scopes: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """One API provider.

    Attributes:
        name: as in ``--spec`` and as the first word of every tool name (``webex``).
        title: for people (``Webex``).
        token_header: the HTTP header that carries a caller's token to us.
        token_variable: the environment variable that carries it over stdio.
        documents: the official documents, in the order that decides names; none for a vendor of a file.
        base_urls: rules, the first that matches wins.
        official: whether it stands in ``specs/sources.yaml``.
        encode_twice: a regular expression; path values in which it is found are percent-encoded twice.
        oauth: where it issues tokens; None where that is not known.
        me: the URL that answers who owns a token.
    """

    name: str
    title: str
    token_header: str
    token_variable: str
    documents: tuple[SourceDocument, ...] = ()
    base_urls: tuple[BaseUrlRule, ...] = ()
    official: bool = False
    encode_twice: str | None = None
    oauth: OAuth | None = None
    me: str | None = None

    def base_url(self, document: str, path: str) -> str | None:
        """Return the base URL (no trailing slash) that the rules give, None where no rule matches."""
        for rule in self.base_urls:
            if rule.matches(document, path):
                return rule.url.rstrip("/")
        return None

    def variable(self, what: str) -> str:
        """Return the environment variable that holds something of this vendor: ``ZOOM_CLIENT_ID``."""
        return f"{self.token_variable.removesuffix('_ACCESS_TOKEN')}_{what}"

    def source(self, name: str) -> SourceDocument | None:
        """Return the official document of this name or alias."""
        for document in self.documents:
            if name == document.name or name in document.aliases:
                return document
        return None

    def rank(self, document: str) -> int:
        """Return a document's place in ``sources.yaml``; those that do not stand there come after all others."""
        for place, source in enumerate(self.documents):
            if source.name == document:
                return place
        return len(self.documents)


def official_vendors(path: Path | None = None) -> Mapping[str, Vendor]:
    """Return the vendors of ``specs/sources.yaml``, by name.

    Args:
        path: another file of the same shape.

    Raises:
        SpecFormatError: the file does not have that shape.
    """
    return _read_sources(path or shipped_path("specs/sources.yaml"))


@cache
def _read_sources(path: Path) -> Mapping[str, Vendor]:
    import yaml  # noqa: PLC0415 (a compiled catalogue does without)

    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        return {name: _vendor(name, entry) for name, entry in content.items()}
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise SpecFormatError(f"{path}: not a file of document sources: {type(error).__name__}: {error}") from error


def _vendor(name: str, entry: Mapping[str, Any]) -> Vendor:
    return Vendor(
        name=name,
        title=entry["title"],
        token_header=entry["token_header"],
        token_variable=entry["token_variable"],
        documents=tuple(_source_document(entry, document) for document in entry["documents"]),
        base_urls=tuple(BaseUrlRule(**rule) for rule in entry["base_url"]),
        official=True,
        encode_twice=entry.get("encode_twice"),
        oauth=OAuth(**entry["oauth"]) if "oauth" in entry else None,
        me=entry.get("me"),
    )


def _source_document(vendor: Mapping[str, Any], entry: Mapping[str, Any]) -> SourceDocument:
    name = entry["name"]
    file = vendor["file"].format(name=name)
    return SourceDocument(
        name=name,
        file=file,
        title=entry["title"],
        url=vendor["url"].format(file=file, product=entry.get("product", name)),
        aliases=tuple(entry.get("aliases", ())),
    )


def vendor_of_file(path: Path) -> Vendor:
    """Make the vendor of any other OpenAPI document, named after the file (``petstore.yaml`` gives ``petstore``)."""
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") or "api"
    name = f"api_{name}" if name[0].isdigit() else name  # an environment variable does not begin with a digit
    return Vendor(
        name=name,
        title=path.stem,
        token_header=f"x-{name.replace('_', '-')}-access-token",
        token_variable=f"{name.upper()}_ACCESS_TOKEN",
    )
