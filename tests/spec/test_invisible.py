from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.spec.invisible import has_invisible, visible, visible_values

VISIBLE_FORMATS = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD} | {
    *range(0x13430, 0x13440)
}
"""Characters of category Cf that are drawn: signs before Arabic, Syriac and Kaithi numbers, hieroglyphs' joiners."""


def test_all_that_is_not_drawn_is_taken_out() -> None:
    left = []
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf") and code not in VISIBLE_FORMATS and visible(character):
            left.append(f"U+{code:04X}")
    # Tab and the line ends are what control characters are for: the latter all become a line feed.
    assert left == ["U+0009", "U+000A", "U+000D", "U+0085"]


@pytest.mark.parametrize(
    "hidden",
    [
        *("\u200b\u200c\u200d\u2060\ufeff", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"),
        *(
            "\U000e0001\U000e0041\U000e007f",
            "\ufe0f\U000e0100",
            "\u00ad\u034f\u115f\u1160\u3164\uffa0\u180e",
            "\x1b\x00\x9b",
        ),
    ],
    ids=["zero-width", "bidirectional", "tags", "variation selectors", "fillers", "controls"],
)
def test_hiding_places_are_emptied(hidden: str) -> None:
    assert visible(f"a{hidden}b") == "ab"


def test_texts_in_any_script_stay_as_they_are() -> None:
    text = "Zürich, Åse, Привет, مرحبا, שלום, 日本語, हिन्दी, ไทย, 😀 \t x"
    assert visible(text) == text


def test_every_line_end_is_a_line_feed() -> None:
    assert visible("a\r\nb\rc\u2028d\u2029e\x85f\n") == "a\nb\nc\nd\ne\nf\n"


def test_keys_and_texts_at_any_depth_are_cleaned_and_counted() -> None:
    value = {"a\u200b": ["b\u202e", {"c": "d\x00\r\n"}], "n": 1}
    assert visible_values(value) == ({"a": ["b", {"c": "d\n"}], "n": 1}, 3)


ANY = st.dictionaries(st.text(max_size=3), st.text(max_size=6) | st.lists(st.text(max_size=3), max_size=2), max_size=3)


@given(ANY, st.booleans())
def test_a_json_text_with_something_invisible_is_never_passed_over(value: dict[str, object], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert has_invisible(text) or visible_values(value) == (value, 0)
