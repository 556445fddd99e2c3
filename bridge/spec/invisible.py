"""Characters that nobody sees, and that a model reads all the same: taken out of what a document says.

Control characters move a terminal's cursor; zero-width, bidirectional and tag characters hide instructions to a model
in a text that looks harmless (Unicode Technical Report 36; "ASCII smuggling" with U+E0000 to U+E007F).
"""

from __future__ import annotations

import re
from typing import Any

_RANGES = (
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f"  # control characters, but for tab and line feed
    "\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164"
    "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
)
"""Control characters and Unicode's Default_Ignorable_Code_Point, with the annotation marks U+FFF9 to U+FFFB."""

_INVISIBLE = re.compile(f"[{_RANGES}]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")

_ESCAPES = re.compile(
    r"\\(?:[bfr]|u(?:00[0189]|007[fF]|00[aA][dD]|034[fF]|061[cC]|11[56]|17[bB]|180|20[0236]|3164"
    r"|[fF][eE][0fF]|[fF]{2}[aAfF]|[dD]8[23]|[dD][bB]40))"
)
"""How JSON may write such a character; also finds others, never misses one."""


_PLAIN = bytes([*range(0x20, 0x7F), *b"\t\n"])


def has_invisible(text: str) -> bool:
    """Tell whether a JSON text may hold invisible characters, themselves or escaped."""
    # Taking plain ASCII out and looking at the rest takes a tenth of the time of looking at megabytes of it.
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass")
    return bool(_INVISIBLE.search(rest) or _LINE_END.search(rest) or _ESCAPES.search(text))


def visible(text: str) -> str:
    """Return a text without control and invisible characters; tabs stay, every line end becomes a line feed."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _LINE_END.sub("\n", text))


def visible_values(value: Any) -> tuple[Any, int]:
    """Return a copy of a JSON value with visible texts and keys, and how many characters are gone."""
    gone = 0

    def cleaned(node: Any) -> Any:
        nonlocal gone
        if isinstance(node, str):
            text = visible(node)
            gone += len(_LINE_END.sub("\n", node)) - len(text) if text is not node else 0
            return text
        if isinstance(node, dict):
            return {cleaned(key): cleaned(inner) for key, inner in node.items()}
        return [cleaned(inner) for inner in node] if isinstance(node, list) else node

    return cleaned(value), gone
