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
            rf"\b{_DAYS}s?\b",
            rf"\b{_MONTHS}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+\d{{4}})?\b",
            r"(?<![\w/])#?(?!(?:911|112|999|365|800)\b)\d+(?:[.,]\d+)*%?(?![\w/])",
        )
    ),
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«]([^\"”»]{1,120})[\"”»]|(?<!\w)['‘]([^'’]{1,120})['’](?!\w)")
LONGEST_TERM = 3
"""Words of a quoted text that can still be a term (``"do not disturb"``); a longer one is somebody's words."""

_CONTRACTIONS = re.compile(r"(?<=\w)['\N{RIGHT SINGLE QUOTATION MARK}](?:d|ll|ve|m|re)\b", re.IGNORECASE)
_NOT = re.compile(r"n['\N{RIGHT SINGLE QUOTATION MARK}]t\b", re.IGNORECASE)


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
