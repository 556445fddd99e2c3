"""The operations of two versions of a vendor's documents -> which are new, gone, and how the others changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.spec.operation import Body, Operation, Parameter
from bridge.spec.operation_match import match_keys
from bridge.spec.schema_changes import Change, schema_changes

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class OperationDiff:
    """One operation that is not what it was.

    Attributes:
        kind: what became of it.
        operation: as it is now; one that was removed, as it was.
        before: as it was; None for a new one.
        changes: what changed of it; none where it was added or removed.
    """

    kind: Kind
    operation: Operation
    before: Operation | None
    changes: tuple[Change, ...] = ()

    @property
    def breaking(self) -> bool:
        """Tell whether a call that was right before may be wrong now."""
        return self.kind == "removed" or any(change.breaking for change in self.changes)


def operation_diff(before: Sequence[Operation], now: Sequence[Operation]) -> list[OperationDiff]:
    """Compare the operations of one vendor: removed ones first, then the others in their order.

    Compared are parameters, body, what is required, ``enum``, types and whether it is deprecated; words are not.
    """
    by_identity = {operation.identity: operation for operation in before}
    matched = match_keys({operation.identity: operation.identity for operation in now}, by_identity)
    found = [
        OperationDiff("removed", operation, operation)
        for identity, operation in by_identity.items()
        if identity not in set(matched.values())
    ]
    same = _same_documents(before, now)
    for operation in now:
        if operation.identity not in matched:
            found.append(OperationDiff("added", operation, None))
            continue
        earlier = by_identity[matched[operation.identity]]
        unread = earlier.identity == operation.identity and earlier.documents == operation.documents
        if unread and same.issuperset(operation.documents):
            continue
        if changes := tuple(_changes(earlier, operation)):
            found.append(OperationDiff("changed", operation, earlier, changes))
    return found


def _same_documents(before: Sequence[Operation], now: Sequence[Operation]) -> set[str]:
    """Return the documents that are the same on both sides: what is in them need not be read closely."""
    old, new = (
        {source.document.label: source.document for operation in operations for source in operation.sources}
        for operations in (before, now)
    )
    return {label for label, document in new.items() if label in old and old[label].content == document.content}


def _changes(before: Operation, now: Operation) -> Iterator[Change]:
    if before.path != now.path:
        yield Change("", f"is {now.path} now, not {before.path}", False)
    if before.deprecated != now.deprecated:
        yield Change("", "is deprecated now" if now.deprecated else "is not deprecated any more", False)
    old = {(parameter.name, parameter.location): parameter for parameter in before.parameters}
    new = {(parameter.name, parameter.location): parameter for parameter in now.parameters}
    for key, parameter in old.items():
        if key not in new:
            yield Change(_place(parameter), "is gone", True)
    for key, parameter in new.items():
        if key in old:
            yield from _of_parameter(old[key], parameter)
        else:
            said = "is new and required" if parameter.required else "is new"
            yield Change(_place(parameter), said, parameter.required)
    yield from _of_body(before.body, now.body)


def _place(parameter: Parameter) -> str:
    return f"{parameter.location} {parameter.name}"


def _of_parameter(before: Parameter, now: Parameter) -> Iterator[Change]:
    place = _place(now)
    if before.required != now.required:
        yield Change(place, "is required now" if now.required else "is not required any more", now.required)
    if before.deprecated != now.deprecated:
        yield Change(place, "is deprecated now" if now.deprecated else "is not deprecated any more", False)
    if (before.style, before.explode, before.json) != (now.style, now.explode, now.json):
        yield Change(place, "is written otherwise on the wire", False)
    yield from schema_changes(before.schema, now.schema, place)


def _of_body(before: Body | None, now: Body | None) -> Iterator[Change]:
    if before is None or now is None:
        if now is not None:
            yield Change("body", "is new and required" if now.required else "is new", now.required)
        elif before is not None:
            yield Change("body", "is gone", True)
        return
    if before.essence != now.essence:
        yield Change("body", f"is {now.essence} now, not {before.essence}", False)
    if before.required != now.required:
        yield Change("body", "is required now" if now.required else "is not required any more", now.required)
    yield from schema_changes(before.schema, now.schema, "body")
