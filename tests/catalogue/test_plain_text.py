"""Markdown and HTML become lines of plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Lists  people.\n", "Lists people."),
        ("First line\nsecond line\n\nNext.", "First line second line\nNext."),
        ("See [the guide](https://example.com/a_(b)#c) first.", "See the guide first."),
        ("In [E.164](https://example.com/E.164 ) format", "In E.164 format"),
        ("![logo](https://example.com/a.png) A logo", "A logo"),
        ("**Scopes:** `user:read`", "Scopes: user:read"),
        ("A *very* __bold__ ~~old~~ word, snake_case_name stays", "A very bold old word, snake_case_name stays"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("Pass `me`, `true` or `userId`.", "Pass 'me', true or userId."),
        ("Values:\n* `a` - one\n* `b` - two", "Values:\n- 'a' - one\n- 'b' - two"),
        ("The rule.\n`1` - Allowed\n`2` - Blocked", "The rule.\n- 1 - Allowed\n- 2 - Blocked"),
        ("1. first\n2. second", "- first\n- second"),
        ("<p>One<br>two</p><ul><li>a</li><li>b</li></ul>", "One\ntwo\n- a\n- b"),
        ("Use <userId> as it is", "Use <userId> as it is"),
        ("a &lt; b &amp;amp; c &eacute;", "a < b & c é"),
        ("Before\n```json\n{}\n```\nafter", "Before\nafter"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a: b\n1: 2"),
        ("# Title\nText\n---\nMore", "Title\nText\nMore"),
        (r"a\_b \*c\*", "a_b *c*"),
        ("", ""),
    ],
)
def test_decoration_goes_and_the_words_stay(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


@given(st.text(alphabet="ab [](){}<>*_`#|\\\n-1.&;~!\"'", max_size=200))
def test_any_text_gives_lines_without_spaces_at_their_ends(text: str) -> None:
    lines = plain_text(text).split("\n")
    assert lines == [""] or all(line and line == " ".join(line.split()) for line in lines)
