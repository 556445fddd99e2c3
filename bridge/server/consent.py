"""Asking the person before what destroys; what a model says, in whatever argument, is no consent.

In a session the server asks through the client (``elicitation/create``, MCP 2025-11-25, Elicitation). In the
sessionless protocol the call answers ``input_required``, and the client asks and calls again (MCP 2026-07-28,
multi-round-trip requests). The state between the two rounds travels with the client, sealed: it holds for this tool,
these arguments, this caller and ten minutes, and in one process for one call.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

import mcp_types
from fastmcp.exceptions import FastMCPError
from fastmcp.server.context import Context
from fastmcp.server.dependencies import get_context
from fastmcp.server.elicitation import AcceptedElicitation
from fastmcp.tools.base import InputRequiredToolResult
from mcp.server.context import ServerRequestContext
from mcp.server.request_state import RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, Field, StrictBool, ValidationError

from bridge.catalogue.overrides import ConfirmTool
from bridge.catalogue.tool_spec import ToolSpec
from bridge.controls import CONTROL_SCHEMAS
from bridge.errors import NotAllowedError, OptionError, TokenError
from bridge.server.access import caller_tokens
from bridge.server.confirm import STATE_KEY_VARIABLE, Confirm
from bridge.vendors import Vendor

STATE_SECONDS = 600
"""How long a person may take to answer."""
SHORTEST_KEY = 32

SHOWN_VALUE = 500
SHOWN_ARGUMENTS = 40
_QUESTION = "consent"


class Answer(BaseModel):
    """What the person fills in."""

    confirm: StrictBool = Field(title="Do it", description="Yes: the call is made. No: nothing is sent.")


class Consent:
    """Asks the person before a call, where one has to be asked.

    Args:
        confirm: when.
    """

    def __init__(self, confirm: Confirm = Confirm.AUTO) -> None:
        self._confirm = confirm
        self._spent: dict[str, float] = {}

    async def ask(
        self, spec: ToolSpec, arguments: Mapping[str, Any], through: str | None
    ) -> InputRequiredToolResult | None:
        """Return None where the call may go ahead, else the question that the client is to put to the person.

        Args:
            spec: the tool.
            arguments: checked.
            through: the tool of our own that was called with its name; None where it was called itself.

        Raises:
            NotAllowedError: the person said no, or has to be asked and cannot be.
        """
        if not self.concerns(spec):
            return None
        context = _asking_context()
        if context is None:
            self._go_unasked(spec, through)
            return None
        if _is_sessionless(context):
            return self._round(context, spec, arguments)
        await _ask_in_session(context, spec, arguments)
        return None

    def concerns(self, spec: ToolSpec) -> bool:
        """Tell whether a tool is one whose calls are asked about."""
        match self._confirm:
            case Confirm.NEVER:
                return False
            case Confirm.ALWAYS:
                return spec.annotations.destructive or spec.is_grave
            case _:
                return spec.is_grave

    def _go_unasked(self, spec: ToolSpec, through: str | None) -> None:
        """Let a call through that nobody can be asked about, if that is how it is meant.

        Raises:
            NotAllowedError: it is not.
        """
        why = f"{spec.name} needs a person's consent, and this client cannot ask for it; nothing was sent."
        if self._confirm is Confirm.ALWAYS:
            raise NotAllowedError(f"{why} The server runs with --confirm always: use a client with elicitation")
        if spec.confirm is ConfirmTool.ALWAYS:
            key = json.dumps(f"{spec.operation.document_names[0]}: {spec.operation.key}")
            raise NotAllowedError(
                f"{why} A person can allow it: 'confirm: never' for the key {key} in the server's overrides file "
                f"({spec.vendor.name}: tools:), or a client with elicitation"
            )
        if through is not None:
            raise NotAllowedError(
                f"{why} Call {spec.name} by its own name, not through {through}: then the client's own approval counts"
            )

    def _round(self, context: Context, spec: ToolSpec, arguments: Mapping[str, Any]) -> InputRequiredToolResult | None:
        about = _about(spec, arguments)
        nonce, _, asked_about = (context.request_state or "").partition(" ")
        answers = context.input_responses or {}
        # An answer to a question that was not asked, of another call, or that was used before, is none.
        if _QUESTION in answers and nonce and hmac.compare_digest(asked_about, about) and self._spend(nonce):
            _check_answer(spec, answers[_QUESTION])
            return None
        question = mcp_types.ElicitRequest(
            params=mcp_types.ElicitRequestFormParams(
                message=question_of(spec, arguments), requested_schema=Answer.model_json_schema()
            )
        )
        state = f"{secrets.token_urlsafe(16)} {about}"
        asked = mcp_types.InputRequiredResult(input_requests={_QUESTION: question}, request_state=state)
        return InputRequiredToolResult(asked)

    def _spend(self, nonce: str) -> bool:
        """Tell whether a state was not used before in this process, and mark it as used."""
        now = time.monotonic()
        self._spent = {known: until for known, until in self._spent.items() if until > now}
        if nonce in self._spent:
            return False
        self._spent[nonce] = now + STATE_SECONDS
        return True


def _about(spec: ToolSpec, arguments: Mapping[str, Any]) -> str:
    written = json.dumps([spec.name, spec.operation.identity, arguments], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _asking_context() -> Context | None:
    """Return the context of a call whose client can put a form to the person, None for any other call."""
    try:
        context = get_context()
        request = context.request_context
    except RuntimeError:
        return None
    if request is None:
        return None
    capabilities = context.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None:
        return None
    # An empty object is the form, as it was the only kind once (MCP 2025-11-25, Elicitation, "Capabilities").
    return context if elicitation.form is not None or elicitation.url is None else None


def _is_sessionless(context: Context) -> bool:
    request = context.request_context
    return request is not None and request.protocol_version in MODERN_PROTOCOL_VERSIONS


async def _ask_in_session(context: Context, spec: ToolSpec, arguments: Mapping[str, Any]) -> None:
    try:
        async with asyncio.timeout(STATE_SECONDS):
            answer = await context.elicit(question_of(spec, arguments), Answer)
    except TimeoutError:
        raise NotAllowedError(
            f"{spec.name}: nobody answered in {STATE_SECONDS // 60} minutes; nothing was sent"
        ) from None
    except (MCPError, FastMCPError, ValidationError, ValueError) as error:
        raise NotAllowedError(
            f"{spec.name} needs a person's consent, and the client could not ask for it ({type(error).__name__}); "
            "nothing was sent"
        ) from None
    if not isinstance(answer, AcceptedElicitation) or not answer.data.confirm:
        raise _refused(spec)


def _check_answer(spec: ToolSpec, answer: Any) -> None:
    if isinstance(answer, mcp_types.ElicitResult) and answer.action == "accept":
        try:
            if Answer.model_validate(answer.content or {}).confirm:
                return
        except ValidationError:
            raise NotAllowedError(
                f"{spec.name}: the client's answer holds no 'confirm', true or false; nothing was sent"
            ) from None
    raise _refused(spec)


def _refused(spec: ToolSpec) -> NotAllowedError:
    return NotAllowedError(
        f"{spec.name}: the person did not agree; nothing was sent. Do not try again unless they ask for it"
    )


def question_of(spec: ToolSpec, arguments: Mapping[str, Any]) -> str:
    """Return the question, in plain words: what is done, where, with which arguments."""
    title = _plain(spec.title.rstrip("."), SHOWN_VALUE)
    lines = [f"{spec.vendor.title}: {title}?", f"This calls {spec.operation.key}"]
    given = [(name, value) for name, value in arguments.items() if name not in CONTROL_SCHEMAS]
    if given:
        lines[-1] += " with"
        lines += [f"- {name}: {_shown(value)}" for name, value in given[:SHOWN_ARGUMENTS]]
    else:
        lines[-1] += " without arguments"
    if len(given) > SHOWN_ARGUMENTS:
        lines.append(f"- and {len(given) - SHOWN_ARGUMENTS} more arguments")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _plain(text, SHOWN_VALUE) if text else '""'


def _plain(text: str, longest: int) -> str:
    """Return a text on one line, in which nothing is hidden: a model could write lines of its own otherwise."""
    cut = text if len(text) <= longest else f"{text[:longest]}... ({len(text):,} characters)"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


def state_security(text: str | None, vendors: Sequence[Vendor]) -> RequestStateSecurity:
    """Return how the state between two rounds is sealed: AES-256-GCM, bound to tool, arguments and caller.

    Args:
        text: the keys that replicas share, separated by commas, the one that seals first; None for one of this process.
        vendors: the vendors that are served, whose tokens tell callers apart.

    Raises:
        OptionError: a key is too short.
    """
    keys = [key.strip() for key in (text or "").split(",") if key.strip()]
    if any(len(key.encode()) < SHORTEST_KEY for key in keys) or len(set(keys)) < len(keys):
        raise OptionError(
            f"{STATE_KEY_VARIABLE}: give at least {SHORTEST_KEY} random characters, or several such keys, separated by "
            'commas, no two alike; python -c "import secrets; print(secrets.token_hex(32))" makes one'
        )
    salt = hashlib.sha256(b"caller " + keys[0].encode()).digest() if keys else secrets.token_bytes(32)

    def caller(context: ServerRequestContext[Any, Any]) -> str | None:
        if context.request is None:
            return None
        try:
            tokens = caller_tokens(context.request.headers, vendors)
        except TokenError:
            return "nobody"
        return " ".join(f"{name}={token.salted(salt)}" for name, token in sorted(tokens.items()))

    ring: list[bytes | bytearray | str] = [*keys] or [secrets.token_bytes(SHORTEST_KEY)]
    return RequestStateSecurity(keys=ring, ttl=STATE_SECONDS, bind_principal=caller)
