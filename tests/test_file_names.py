"""File names from strangers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.file_names import LONGEST_NAME, safe_file_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Größe 2.pdf", "Größe 2.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("..", ""),
        (".bashrc", "bashrc"),
        ("a/", ""),
        ("", ""),
        ("a\r\nb\x00.txt", "a  b .txt"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
        ("a\u202egpj.exe", "a gpj.exe"),
        ("half\ud800.txt", "half .txt"),
    ],
)
def test_only_a_plain_name_is_left(given_name: str, safe: str) -> None:
    assert safe_file_name(given_name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    safe = safe_file_name("ü" * 300 + ".mp4")
    assert safe.endswith("ü.mp4")
    assert len(safe.encode()) <= LONGEST_NAME
    assert len(safe_file_name("a." + "b" * 300)) == LONGEST_NAME


@given(st.text(st.characters(codec=None)) | st.text("./\\:\x00 a\u00fc", max_size=400))
def test_any_text_is_a_name_in_its_folder_or_nothing(text: str) -> None:
    safe = safe_file_name(text)
    assert not set("/\\\x00\r\n:") & set(safe)
    assert safe not in (".", "..")
    assert len(safe.encode()) <= LONGEST_NAME
    assert safe_file_name(safe) == safe
