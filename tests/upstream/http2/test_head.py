"""The head of a request: ours, exact, and nothing that belongs to HTTP/1.1."""

from __future__ import annotations

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.upstream.http2.head import request_head

URL = httpcore2.URL(scheme=b"https", host=b"api.example", port=None, target=b"/a%2Fb?q=%20&r")


def head(*headers: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    return request_head(httpcore2.Request(b"PATCH", URL, headers=[(b"Host", b"api.example"), *headers]))


def test_method_authority_scheme_and_path_come_first() -> None:
    assert head((b"X-One", b"1"), (b"x-one", b"2")) == [
        (b":method", b"PATCH"),
        (b":authority", b"api.example"),
        (b":scheme", b"https"),
        (b":path", b"/a%2Fb?q=%20&r"),
        (b"x-one", b"1"),
        (b"x-one", b"2"),
    ]


@pytest.mark.parametrize("name", [b"Connection", b"keep-alive", b"Proxy-Connection", b"Transfer-Encoding", b"upgrade"])
def test_what_http1_alone_has_stays_behind(name: bytes) -> None:
    assert len(head((name, b"x"))) == 4


@given(st.binary(max_size=30))
def test_a_value_is_sent_as_it_is_or_not_at_all(value: bytes) -> None:
    if set(value) & set(b"\x00\r\n"):
        with pytest.raises(httpcore2.LocalProtocolError):
            head((b"x-any", value))
    else:
        assert head((b"x-any", value))[-1] == (b"x-any", value)


@pytest.mark.parametrize("name", [b"", b"a b", b":path", b"a\r\nb", "é".encode()])
def test_what_is_no_name_is_refused(name: bytes) -> None:
    with pytest.raises(httpcore2.LocalProtocolError):
        head((name, b"x"))
