"""Keys of ``tools`` -> the operations that they name: hundreds of keys over thousands of operations, by dictionary."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from bridge.catalogue.overrides_nodes import Place, Problem, Severity
from bridge.catalogue.overrides_tools import split_key
from bridge.catalogue.selectors import document_name
from bridge.errors import did_you_mean, nearest
from bridge.spec.operation import Operation, Source
from bridge.vendors import Vendor

_METHOD_AND_PATH = re.compile(r"[A-Z]+ /.*")
_MOST_PROPOSALS = 20
"""So many wrong keys of a vendor get the nearest right one: each takes tens of milliseconds among thousands of keys."""

_Declared = tuple[Operation, Source]


def key_of(source: Source) -> str:
    """Return the key that names an operation by one of its documents, whatever else there is."""
    return f"{source.document.name}: {source.site.key}"


def _other_slash(key: str) -> str:
    """Return the key with, or without, the slash at the end: documents are not sure of it, people less so."""
    return key.removesuffix("/") if key.endswith("/") else f"{key}/"


@dataclass(slots=True)
class KeyIndex:
    """The operations of one vendor by every key that can name them.

    Attributes:
        vendor: whose operations they are.
        known: the operations of all known documents, in order.
        documents: the names of the known documents.
    """

    vendor: Vendor
    known: Sequence[Operation]
    documents: Collection[str] = field(init=False)
    _operations: dict[str, dict[str, _Declared]] = field(init=False, default_factory=dict)
    _core: bool = field(init=False)
    _proposals: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        declared = [(operation, source) for operation in self.known for source in operation.sources]
        self.documents = tuple(dict.fromkeys(source.document.name for _, source in declared))
        self._core = bool(declared) and all(source.document.origin == "core" for _, source in declared)
        for operation, source in declared:
            name = " ".join(str(source.site.operation.get("operationId") or "").split())
            for key in filter(None, (source.site.key, name)):
                for text in (key, f"{source.document.name}: {key}"):
                    self._operations.setdefault(text, {}).setdefault(operation.identity, (operation, source))

    def resolve(self, key: str, place: Place) -> Operation | Problem:
        """Return the one operation that a key names, else what is wrong with the key."""
        found = self._found(key) or self._found(_other_slash(key))
        if len(found) == 1:
            return found[0][0]
        if found:
            return Problem.at(place, "error", self._ambiguous(key, found))
        severity, message = self._missing(key)
        return Problem.at(place, severity, message)

    def _found(self, key: str) -> Sequence[_Declared]:
        if key in self._operations:
            return tuple(self._operations[key].values())
        given, operation = split_key(key)
        if given is None:
            return ()
        document = document_name(self.vendor, given)
        direct = tuple(self._operations.get(f"{document}: {operation}", {}).values())
        if direct or not self._stands_for_core(document, operation):
            return direct
        core = tuple(self._operations.get(operation, {}).values())
        return core if len(core) == 1 else ()

    def _stands_for_core(self, document: str, operation: str) -> bool:
        """Tell whether the built-in core answers for an official document: the same file then serves both."""
        official = self.vendor.source(document) is not None
        return self._core and official and _METHOD_AND_PATH.fullmatch(operation) is not None

    def _ambiguous(self, key: str, found: Iterable[_Declared]) -> str:
        candidates = ", ".join(repr(self._shortest(source)) for _, source in found)
        return f"{key!r} is several operations of {self.vendor.name}; give one of {candidates}"

    def _shortest(self, source: Source) -> str:
        """Return the shortest key with method and path that names one operation only."""
        return source.site.key if len(self._operations[source.site.key]) == 1 else key_of(source)

    def _missing(self, key: str) -> tuple[Severity, str]:
        given, operation = split_key(key)
        if given is None:
            return "error", f"{self._no_operation(key, key, '')}{self._has_to_name_it(key)}"
        document = document_name(self.vendor, given)
        official = self.vendor.source(document) is not None
        if official and self._core:
            return (
                "note",
                f"{key!r} is not in the built-in core of {self.vendor.name}; it waits for the document {document!r}",
            )
        if document in self.documents:
            return "error", self._no_operation(key, operation, f"{document}: ")
        if official:
            return "note", f"{key!r} waits for the document {self.vendor.name}/{document}, which is not stored"
        names = {*self.documents, *(source.name for source in self.vendor.documents)}
        return "error", f"{self.vendor.name} has no document {given!r}{self._proposal(given, names)}"

    def _no_operation(self, key: str, operation: str, prefix: str) -> str:
        alike = _METHOD_AND_PATH.fullmatch(operation) is not None
        keys = (known.removeprefix(prefix) for known in self._operations if known.startswith(prefix))
        same_kind = [known for known in keys if ": " not in known and (" /" in known) is alike]
        other = nearest(operation, same_kind) if self._may_propose() else None
        proposal = f"; did you mean {prefix + other!r}?" if other else ""
        document = f"{self.vendor.name}/{prefix[:-2]}" if prefix else self.vendor.name
        return f"{key!r} is no operation of {document}{proposal}"

    def _has_to_name_it(self, key: str) -> str:
        missing = next((source.name for source in self.vendor.documents if source.name not in self.documents), None)
        if missing is None:
            return ""
        return f' (the key of a document that is not stored has to name it: "{missing}: {key}")'

    def _may_propose(self) -> bool:
        self._proposals += 1
        return self._proposals <= _MOST_PROPOSALS

    def _proposal(self, name: str, known: Collection[str]) -> str:
        return did_you_mean(name, known) or f"; there are {', '.join(sorted(known))}"
