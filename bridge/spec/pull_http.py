"""Fetching documents over HTTP: only what we set out for, only from the hosts that publish it, and not without end."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from itertools import count
from pathlib import Path
from types import TracebackType

import httpx2

from bridge.errors import SpecError, SpecNotFoundError
from bridge.shipped import user_agent
from bridge.spec.pull_fetch import Fetched, Limits
from bridge.spec.pull_store import Version
from bridge.spec.pull_wanted import Wanted

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip"})


class _PassingError(Exception):
    """What may go well when it is tried again, after so many seconds if the server said so."""

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Reach:
    """Where requests may go.

    Attributes:
        places: hosts with their ports, None for the port that belongs to the scheme.
        allow_http: whether plain HTTP is permitted.
    """

    places: frozenset[tuple[str, int | None]]
    allow_http: bool = False

    @classmethod
    def of(cls, urls: Iterable[str], *, allow_http: bool) -> Reach:
        """Return the reach that covers the hosts of these URLs."""
        parsed = (httpx2.URL(url) for url in urls)
        return cls(frozenset((url.host, url.port) for url in parsed), allow_http)

    def refusal(self, url: httpx2.URL) -> str:
        """Return why a URL is out of reach, an empty string if it is not."""
        if url.userinfo:
            return "it carries a user name or password"
        if url.scheme != "https" and not (self.allow_http and url.scheme == "http"):
            return "it is plain HTTP; --allow-http permits it" if url.scheme == "http" else "it is not HTTPS"
        if (url.host, url.port) not in self.places:
            return "it leads to another host"
        return ""


class HttpOrigin:
    """The vendors' own servers, or a mirror on one. Keeps connections while it is open, and no cookies.

    Proxies (``HTTPS_PROXY`` ...) and trusted certificates (``SSL_CERT_FILE``, the system's store) come from the
    environment: httpx2's defaults.
    """

    def __init__(
        self, mirror: str | None, limits: Limits, received: Callable[[int], None], *, allow_http: bool = False
    ) -> None:
        self._mirror = mirror
        self._limits = limits
        self._received = received
        self._allow_http = allow_http
        try:
            self._http = _new_client(limits)
        except (httpx2.InvalidURL, ValueError, ImportError, OSError) as error:
            what = f"{type(error).__name__}: {error}"
            raise SpecError(f"no HTTP client: {what} (HTTPS_PROXY, SSL_CERT_FILE and the like say how)") from error

    async def __aenter__(self) -> HttpOrigin:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def fetch(self, wanted: Wanted, known: Version | None, place: Path) -> Fetched:
        """Fetch a document; see ``Origin``. What may pass is tried again."""
        if self._mirror:
            url = f"{self._mirror}/{wanted.vendor.name}/{wanted.source.file}"
            urls = [url]
        else:
            url = wanted.source.url
            urls = [source.url for source in wanted.vendor.documents]
        try:
            fetch = _Fetch(self._http, Reach.of(urls, allow_http=self._allow_http), self._limits, self._received)
            return await fetch.with_retries(url, known if known and known.url == url else None, place)
        except (httpx2.InvalidURL, ValueError) as error:
            raise SpecError(f"{url} is not a URL that can be asked: {error}") from error


def _new_client(limits: Limits) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(limits.read_seconds, connect=limits.connect_seconds, pool=None),
        limits=httpx2.Limits(max_connections=limits.at_once),
        headers={"User-Agent": user_agent(), "Accept": "application/json, */*;q=0.5", "Accept-Encoding": "gzip"},
        follow_redirects=False,
        # A jar that takes no cookie of any domain.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


@dataclass(frozen=True, slots=True)
class _Fetch:
    """How one document is fetched."""

    http: httpx2.AsyncClient
    reach: Reach
    limits: Limits
    received: Callable[[int], None]

    async def with_retries(self, url: str, known: Version | None, place: Path) -> Fetched:
        for attempt in count(1):
            try:
                return await self._once(url, known, place)
            except _PassingError as error:
                if attempt >= self.limits.tries:
                    raise SpecError(f"{error} (tried {attempt} times)") from None
                await asyncio.sleep(pause(attempt, error.retry_after, self.limits))
        raise AssertionError

    async def _once(self, url: str, known: Version | None, place: Path) -> Fetched:
        host = httpx2.URL(url).host
        try:
            async with asyncio.timeout(self.limits.document_seconds):
                return await self._followed(url, known, place)
        except TimeoutError:
            raise _PassingError(f"no whole answer from {host} in {self.limits.document_seconds:g} seconds") from None
        except httpx2.TimeoutException as error:
            raise _PassingError(f"no answer from {host} in time ({type(error).__name__})") from None
        except httpx2.RemoteProtocolError as error:
            raise _PassingError(f"the answer from {host} broke off: {error}") from None
        except (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.DecodingError) as error:
            raise SpecError(f"the exchange with {host} failed: {type(error).__name__}: {error}") from None
        except httpx2.RequestError as error:
            raise _PassingError(f"no answer from {host}: {type(error).__name__}: {error}") from None

    async def _followed(self, url: str, known: Version | None, place: Path) -> Fetched:
        current = httpx2.URL(url)
        if refusal := self.reach.refusal(current):
            raise SpecError(f"{url} is not asked: {refusal}")
        for _ in range(MAX_REDIRECTS + 1):
            async with self.http.stream("GET", current, headers=_conditions(known)) as response:
                if response.status_code not in _REDIRECTS:
                    return await self._answered(response, url, known, place)
                current = self._redirected(current, response)
        raise SpecError(f"{current.host} redirected more than {MAX_REDIRECTS} times")

    def _redirected(self, current: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
        location = response.headers.get("location", "")
        try:
            target = current.join(location)
        except (httpx2.InvalidURL, ValueError):
            target = None
        if not location or target is None:
            raise SpecError(f"{current.host} answered {_status(response)}, and not where to")
        if refusal := self.reach.refusal(target):
            shown = target.copy_with(userinfo=b"")
            raise SpecError(f"{current.host} redirected to {shown}, which is not followed: {refusal}")
        return target

    async def _answered(self, response: httpx2.Response, url: str, known: Version | None, place: Path) -> Fetched:
        host, status = response.url.host, response.status_code
        if status == 304 and known:
            return Fetched(False, url, known.etag, known.last_modified)
        if status in (404, 410):
            raise SpecNotFoundError(f"{host} answered {_status(response)}: {response.url}")
        if status == 429 or status >= 500:
            wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
            raise _PassingError(f"{host} answered {_status(response)}", wait)
        if status != 200:
            raise SpecError(f"{host} answered {_status(response)}: {response.url}")
        await self._save(response, place)
        return Fetched(True, url, _validator(response, "etag"), _validator(response, "last-modified"))

    async def _save(self, response: httpx2.Response, place: Path) -> None:
        host = response.url.host
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in _CODINGS:
            raise SpecError(f"the answer from {host} is encoded as {coding!r}, which was not asked for")
        length = response.headers.get("content-length", "")
        if re.fullmatch(r"[0-9]{1,18}", length) and int(length) > self.limits.max_bytes:
            raise self.limits.too_large(f"the answer from {host}")
        size = 0
        with place.open("wb") as file:
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > self.limits.max_bytes:
                    raise self.limits.too_large(f"the answer from {host}")
                file.write(chunk)
                self.received(len(chunk))


def _conditions(known: Version | None) -> dict[str, str]:
    """Return the headers of a conditional request (RFC 9110, sections 13.1.2 and 13.1.3)."""
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _validator(response: httpx2.Response, name: str) -> str:
    value = response.headers.get(name, "")
    return value if value.isascii() and value.isprintable() else ""


def _status(response: httpx2.Response) -> str:
    try:
        return f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
    except ValueError:
        return str(response.status_code)


def pause(attempt: int, asked: float | None, limits: Limits) -> float:
    """Return the seconds to wait after a failed try: what the server asked for, else exponential with jitter.

    Args:
        attempt: which try failed, from 1 on.
        asked: ``Retry-After``, None where there is none.
        limits: hold the first pause and the longest one.
    """
    jitter = random.uniform(0.5, 1.5)  # noqa: S311 (it keeps clients apart, no secrets)
    wait = limits.pause_seconds * 2 ** (attempt - 1) * jitter if asked is None else asked
    return min(wait, limits.longest_pause_seconds)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for (RFC 9110, section 10.2.3), None where it is neither form."""
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
