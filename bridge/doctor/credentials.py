"""Where tokens would come from; none is shown, and none is obtained: a new one could end another process's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from bridge.doctor.finding import Finding
from bridge.errors import BridgeError
from bridge.upstream.oauth.origin import CommandOrigin, GivenToken, Login, find_origin, what_to_set
from bridge.upstream.oauth.session import Session
from bridge.upstream.oauth.token_command import TokenCommand
from bridge.vendors import Vendor

Logins = Callable[[Vendor], Session | None]


def credentials(
    vendors: Collection[Vendor], environ: Mapping[str, str], commands: Mapping[str, TokenCommand], logins: Logins
) -> Iterator[Finding]:
    """Look for the tokens and credentials of each vendor.

    Args:
        vendors: whose.
        environ: usually ``os.environ``.
        commands: by vendor, what ``--token-command`` names.
        logins: returns the login that is kept.
    """
    for vendor in vendors:
        yield _credentials(vendor, environ, commands.get(vendor.name), logins)


def _credentials(vendor: Vendor, environ: Mapping[str, str], command: TokenCommand | None, logins: Logins) -> Finding:
    about = f"token for {vendor.title}"
    try:
        origin = find_origin(vendor, environ, command, logins)
    except BridgeError as error:
        return Finding(about, "problem", str(error), "docs/tokens.md")
    if origin is None:
        text = f"none: over HTTP each caller brings their own in {vendor.token_header}; over stdio calls fail"
        return Finding(about, "warning", text, f"set {what_to_set(vendor)}")
    if isinstance(origin, GivenToken):
        return Finding(about, "ok", f"{origin.place} is set")
    if isinstance(origin, CommandOrigin):
        return Finding(about, "ok", f"{origin.place} prints it, not run now")
    if isinstance(origin, Login):
        return Finding(about, "ok", f"{origin.place} obtained it")
    return Finding(about, "ok", f"{origin.place} are set and obtain it")
