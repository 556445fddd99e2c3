"""The built-in core against the vendors' official documents: facts that are not the vendor's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.spec.operation import Body, Operation, Parameter
from bridge.spec.response import Response, responses_of
from bridge.spec.schema_drift import Found, schema_drift


@dataclass(frozen=True, slots=True)
class Drift:
    """One fact of the core that is not the vendor's.

    Attributes:
        document: the core document as ``--spec`` takes it.
        place: the operation (``GET /people``) and where in it: ``parameters/max``, ``requestBody/emails[]``.
        what: what the core says, and what is official.
    """

    document: str
    place: str
    what: str


def core_drift(core: Sequence[Operation], official: Sequence[Operation]) -> list[Drift]:
    """Return what the core says of one vendor's operations and its official documents do not.

    The core may say less: leave out operations, optional parameters and properties, values of an ``enum``.

    Args:
        core: the operations of the core documents, repaired.
        official: the operations of the official documents, repaired.
    """
    by_identity = {operation.identity: operation for operation in official}
    return [
        Drift(ours.documents[0], f"{ours.key} {place}".rstrip(), what)
        for ours in core
        for place, what in _of_operation(ours, by_identity.get(ours.identity))
    ]


def _of_operation(ours: Operation, theirs: Operation | None) -> Iterator[Found]:
    if theirs is None:
        yield "", "no such operation officially"
        return
    yield from _of_access(ours, theirs)
    yield from _of_parameters(ours.parameters, theirs.parameters)
    yield from _of_body(ours.body, theirs.body)
    yield from _of_responses(ours, theirs)


def _of_access(ours: Operation, theirs: Operation) -> Iterator[Found]:
    if set(ours.scopes) != set(theirs.scopes):
        yield "scopes", f"{', '.join(ours.scopes) or 'none'}; officially {', '.join(theirs.scopes) or 'none'}"
    if ours.rate_label != theirs.rate_label:
        yield "rate label", f"{ours.rate_label or 'none'}, officially {theirs.rate_label or 'none'}"


def _of_parameters(ours: Sequence[Parameter], theirs: Sequence[Parameter]) -> Iterator[Found]:
    official = {(entry.name, entry.location): entry for entry in theirs}
    for entry in ours:
        place = f"parameters/{entry.name}"
        other = official.pop((entry.name, entry.location), None)
        if other is None:
            yield place, f"no such {entry.location} parameter officially"
            continue
        if other.required and not entry.required:
            yield place, "not required, officially required"
        for inner, what in schema_drift(entry.schema, other.schema, is_sent=True):
            yield f"{place}{inner}", what
    for entry in official.values():
        if entry.required:
            yield f"parameters/{entry.name}", "left out, officially required"


def _of_body(ours: Body | None, theirs: Body | None) -> Iterator[Found]:
    place = "requestBody"
    if ours is None or theirs is None:
        if ours is not None:
            yield place, "no body officially"
        elif theirs is not None and theirs.required:
            yield place, "left out, officially required"
        return
    if ours.essence != theirs.essence:
        yield place, f"{ours.essence}, officially {theirs.essence}"
    if theirs.required and not ours.required:
        yield place, "not required, officially required"
    for inner, what in schema_drift(ours.schema, theirs.schema, is_sent=True):
        yield f"{place}{inner}", what


def _of_responses(ours: Operation, theirs: Operation) -> Iterator[Found]:
    official = {entry.status: entry for entry in responses_of(theirs)}
    for response in responses_of(ours):
        if response.status[:1] != "2":
            continue
        place = f"responses/{response.status}"
        if response.status in official:
            for inner, what in _of_response(response, official[response.status]):
                yield f"{place}{inner}", what
        else:
            good = [status for status in official if status[:1] == "2"]
            yield place, f"no such status officially, but {', '.join(good) or 'none of 2xx'}"


def _of_response(ours: Response, theirs: Response) -> Iterator[Found]:
    mine, other = ({_essence(name): media for name, media in entry.content.items()} for entry in (ours, theirs))
    if (other and not mine) or mine.keys() - other.keys():
        yield "", f"{', '.join(mine) or 'no body'}, officially {', '.join(other) or 'no body'}"
    for name, media in mine.items():
        if name in other:
            yield from schema_drift(media.schema, other[name].schema, is_sent=False)


def _essence(media_type: str) -> str:
    return media_type.split(";", maxsplit=1)[0].strip().lower()
