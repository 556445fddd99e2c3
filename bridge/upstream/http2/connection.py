"""One HTTP/2 connection (RFC 9113), driven by h2, in httpcore2's pool.

One task reads and one writes: nobody who is cancelled can take a part of a frame along, and what a server says while
nobody calls (PING, GOAWAY, the end) is heard. All state changes between two awaits, so that nothing is locked.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import re
from collections.abc import AsyncIterable, AsyncIterator, Coroutine
from typing import Any, cast

import httpcore2
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import NoAvailableStreamIDError, ProtocolError, TooManyStreamsError
from h2.settings import SettingCodes, Settings

from bridge.upstream.http2.going_away import FrameFilter, GoingAway
from bridge.upstream.http2.head import request_head
from bridge.upstream.http2.stream import Headers, Stream, UnprocessedError

MAX_STREAMS = 100
"""Calls at a time on one connection, where the server allows more; a further connection takes the others."""
MAX_CALLS = 10_000
"""Calls on a connection, then another takes its place: h2 remembers streams that are over, some 250 bytes each."""
STREAM_WINDOW = 4 * 1024 * 1024
CONNECTION_WINDOW = 64 * 1024 * 1024
"""Bytes that a server may send of one answer, and of all, before we have read them."""
WRITE_TIMEOUT = 60.0
"""Seconds in which the system must take what is written."""
_READ = 64 * 1024
_GIVE_BACK = 256 * 1024
"""Bytes read of an answer before its window is opened again."""
_CONFIG = H2Configuration(client_side=True, header_encoding=None, validate_inbound_headers=False)


class Http2Connection(httpcore2.AsyncConnectionInterface):
    """An open connection.

    Args:
        origin: whom it is to.
        network: the TLS connection, on which h2 was agreed.
        keepalive_expiry: seconds that it is kept while nobody calls; None: as long as the server keeps it.
    """

    def __init__(
        self, origin: httpcore2.Origin, network: httpcore2.AsyncNetworkStream, keepalive_expiry: float | None
    ) -> None:
        self._origin = origin
        self._network = network
        self._keepalive_expiry = keepalive_expiry
        self._h2 = H2Connection(_CONFIG)
        self._frames = FrameFilter()
        self._streams: dict[int, Stream] = {}
        self._greeted = asyncio.Event()  # by the server's settings: how many streams it takes
        self._leaving = False
        self._farewell: GoingAway | None = None
        self._closed = False
        self._expires: float | None = None
        self._opened = 0  # the highest stream
        self._written = 0  # the highest stream of which a byte may have left
        self._heard = _now()
        self._pending = asyncio.Event()
        self._greet()
        self._reader = _task(self._read())
        self._writer = _task(self._write())

    def _greet(self) -> None:
        settings = Settings(
            client=True,
            initial_values={
                SettingCodes.ENABLE_PUSH: 0,
                SettingCodes.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
                SettingCodes.MAX_HEADER_LIST_SIZE: 64 * 1024,
            },
        )
        del settings[SettingCodes.ENABLE_CONNECT_PROTOCOL]  # concerns servers alone; some choke on it
        self._h2.local_settings = settings
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(CONNECTION_WINDOW)
        self._pending.set()

    # What the pool asks

    def can_handle_request(self, origin: httpcore2.Origin) -> bool:
        """Tell whether the connection is to this origin."""
        return origin == self._origin

    def is_available(self) -> bool:
        """Tell whether one more stream may be opened."""
        most = min(self._h2.remote_settings.max_concurrent_streams, MAX_STREAMS)
        return not (self._closed or self._leaving) and len(self._streams) < most

    def has_expired(self) -> bool:
        """Tell whether nobody called for too long."""
        return self._closed or (self._expires is not None and _now() > self._expires)

    def is_idle(self) -> bool:
        """Tell whether nobody calls."""
        return not self._closed and not self._streams

    def can_multiplex(self) -> bool:
        """Tell that many may call at a time."""
        return True

    def is_closed(self) -> bool:
        """Tell whether the connection is over."""
        return self._closed

    def info(self) -> str:
        """Return what it is, for whoever debugs."""
        return f"{str(self._origin)!r}, HTTP/2, {len(self._streams)} streams of {self._opened // 2 + 1}"

    async def aclose(self) -> None:
        """Close it; streams that are open fail."""
        self._break(httpcore2.ReadError("the connection was closed"))
        await asyncio.gather(self._reader, self._writer, return_exceptions=True)

    # Calls

    async def handle_async_request(self, request: httpcore2.Request) -> httpcore2.Response:
        """Send a request and return its answer as soon as the head of it is here.

        Raises:
            ConnectionNotAvailable: no stream may be opened; another connection must take the request.
            LocalProtocolError: it cannot be sent.
            ReadTimeout, WriteTimeout, ConnectTimeout: nothing happened for too long.
            RemoteProtocolError, ReadError, WriteError: the answer broke off.
            UnprocessedError: the server did nothing with it.
        """
        timeouts = request.extensions.get("timeout", {})
        headers = request_head(request)
        body = b"".join([chunk async for chunk in cast(AsyncIterable[bytes], request.stream)])
        if self._opened and not self._greeted.is_set():  # one goes ahead; the server may not take a second
            await self._greeting(timeouts.get("connect"))
        stream = self._open(headers, is_whole=not body)
        try:
            await self._upload(stream, body, timeouts.get("write"))
            while stream.head is None:
                await self._change(stream, timeouts.get("read"), httpcore2.ReadTimeout)
        except BaseException:
            self._finish(stream)
            raise
        status, received = stream.head
        return httpcore2.Response(
            status,
            headers=received,
            content=_Body(self, stream, timeouts.get("read")),
            extensions={"http_version": b"HTTP/2", "network_stream": self._network, "stream_id": stream.number},
        )

    async def _greeting(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._greeted.wait()
        except TimeoutError:
            raise httpcore2.ConnectTimeout("no HTTP/2 settings in time") from None

    def _open(self, headers: Headers, *, is_whole: bool) -> Stream:
        if not self.is_available():
            raise httpcore2.ConnectionNotAvailable
        try:
            number = self._h2.get_next_available_stream_id()
            self._h2.send_headers(number, headers, end_stream=is_whole)
        except NoAvailableStreamIDError:
            self._leaving = True
            raise httpcore2.ConnectionNotAvailable from None
        except TooManyStreamsError:
            raise httpcore2.ConnectionNotAvailable from None
        except ProtocolError as error:
            raise httpcore2.LocalProtocolError(type(error).__name__) from None
        stream = self._streams[number] = Stream(number)
        stream.sent = is_whole
        self._opened = number
        self._leaving = self._leaving or number > 2 * (MAX_CALLS - 1)  # streams have odd numbers
        self._expires = None
        self._pending.set()
        return stream

    async def _upload(self, stream: Stream, body: bytes, seconds: float | None) -> None:
        """Send the body as the server's windows open; stop where it answers before it has all of it."""
        position = 0
        while position < len(body) and not stream.is_over:
            window = min(self._h2.local_flow_control_window(stream.number), self._h2.max_outbound_frame_size)
            if window <= 0:
                await self._change(stream, seconds, httpcore2.WriteTimeout)
                continue
            chunk = body[position : position + window]
            position += len(chunk)
            stream.sent = position == len(body)
            self._h2.send_data(stream.number, chunk, end_stream=stream.sent)
            self._pending.set()

    async def _change(self, stream: Stream, seconds: float | None, error: type[Exception]) -> None:
        if stream.error is not None:
            raise stream.error
        begun = _now()
        try:
            await stream.change(seconds)
        except TimeoutError:
            # Whether this stream stalls or the whole connection is dead: nobody else shall wait to find out.
            self._leaving = self._leaving or self._heard < begun
            raise error from None

    async def _body(self, stream: Stream, seconds: float | None) -> AsyncIterator[bytes]:
        while True:
            chunk = stream.take()
            if chunk is not None:
                if stream.unread >= _GIVE_BACK:
                    self._give_back(stream)
                    self._pending.set()
                yield chunk
            elif stream.ended:
                return
            else:
                await self._change(stream, seconds, httpcore2.ReadTimeout)

    def _give_back(self, stream: Stream) -> None:
        if not self._closed:
            self._h2.acknowledge_received_data(stream.unread, stream.number)
        stream.unread = 0

    def _finish(self, stream: Stream) -> None:
        """Forget a stream; reset it if it is not over, so that the server stops."""
        if self._streams.pop(stream.number, None) is None:
            return
        if not self._closed:
            if stream.error is None and not (stream.sent and stream.ended):
                # RFC 9113, section 8.1: an answer that came before the whole request is no error.
                code = ErrorCodes.NO_ERROR if stream.ended else ErrorCodes.CANCEL
                with contextlib.suppress(ProtocolError):  # h2 closed it itself
                    self._h2.reset_stream(stream.number, code)
                self._pending.set()
            self._give_back(stream)
        if not self._streams:
            self._expires = None if self._keepalive_expiry is None else _now() + self._keepalive_expiry
            if self._leaving:
                self._break(httpcore2.ReadError("the connection was closed"))

    # The two tasks

    async def _write(self) -> None:
        try:
            while not self._closed:
                await self._pending.wait()
                self._pending.clear()
                if data := self._h2.data_to_send():
                    self._written = self._opened
                    await self._network.write(data, WRITE_TIMEOUT)
        except Exception as error:  # whatever it is, it is the callers' to know
            self._break(error)

    async def _read(self) -> None:
        failure: Exception = httpcore2.RemoteProtocolError("the server closed the connection")
        try:
            while data := await self._network.read(_READ, None):
                self._heard = _now()
                for piece in self._frames.feed(data):
                    self._received(piece)
        except ProtocolError as error:
            failure = httpcore2.RemoteProtocolError(f"this is no HTTP/2 ({type(error).__name__})")
        except Exception as error:  # whatever it is, it is the callers' to know
            failure = error
        finally:
            self._break(failure)
            with contextlib.suppress(Exception):  # it is over, however it ends
                await self._network.aclose()

    def _received(self, piece: bytes | GoingAway) -> None:
        if isinstance(piece, GoingAway):
            self._goes_away(piece)
            return
        events = self._h2.receive_data(piece)
        for event in events:
            self._handle(event)
        if not all(isinstance(event, ResponseReceived | DataReceived | StreamEnded) for event in events):
            self._pending.set()  # settings and pings are acknowledged

    def _handle(self, event: Event) -> None:
        if isinstance(event, RemoteSettingsChanged):
            self._greeted.set()
            self._wake_all()
            return
        if isinstance(event, WindowUpdated) and not event.stream_id:
            self._wake_all()
            return
        stream = self._streams.get(getattr(event, "stream_id", None) or 0)
        if stream is None:
            return
        match event:
            case ResponseReceived():
                self._answered(stream, event.headers or [])
            case DataReceived():
                stream.add(event.data or b"", event.flow_controlled_length or 0)
            case StreamEnded():
                stream.end()
            case StreamReset():
                stream.fail(_reset(event.error_code))
            case WindowUpdated():
                stream.wake()
            case _:
                pass  # 1xx, trailers

    def _answered(self, stream: Stream, headers: Any) -> None:
        status = next((value for name, value in headers if name == b":status"), b"")
        if re.fullmatch(rb"[1-9][0-9]{2}", status):
            stream.answered(int(status), [pair for pair in headers if not pair[0].startswith(b":")])
        else:
            stream.fail(httpcore2.RemoteProtocolError("the answer has no status"))

    def _wake_all(self) -> None:
        for stream in self._streams.values():
            stream.wake()

    def _goes_away(self, frame: GoingAway) -> None:
        self._leaving = True
        self._farewell = frame
        for stream in self._streams.values():
            if stream.number > frame.last_stream and stream.head is None:
                stream.fail(UnprocessedError(f"GOAWAY, {_code(frame.code)}"))
        if not self._streams:
            self._break(httpcore2.RemoteProtocolError("the server closed the connection"))

    def _break(self, error: Exception) -> None:
        """End the connection: streams that are open fail; those that were not yet written were surely not sent."""
        if self._closed:
            return
        self._closed = True
        if self._farewell is not None and self._farewell.code:
            error = httpcore2.RemoteProtocolError(f"the server closed the connection: {_code(self._farewell.code)}")
        for stream in self._streams.values():
            is_written = stream.number <= self._written
            stream.fail(error if is_written else UnprocessedError("the connection ended before it was sent"))
        self._greeted.set()
        self._writer.cancel()
        if asyncio.current_task() is not self._reader:
            self._reader.cancel()


class _Body:
    """The body of an answer as httpcore2 wants it: iterated, then closed."""

    def __init__(self, connection: Http2Connection, stream: Stream, seconds: float | None) -> None:
        self._connection = connection
        self._stream = stream
        self._seconds = seconds

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection._body(self._stream, self._seconds)

    async def aclose(self) -> None:
        self._connection._finish(self._stream)


def _reset(code: int | None) -> Exception:
    if code == ErrorCodes.REFUSED_STREAM:
        return UnprocessedError(_code(code))
    return httpcore2.RemoteProtocolError(f"the server broke the stream off: {_code(code or 0)}")


def _code(code: int) -> str:
    return ErrorCodes(code).name if code in list(ErrorCodes) else f"error {code}"


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Return a task that keeps nothing of the call in which the connection was made, such as its trace."""
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


def _now() -> float:
    return asyncio.get_running_loop().time()
