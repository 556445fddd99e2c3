"""Document: one OpenAPI document, read from JSON or YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from bridge.errors import SpecFormatError, SpecNotFoundError
from bridge.spec.parse import parse
from bridge.vendors import Vendor

Origin = Literal["official", "core", "file"]
"""Where a document comes from: the local store, the built-in core, or a path that the user gave."""

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One OpenAPI 3 document.

    Attributes:
        vendor: whose operations it describes.
        name: as ``--spec <vendor>/<name>`` takes it.
        origin: where it comes from.
        path: the file that was read.
        content: the parsed document; ``repair`` changes it in place, afterwards nobody does.
    """

    vendor: Vendor
    name: str
    origin: Origin
    path: Path
    content: JsonObject = field(repr=False)

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
        """Return what a local reference (``#/components/schemas/Person``) points at, None where it dangles."""
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
        data = path.read_bytes()
    except FileNotFoundError:
        raise SpecNotFoundError(f"{path}: no such file") from None
    except OSError as error:
        raise SpecNotFoundError(f"{path}: cannot be read: {error.strerror}") from error
    content = parse(path, data)
    _check_version(path, content)
    return Document(vendor=vendor, name=name, origin=origin, path=path, content=content)


def _check_version(path: Path, content: Any) -> None:
    if not isinstance(content, dict):
        raise SpecFormatError(f"{path}: not an OpenAPI document: the top level is no object")
    if "swagger" in content:
        raise SpecFormatError(
            f"{path}: this is Swagger {content['swagger']}; OpenAPI 3.0 or 3.1 is needed: convert it first, "
            "for example with `npx swagger2openapi`"
        )
    version = content.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        raise SpecFormatError(
            f"{path}: not an OpenAPI 3 document: `openapi` is {version!r}, not a version such as '3.0.3'"
        )
    if not isinstance(content.get("paths"), dict):
        raise SpecFormatError(f"{path}: not an OpenAPI document that can be served: it has no `paths` object")
