"""A command that prints a token: a password manager's, or a script of one's own."""

from __future__ import annotations

import os
import shlex
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.errors import OptionError, TokenError
from bridge.upstream.oauth.grant import Grant, read_grant
from bridge.upstream.tokens import parse_token
from bridge.vendors import Vendor

if TYPE_CHECKING:
    from asyncio.subprocess import Process

SECONDS = 30.0
"""What a command may take."""
MAX_OUTPUT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A command line, split; it is run without a shell (``sh -c '...'`` asks for one)."""

    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """Return what is run; arguments may hold secrets, and are shown nowhere."""
        return self.words[0]


def parse_token_command(text: str) -> tuple[str, TokenCommand]:
    """Read ``webex=op read op://vault/webex/token``: the vendor's name and the command.

    Raises:
        OptionError: it is no such thing; the text does not repeat the command.
    """
    vendor, equals, line = text.partition("=")
    if not equals or not vendor.strip():
        raise OptionError("--token-command: give VENDOR=COMMAND, such as webex='op read op://vault/webex/token'")
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise OptionError(f"--token-command {vendor}=...: the command cannot be split into words: {error}") from None
    if not words:
        raise OptionError(f"--token-command {vendor}=...: there is no command")
    return vendor.strip(), TokenCommand(words)


class CommandIssuer:
    """Runs a command each time that a token is needed.

    It prints the token and nothing else, or a JSON object like a token endpoint's (``access_token``, ``expires_in``).
    What it writes to stderr is thrown away: nobody knows what is in it.

    Args:
        vendor: whose tokens it prints.
        command: what to run.
        seconds: how long it may take.
    """

    def __init__(self, vendor: Vendor, command: TokenCommand, seconds: float = SECONDS) -> None:
        self._vendor = vendor
        self._command = command
        self._seconds = seconds

    async def issue(self) -> Grant:
        """Run it and read what it prints.

        Raises:
            TokenError: it cannot be run, fails, takes too long, or prints what is no token.
        """
        import asyncio  # noqa: PLC0415 (every start imports this module, few run a command)
        from asyncio.subprocess import DEVNULL, PIPE  # noqa: PLC0415

        named = f"the token command for {self._vendor.title} ({self._command.program})"
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command.words, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "not a command"
            raise TokenError(f"{named} cannot be run: {reason}") from None
        try:
            async with asyncio.timeout(self._seconds):
                output = await _output(process)
        except TimeoutError:
            raise TokenError(f"{named} took longer than {self._seconds:g} s") from None
        finally:
            await _end(process)
        if output is None:
            raise TokenError(f"{named} printed more than {MAX_OUTPUT_BYTES // 1024} KB: it has to print the token")
        if process.returncode:
            raise TokenError(f"{named} ended with exit code {process.returncode}; run it yourself to see why")
        text = output.strip()
        if text.startswith(b"{"):
            return read_grant(text, self._vendor, time.time())
        return Grant(parse_token(text, f"the output of {named}"))


async def _output(process: Process) -> bytes | None:
    """Return all that a process prints until it ends, None if it is too much."""
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    output = b""
    while chunk := await process.stdout.read(MAX_OUTPUT_BYTES):
        output += chunk
        if len(output) > MAX_OUTPUT_BYTES:
            return None
    await process.wait()
    return output


async def _end(process: Process) -> None:
    """End a process that still runs, and what it started."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
        else:
            process.kill()
    await process.wait()
