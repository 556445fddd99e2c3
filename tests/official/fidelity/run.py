"""Call every operation of every document, compare, and print the table: ``python -m tests.official.fidelity.run``."""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import mcp_types
from fastmcp import Client
from fastmcp.client.client import CallToolResult
from fastmcp.client.transports import StreamableHttpTransport
from rich.console import Console

from tests.official.fidelity.bare import bare_fidelity
from tests.official.fidelity.calls import Call
from tests.official.fidelity.checking import Outcome, Progress, Report, check, table
from tests.official.fidelity.expectation import arguments_for
from tests.official.fidelity.raw import RawDocument, RawOperation
from tests.official.fidelity.recorder import Recorder

ROOT = Path(__file__).parents[3]
KEYS = {"status_code", "body", "next", "notice", "tracking_id"}
"""What a result may hold, by the README."""

WORKERS = 6
START_SECONDS = 60.0


@asynccontextmanager
async def served(specs: Path, upstream: str) -> AsyncIterator[str]:
    """Run the real command over the documents, and yield its URL."""
    command = [sys.executable, "cli.py", "serve", "--transport", "http", "--port", "0", "--specs-dir", str(specs)]
    command += ["--overrides", os.devnull, "--upstream", f"zoom={upstream}", "--upstream", f"webex={upstream}"]
    # Every tool is listed, and every answer is the one of the first request.
    command += ["--mode", "full", "--schema", "full", "--retries", "0"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    if process.stderr is None:
        raise RuntimeError("no stderr")
    drain = None
    said = []
    try:
        async with asyncio.timeout(START_SECONDS):
            while line := (await process.stderr.readline()).decode():
                said.append(line)
                if "http://127.0.0.1:" in line and "/mcp" in line and ":0/" not in line:
                    break
            else:
                raise RuntimeError("the bridge did not start: " + "".join(said))
        drain = asyncio.create_task(process.stderr.read())
        yield "http://127.0.0.1:" + line.split("http://127.0.0.1:")[1].split("/")[0] + "/mcp"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        if drain is not None:
            await drain


class BridgeCaller:
    """A client of the bridge, over HTTP, with a token of its own."""

    def __init__(self, client: Client[Any], token: str, names: Mapping[str, str]) -> None:
        self._client, self._token, self._names = client, token, names

    @property
    def token(self) -> str:
        """Return the token of this caller."""
        return self._token

    def lists(self, operation: RawOperation) -> bool:
        """Tell whether the operation is among the tools."""
        return operation.key in self._names

    def base(self, _: RawOperation) -> None:
        """Return None: the path is compared with the documented one."""

    async def call(self, operation: RawOperation, call: Call) -> Outcome:
        """Make a call, with arguments named as the README says."""
        arguments = arguments_for(operation, call.parameters, call.body)
        try:
            result = await self._client.call_tool(self._names[operation.key], arguments, raise_on_error=False)
        except Exception as error:
            # A protocol error: one line of the report, and the run goes on.
            return Outcome(is_error=True, text=f"{type(error).__name__}: {error}", status=0)
        return outcome_of(result)


def outcome_of(result: CallToolResult) -> Outcome:
    """Read a result of the bridge."""
    structured = result.structured_content or {}
    texts = [block.text for block in result.content if block.type == "text"]
    problems = [f"key {key}" for key in structured if key not in KEYS]
    if not result.is_error and (len(texts) != 1 or json.loads(texts[0]) != structured):
        problems.append("text and structured content differ")
    return Outcome(
        is_error=result.is_error,
        text=" ".join(texts),
        # An error that is not the vendor's has no status; 0 is none that is expected.
        status=structured.get("status_code", 0),
        bodies=(structured["body"],) if "body" in structured else (),
        file=next((_bytes(block) for block in result.content if block.type != "text"), None),
        problems=tuple(problems),
    )


def _bytes(block: mcp_types.ContentBlock) -> bytes | None:
    if isinstance(block, mcp_types.ImageContent | mcp_types.AudioContent):
        return base64.b64decode(block.data)
    if isinstance(block, mcp_types.EmbeddedResource) and isinstance(block.resource, mcp_types.BlobResourceContents):
        return base64.b64decode(block.resource.blob)
    return None


async def fidelity(documents: list[RawDocument], specs: Path) -> Report:
    """Check what the bridge makes of all operations of the documents, which are all in the folder ``specs``."""
    queue = [(document, operation) for document in documents for operation in document.operations()]
    report, recorder, progress = Report(), Recorder(), Progress(len(queue))

    async def work(url: str, token: str, names: Mapping[str, str]) -> None:
        async with Client(_transport(url, token)) as client:
            caller = BridgeCaller(client, token, names)
            while queue:
                document, operation = queue.pop()
                await check(caller, document, operation, recorder, report)
                progress.step()

    with recorder as upstream:
        async with served(specs, upstream) as url:
            async with Client(_transport(url, "lister")) as client:
                names = _names(await client.list_tools())
            await asyncio.gather(*(work(url, f"worker-{number}", names) for number in range(WORKERS)))
    return report


def _transport(url: str, token: str) -> StreamableHttpTransport:
    return StreamableHttpTransport(url, headers={"x-zoom-access-token": token, "x-webex-access-token": token})


def _names(tools: list[mcp_types.Tool]) -> dict[str, str]:
    names = {}
    for tool in tools:
        facts = (tool.meta or {})["bridge"]
        for label in facts["documents"]:
            names[f"{label} {facts['method']} {facts['path']}"] = tool.name
    return names


def main() -> None:
    """Print the lines and the table; exit with 1 if an operation fell short in any column."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--specs-dir", type=Path, default=os.environ.get("BRIDGE_SPECS_DIR"))
    parser.add_argument("--only", default="", help="only documents whose name holds this")
    parser.add_argument(
        "--bare", action="store_true", help="check FastMCP without the bridge; what it loses is no error"
    )
    options = parser.parse_args()
    if not options.specs_dir:
        parser.error("say where the official documents are: --specs-dir or BRIDGE_SPECS_DIR")
    specs = Path(options.specs_dir).absolute()
    documents = [RawDocument(path) for path in sorted(specs.glob("*/*.json"))]
    documents = [document for document in documents if options.only in document.label]
    if not documents:
        parser.error(f"no documents <vendor>/<name>.json in {specs}")
    start = time.monotonic()
    report = asyncio.run(bare_fidelity(documents) if options.bare else fidelity(documents, specs))
    _print(report, time.monotonic() - start)
    sys.exit(not (report.complete or options.bare))


def _print(report: Report, seconds: float) -> None:
    console = Console(width=140)
    for line in sorted(report.lines):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(table(report.counts, report.total))
    for kind, count in sorted(report.losses.items()):
        if count:
            console.print(f"{kind}: {count:,} operations")
    variants = ", ".join(f"{variant} {count:,}" for variant, count in report.calls.items())
    console.print(f"{report.calls.total():,} calls ({variants}) in {seconds:.0f} s", soft_wrap=True)


if __name__ == "__main__":
    main()
