"""Whether a caller's token is one at all: the vendor is asked, and its answer remembered for a while."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Literal

from bridge.errors import UpstreamError
from bridge.upstream.client import UpstreamClient
from bridge.upstream.oauth.owner import ask_owner
from bridge.upstream.tokens import Token
from bridge.vendors import Vendor

Verdict = Literal["good", "invalid", "unknown"]

REMEMBERED: Mapping[Verdict, float] = {"good": 300.0, "invalid": 30.0, "unknown": 5.0}
"""Seconds. A revoked token is let in for five minutes at most, and fails at the vendor meanwhile."""
MOST = 10_000
"""Verdicts that are remembered; those that were asked for longest ago are forgotten first."""
AT_ONE_TIME = 32
"""Questions to the vendors at one time: who sends made-up tokens must not use up what callers need."""
SECONDS = 10.0
"""What a question may take, waiting for its turn included."""

_log = logging.getLogger(__name__)


class TokenCheck:
    """Tells good tokens from bad ones.

    A token stands in no key: only its digest does, made with a salt of this process.

    Where the vendor does not say (it is down, or throttles), the verdict is ``unknown``, and callers are let in: the
    vendor judges the token at every call anyway, and a question that was not answered is no reason to refuse calls that
    would be.

    Args:
        client: asks the vendors.
        hosts: by vendor, scheme and host that replace its own.
        now: a clock that does not jump, in seconds.
    """

    def __init__(
        self, client: UpstreamClient, hosts: Mapping[str, str], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._hosts = dict(hosts)
        self._now = now
        self._salt = secrets.token_bytes(32)
        self._known: OrderedDict[tuple[str, str], tuple[float, Verdict]] = OrderedDict()
        self._asked: dict[tuple[str, str], asyncio.Task[Verdict]] = {}
        self._turn = asyncio.Semaphore(AT_ONE_TIME)

    async def verdict(self, vendor: Vendor, token: Token) -> Verdict:
        """Return what the vendor says of a token; one question serves all who wait for its answer."""
        if vendor.me is None:
            return "unknown"
        key = (vendor.name, token.salted(self._salt))
        if (known := self._known.get(key)) is not None:
            if self._now() < known[0]:
                self._known.move_to_end(key)
                return known[1]
            del self._known[key]
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.get_running_loop().create_task(self._ask(vendor, token))
            asked.add_done_callback(lambda task: self._answered(key, task))
        return await asyncio.shield(asked)

    async def _ask(self, vendor: Vendor, token: Token) -> Verdict:
        try:
            async with asyncio.timeout(SECONDS), self._turn:
                owner = await ask_owner(self._client, vendor, token, self._hosts.get(vendor.name))
        except (TimeoutError, UpstreamError) as error:
            _log.warning("a token for %s is let in unverified: %s", vendor.title, str(error) or "no answer in time")
            return "unknown"
        if owner.verdict == "unknown":
            _log.warning("a token for %s is let in unverified: it answers %s", vendor.title, owner.status)
        return owner.verdict

    def _answered(self, key: tuple[str, str], task: asyncio.Task[Verdict]) -> None:
        del self._asked[key]
        if task.cancelled() or task.exception() is not None:
            return
        verdict = task.result()
        self._known[key] = (self._now() + REMEMBERED[verdict], verdict)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
