"""Overrides and store, read anew while the server runs: all or nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import anyio.to_thread

from bridge.catalogue.tool_spec import Catalogue
from bridge.errors import BridgeError
from bridge.server.live import LiveCatalogue
from bridge.server.sessions import Sessions

_log = logging.getLogger("bridge")


class Reloads:
    """Puts another catalogue in the place of the one that is served, each time that it is asked to.

    What cannot be loaded leaves everything as it was, and is logged in one line. While one catalogue is loaded, any
    number of further requests for it are one.

    Args:
        live: gets the new catalogue.
        load: returns it; runs in a thread. A ``BridgeError`` says why there is none.
        sessions: are told once it is served.
        renew: is called before they are told.
    """

    def __init__(
        self, live: LiveCatalogue, load: Callable[[], Catalogue], sessions: Sessions, renew: Callable[[], None]
    ) -> None:
        self._live = live
        self._load = load
        self._sessions = sessions
        self._renew = renew
        self._asked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask(self) -> None:
        """Ask for a new catalogue; from any thread or signal handler, also before the server runs."""
        if self._loop is None:
            self._asked.set()
        else:
            with suppress(RuntimeError):  # the loop has ended, and the server with it
                self._loop.call_soon_threadsafe(self._asked.set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer what is asked while the block runs."""
        self._loop = asyncio.get_running_loop()
        answering = asyncio.create_task(self._answer())
        try:
            yield
        finally:
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering

    def end_streams(self) -> None:
        """End the streams on which clients wait to be told; they would hold up the end of the server."""
        self._sessions.end_streams()

    async def _answer(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self.reload()

    async def reload(self) -> bool:
        """Load a catalogue, serve it and tell who wants to know; return whether that is what happened."""
        before = self._live.catalogue
        try:
            await anyio.to_thread.run_sync(self._replace, abandon_on_cancel=True)
        except BridgeError as error:
            _log.error("not reloaded, what was served before still is: %s", error)
            return False
        except Exception:
            _log.exception("not reloaded, what was served before still is: the bridge itself failed")
            return False
        after = self._live.catalogue
        new, gone = after.by_name.keys() - before.by_name.keys(), before.by_name.keys() - after.by_name.keys()
        _log.info("reloaded: %s tools, %s new, %s gone", f"{len(after.tools):,}", f"{len(new):,}", f"{len(gone):,}")
        _log.info(self._live.exposure.plan.reason)
        self._renew()
        await self._sessions.tell_tools_changed()
        return True

    def _replace(self) -> None:
        self._live.replace(self._load())
