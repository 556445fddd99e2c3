"""A file comes as a ``data:`` URI or as base64 text, and becomes a part of a multipart body."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.files import FilePart, read_file_argument
from bridge.errors import ArgumentError


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("data:audio/wav;base64,UklGRg==", FilePart("greeting.wav", b"RIFF", "audio/wav")),
        ("DATA:Image/PNG;BASE64,UklGRg", FilePart("greeting.png", b"RIFF", "image/png")),
        ("data:image/png;base64,UklGRg%3D%3D", FilePart("greeting.png", b"RIFF", "image/png")),
        ("data:text/csv;charset=utf-8;base64,YSxi", FilePart("greeting.csv", b"a,b", "text/csv")),
        ("data:text/csv,a%2Cb,c", FilePart("greeting.csv", b"a,b,c", "text/csv")),
        ("data:,h%C3%A4", FilePart("greeting.txt", "hä".encode(), "text/plain")),
        ("data:;base64,aGk=", FilePart("greeting.txt", b"hi", "text/plain")),
        ("UklGRg==", FilePart("greeting.bin", b"RIFF", "application/octet-stream")),
        ("UklGRg", FilePart("greeting.bin", b"RIFF", "application/octet-stream")),
        ("Ukl\nGRg ==\n", FilePart("greeting.bin", b"RIFF", "application/octet-stream")),
        ("data:application/x-unheard-of;base64,aGk=", FilePart("greeting", b"hi", "application/x-unheard-of")),
    ],
)
def test_a_file_is_read_with_its_media_type_and_named_after_the_argument(value: str, part: FilePart) -> None:
    found = read_file_argument("greeting", value)
    assert (found.content, found.media_type) == (part.content, part.media_type)
    assert found.filename == part.filename


@pytest.mark.parametrize(
    "value",
    [
        "/home/me/greeting.wav!",
        "data:audio/wav;base64,****",
        "data:audio/wav",
        "A",
        "größe",
        "data:,\ud800",
        "data:text/plain\r\nX-Evil: 1;base64,aGk=",
        "data:no type,x",
    ],
)
def test_what_is_no_file_is_refused_with_the_name_of_the_argument(value: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        read_file_argument("greeting", value)
    assert str(refused.value) == "argument 'greeting': a file is given as base64 text or as a data: URI"


@given(st.binary(), st.booleans())
def test_any_bytes_arrive_as_they_are(content: bytes, as_uri: bool) -> None:
    text = base64.b64encode(content).decode()
    assert read_file_argument("file", f"data:image/gif;base64,{text}" if as_uri else text).content == content


@given(st.text(st.characters(codec=None)) | st.text("data:;,/base64\r\n%", max_size=30).map("data:".__add__))
def test_any_text_is_a_file_or_refused(text: str) -> None:
    try:
        part = read_file_argument("file", text)
    except ArgumentError:
        return
    assert not set("\r\n") & set(part.filename + part.media_type)
    assert len(part.content) <= len(text.encode("utf-8", "surrogatepass"))
