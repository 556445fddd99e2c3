"""Markdown and HTML, as the vendors write their descriptions, -> plain text in lines."""

from __future__ import annotations

import html
import re
from functools import lru_cache

ITEM = "- "
"""What a line that was an item of a list begins with."""

_MARKUP = re.compile(r"[<>*_`&#|\[\\~\n]")
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_BREAK = re.compile(r"</?(?:br|p|div|ul|ol|tr|h\d|table|section|Callout)\b[^>]*>|</li>", re.IGNORECASE)
_LIST_ITEM = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Only what is an element of HTML: `<userId>` stands for a value.
_TAG = re.compile(
    r"</?(?:a|abbr|aside|b|big|blockquote|code|dd|del|details|dl|dt|em|font|hr|i|img|ins|kbd|mark|pre|q|s|small|span|strong"
    r"|sub|summary|sup|tbody|td|th|thead|tt|u)\b[^>]*>",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\s]*\)")
_LINK = re.compile(r"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\(\s*(?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\s*\)")
_STRONG = re.compile(r"\*\*+|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)|~~")
_STARS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*?)(?<=[^\s*])\*(?![\w*])")
_UNDERSCORES = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]+)_(?!\w)")
_AT_START = re.compile(r"(?:^|[^\w])_")
_CODE = re.compile(r"`+([^`\n]*)`+")
_CODE_ITEM = re.compile(r"^[ \t]*(?=`[^`\n]{1,48}`\s*(?:[-\N{EN DASH}\N{EM DASH}:=]|$))", re.MULTILINE)
"""A line that begins with a value and explains it: an item of a list, whatever Markdown says."""
_PLAIN_WORD = re.compile(r"[a-z]{1,8}")
_UNQUOTED = frozenset({"true", "false", "null"})
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_LEADING = re.compile(r"\s*(?:#{1,6}\s+|(?:>\s?)+)?(?:([*+•-]|\d{1,2}\.)\s+|([•·])\s*)?")
_RULE = re.compile(r"\s*(?:[-*_=]{3,}|[|:\s-]+)\s*")


@lru_cache(maxsize=8192)
def plain_text(text: str) -> str:
    """Return a text without Markdown and HTML: one line for each paragraph and item of a list, none empty.

    Items begin with ``- ``. Links become their text, code spans their content (short plain words in quotes), entities
    their characters; blocks of code, images and rules go.
    """
    if not _MARKUP.search(text):
        return " ".join(text.split())
    text = _without_html(_FENCE.sub("\n\n", text) if "```" in text or "~~~" in text else text)
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if "`" in text:
        text = _CODE.sub(_code, _CODE_ITEM.sub(ITEM, text) if "\n" in text else text)
    text = _without_emphasis(text)
    if "&#" in text:
        text = html.unescape(text)
    return "\n".join(_lines(text)) if "\n" in text else " ".join(text.split())


def _without_html(text: str) -> str:
    """Return a text without tags and entities; what a backslash protects becomes an entity, until the end."""
    if "&" in text:
        text = html.unescape(html.unescape(text))  # some are written twice over: &amp;lt;
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: f"&#{ord(found[1])};", text)
    if "<" in text:
        text = _TAG.sub("", _LIST_ITEM.sub("\n- ", _BREAK.sub("\n\n", _COMMENT.sub("", text))))
    return text


def _without_emphasis(text: str) -> str:
    if "**" in text or "__" in text or "~~" in text:
        text = _STRONG.sub("", text)
    if "*" in text:
        text = _STARS.sub(r"\1", text)
    if "_" in text and _AT_START.search(text):
        text = _UNDERSCORES.sub(r"\1", text)
    return text


def _code(found: re.Match[str]) -> str:
    content = found[1].strip()
    # Words of the prose stand out by themselves where they are names; `me` and `all` would not.
    return f"'{content}'" if _PLAIN_WORD.fullmatch(content) and content not in _UNQUOTED else content


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    fresh = True  # whether the next line begins a paragraph
    for raw in text.split("\n"):
        stripped = raw.strip()
        if not stripped or _RULE.fullmatch(stripped):
            fresh = True
            continue
        leading = _LEADING.match(raw)
        item = bool(leading and (leading[1] or leading[2]))
        content = raw[leading.end() :] if leading else raw
        if "|" in content:
            content = ": ".join(filter(None, map(str.strip, content.split("|"))))
            fresh = True
        content = " ".join(content.split())
        if not content:
            fresh = True
        elif item:
            lines.append(ITEM + content)
            fresh = False
        elif fresh or stripped.startswith("#") or not lines:
            lines.append(content)
            fresh = stripped.startswith("#")
        else:
            lines[-1] += f" {content}"
    return lines
