"""A call that is patient: it waits its turn, is sent again where that may be and may help, and ends in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from tenacity import (
    AsyncRetrying,
    Future,
    RetryCallState,
    wait_exponential_jitter,
    wait_random_exponential,
)

from bridge.errors import UpstreamError
from bridge.upstream.client import OutgoingRequest, Overflow, UpstreamClient, VendorResponse
from bridge.upstream.retry_decision import REPEATABLE, UNSURE, Decision, decide
from bridge.upstream.retry_policy import RetryPolicy
from bridge.upstream.throttle import Throttle, Throttles
from bridge.upstream.tokens import Token

SLOWEST = 16 * 1024
"""Bytes a second: what arrives lends a call so much more time. Who trickles is cut off, a long recording is not."""
WHEN_THROTTLED = wait_exponential_jitter(initial=1, max=16, jitter=1)
"""Seconds, without Retry-After; Zoom's short limits are for a second."""
WHEN_BROKEN = wait_random_exponential(multiplier=0.5, max=8)
"""Seconds, after an error of the vendor or of the connection."""

Tell = Callable[[str], Awaitable[None]]
"""Shows one sentence to whoever waits for the call."""

Renew = Callable[[Token], Awaitable[Token | None]]
"""Returns another token in the place of one that the vendor rejected, None where there is no other."""


@dataclass(slots=True)
class Effort:
    """What a call has cost so far, kept up to date while it runs: it is right whatever ends the call.

    Attributes:
        requests: what there was to send: one, or one for each page.
        attempts: how often something was sent, repetitions included.
        waited: seconds spent waiting until something might be sent.
        received: bytes of the answers' bodies, unpacked.
    """

    requests: int = 0
    attempts: int = 0
    waited: float = 0.0
    received: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return what a result says of it; nothing where all went well at once."""
        if self.attempts <= self.requests and not self.waited:
            return {}
        return {"attempts": self.attempts, "waited": round(self.waited, 2)}


class Retry:
    """The policy of a server, and the throttles that its calls share."""

    def __init__(self, policy: RetryPolicy | None = None) -> None:
        self.policy = policy or RetryPolicy()
        self.throttles = Throttles()

    def call(
        self, client: UpstreamClient, vendor: str, token: Token, tell: Tell, renew: Renew | None = None
    ) -> PatientCall:
        """Return a call that begins now.

        Args:
            client: sends its requests.
            vendor: the vendor's name; rate limits count for a vendor and a token.
            token: whose call it is.
            tell: told of every wait.
            renew: asked once for another token if the vendor rejects this one; None: there is no other.
        """
        return PatientCall(client, self.policy, self.throttles.of(vendor, token.digest), token, tell, renew)


class PatientCall:
    """One call of a tool: its requests share the time limit, the waits and the account of them.

    Attributes:
        effort: what it has cost so far.
        remark: why the last answer, if it is an error, was not tried again; empty where there is nothing to say.
    """

    def __init__(
        self,
        client: UpstreamClient,
        policy: RetryPolicy,
        throttle: Throttle,
        token: Token,
        tell: Tell,
        renew: Renew | None,
    ) -> None:
        self.effort = Effort()
        self.remark = ""
        self.client = client
        self.policy = policy
        self.throttle = throttle
        self.token = token
        self.tell = tell
        self.renew = renew
        self.deadline: float | None = None

    async def send(self, request: OutgoingRequest, overflow: Overflow | None = None) -> VendorResponse:
        """Send a request, again where that may be and may help, and return the last answer.

        Raises:
            SavingError: the answer is too large, and cannot be written to where it should.
            TokenError: the vendor rejects the token, and another one is refused.
            UpstreamError: no answer, or none that can be used; the text says whether the request may have been
                carried out.
        """
        if self.deadline is None:
            self.deadline = _now() + self.policy.timeout
        self.effort.requests += 1
        self.remark = ""
        sending = _Sending(self, request, overflow)
        try:
            async with asyncio.timeout_at(self.deadline) as limit:
                response = await sending.to_the_end(limit)
                if response.status == 401 and await self._renewed():
                    # A request that was refused for its token was not processed: any method may be sent again.
                    response = await sending.to_the_end(limit)
                return response
        except TimeoutError:
            raise UpstreamError(sending.out_of_time()) from None
        except UpstreamError as error:
            said = str(error)
            raise UpstreamError(f"{said.rstrip('.')}. {self.remark}" if self.remark else said) from None

    async def _renewed(self) -> bool:
        """Take another token, the first time that one is rejected; tell whether there is one."""
        renew, self.renew = self.renew, None
        token = await renew(self.token) if renew else None
        self.token = token or self.token
        return token is not None


class _Sending:
    """One request of a call, until it has its answer."""

    def __init__(self, call: PatientCall, request: OutgoingRequest, overflow: Overflow | None) -> None:
        self._call = call
        self._request = request
        self._overflow = overflow
        self._host = urlsplit(request.url).netloc.rpartition("@")[2]
        self._decision = Decision()
        self._pause = 0.0
        self._on_the_way = False
        self._refusal: VendorResponse | None = None

    async def to_the_end(self, limit: asyncio.Timeout) -> VendorResponse:
        """Send it until there is an answer that stands."""
        self._limit = limit
        retrying = AsyncRetrying(
            before=self._begin,
            retry=lambda _: self._decision.repeat,
            stop=self._is_enough,
            # Whoever is throttled waits for its turn, in line with all others.
            wait=lambda _: 0.0 if self._decision.throttled else self._pause,
            sleep=self._sleep,
            retry_error_callback=self._gave_up,
        )
        return cast(VendorResponse, await retrying(self._attempt))

    def out_of_time(self) -> str:
        """Return what happened when the time of the call was over."""
        seconds = f"{self._call.policy.timeout:g} s (--timeout)"
        if not self._on_the_way:
            return f"nothing more was sent to {self._host}: the call took longer than {seconds}"
        unsure = "" if self._request.method in REPEATABLE else f". {UNSURE}"
        return f"no whole answer from {self._host} within {seconds}{unsure}"

    async def _begin(self, state: RetryCallState) -> None:
        self._state = state
        self._decision = Decision()  # tenacity asks also after what is no error of ours, such as a cancellation

    async def _attempt(self) -> VendorResponse:
        throttle, effort = self._call.throttle, self._call.effort
        entered = await self._entered()
        if entered is None:
            return self._unsent()
        answered = False
        try:
            effort.attempts += 1
            self._on_the_way = True  # and stays so if the time is over before there is an outcome
            response = await self._call.client.send(self._request, self._call.token, self._overflow, self._received)
            self._decided(response)
            answered = not self._decision.throttled
        except UpstreamError as error:
            self._decided(error)
            raise
        finally:
            throttle.leave(entered, answered=answered)
        return response

    async def _entered(self) -> int | None:
        """Wait for a turn; None if it would not come in time."""
        call = self._call
        if call.throttle.is_free or not call.policy.retries:
            return await call.throttle.enter()
        left = call.policy.max_wait - call.effort.waited
        if call.throttle.opens_in > left:
            return None
        begun = _now()
        await call.tell(f"waiting for {self._host}: it was sent too many requests with this token")
        try:
            async with asyncio.timeout(left):
                return await call.throttle.enter()
        except TimeoutError:
            return None
        finally:
            call.effort.waited += _now() - begun

    def _unsent(self) -> VendorResponse:
        """Return the last answer, if there is one, of a request whose turn did not come in time."""
        at_most = f"a call waits {self._call.policy.max_wait:g} s at most (--max-wait)"
        if self._refusal is None:
            raise UpstreamError(
                f"nothing was sent to {self._host}: there were too many requests with this token, and {at_most}"
            )
        self._call.remark = f"Its turn to be sent again did not come in time: {at_most}."
        return self._refusal

    def _decided(self, outcome: VendorResponse | UpstreamError) -> None:
        policy = self._call.policy
        self._on_the_way = False
        self._decision = decision = decide(self._request.method, outcome, datetime.now(UTC))
        self._call.remark = decision.remark
        if not decision.repeat:
            return
        back_off = WHEN_THROTTLED if decision.throttled else WHEN_BROKEN
        self._pause = back_off(self._state) if decision.told is None else decision.told
        if isinstance(outcome, VendorResponse):
            self._refusal = outcome
        # A wait that no call would wait is left to the vendor to enforce: it may be for this operation alone.
        if decision.throttled and policy.retries and self._pause <= policy.max_wait:
            self._call.throttle.close(self._pause)

    def _is_enough(self, state: RetryCallState) -> bool:
        left = self._call.policy.max_wait - self._call.effort.waited
        if self._call.deadline is not None:
            left = min(left, self._call.deadline - _now())
        return state.attempt_number > self._call.policy.retries or self._pause > left

    async def _gave_up(self, state: RetryCallState) -> VendorResponse:
        policy = self._call.policy
        if policy.retries:
            times = f"Tried {state.attempt_number} time{'s' if state.attempt_number > 1 else ''}"
            too_long = f"; it would have to wait {_shown(self._pause)}, and a call waits {policy.max_wait:g} s at most"
            self._call.remark = f"{times}{too_long if state.attempt_number <= policy.retries else ''}."
        return cast(VendorResponse, cast(Future, state.outcome).result())

    async def _sleep(self, seconds: float) -> None:
        if not seconds:
            return
        begun = _now()
        attempt, most = self._state.attempt_number, self._call.policy.retries + 1
        await self._call.tell(f"waiting {_shown(seconds)} for {self._host}, then attempt {attempt} of at most {most}")
        try:
            await asyncio.sleep(seconds)
        finally:
            self._call.effort.waited += _now() - begun

    def _received(self, size: int) -> None:
        self._call.effort.received += size
        if self._call.deadline is not None:
            self._call.deadline += size / SLOWEST
            self._limit.reschedule(self._call.deadline)


def _shown(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds >= 10 else f"{seconds:.2g} s"


def _now() -> float:
    return asyncio.get_running_loop().time()
