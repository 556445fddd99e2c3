"""What serve, call and show-tool share: where the vendor is, the sandbox in its place, how calls are handled."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.catalogue.permissions import EVERYTHING, Permissions
from bridge.catalogue.tool_spec import Catalogue
from bridge.errors import OptionError
from bridge.server.confirm import Confirm
from bridge.server.request_check import CheckRequests
from bridge.spec.operation import Operation
from bridge.upstream.base_url import parse_upstream
from bridge.upstream.retry_policy import RetryPolicy
from bridge.upstream.saving import MAX_RESULT_BYTES
from bridge.upstream.tokens import EnvironmentTokens, Token, TokenSource
from bridge.vendors import Vendor

if TYPE_CHECKING:
    from bridge.sandbox import Sandbox
    from bridge.server.tool import Upstream


@dataclass(frozen=True, slots=True)
class Handling:
    """How calls are handled: the fields are those of ``bridge.server.tool.Upstream``, the audit log's place, HTTP/2."""

    files_dirs: tuple[Path, ...] = ()
    check_requests: CheckRequests = CheckRequests.WRITES
    max_characters: int = 0
    max_file_bytes: int = MAX_RESULT_BYTES
    permissions: Permissions = EVERYTHING
    confirm: Confirm = Confirm.NEVER
    audit_log: str = "off"
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    text_too: bool = True
    http2: bool = True


def upstream_of(tokens: TokenSource, hosts: Mapping[str, str], handling: Handling) -> Upstream:
    """Return how calls reach the vendor, with a client of its own."""
    from bridge.server.consent import Consent  # noqa: PLC0415
    from bridge.server.tool import Upstream  # noqa: PLC0415 (FastMCP takes a second to import)
    from bridge.upstream.client import UpstreamClient  # noqa: PLC0415
    from bridge.upstream.retry import Retry  # noqa: PLC0415

    return Upstream(
        UpstreamClient(http2=handling.http2),
        tokens,
        hosts,
        max_characters=handling.max_characters,
        max_file_bytes=handling.max_file_bytes,
        files_dirs=handling.files_dirs,
        check_requests=handling.check_requests,
        permissions=handling.permissions,
        consent=Consent(handling.confirm),
        retry=Retry(handling.retry),
        text_too=handling.text_too,
    )


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
    return named_hosts([entry.vendor for entry in catalogue.vendors], given, environ)


def named_hosts(
    vendors: Collection[Vendor], given: Sequence[str] | None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the same for vendors without a catalogue; raises the same."""
    known = {vendor.name: vendor for vendor in vendors}
    hosts: dict[str, str] = {}
    for name in known:
        variable = f"BRIDGE_UPSTREAM_{name.upper()}"
        if url := environ.get(variable):
            hosts[name] = parse_upstream(f"{name}={url}", known, variable)[1]
    for text in given or ():
        name, url = parse_upstream(text, known, "--upstream")
        hosts[name] = url
    return hosts


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the vendors are.

    Attributes:
        hosts: by vendor, the scheme and host that stand in for its own.
        sandbox: what answers there, if it is ours.
    """

    hosts: dict[str, str]
    sandbox: Sandbox | None = None

    def follow(self, catalogue: Catalogue) -> None:
        """Have the sandbox, if there is one, answer for another catalogue."""
        if self.sandbox is not None:
            self.sandbox.serve(_operations(catalogue))


def _operations(catalogue: Catalogue) -> dict[str, tuple[Operation, ...]]:
    return {entry.vendor.name: entry.operations for entry in catalogue.vendors}


@contextmanager
def sandbox_hosts(catalogue: Catalogue, hosts: Mapping[str, str], *, use_sandbox: bool) -> Iterator[Reached]:
    """Run the sandbox while the block runs, if it is asked for, and return the hosts with it in the vendors' place."""
    if not use_sandbox:
        yield Reached(dict(hosts))
        return
    if hosts:
        raise OptionError("--sandbox and --upstream exclude each other: both say where the vendor is")
    from bridge.sandbox import Sandbox  # noqa: PLC0415 (openapi-core takes its time)

    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(_operations(catalogue)))
        yield Reached(dict(sandbox.urls), sandbox)
