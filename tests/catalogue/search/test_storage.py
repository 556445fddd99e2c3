"""The index as bytes: what comes back is what was kept, and what is no index is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.catalogue.search import SearchIndex
from bridge.catalogue.search.storage import MAGIC
from bridge.errors import IndexFormatError

QUERIES = ["kick somebody out of the meeting", "list phone numbers of a location", "reset voicemail PIN", "my devices"]


def test_an_index_from_bytes_answers_as_the_one_that_was_kept(index: SearchIndex) -> None:
    again = SearchIndex.from_bytes(index.to_bytes())
    for query in QUERIES:
        assert again.search([query]) == index.search([query])
    assert again.search(QUERIES) == index.search(QUERIES)


def test_the_bytes_of_an_index_from_bytes_are_the_same(index: SearchIndex) -> None:
    data = index.to_bytes()
    assert SearchIndex.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize("data", [b"", b"ZWBRIDGE", MAGIC, MAGIC[:-1] + b"\x00" * 40, b"\x80\x04K\x01."])
def test_what_is_no_index_is_refused(data: bytes) -> None:
    with pytest.raises(IndexFormatError):
        SearchIndex.from_bytes(data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.data())
def test_an_index_that_was_cut_is_refused(index: SearchIndex, data: st.DataObject) -> None:
    kept = index.to_bytes()
    with pytest.raises(IndexFormatError):
        SearchIndex.from_bytes(kept[: data.draw(st.integers(0, len(kept) - 1))])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.data())
def test_an_index_with_another_byte_is_refused(index: SearchIndex, data: st.DataObject) -> None:
    kept = bytearray(index.to_bytes())
    place = data.draw(st.integers(0, len(kept) - 1))
    kept[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(IndexFormatError):
        SearchIndex.from_bytes(bytes(kept))
