"""The calls of one operation made, compared and counted, whoever makes them: the bridge or FastMCP alone."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rich.table import Table

from tests.official.fidelity.calls import ERRORS, Call, Success, calls_of, success_of
from tests.official.fidelity.expectation import differences
from tests.official.fidelity.raw import RawDocument, RawOperation
from tests.official.fidelity.recorder import Recorder
from tests.official.fidelity.synthesis import Unsynthesisable

COLUMNS = ("operations", "listed", "called", "wire exact", "result exact", "error faithful")


@dataclass
class Report:
    """Counts by document, and a line for whatever was not as it should be, or not called and why."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    problems: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> Counter[str]:
        """Return the counts of all documents together."""
        return sum(self.counts.values(), Counter())

    @property
    def losses(self) -> Counter[str]:
        """Return how many operations fell short, by column and the variants of call that did."""
        kinds = [sorted({problem.split(":")[0] for problem in found}) for found in self.problems.values()]
        losses = Counter(kind for of_operation in kinds for kind in of_operation)
        wires = [[kind for kind in of_operation if kind.startswith("wire")] for of_operation in kinds]
        losses["wire, in any other way than (uuid)"] = sum(kind not in ([], ["wire (uuid)"]) for kind in wires)
        return losses

    @property
    def complete(self) -> bool:
        """Tell whether there is an operation, and all columns have all operations."""
        total = self.total
        return total["operations"] > 0 and all(total[column] == total["operations"] for column in COLUMNS)


@dataclass(frozen=True)
class Outcome:
    """What a client got.

    Attributes:
        is_error: whether it is an error result.
        text: all text of it.
        status: the vendor's status; None where the server does not tell it.
        bodies: what can be read as the vendor's body.
        file: the content that is a file.
        problems: what is wrong with the result in itself.
    """

    is_error: bool
    text: str
    status: int | None = None
    bodies: tuple[Any, ...] = ()
    file: bytes | None = None
    problems: tuple[str, ...] = ()


class Caller(Protocol):
    """A client of a server that has the operations as tools."""

    @property
    def token(self) -> str:
        """Return the token that has to reach the vendor."""
        ...

    def lists(self, operation: RawOperation) -> bool:
        """Tell whether the operation is among the tools."""
        ...

    def base(self, operation: RawOperation) -> str | None:
        """Return the base path that the request has to have; None for the documented one."""
        ...

    async def call(self, operation: RawOperation, call: Call) -> Outcome:
        """Make a call."""
        ...


async def check(
    caller: Caller, document: RawDocument, operation: RawOperation, recorder: Recorder, report: Report
) -> None:
    """Make all calls of an operation and note the outcome."""
    counts = report.counts[document.label]
    counts["operations"] += 1
    if not caller.lists(operation):
        report.lines.append(f"{operation.key}: not listed")
        return
    counts["listed"] += 1
    try:
        calls = list(calls_of(operation))
    except Unsynthesisable as error:
        report.lines.append(f"{operation.key}: not called: {error}")
        return
    counts["called"] += 1
    checks = _Checks(caller, operation, recorder, report)
    success = success_of(document, operation)
    problems = [problem for call in calls for problem in await checks.exact(call, success)]
    problems += [problem for kind in ERRORS for problem in await checks.faithful(calls[0], kind)]
    for column in COLUMNS[3:]:
        counts[column] += not any(problem.startswith(column.split()[0]) for problem in problems)
    report.problems[operation.key] = list(dict.fromkeys(" ".join(problem.split()) for problem in problems))
    report.lines += [f"{operation.key}: {problem}" for problem in report.problems[operation.key]]


class _Checks:
    def __init__(self, caller: Caller, operation: RawOperation, recorder: Recorder, report: Report) -> None:
        self._caller, self._operation, self._recorder, self._report = caller, operation, recorder, report

    async def _call(self, call: Call, answer: Any, variant: str) -> Outcome:
        self._recorder.arrived.pop(self._caller.token, None)
        self._recorder.answers[self._caller.token] = answer
        self._report.calls[variant] += 1
        return await self._caller.call(self._operation, call)

    async def exact(self, call: Call, success: Success) -> list[str]:
        outcome = await self._call(call, success.answer, call.variant)
        arrived = self._recorder.arrived.get(self._caller.token, [])
        if outcome.is_error and not arrived:
            return [f"wire ({call.variant}): refused: {outcome.text[:300]}"]
        base = self._caller.base(self._operation)
        found = differences(self._operation, call.parameters, call.body, self._caller.token, arrived, base)
        problems = [f"wire ({call.variant}): {difference}" for difference in found]
        return problems + [f"result ({call.variant}): {problem}" for problem in result_differences(outcome, success)]

    async def faithful(self, call: Call, kind: str) -> list[str]:
        answer, words = ERRORS[kind]
        outcome = await self._call(call, answer, f"error: {kind}")
        return [f"error ({kind}): {problem}" for problem in error_differences(outcome, answer[0], words)]


def result_differences(outcome: Outcome, success: Success) -> list[str]:
    """Return how a result differs from what the vendor answered; nothing if it is exact."""
    if outcome.is_error:
        return [f"an error: {outcome.text[:200]}"]
    found = list(outcome.problems)
    if outcome.status not in (None, success.status):
        found.append(f"status {outcome.status} instead of {success.status}")
    if success.file is not None:
        return found if outcome.file == success.file else [*found, "another file"]
    if canonical(success.body) not in map(canonical, outcome.bodies):
        found.append(f"body {str(outcome.bodies)[:200]}")
    return found


def error_differences(outcome: Outcome, status: int, words: Iterable[str]) -> list[str]:
    """Return what an error result lacks of the vendor's error; nothing if it is faithful."""
    missing = [word for word in words if word not in outcome.text]
    if not outcome.is_error:
        return ["no error"]
    if outcome.status not in (None, status):
        return [f"status {outcome.status} instead of {status}"]
    return [f"{missing} not in {outcome.text[:200]}"] if missing else []


def canonical(value: Any) -> str:
    """Return a JSON value as text that equal values share, and only they (1 and 1.0 and true are three)."""
    return json.dumps(value, sort_keys=True)


def table(counts: Mapping[str, Counter[str]], total: Counter[str]) -> Table:
    """Return the table of figures, a row a document and the total."""
    rows = Table("document", *COLUMNS)
    for label in sorted(counts):
        rows.add_row(label, *(f"{counts[label][column]:,}" for column in COLUMNS))
    rows.add_section()
    rows.add_row("total", *(f"{total[column]:,}" for column in COLUMNS), style="bold")
    return rows


class Progress:
    """A line on stderr that says how far it is, where stderr is a terminal."""

    def __init__(self, operations: int) -> None:
        self._operations, self._done = operations, 0

    def step(self) -> None:
        """Count one operation."""
        self._done += 1
        if sys.stderr.isatty() and (self._done % 10 == 0 or self._done == self._operations):
            end = "\n" if self._done == self._operations else ""
            sys.stderr.write(f"\r{self._done:,} of {self._operations:,} operations{end}")
            sys.stderr.flush()
