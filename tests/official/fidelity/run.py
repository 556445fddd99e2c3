"""Call every operation of every document, compare, and print the table: ``python -m tests.official.fidelity.run``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from rich.console import Console
from rich.table import Table

from tests.official.fidelity.calls import ERRORS, Call, calls_of, success_of
from tests.official.fidelity.expectation import arguments_for, differences
from tests.official.fidelity.raw import RawDocument, RawOperation
from tests.official.fidelity.recorder import Recorder
from tests.official.fidelity.synthesis import Unsynthesisable

ROOT = Path(__file__).parents[3]
COLUMNS = ("operations", "listed", "called", "wire exact", "result exact", "error faithful")
WORKERS = 6
START_SECONDS = 60.0


@dataclass
class Report:
    """Counts by document, and a line for whatever was not as it should be, or not called and why."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lines: list[str] = field(default_factory=list)
    calls: int = 0

    @property
    def total(self) -> Counter[str]:
        """Return the counts of all documents together."""
        return sum(self.counts.values(), Counter())


@asynccontextmanager
async def served(specs: Path, upstream: str) -> AsyncIterator[str]:
    """Run the real command over the documents, and yield its URL."""
    command = [sys.executable, "cli.py", "serve", "--transport", "http", "--port", "0", "--specs-dir", str(specs)]
    command += ["--overrides", os.devnull, "--upstream", f"zoom={upstream}", "--upstream", f"webex={upstream}"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    if process.stderr is None:
        raise RuntimeError("no stderr")
    try:
        async with asyncio.timeout(START_SECONDS):
            while line := (await process.stderr.readline()).decode():
                if "http://127.0.0.1:" in line and "/mcp" in line and ":0/" not in line:
                    break
        drain = asyncio.create_task(process.stderr.read())
        yield "http://127.0.0.1:" + line.split("http://127.0.0.1:")[1].split("/")[0] + "/mcp"
    finally:
        process.terminate()
        await process.wait()
        await drain


class Worker:
    """One client with a token of its own, calling one operation after the other."""

    def __init__(self, client: Client[Any], token: str, recorder: Recorder, names: Mapping[str, str]) -> None:
        self._client, self._token, self._recorder, self._names = client, token, recorder, names

    async def check(self, document: RawDocument, operation: RawOperation, report: Report) -> None:
        """Make all calls of an operation and note the outcome."""
        counts = report.counts[document.label]
        counts["operations"] += 1
        name = self._names.get(operation.key)
        if name is None:
            report.lines.append(f"{operation.key}: not listed")
            return
        counts["listed"] += 1
        try:
            calls = list(calls_of(operation))
        except Unsynthesisable as error:
            report.lines.append(f"{operation.key}: not called: {error}")
            return
        counts["called"] += 1
        problems = [p for call in calls for p in await self._exact(document, operation, name, call, report)]
        counts["wire exact"] += not [p for p in problems if p.startswith("wire")]
        counts["result exact"] += not [p for p in problems if p.startswith("result")]
        report.lines += [f"{operation.key}: {problem}" for problem in dict.fromkeys(problems)]
        unfaithful = [p for kind in ERRORS for p in await self._faithful(operation, name, calls[0], kind, report)]
        counts["error faithful"] += not unfaithful
        report.lines += [f"{operation.key}: {problem}" for problem in unfaithful]

    async def _call(self, operation: RawOperation, name: str, call: Call) -> Any:
        self._recorder.arrived.pop(self._token, None)
        arguments = arguments_for(operation, call.parameters, call.body)
        return await self._client.call_tool(name, arguments, raise_on_error=False)

    async def _exact(
        self, document: RawDocument, operation: RawOperation, name: str, call: Call, report: Report
    ) -> list[str]:
        success = success_of(document, operation)
        self._recorder.answers[self._token] = success.answer
        report.calls += 1
        result = await self._call(operation, name, call)
        arrived = self._recorder.arrived.get(self._token, [])
        if result.is_error and not arrived:
            return [f"wire ({call.variant}): refused: {_text(result)[:300]}"]
        found = differences(operation, call.parameters, call.body, self._token, arrived)
        problems = [f"wire ({call.variant}): {difference}" for difference in found]
        structured = result.structured_content or {}
        if result.is_error or structured.get("status_code") != success.status:
            problems.append(f"result ({call.variant}): {_text(result)[:200]}")
        elif success.compared and _canonical(structured.get("body")) != _canonical(success.body):
            problems.append(f"result ({call.variant}): body {str(structured.get('body'))[:100]}")
        elif json.loads(result.content[0].text) != structured:
            problems.append(f"result ({call.variant}): text and structured content differ")
        return problems

    async def _faithful(self, operation: RawOperation, name: str, call: Call, kind: str, report: Report) -> list[str]:
        answer, words = ERRORS[kind]
        self._recorder.answers[self._token] = answer
        report.calls += 1
        result = await self._call(operation, name, call)
        missing = [word for word in words if word not in _text(result)]
        return [] if result.is_error and not missing else [f"error ({kind}): {missing} not in {_text(result)[:200]}"]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _text(result: Any) -> str:
    return " ".join(block.text for block in result.content if block.type == "text")


async def fidelity(specs: Path, only: str | None = None) -> Report:
    """Check all documents of a folder ``<vendor>/<file>.json``.

    Args:
        specs: the folder.
        only: check only documents whose label holds this text.
    """
    documents = [RawDocument(path) for path in sorted(specs.glob("*/*.json"))]
    queue = [(d, o) for d in documents if only is None or only in d.label for o in d.operations()]
    report = Report()
    recorder = Recorder()
    with recorder as upstream:
        async with served(specs, upstream) as url:
            async with Client(_transport(url, "lister")) as client:
                names = _names(await client.list_tools())
            await asyncio.gather(*(_work(url, f"worker-{i}", recorder, names, queue, report) for i in range(WORKERS)))
    return report


def _transport(url: str, token: str) -> StreamableHttpTransport:
    return StreamableHttpTransport(url, headers={"x-zoom-access-token": token, "x-webex-access-token": token})


def _names(tools: list[Any]) -> dict[str, str]:
    names = {}
    for tool in tools:
        facts = tool.meta["bridge"]
        for label in facts["documents"]:
            names[f"{label} {facts['method']} {facts['path']}"] = tool.name
    return names


async def _work(
    url: str, token: str, recorder: Recorder, names: Mapping[str, str], queue: list[Any], report: Report
) -> None:
    async with Client(_transport(url, token)) as client:
        worker = Worker(client, token, recorder, names)
        while queue:
            document, operation = queue.pop()
            await worker.check(document, operation, report)


def table(report: Report) -> Table:
    """Return the table of figures, a row a document and the total."""
    rows = Table("document", *COLUMNS)
    for label in sorted(report.counts):
        rows.add_row(label, *(f"{report.counts[label][column]:,}" for column in COLUMNS))
    rows.add_section()
    rows.add_row("total", *(f"{report.total[column]:,}" for column in COLUMNS), style="bold")
    return rows


def main() -> None:
    """Print the lines and the table; exit with 1 if an operation fell short in any column."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--specs-dir", type=Path, default=os.environ.get("BRIDGE_SPECS_DIR"))
    parser.add_argument("--only", help="only documents whose name holds this")
    options = parser.parse_args()
    if options.specs_dir is None:
        parser.error("say where the official documents are: --specs-dir or BRIDGE_SPECS_DIR")
    report = asyncio.run(fidelity(Path(options.specs_dir).absolute(), options.only))
    console = Console(width=140)
    for line in report.lines:
        console.print(line, markup=False, soft_wrap=True)
    console.print(table(report))
    console.print(f"{report.calls:,} calls")
    sys.exit(any(report.total[column] != report.total["operations"] for column in COLUMNS))


if __name__ == "__main__":
    main()
