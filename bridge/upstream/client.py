"""The httpx2 client: one for all vendors and callers, that keeps nothing of any of them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx2

from bridge.errors import ConnectionLostError, NotSentError, UnansweredError, UpstreamError
from bridge.shipped import user_agent
from bridge.upstream.http2.stream import UnprocessedError
from bridge.upstream.saving import Download, SavedFile

TIMEOUT = httpx2.Timeout(60.0, connect=10.0, pool=30.0)
"""Seconds: connecting, waiting for a free connection, and each read or write."""
LIMITS = httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30.0)
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """What is sent to the vendor, before the token is added.

    Attributes:
        url: complete, query included.
        headers: the content type and the header parameters that the operation declares; nothing of the caller's.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class VendorResponse:
    """What the vendor answered.

    Attributes:
        headers: names in lower case.
        body: decoded from gzip and the like.
        saved: where the body went that was too large for the memory; ``body`` is empty then.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    saved: SavedFile | None = None

    @property
    def media_type(self) -> str:
        """Return the media type without parameters, in lower case; empty where none was sent."""
        first, _, _ = self.headers.get("content-type", "").partition(",")  # the header stood twice
        return first.partition(";")[0].strip().lower()


class Credential(Protocol):
    """What a request shows for itself: a caller's token, or an app's id and secret."""

    @property
    def authorization(self) -> str:
        """Return the value of the ``Authorization`` header."""
        ...


class Overflow(Protocol):
    """Says where an answer goes that is too large for the memory."""

    def download(self, response: VendorResponse) -> Download | None:
        """Return what its body is written to, None if it is to be refused; ``response`` has no body yet."""


class UpstreamClient:
    """Sends requests with the caller's token. Keeps connections, and no cookies, tokens or answers.

    Args:
        timeout: of connecting, of waiting for a connection, and of each read and write.
        max_body_bytes: what is read of a body, unpacked, before it is too large.
        certificates: whom to trust; None: ``SSL_CERT_FILE`` or the system's store.
        http2: speak HTTP/2 where a server does, over TLS and without a proxy; HTTP/1.1 everywhere else.
    """

    def __init__(
        self,
        *,
        timeout: httpx2.Timeout = TIMEOUT,
        max_body_bytes: int = MAX_BODY_BYTES,
        certificates: ssl.SSLContext | None = None,
        http2: bool = False,
    ) -> None:
        self._timeout = timeout
        self._max_body_bytes = max_body_bytes
        self._certificates = certificates
        self._http2 = http2
        self._http: httpx2.AsyncClient | None = None

    @property
    def _limit(self) -> str:
        kilobytes = self._max_body_bytes // 1024
        return f"{kilobytes // 1024} MB" if kilobytes >= 1024 else f"{kilobytes} KB"

    def _new_client(self) -> httpx2.AsyncClient:
        # Proxies (HTTPS_PROXY ...) and trusted certificates (SSL_CERT_FILE, the system's store) come from the
        # environment: httpx2's defaults.
        from bridge.upstream.idle_probe import probe_cheaply  # noqa: PLC0415 (loads httpcore2)

        client = httpx2.AsyncClient(
            verify=self._certificates or True,
            transport=self._http2_transport(),
            timeout=self._timeout,
            limits=LIMITS,
            headers={"User-Agent": user_agent(), "Accept": "*/*"},
            follow_redirects=False,
            # A jar that takes no cookie of any domain: none can travel from one caller to the next.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        probe_cheaply(client)
        return client

    def _http2_transport(self) -> httpx2.AsyncBaseTransport | None:
        if not self._http2 or getproxies().keys() - {"no"}:  # a transport of our own would go past the proxy
            return None
        from bridge.upstream.http2.transport import Http2Transport  # noqa: PLC0415 (loads h2)

        return Http2Transport(self._certificates or httpx2.create_ssl_context(), LIMITS)

    @property
    def http(self) -> httpx2.AsyncClient:
        """Return the underlying client, for a request builder that wants one; it carries no token.

        It is made when it is first needed: it takes tens of milliseconds, most of them for the trusted certificates.
        """
        if self._http is None:
            self._http = self._new_client()
        return self._http

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        http, self._http = self._http, None  # a server may be started again after it was stopped
        if http is not None:
            await http.aclose()

    async def send(
        self,
        request: OutgoingRequest,
        credential: Credential | None,
        overflow: Overflow | None = None,
        received: Callable[[int], None] | None = None,
    ) -> VendorResponse:
        """Send a request and read the answer.

        A redirect of a GET is followed; token and headers go along only within the same scheme, host and port, and
        not again once a redirect has led away from there.

        Args:
            request: the request.
            credential: whose it is; None: the request shows none.
            overflow: takes an answer that is too large; None: it is refused.
            received: told how many bytes of a body came, unpacked, whenever some did.

        Raises:
            ConnectionLostError: the connection broke after the request was sent, or while it was.
            NotSentError: there was no connection to send it on.
            SavingError: the answer is too large, and cannot be written to where it should.
            UnansweredError: no answer in time, or a broken one.
            UpstreamError: the request cannot be sent, or its answer is too large.
        """
        current = request
        carried = credential
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._exchange(current, carried, overflow, received or _unheard)
            target = _redirect_target(current, response)
            if target is None:
                return response
            if carried is None or _origin(target) != _origin(request.url):
                current, carried = OutgoingRequest(request.method, target, {}, b""), None
            else:
                current = OutgoingRequest(request.method, target, _without_body(request.headers), b"")
        raise UpstreamError(f"{_host(request.url)} redirected more than {MAX_REDIRECTS} times")

    async def _exchange(
        self,
        request: OutgoingRequest,
        credential: Credential | None,
        overflow: Overflow | None,
        received: Callable[[int], None],
    ) -> VendorResponse:
        host = _host(request.url)
        # No error is chained and none that speaks of the request is quoted: it could hold the token.
        try:
            response = await self.http.send(self._built(request, credential), stream=True)
            try:
                return await self._read(response, host, overflow, received)
            finally:
                await response.aclose()
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise _unconnected(host, error) from None
        except UnprocessedError as error:
            raise NotSentError(f"{host} did not take the request: {error}") from None
        except httpx2.PoolTimeout:
            raise UpstreamError(
                f"nothing was sent to {host}: all {LIMITS.max_connections} connections are in use; try again later"
            ) from None
        except httpx2.TimeoutException as error:
            raise UnansweredError(f"no answer from {host} in time ({type(error).__name__})") from None
        except (httpx2.LocalProtocolError, httpx2.InvalidURL, ValueError, OverflowError) as error:
            raise UpstreamError(f"the request to {host} cannot be sent: {type(error).__name__}") from None
        except httpx2.RemoteProtocolError as error:
            raise ConnectionLostError(f"the answer from {host} is broken: {type(error).__name__}: {error}") from None
        except httpx2.DecodingError as error:
            raise UnansweredError(f"the answer from {host} is broken: {type(error).__name__}: {error}") from None
        except httpx2.NetworkError as error:
            raise ConnectionLostError(f"no answer from {host}: {_named(error)}") from None
        except httpx2.RequestError as error:
            raise UpstreamError(f"no answer from {host}: {_named(error)}") from None

    def _built(self, request: OutgoingRequest, credential: Credential | None) -> httpx2.Request:
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        if credential is not None:
            headers["Authorization"] = credential.authorization
        return self.http.build_request(request.method, request.url, headers=headers, content=request.content)

    async def _read(
        self, response: httpx2.Response, host: str, overflow: Overflow | None, received: Callable[[int], None]
    ) -> VendorResponse:
        read = VendorResponse(response.status_code, _lower(response.headers), b"")
        chunks: list[bytes] = []
        size = 0
        incoming = _counted(response.aiter_bytes(), received)
        async for chunk in incoming:
            size += len(chunk)
            chunks.append(chunk)
            if size > self._max_body_bytes:
                download = overflow.download(read) if overflow else None
                if download is None:
                    raise UpstreamError(f"the answer from {host} is larger than {self._limit}; ask for less of it")
                return replace(read, saved=await _saved(download, chunks, incoming))
        return replace(read, body=b"".join(chunks))


def _unheard(_: int) -> None:
    """Take the place of ``received`` where nobody wants to know."""


async def _counted(chunks: AsyncIterator[bytes], received: Callable[[int], None]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        received(len(chunk))
        yield chunk


def _unconnected(host: str, error: httpx2.TransportError) -> UpstreamError:
    """Return the error of a connection that did not come about.

    httpx2 raises ``ConnectError`` and ``ConnectTimeout`` for the name, the TCP connection and the TLS handshake alone:
    the request is written after them, so that it was surely not sent. No other exception proves that: a ``WriteError``
    comes after some bytes may have left, and a connection that was closed while it was idle and then used again fails
    as if the vendor had read the request (``RemoteProtocolError``, ``ReadError``).
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):  # no less wrong the next time
            return UpstreamError(f"no answer from {host}: its certificate is not trusted: {cause.verify_message}")
        cause = cause.__cause__ or cause.__context__
    return NotSentError(f"no answer from {host}: {_named(error)}")


def _named(error: Exception) -> str:
    said = str(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


async def _saved(download: Download, first: list[bytes], rest: AsyncIterator[bytes]) -> SavedFile:
    with download:
        for chunk in first:
            download.write(chunk)
        first.clear()
        async for chunk in rest:
            download.write(chunk)
        return download.finish()


def _lower(headers: httpx2.Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.multi_items():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _without_body(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.lower().startswith("content-")}


def _redirect_target(request: OutgoingRequest, response: VendorResponse) -> str | None:
    """Return where to go on, None if the response is the answer: no redirect, or one that is not followed."""
    location = response.headers.get("location")
    if response.status not in _REDIRECTS or not location or request.method not in ("GET", "HEAD"):
        return None
    try:
        target = httpx2.URL(request.url).join(location)
    except (httpx2.InvalidURL, ValueError):
        return None
    # Credentials within a URL would become an Authorization header of their own.
    return str(target) if not target.userinfo and _may_follow(request.url, str(target)) else None


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = httpx2.URL(url)  # the parser that decides where the request goes
    return parts.scheme, parts.host, parts.port


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _may_follow(start: str, target: str) -> bool:
    """Follow to HTTPS, and over plain HTTP only within the host that was plain HTTP itself (a sandbox, a proxy)."""
    scheme = httpx2.URL(target).scheme
    return scheme == "https" or (scheme == "http" and _origin(start) == _origin(target))
