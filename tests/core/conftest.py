"""The operations of the built-in core, as they stand in its documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bridge.spec.document import Document, JsonObject
from bridge.spec.store import core_documents
from bridge.spec.structure import OperationSite, each_operation, entries
from bridge.vendors import official_vendors


@dataclass(frozen=True, slots=True)
class CoreOperation:
    """One operation of the core, as it is written."""

    document: Document
    site: OperationSite

    @property
    def declared(self) -> JsonObject:
        """Return the operation object."""
        return self.site.operation

    @property
    def parameters(self) -> list[JsonObject]:
        """Return its parameters, references followed."""
        declared = [*entries(self.site.path_item, "parameters"), *entries(self.declared, "parameters")]
        return [self.document.follow(entry) for entry in declared]

    @property
    def responses(self) -> dict[str, JsonObject]:
        """Return its responses by status, references followed."""
        return {status: self.document.follow(entry) for status, entry in self.declared["responses"].items()}

    @property
    def body(self) -> JsonObject:
        """Return its request body, an empty object where there is none."""
        return self.document.follow(self.declared.get("requestBody"))

    def media(self) -> list[tuple[str, JsonObject]]:
        """Return ``(place, media type object)`` of everything that has content: body and responses."""
        carriers = [("requestBody", self.body), *self.responses.items()]
        return [(f"{place} {kind}", media) for place, carrier in carriers for kind, media in contents(carrier)]

    def __str__(self) -> str:
        return f"{self.document.label}: {self.site.key}"


def contents(carrier: JsonObject) -> list[tuple[str, Any]]:
    """Return the media types of a body or response."""
    return list(carrier.get("content", {}).items())


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """Return the core documents of all vendors, as they are written: not repaired."""
    return [ref.read() for vendor in official_vendors().values() for ref in core_documents(vendor)]


@pytest.fixture(scope="session")
def operations(documents: list[Document]) -> list[CoreOperation]:
    """Return every operation of the core."""
    return [CoreOperation(document, site) for document in documents for site in each_operation(document)]
