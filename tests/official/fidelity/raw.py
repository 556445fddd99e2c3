"""The official documents as they are: operations, parameters, bodies, with references resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
MAX_DEPTH = 14
Json = dict[str, Any]

NEVER_SENT_BY_HAND = {"content-length", "content-type", "accept", "authorization"}


@dataclass(frozen=True, eq=False)
class RawParameter:
    """A parameter as declared; style and explode with OpenAPI's defaults filled in."""

    name: str
    location: str
    required: bool
    schema: Json
    style: str
    explode: bool
    example: Any


@dataclass(frozen=True)
class RawOperation:
    """An operation as declared, defects of the document read the way that every caller of the API has to."""

    document: str
    method: str
    path: str
    parameters: list[RawParameter]
    media_type: str | None
    body_schema: Json
    body_required: bool
    body_example: Any
    responses: Json
    tolerated: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return document, method and path."""
        return f"{self.document} {self.method} {self.path}"


class RawDocument:
    """One document and its references."""

    def __init__(self, path: Path) -> None:
        self.label = f"{path.parent.name}/{path.stem.removeprefix('webex-')}"
        self.content: Json = json.loads(path.read_text("utf-8"))

    def follow(self, node: Any) -> Any:
        """Return what a chain of references leads to."""
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            target: Any = self.content
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target.get(part.replace("~1", "/").replace("~0", "~"), {})
            node = target
        return node

    def inline(self, node: Any, depth: int = 0) -> Any:
        """Return a schema with its references in place, and ``{}`` below a depth that no argument here needs."""
        schema = self.follow(node)
        if not isinstance(schema, dict) or depth > MAX_DEPTH:
            return {}
        result = dict(schema)
        if isinstance(result.get("properties"), dict):
            result["properties"] = {name: self.inline(s, depth + 1) for name, s in result["properties"].items()}
        for keyword in ("items", "additionalProperties", "not"):
            if isinstance(result.get(keyword), dict):
                result[keyword] = self.inline(result[keyword], depth + 1)
        for keyword in ("allOf", "anyOf", "oneOf"):
            if isinstance(result.get(keyword), list):
                result[keyword] = [self.inline(s, depth + 1) for s in result[keyword]]
        if "oneOf" in result:
            # The vendors' alternatives overlap; a value that fits two of them is sent all the same.
            result["anyOf"] = result.pop("oneOf")
        return _plain(result)

    def operations(self) -> Iterator[RawOperation]:
        """Yield every operation."""
        for path, item in self.content["paths"].items():
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Json) -> RawOperation:
        operation, tolerated = item[method], []
        declared = {}
        for entry in [*item.get("parameters", []), *operation.get("parameters", [])]:
            raw = self.follow(entry)
            if raw["in"] == "header" and raw["name"].lower() in NEVER_SENT_BY_HAND:
                tolerated.append(f"header {raw['name']} is not the caller's to set")
                continue
            declared[raw["in"], raw["name"]] = self._parameter(raw)
        for name in _template_names(path):
            if ("path", name) not in declared:
                tolerated.append(f"path parameter {name} is not declared")
                declared["path", name] = RawParameter(name, "path", True, {"type": "string"}, "simple", False, None)
        body = self.follow(operation.get("requestBody") or {})
        media_type, schema, example = self._body(body.get("content") or {}, tolerated)
        return RawOperation(
            self.label, method.upper(), path, list(declared.values()), media_type, schema,
            body.get("required") is True, example, operation.get("responses") or {}, tolerated,
        )  # fmt: skip

    def _parameter(self, raw: Json) -> RawParameter:
        style = raw.get("style") or ("form" if raw["in"] in ("query", "cookie") else "simple")
        schema = self.inline(raw.get("schema") or {})
        example = raw.get("example", schema.get("example")) or None
        required = raw.get("required") is True or raw["in"] == "path"
        return RawParameter(
            raw["name"], raw["in"], required, schema, style, raw.get("explode", style == "form"), example
        )

    def _body(self, content: Json, tolerated: list[str]) -> tuple[str | None, Json, Any]:
        if not content:
            return None, {}, None
        names = list(content)
        chosen = next((n for n in names if n.startswith("application/json")), names[0])
        if "multipart/form-data" in names and self._has_file(content["multipart/form-data"]):
            chosen = "multipart/form-data"
        schema = self.inline(content[chosen].get("schema") or {})
        example = content[chosen].get("example")
        if "/" not in chosen:
            tolerated.append(f"media type {chosen!r} is JSON")
            chosen = "application/json"
        if chosen == "application/json-patch+json" and {"op", "path"} <= set(schema.get("properties", ())):
            tolerated.append("JSON Patch is an array of operations")
            schema = {"type": "array", "items": schema, "minItems": 1}
        return chosen, schema, example

    def _has_file(self, media: Json) -> bool:
        properties = self.inline(media.get("schema") or {}).get("properties") or {}
        return any(is_file("multipart/form-data", name, schema) for name, schema in properties.items())


def is_file(media_type: str | None, name: str, schema: Json) -> bool:
    """Tell whether a multipart property is a file: marked as binary, or named as one and a plain string or object."""
    if media_type != "multipart/form-data":
        return False
    named = name in ("file", "files") or name.endswith("_file")
    return schema.get("format") == "binary" or (named and "enum" not in schema)


def _template_names(path: str) -> list[str]:
    return [part.split("}")[0] for part in path.split("{")[1:]]


def _plain(schema: Json) -> Json:
    """Read OpenAPI 3.0's own keywords, and those that the documents write wrongly, as JSON Schema."""
    if re.fullmatch(r"[YMDHSTZymdhs:\- ]+", str(schema.get("pattern", "1"))):
        del schema["pattern"]  # a date format, no expression
    for keyword in ("example", "default"):
        if schema.get(keyword) == "":
            del schema[keyword]
    if isinstance(schema.get("type"), str):
        schema["type"] = schema["type"].lower()
    _mend_required(schema)
    for keyword, bound in (("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")):
        if isinstance(schema.get(keyword), bool) and schema.pop(keyword) and bound in schema:
            schema[keyword] = schema.pop(bound)
    if schema.get("type") == "array" and "enum" in schema:
        schema["items"] = {**schema.get("items", {}), "enum": schema.pop("enum")}
    if schema.pop("nullable", False) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    return schema


def _mend_required(schema: Json) -> None:
    required, properties = schema.pop("required", None), schema.get("properties")
    if isinstance(required, list):
        names = dict.fromkeys(required)
        schema["required"] = [name for name in names if properties is None or name in properties]
