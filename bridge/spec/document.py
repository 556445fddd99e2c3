"""Document: one OpenAPI document, read from JSON or YAML."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from bridge.errors import SpecFormatError, SpecNotFoundError
from bridge.spec.limits import MAX_BYTES, MAX_OPERATIONS, MAX_VALUES
from bridge.vendors import Vendor

Origin = Literal["official", "core", "file"]
"""Where a document comes from: the local store, the built-in core, or a path that the user gave."""

JsonObject = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The operations that a path item may hold (OpenAPI 3.1, section 4.8.9)."""

VERSIONS = ("0", "1", "2")
"""The minor versions of OpenAPI 3 that are read; a patch changes nothing (OpenAPI 3.1, section 4.1)."""

SHOWN = 40
"""Characters of a value that an error repeats."""

_QUOTES = "'\""


def compact_json(value: Any) -> bytes:
    """Return JSON without spaces, in UTF-8; half a surrogate pair, which UTF-8 has not, is written as its escape."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One OpenAPI 3 document.

    Attributes:
        vendor: whose operations it describes.
        name: as ``--spec <vendor>/<name>`` takes it.
        origin: where it comes from.
        path: the file that was read.
        content: the parsed document; ``repair`` changes it in place, afterwards nobody does.
        defects: ``(place, defect, repair)`` of what reading had to decide; ``repair`` reports it.
    """

    vendor: Vendor
    name: str
    origin: Origin
    path: Path
    content: JsonObject = field(repr=False)
    defects: tuple[tuple[str, str, str], ...] = ()

    @property
    def label(self) -> str:
        """Return the document as ``--spec`` takes it: ``webex/admin``, or the file's path."""
        return str(self.path) if self.origin == "file" else f"{self.vendor.name}/{self.name}"

    @property
    def title(self) -> str:
        """Return ``info.title``."""
        info = self.content.get("info")
        return str(info.get("title", "")) if isinstance(info, dict) else ""

    def resolve(self, reference: str) -> Any:
        """Return what a local reference (``#/components/schemas/Person``) points at, None where it dangles.

        The document's own URI before the ``#`` (``$self``: OpenAPI 3.2, section 4.1.2.2) is local too; what any other
        URI leads to is never fetched.
        """
        own = self.content.get("$self")
        if isinstance(own, str) and reference.startswith(f"{own}#/"):
            reference = reference.removeprefix(own)
        if not reference.startswith("#/"):
            return None
        node: Any = self.content
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            node = _child(node, key)
            if node is None:
                return None
        return node

    def follow(self, node: Any) -> JsonObject:
        """Return the object itself or the one its ``$ref`` leads to; an empty one where it leads nowhere."""
        for _ in range(32):
            if not isinstance(node, dict):
                return {}
            if not isinstance(node.get("$ref"), str):
                return node
            node = self.resolve(node["$ref"])
        return {}


def _child(node: Any, key: str) -> Any:
    """Return what stands under one part of a JSON pointer, percent-encoded or not (RFC 6901, section 6)."""
    if isinstance(node, dict):
        return node[key] if key in node else node.get(unquote(key))
    if isinstance(node, list) and key.isascii() and key.isdigit() and len(key) < 10 and int(key) < len(node):
        return node[int(key)]
    return None


def read_document(path: Path, vendor: Vendor, name: str, origin: Origin) -> Document:
    """Read one document.

    Raises:
        SpecNotFoundError: there is no such file.
        SpecFormatError: it is no JSON or YAML, or no OpenAPI 3 document.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SpecNotFoundError(f"{path}: no such file") from None
    except OSError as error:
        raise SpecNotFoundError(f"{path}: cannot be read: {error.strerror}") from error
    from bridge.spec.parse import parse, too_large  # noqa: PLC0415 (PyYAML, which a compiled catalogue does without)

    if len(data) > MAX_BYTES:
        raise too_large(path)
    parsed = parse(path, data)
    del data  # as large as the text that was made of it
    _check_version(path, parsed.value)
    document = Document(
        vendor=vendor, name=name, origin=origin, path=path, content=parsed.value, defects=parsed.defects
    )
    _check_size(document)
    return document


def _check_version(path: Path, content: Any) -> None:
    if not isinstance(content, dict):
        raise SpecFormatError(f"{path}: not an OpenAPI document: the top level is no object")
    if "swagger" in content:
        raise SpecFormatError(
            f"{path}: this is Swagger {_shown(content['swagger']).strip(_QUOTES)}; OpenAPI 3.0, 3.1 or 3.2 is needed: "
            "convert it first, for example with `npx swagger2openapi`"
        )
    version = content.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        hint = "; put it in quotes" if isinstance(version, float) and 3 <= version < 4 else ""
        raise SpecFormatError(
            f"{path}: not an OpenAPI 3 document: `openapi` is {_shown(version)}, not a version such as '3.0.3'{hint}"
        )
    if version.split(".")[1] not in VERSIONS:
        raise SpecFormatError(f"{path}: OpenAPI {_shown(version)} is not known; 3.0, 3.1 and 3.2 are read")
    if not isinstance(content.get("paths"), dict):
        raise SpecFormatError(f"{path}: not an OpenAPI document that can be served: it has no `paths` object")


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, int | float) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _check_size(document: Document) -> None:
    """Refuse more operations than can be told apart, and path items by reference that would swell when written out."""
    operations, written_out = 0, 0
    sizes: dict[int, int] = {}
    for item in document.content["paths"].values():
        followed = document.follow(item)
        operations += sum(method in followed for method in METHODS)
        if followed is not item and followed:
            if id(followed) not in sizes:
                sizes[id(followed)] = _size(followed)
            written_out += sizes[id(followed)]
    if operations > MAX_OPERATIONS:
        raise SpecFormatError(
            f"{document.path}: too large: it has {operations:,} operations, and at most {MAX_OPERATIONS:,} can be tools"
        )
    if written_out > MAX_VALUES:
        from bridge.spec.yaml_values import too_many  # noqa: PLC0415 (PyYAML)

        raise too_many(document.path, "its path items by reference stand for")


def _size(value: Any) -> int:
    """Return how many values a value has, itself included."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1
