"""Media types and extensions."""

from __future__ import annotations

import pytest

from bridge.media_types import extension_of, is_json, is_text, media_type_of


@pytest.mark.parametrize(
    ("media_type", "extension"),
    [
        ("audio/wav", ".wav"),
        ("audio/x-wav", ".wav"),
        ("text/vtt", ".vtt"),
        ("audio/mpeg", ".mp3"),
        ("application/pdf", ".pdf"),
        ("application/octet-stream", ".bin"),
        ("application/x-unheard-of", ""),
    ],
)
def test_a_media_type_has_an_extension_where_it_is_known(media_type: str, extension: str) -> None:
    assert extension_of(media_type) == extension


@pytest.mark.parametrize(
    ("filename", "media_type"),
    [
        ("greeting.wav", "audio/wav"),
        ("GREETING.WAV", "audio/wav"),
        ("a.b.csv", "text/csv"),
        ("notes.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("mp4", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_file_name_has_a_media_type(filename: str, media_type: str) -> None:
    assert media_type_of(filename) == media_type


@pytest.mark.parametrize(
    ("media_type", "json", "text"),
    [
        ("application/json", True, True),
        ("application/scim+json", True, True),
        ("text/json", True, True),
        ("text/vtt", False, True),
        ("application/xml", False, True),
        ("application/pdf", False, False),
        ("application/octet-stream", False, False),
        ("", False, False),
    ],
)
def test_json_and_text_are_told_from_files(media_type: str, json: bool, text: bool) -> None:
    assert (is_json(media_type), is_text(media_type)) == (json, text)
