"""What serve, call and show-tool share: where the vendor is, and the sandbox in its place."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from bridge.catalogue.tool_spec import Catalogue
from bridge.errors import OptionError
from bridge.upstream.base_url import parse_upstream
from bridge.upstream.tokens import EnvironmentTokens, Token
from bridge.vendors import Vendor


def environment(vendors: Collection[Vendor], *, use_sandbox: bool) -> EnvironmentTokens:
    """Return the tokens of the environment; the sandbox, which takes any, is called with ``sandbox`` where none is.

    Raises:
        TokenError: a variable holds what cannot be a token.
    """
    stand_in = {vendor.name: Token("sandbox") for vendor in vendors} if use_sandbox else None
    return EnvironmentTokens(vendors, os.environ, sandbox=stand_in)


def upstream_hosts(
    catalogue: Catalogue, given: Sequence[str] | None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the scheme and host that stand in for each vendor's, from ``--upstream`` and the environment.

    Raises:
        OptionError: a value that cannot be used.
    """
    vendors = {entry.vendor.name: entry for entry in catalogue.vendors}
    hosts: dict[str, str] = {}
    for name in vendors:
        variable = f"BRIDGE_UPSTREAM_{name.upper()}"
        if url := environ.get(variable):
            hosts[name] = parse_upstream(f"{name}={url}", vendors, variable)[1]
    for text in given or ():
        name, url = parse_upstream(text, vendors, "--upstream")
        hosts[name] = url
    return hosts


@contextmanager
def sandbox_hosts(catalogue: Catalogue, hosts: Mapping[str, str], *, use_sandbox: bool) -> Iterator[dict[str, str]]:
    """Run the sandbox while the block runs, if it is asked for, and return the hosts with it in the vendors' place."""
    if not use_sandbox:
        yield dict(hosts)
        return
    if hosts:
        raise OptionError("--sandbox and --upstream exclude each other: both say where the vendor is")
    from bridge.sandbox import Sandbox  # noqa: PLC0415 (openapi-core takes its time)

    with ExitStack() as stack:
        sandbox = Sandbox({entry.vendor.name: entry.operations for entry in catalogue.vendors})
        yield dict(stack.enter_context(sandbox).urls)
