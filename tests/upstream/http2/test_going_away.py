"""GOAWAY frames are found however the bytes come, and nothing else is touched."""

from __future__ import annotations

import pytest
from h2.exceptions import FrameTooLargeError
from hyperframe.frame import DataFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame
from hypothesis import given
from hypothesis import strategies as st

from bridge.upstream.http2.going_away import FrameFilter, GoingAway

frames = st.one_of(
    st.binary(max_size=300).map(lambda data: DataFrame(1, data)),
    st.binary(max_size=50).map(lambda data: HeadersFrame(3, data)),
    st.just(PingFrame(0, b"\x07\x07\x07\x07\x07\x07\x07\x07")),
    st.builds(
        lambda stream, code, more: GoAwayFrame(0, last_stream_id=stream, error_code=code, additional_data=more),
        st.integers(0, 2**31 - 1),
        st.integers(0, 2**32 - 1),
        st.binary(max_size=20),
    ),
)


def expected(sent: list[Frame]) -> list[bytes | GoingAway]:
    found: list[bytes | GoingAway] = []
    for frame in sent:
        if isinstance(frame, GoAwayFrame):
            found.append(GoingAway(frame.last_stream_id, frame.error_code))
        else:
            found.append(frame.serialize())
    return found


def joined(pieces: list[bytes | GoingAway]) -> list[bytes | GoingAway]:
    """Put neighbouring bytes together."""
    found: list[bytes | GoingAway] = []
    for piece in pieces:
        if found and isinstance(piece, bytes) and isinstance(found[-1], bytes):
            found[-1] += piece
        else:
            found.append(piece)
    return found


@given(st.lists(frames, max_size=8), st.lists(st.integers(1, 40), min_size=1))
def test_whatever_the_pieces_in_which_they_come(sent: list[Frame], sizes: list[int]) -> None:
    data = b"".join(frame.serialize() for frame in sent)
    reader = FrameFilter()
    found: list[bytes | GoingAway] = []
    turn = 0
    while data:
        size = sizes[turn % len(sizes)]
        turn += 1
        found += reader.feed(data[:size])
        data = data[size:]
    assert joined(found) == joined(expected(sent))


def test_a_goaway_that_is_too_short_is_left_to_h2() -> None:
    frame = b"\x00\x00\x04\x07\x00\x00\x00\x00\x00abcd"
    assert list(FrameFilter().feed(frame)) == [frame]


def test_a_frame_that_is_longer_than_allowed_is_refused_at_its_beginning() -> None:
    with pytest.raises(FrameTooLargeError):
        list(FrameFilter().feed(b"HTTP/1.1 400 Bad Request"))


def test_the_reserved_bit_is_no_part_of_the_stream() -> None:
    frame = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x80\x00\x00\x05\x00\x00\x00\x0b"
    assert list(FrameFilter().feed(frame)) == [GoingAway(5, 11)]
