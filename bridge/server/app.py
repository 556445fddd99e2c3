"""Catalogue -> FastMCP server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastmcp import FastMCP

from bridge.catalogue.tool_spec import Catalogue
from bridge.server.audit import Audit, Observer
from bridge.server.audit_log import AuditLog
from bridge.server.catalogue_server import CatalogueServer
from bridge.server.consent import state_security
from bridge.server.drain import Drain
from bridge.server.instructions import instructions
from bridge.server.listing import ToolListing
from bridge.server.live import LiveCatalogue
from bridge.server.provider import CatalogueProvider
from bridge.server.reload import Reloads
from bridge.server.sessions import Sessions
from bridge.server.tool import Upstream
from bridge.shipped import DISTRIBUTION, package_version


def build_server(
    live: LiveCatalogue,
    upstream: Upstream,
    state_key: str | None = None,
    audit_log: AuditLog | None = None,
    observers: Sequence[Observer] = (),
) -> CatalogueServer:
    """Return a FastMCP server of the tools of the catalogue that is live; it may be replaced while the server runs.

    Args:
        live: the catalogue.
        upstream: how calls reach the vendor.
        state_key: the keys that replicas share, so that one understands what another asked the person.
        audit_log: where a line goes for each call; None for nowhere.
        observers: told of each call.

    Raises:
        OptionError: a key is too short.
    """
    server = CatalogueServer(
        DISTRIBUTION,
        CatalogueProvider(live, upstream),
        instructions=instructions(live.exposure, upstream.files_dirs),
        version=package_version(),
        dereference_schemas=False,
        request_state_security=state_security(state_key, [vendor.vendor for vendor in live.catalogue.vendors]),
    )
    # Two seams of the low-level server: a listing that is ready made, and the schema of one tool without listing all.
    low_level = server._mcp_server
    listing = ToolListing(live, low_level)
    low_level.middleware.append(listing)
    if audit_log or observers:
        # Before all others: it sees what they refuse.
        low_level.middleware.insert(0, Audit(audit_log, lambda name: _is_tool(live, name), observers))
    low_level.get_tool_input_schema = listing.input_schema
    return server


def _is_tool(live: LiveCatalogue, name: str) -> bool:
    return live.exposure.shown(name) is not None or live.catalogue.withholds(name)


def reloads_of(
    server: FastMCP[None], live: LiveCatalogue, upstream: Upstream, load: Callable[[], Catalogue]
) -> Reloads:
    """Return what puts another catalogue in the place of the live one, and tells the clients of ``server``.

    Args:
        server: from :func:`build_server`; it is to serve no one yet.
        live: its catalogue.
        upstream: how its calls reach the vendor.
        load: returns the next one; runs in a thread.
    """

    def renew() -> None:
        server.instructions = instructions(live.exposure, upstream.files_dirs)

    return Reloads(live, load, Sessions(server._mcp_server), renew)


def draining(server: FastMCP[None], seconds: float) -> Drain:
    """Return what ends ``server``: how many calls run, and when it may go.

    Args:
        server: from :func:`build_server`.
        seconds: how long running calls may take to end.
    """
    drain = Drain(server._mcp_server, seconds)
    server._mcp_server.middleware.append(drain)
    return drain
