"""A server over stdio, from its start to its end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from contextlib import nullcontext
from types import FrameType
from typing import Any

from fastmcp import FastMCP

from bridge.server.afterwork import Afterwork
from bridge.server.drain import Drain
from bridge.server.opening import Opening
from bridge.server.reload import Reloads
from bridge.server.stdio import FINISH_SECONDS, serve_stdio

_TICK = 0.05


def run_stdio(
    server: FastMCP[Any],
    drain: Drain,
    reloads: Reloads | None = None,
    opening: Opening | None = None,
    afterwork: Afterwork | None = None,
) -> None:
    """Serve over stdio until the client closes it, and then return; only protocol goes to stdout.

    SIGTERM ends it too, once the calls that run have ended or had their time.

    Args:
        server: the MCP server.
        drain: its calls.
        reloads: answered while it runs.
        opening: what was read and answered before.
        afterwork: what can wait until it serves.
    """
    # All that is there now stays: the collector needs not look at it again.
    gc.freeze()
    gc.enable()
    asyncio.run(_serve(server, drain, reloads, opening, afterwork))
    if afterwork is not None and not drain.begun:
        afterwork.finish()


async def _serve(
    server: FastMCP[Any],
    drain: Drain,
    reloads: Reloads | None,
    opening: Opening | None,
    afterwork: Afterwork | None,
) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()

    def end(_: int, __: FrameType | None) -> None:
        drain.begin()
        loop.call_soon_threadsafe(told.set)

    before = signal.signal(signal.SIGTERM, end)
    try:
        async with (
            reloads.running() if reloads else nullcontext(),
            afterwork.begun() if afterwork else nullcontext(),
        ):
            serving = asyncio.create_task(serve_stdio(server, opening))
            ending = asyncio.create_task(_until_over(drain, told))
            await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                ending.cancel()
                await serving
            else:
                drain.end()
                await _broken_off(serving)
    finally:
        signal.signal(signal.SIGTERM, before)


async def _until_over(drain: Drain, told: asyncio.Event) -> None:
    await told.wait()
    while not drain.over:
        await asyncio.sleep(_TICK)
    await asyncio.sleep(_TICK)  # the answer of the last call is on its way to the stream


async def _broken_off(serving: asyncio.Task[None]) -> None:
    """End what waits for the client's next line; what is still to be written is written."""
    serving.cancel()
    await asyncio.wait({serving}, timeout=FINISH_SECONDS + 1)
    if not serving.done():
        # On a terminal a thread reads, which cannot be interrupted: nothing else ends this process.
        sys.stderr.flush()
        os._exit(0)
    if not serving.cancelled() and (error := serving.exception()):
        raise error
