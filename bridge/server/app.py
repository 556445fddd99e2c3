"""Catalogue -> FastMCP server."""

from __future__ import annotations

from fastmcp import FastMCP

from bridge.server.consent import state_security
from bridge.server.listing import ToolListing
from bridge.server.live import LiveCatalogue
from bridge.server.provider import CatalogueProvider
from bridge.server.tool import Upstream
from bridge.shipped import DISTRIBUTION, package_version

INSTRUCTIONS = (
    "Tools of {vendors}, one for each operation of the vendor's REST API. A result holds status_code and body, the "
    "vendor's JSON as it is; `next`, where there is one, holds the arguments that fetch the next page. An error "
    "says what the vendor said: correct the arguments and call again. A file (format: binary) is one string: a data: "
    "URI{paths}."
)


def build_server(live: LiveCatalogue, upstream: Upstream, state_key: str | None = None) -> FastMCP[None]:
    """Return a FastMCP server of the tools of the catalogue that is live; it may be replaced while the server runs.

    Args:
        live: the catalogue.
        upstream: how calls reach the vendor.
        state_key: the keys that replicas share, so that one understands what another asked the person.

    Raises:
        OptionError: a key is too short.
    """
    titles = " and ".join(vendor.vendor.title for vendor in live.catalogue.vendors)
    folders = " or ".join(map(str, upstream.files_dirs))
    paths = f", base64 text, or the absolute path of a file in {folders}" if folders else " or base64 text"
    server: FastMCP[None] = FastMCP(
        DISTRIBUTION,
        instructions=INSTRUCTIONS.format(vendors=titles, paths=paths),
        version=package_version(),
        providers=[CatalogueProvider(live, upstream)],
        dereference_schemas=False,
        request_state_security=state_security(state_key, [vendor.vendor for vendor in live.catalogue.vendors]),
    )
    # Two seams of the low-level server: a listing that is ready made, and the schema of one tool without listing all.
    low_level = server._mcp_server
    listing = ToolListing(live, low_level)
    low_level.middleware.append(listing)
    low_level.get_tool_input_schema = listing.input_schema
    return server


def run_stdio(server: FastMCP[None]) -> None:
    """Serve over stdio until the client closes it; only protocol goes to stdout."""
    server.run("stdio", show_banner=False)
