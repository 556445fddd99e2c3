"""ToolSpec: one exposed operation, as it is listed; Catalogue: all of them.

What makes arguments, schemas and texts is imported when they are made: a start from the compiled catalogue makes none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from bridge.catalogue.overrides_nodes import Problem
from bridge.catalogue.parameter_override import ConfirmTool, ParameterOverride
from bridge.controls import SELECT
from bridge.errors import ToolNotFoundError, did_you_mean
from bridge.spec.document import JsonObject, compact_json
from bridge.spec.operation import Operation
from bridge.spec.store import VendorDocuments
from bridge.vendors import Vendor

if TYPE_CHECKING:
    from bridge.catalogue.arguments import Arguments
    from bridge.catalogue.overrides_curation import Hidden
    from bridge.catalogue.permissions import Permissions
    from bridge.catalogue.search import SearchIndex
    from bridge.spec.repair import Repair

SchemaStyle = Literal["full", "lean"]
"""How a tool is listed: with the vendor's whole text and schema, or with what a model needs of them."""

CHARACTERS_PER_TOKEN = 4
"""The estimate that all figures of tokens here are made with."""

MOST_TOKENS: Final = 2_500
"""What a tool in a lean listing costs at most."""

META_KEY: Final = "bridge"
"""The one key of ours in any ``_meta``."""

SHOWN_NAME = 80
"""Characters of an unknown tool name that an error repeats."""


@dataclass(frozen=True, slots=True)
class ToolAnnotations:
    """What a client may know of a tool before it is called (MCP specification, ToolAnnotations)."""

    read_only: bool
    destructive: bool
    idempotent: bool
    open_world: bool = True

    def to_json(self) -> JsonObject:
        """Return them as the protocol writes them."""
        return {
            "readOnlyHint": self.read_only,
            "destructiveHint": self.destructive,
            "idempotentHint": self.idempotent,
            "openWorldHint": self.open_world,
        }


@dataclass(frozen=True, eq=False, repr=False)
class ToolSpec:
    """One exposed operation.

    Attributes:
        name: unique in the catalogue.
        title: for people.
        description: for models, whole.
        tags: the operation's, or those that the overrides give.
        pinned: listed in every mode.
        curated: whether the overrides give it its name.
        keywords: what else people call it, for the search.
        confirm: whether a person is asked before a call; None leaves it to whether it destroys.
        parameters: the overrides of its parameters, by the vendor's name.
        described: whether the overrides give the description: it is then listed as it is.
        style: how it is listed.
    """

    name: str
    title: str
    description: str
    operation: Operation
    tags: tuple[str, ...]
    annotations: ToolAnnotations
    pinned: bool = False
    curated: bool = False
    keywords: tuple[str, ...] = ()
    confirm: ConfirmTool | None = None
    parameters: Mapping[str, ParameterOverride] | None = None
    described: bool = False
    style: SchemaStyle = "lean"

    def __repr__(self) -> str:
        # Not the documents behind it: a traceback that shows one would have to write out megabytes.
        return f"<ToolSpec {self.name}: {self.operation.key}>"

    @property
    def vendor(self) -> Vendor:
        """Return whom it calls."""
        return self.operation.vendor

    @property
    def is_grave(self) -> bool:
        """Tell whether a person should know before it is called: it destroys, or the overrides say so."""
        if self.confirm is not None:
            return self.confirm is ConfirmTool.ALWAYS
        return self.annotations.destructive

    @cached_property
    def arguments(self) -> Arguments:
        """Return what a model gives, and where it goes."""
        from bridge.catalogue.arguments import arguments_of  # noqa: PLC0415

        return arguments_of(self.operation, self.parameters)

    @cached_property
    def input_schema(self) -> JsonObject:
        """Return the full input schema; arguments are checked against it."""
        from bridge.catalogue.schema import input_schema  # noqa: PLC0415

        return input_schema(self.arguments, self.controls)

    @cached_property
    def lean_description(self) -> str:
        """Return the description that a lean listing has, without what ``meta`` has and what no call needs."""
        from bridge.catalogue.lean_text import lean_description, written_description  # noqa: PLC0415

        if self.described:
            return self.description
        if self._ours:
            return written_description(self.description)
        lean = lean_description(self.operation.summary or self.title, self.operation.description)
        return f"{lean} Deprecated." if self.operation.deprecated and "deprecated" not in lean.lower() else lean

    @cached_property
    def lean_schema(self) -> JsonObject:
        """Return the input schema that a lean listing has; it takes every call that the full one takes."""
        from bridge.catalogue.lean_schema import lean_input_schema  # noqa: PLC0415
        from bridge.catalogue.prose import known_stems  # noqa: PLC0415
        from bridge.spec.response import answers_with_body  # noqa: PLC0415

        given = self.parameters or {}
        described = [
            argument.name
            for argument in self.arguments.visible
            if argument.wire_name in given and given[argument.wire_name].description is not None
        ]
        rest = {"description": self.lean_description, "inputSchema": {}, **self._frame}
        return lean_input_schema(
            self.arguments,
            [name for name in self.controls if name != SELECT or answers_with_body(self.operation)],
            told=known_stems([self.name, self.title, self.operation.path]),
            room=MOST_TOKENS * CHARACTERS_PER_TOKEN - len(json.dumps(rest, ensure_ascii=False)),
            described=described,
            ours=self._ours,
        )

    @property
    def is_summed_up(self) -> bool:
        """Tell whether its listing names properties without showing them."""
        from bridge.catalogue.lean_summary import POINTER  # noqa: PLC0415

        return self.style == "lean" and POINTER in json.dumps(self.lean_schema)

    @property
    def _ours(self) -> bool:
        return self.operation.sources[0].document.origin == "core"

    @property
    def shown_description(self) -> str:
        """Return the description as it is listed."""
        return self.description if self.style == "full" else self.lean_description

    @property
    def shown_schema(self) -> JsonObject:
        """Return the input schema as it is listed."""
        return self.input_schema if self.style == "full" else self.lean_schema

    @cached_property
    def controls(self) -> tuple[str, ...]:
        """Return the names of the arguments of our own that it takes."""
        from bridge.catalogue.schema import controls_of  # noqa: PLC0415

        return controls_of(self.operation, self.arguments)

    @cached_property
    def meta(self) -> JsonObject:
        """Return the ``_meta`` object: the one key ``bridge``, empty and default values left out."""
        from bridge.catalogue.prerequisites import prerequisites  # noqa: PLC0415

        operation = self.operation
        facts: JsonObject = {
            "vendor": operation.vendor.name,
            "documents": list(operation.documents),
            "method": operation.method,
            "path": operation.path,
            "tags": list(self.tags),
            "scopes": list(operation.scopes),
            "rate_label": operation.rate_label,
            "prerequisites": prerequisites(operation.description),
            "deprecated": operation.deprecated,
            "confirm": self.confirm.value if self.confirm else None,
        }
        return {META_KEY: {key: value for key, value in facts.items() if value}}

    @property
    def _frame(self) -> JsonObject:
        return {"name": self.name, "title": self.title, "annotations": self.annotations.to_json()}

    def listing(self, style: SchemaStyle | None = None) -> JsonObject:
        """Return the tool as ``tools/list`` shows it (MCP specification, Tool).

        Args:
            style: another one than that of the tool.
        """
        full = (style or self.style) == "full"
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description if full else self.lean_description,
            "inputSchema": self.input_schema if full else self.lean_schema,
            "annotations": self.annotations.to_json(),
            "_meta": self.meta,
        }

    def listing_json(self) -> bytes:
        """Return the listing as JSON, ready to be sent."""
        return compact_json(self.listing())

    @cached_property
    def tokens(self) -> int:
        """Return what its listing costs a model, estimated: characters / 4 of what it reads (``_meta`` is not read)."""
        shown = {key: value for key, value in self.listing().items() if key != "_meta"}
        return -(-len(json.dumps(shown, ensure_ascii=False)) // CHARACTERS_PER_TOKEN)

    def summary_json(self) -> JsonObject:
        """Return the tool as ``list-tools --json`` shows it."""
        operation = self.operation
        return {
            "name": self.name,
            "title": self.title,
            "description": self.shown_description,
            "vendor": operation.vendor.name,
            "documents": list(operation.documents),
            "method": operation.method,
            "path": operation.path,
            "tags": list(self.tags),
            "scopes": list(operation.scopes),
            "pinned": self.pinned,
            "tokens": self.tokens,
        }


@dataclass(frozen=True, eq=False, repr=False)
class VendorCatalogue:
    """What is served of one vendor.

    Attributes:
        documents: its documents.
        operations: all of the selected documents.
        tools: the exposed ones.
        repairs: what was wrong in the documents.
        hidden: the operations that are not exposed, and why.
        withheld: the tools that the command line does not let through, and why.
        synonyms: groups of phrases that the overrides say mean the same, for the search.
    """

    documents: VendorDocuments
    operations: tuple[Operation, ...]
    tools: tuple[ToolSpec, ...]
    repairs: tuple[Repair, ...]
    hidden: tuple[tuple[Operation, Hidden], ...] = ()
    withheld: tuple[tuple[ToolSpec, str], ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()

    def __repr__(self) -> str:
        return f"<VendorCatalogue {self.vendor.name}: {len(self.tools)} tools>"

    @property
    def vendor(self) -> Vendor:
        """Return whom it calls."""
        return self.documents.vendor


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """All exposed tools, in order, with what was noticed while they were made.

    Attributes:
        permissions: what the command line lets through; None for everything.
        stored_index: returns the search index that was kept with a compiled catalogue; it knows the withheld tools too.
        kept_in: the file of its compiled form, there or to be; None where there is none.
    """

    vendors: tuple[VendorCatalogue, ...]
    problems: tuple[Problem, ...]
    permissions: Permissions | None = None
    stored_index: Callable[[], SearchIndex] | None = None
    kept_in: Path | None = None

    def __repr__(self) -> str:
        return f"<Catalogue of {len(self.tools)} tools>"

    @cached_property
    def tools(self) -> tuple[ToolSpec, ...]:
        """Return the exposed tools of all vendors."""
        return tuple(tool for vendor in self.vendors for tool in vendor.tools)

    @cached_property
    def by_name(self) -> Mapping[str, ToolSpec]:
        """Return the exposed tools by name."""
        return {tool.name: tool for tool in self.tools}

    @cached_property
    def _withheld(self) -> Mapping[str, str]:
        return {tool.name: reason for vendor in self.vendors for tool, reason in vendor.withheld}

    def withholds(self, name: str) -> bool:
        """Tell whether this is the name of a tool that the command line does not let through."""
        return name in self._withheld

    def tool(self, name: str) -> ToolSpec:
        """Return a tool.

        Raises:
            ToolNotFoundError: no exposed tool has this name; the sentence gives the nearest.
        """
        found = self.by_name.get(name)
        if found is None:
            raise ToolNotFoundError(self.not_found(name))
        return found

    def not_found(self, name: str) -> str:
        """Return the sentence for a name that no exposed tool has, with the nearest that one has."""
        if reason := self._withheld.get(name):
            return f"{name} is not allowed here: {reason}"
        shown = name if len(name) <= SHOWN_NAME else f"{name[:SHOWN_NAME]}..."
        return f"no tool {shown!r}{did_you_mean(shown, self.by_name)}"
