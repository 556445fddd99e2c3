"""Commands that print tokens: run without a shell, in time, and shown nowhere."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import time
from pathlib import Path

import pytest

from bridge.errors import OptionError, TokenError
from bridge.upstream.oauth.token_command import CommandIssuer, TokenCommand, parse_token_command
from bridge.upstream.tokens import Token
from bridge.vendors import official_vendors

WEBEX = official_vendors()["webex"]
SECRET = "s3cret"


def python(program: str, *more: str) -> TokenCommand:
    return TokenCommand((sys.executable, "-c", program, *more))


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def issuer(program: str, seconds: float = 30) -> CommandIssuer:
    return CommandIssuer(WEBEX, python(program), seconds)


def test_a_command_is_split_into_words_as_a_shell_would() -> None:
    assert parse_token_command("webex=op read 'op://vault/webex token'") == (
        "webex",
        TokenCommand(("op", "read", "op://vault/webex token")),
    )


@pytest.mark.parametrize("text", ["webex", "=op read", "webex=", "webex=   ", "webex='s3cret"])
def test_what_is_no_command_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(OptionError, match="--token-command") as caught:
        parse_token_command(text)
    assert SECRET not in str(caught.value)


async def test_what_it_prints_is_the_token() -> None:
    assert (await issuer(f"print('{SECRET}')").issue()).token == Token(SECRET)


async def test_it_may_print_what_a_token_endpoint_answers() -> None:
    grant = await issuer(f"""print('{{"access_token": "{SECRET}", "expires_in": 60}}')""").issue()
    assert (grant.token, grant.lifetime) == (Token(SECRET), 60)


async def test_nothing_of_it_is_read_by_a_shell(tmp_path: Path) -> None:
    echo = TokenCommand((sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME;touch"))
    assert (await CommandIssuer(WEBEX, echo).issue()).token == Token("$HOME;touch")


@pytest.mark.skipif(os.name != "posix", reason="there is no sh")
async def test_a_shell_is_there_for_who_asks() -> None:
    _, command = parse_token_command(f"webex=sh -c 'printf %s {SECRET} | tr s S'")
    assert (await CommandIssuer(WEBEX, command).issue()).token == Token("S3cret")


async def test_it_cannot_read_what_the_client_sends() -> None:
    assert (await issuer("import sys; print(len(sys.stdin.read()))").issue()).token == Token("0")


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (f"import sys; print('{SECRET}', file=sys.stderr); sys.exit(3)", "ended with exit code 3; run it yourself"),
        (f"import sys; print('{SECRET}'); sys.exit(1)", "ended with exit code 1"),
        (f"print('{SECRET} {SECRET}')", "has whitespace in it"),
        ("print()", "is empty"),
        (f"print('{SECRET}' * 20_000)", "printed more than 64 KB"),
        (f'print(\'{{"token": "{SECRET}"}}\')', "there is no token in"),
    ],
)
async def test_a_failure_is_one_sentence_without_what_it_printed(
    program: str, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TokenError, match=sentence) as caught:
        await issuer(program).issue()
    assert "Webex" in str(caught.value)
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert capfd.readouterr() == ("", "")


async def test_a_program_that_is_not_there_is_named_without_its_arguments() -> None:
    command = TokenCommand(("no-such-program", SECRET))
    with pytest.raises(TokenError, match=r"\(no-such-program\) cannot be run: No such file") as caught:
        await CommandIssuer(WEBEX, command).issue()
    assert SECRET not in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look into")
async def test_who_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    command = f"sleep 600 & echo $! > {shlex.quote(str(child))}; wait"
    with pytest.raises(TokenError, match="took longer than 2 s"):
        await CommandIssuer(WEBEX, TokenCommand(("sh", "-c", command)), 2).issue()
    deadline = time.monotonic() + 30
    while is_running(int(child.read_text())):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
