"""Masking: what names one thing (an address, a number, a date, a person) says nothing about which tool it is for."""

from __future__ import annotations

import re

LONGEST_QUERY = 1_000
"""Characters of a query that are read; what a person or a model asks is shorter."""

_DAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)day"
_MONTHS = (
    r"(?:january|february|april|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|march|apr|may|jun|jul|aug|sept?|oct|nov|dec)\.?(?=\s+\d))"
)
_LITERALS = re.compile(
    "|".join(
        (
            r"https?://\S+",
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # an e-mail or SIP address
            r"\{[^{}]{1,40}\}",
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{10,}\b",
            r"\b[\w-]*\d[\w-]{11,}\b",  # an id
            r"\b\d{1,2}(?::\d{2})+\s*(?:am|pm)?\b",
            r"\b\d{1,2}\s*(?:am|pm)\b",
            r"(?<!\w)\+?\(?\d[\d\s().-]{4,}\d\b",  # a telephone number
            r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b",
            r"\b\d+(?:st|nd|rd|th)\b",
            rf"\b(?:(?:last|next|this|coming|past|every) )?{_DAYS}s?\b",
            r"\b(?:last|next|this|coming|past) (?:week|month|quarter|year|night|weekend|morning|afternoon)\b",
            r"\b(?:yesterday|today|tomorrow|tonight)\b",
            rf"\b{_MONTHS}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+\d{{4}})?\b",
            r"(?<![\w/])#?(?!(?:911|112|999|365|800)\b)\d+(?:[.,]\d+)*%?(?![\w/])",
        )
    ),
    re.IGNORECASE,
)
_LEFT, _RIGHT = "\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"
_QUOTED = re.compile(rf"[\"“«]([^\"”»]{{1,120}})[\"”»]|(?<!\w)['{_LEFT}]([^'{_RIGHT}]{{1,120}})['{_RIGHT}](?!\w)")
LONGEST_TERM = 3
"""Words of a quoted text that can still be a term (``"do not disturb"``); a longer one is somebody's words."""

_CONTRACTIONS = re.compile(rf"(?<=\w)['{_RIGHT}](?:d|ll|ve|m|re)\b", re.IGNORECASE)
_NOT = re.compile(rf"n['{_RIGHT}]t\b", re.IGNORECASE)

_PERIOD = rf"(?:week|month|quarter|year|night|weekend|{_DAYS})"
_MEANT = {
    "user": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone number": re.compile(r"(?<![\w-])\+\d[\d\s().-]{5,}\d\b"),
    "past": re.compile(rf"\byesterday\b|\blast {_PERIOD}\b", re.IGNORECASE),
}


def literals_in(text: str) -> dict[str, str]:
    """Return literals of a text by what they are: an e-mail address is a user's, ``+1 415 ...`` is a phone number."""
    found = ((meant, pattern.search(text[:LONGEST_QUERY])) for meant, pattern in _MEANT.items())
    return {meant: literal[0] for meant, literal in found if literal}


def mask(text: str) -> str:
    """Return a text without its literals: addresses, numbers, dates, times, ids, what stands in quotes.

    A text that is nothing but a literal (``"call park"`` in quotes) stays, without the quotes.
    """
    text = _CONTRACTIONS.sub("", _NOT.sub(" not", text[:LONGEST_QUERY]))
    masked = _LITERALS.sub(" , ", _QUOTED.sub(_unquoted, text))
    return masked if re.search(r"[^\W\d_]", masked) else text


def _unquoted(quoted: re.Match[str]) -> str:
    """Return what stands in quotes if it can be a term: few words, none with a capital or a digit."""
    inner = str(quoted[1] or quoted[2])
    is_term = inner.islower() and len(inner.split()) <= LONGEST_TERM and not any(map(str.isdigit, inner))
    return f" {inner} " if is_term else " , "
