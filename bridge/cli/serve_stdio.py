"""serve over stdio: what clients ask first is answered at once where it is known, then the server is made."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

from bridge.catalogue.tool_spec import Catalogue
from bridge.cli.audit import opened_audit_log
from bridge.cli.running import Handling, upstream_of
from bridge.server.hangup import Postponed
from bridge.server.instructions import instructions
from bridge.server.known_answers import KnownAnswers, answers_path
from bridge.server.live import LiveCatalogue
from bridge.server.opening import Opening, loop_can_wait
from bridge.upstream.tokens import TokenSource


def serve_stdio(
    live: LiveCatalogue,
    load: Callable[[], Catalogue],
    hosts: dict[str, str],
    handling: Handling,
    tokens: TokenSource,
    drain_seconds: float,
    hangups: Postponed,
    compiled: Callable[[], Catalogue] | None = None,
) -> None:
    """Serve until the client hangs up.

    Args:
        live: the catalogue.
        load: reads documents and overrides anew.
        hosts: by vendor, the scheme and host that stand in for its own.
        handling: how calls are made.
        tokens: whose tokens they carry.
        drain_seconds: how long running calls may take to end.
        hangups: asks for a reload.
        compiled: keeps the catalogue for the next start, and returns it as that finds it; where it is still to be kept.

    Raises:
        BridgeError: an option cannot be used.
    """
    # A thread that waits for the client's next line cannot be interrupted: Ctrl-C has to end the process itself.
    before = [(number, signal.signal(number, handler)) for number, handler in _WHILE_NOTHING_RUNS]
    try:
        audit_log = opened_audit_log(handling.audit_log)
        known = _known_answers(live, handling)
        opening = Opening(known, live)
        if loop_can_wait():
            opening.answer(0, 1)
        if opening.is_over:
            return
        from bridge.server.afterwork import Afterwork  # noqa: PLC0415
        from bridge.server.app import build_server, draining, reloads_of  # noqa: PLC0415 (FastMCP takes a second)
        from bridge.server.run_stdio import run_stdio  # noqa: PLC0415

        def reload() -> Catalogue:
            known.close()
            return load()

        calls = upstream_of(tokens, hosts, handling)
        server = build_server(live, calls, audit_log=audit_log)
        reloads = reloads_of(server, live, calls, reload)
        hangups.lead_to(reloads.ask)
        afterwork = Afterwork(partial(_compile, live, compiled)) if compiled else None
        run_stdio(server, draining(server, drain_seconds), reloads, opening, afterwork)
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _compile(live: LiveCatalogue, compiled: Callable[[], Catalogue]) -> None:
    """Keep the catalogue, and serve the compiled one: the documents can go."""
    before = live.catalogue
    live.replace(compiled(), instead_of=before)


def _end(_: int, __: FrameType | None) -> None:
    """End well: for the client the server is up, and no call runs yet."""
    sys.stderr.flush()
    os._exit(0)


_WHILE_NOTHING_RUNS = ((signal.SIGINT, signal.SIG_DFL), (signal.SIGTERM, _end))
"""What signals do until the server is made."""


def _known_answers(live: LiveCatalogue, handling: Handling) -> KnownAnswers:
    compiled = live.catalogue.kept_in
    if compiled is None:
        return KnownAnswers(None)
    return KnownAnswers(answers_path(compiled, instructions(live.exposure, handling.files_dirs)))
