"""Pages: what a response says of the next one, and how to ask for it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from bridge.controls import ALL_PAGES, CURSOR
from bridge.errors import ArgumentError, UpstreamError
from bridge.upstream.excerpt import main_list, size_of
from bridge.upstream.response import Reading

_NEXT_LINK = re.compile(
    r"""<([^>]*)>(?:\s*;\s*[\w*-]+\s*(?:=\s*(?:"[^"]*"|[^\s";,]*))?)*?\s*;\s*"""
    r"""rel\s*=\s*(?:next\b(?![\w-])|"(?:[^"]*\s)?next(?:\s[^"]*)?")""",
    re.IGNORECASE,
)
"""A link of an RFC 8288 header whose relation types hold ``next``."""
_QUERY = re.compile(r"[!-~]*")

JsonObject = dict[str, Any]


def next_page(
    url: str, headers: Mapping[str, str], body: Any, query_arguments: Mapping[str, str], base_url: str = ""
) -> JsonObject | None:
    """Return the arguments that differ for the next page; None on the last one.

    Webex: the ``Link: <...>; rel="next"`` header (RFC 8288), as a cursor, if it stays with this host and path. Zoom:
    ``next_page_token``, or ``page_number`` beside ``page_count``. Contact Center: ``links.next`` of the body.

    Args:
        url: the URL that was asked.
        headers: of the response, names in lower case.
        body: of the response.
        query_arguments: the argument of each query parameter, by its name on the wire.
        base_url: the vendor's own, where another host stands in for it and may hand out the vendor's links.
    """
    link = _NEXT_LINK.search(headers.get("link", ""))
    if link and (query := _query_of(url, link[1], base_url)):
        return {CURSOR: cursor_of(query)}
    if not isinstance(body, dict):
        return None
    return _token(body, query_arguments) or _numbered(body, query_arguments) or _linked(body, query_arguments) or None


def _query_of(url: str, link: str, base_url: str) -> str:
    """Return the query of a link to the same host and path; empty for any other link."""
    here, there = urlsplit(url), urlsplit(urljoin(url, link))
    hosts = {(parts.scheme, parts.netloc.lower()) for parts in (here, urlsplit(base_url))}
    same = (there.scheme, there.netloc.lower()) in hosts and there.path == here.path
    return there.query if same and there.query != here.query else ""


def _token(body: JsonObject, query_arguments: Mapping[str, str]) -> JsonObject:
    token, argument = body.get("next_page_token"), query_arguments.get("next_page_token")
    return {argument: token} if argument and isinstance(token, str) and token else {}


def _numbered(body: JsonObject, query_arguments: Mapping[str, str]) -> JsonObject:
    number, count, argument = body.get("page_number"), body.get("page_count"), query_arguments.get("page_number")
    if argument and isinstance(number, int) and isinstance(count, int) and number < count:
        return {argument: number + 1}
    return {}


def _linked(body: JsonObject, query_arguments: Mapping[str, str]) -> JsonObject:
    for holder in (body, body.get("meta"), body.get("_links")):
        links = holder.get("links", holder) if isinstance(holder, dict) else None
        following = links.get("next") if isinstance(links, dict) else None
        link = following.get("href") if isinstance(following, dict) else following
        if isinstance(link, str) and link:
            pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True)
            return {query_arguments[name]: _typed(value) for name, value in pairs if name in query_arguments}
    return {}


def _typed(text: str) -> int | str:
    return int(text) if re.fullmatch(r"\d{1,15}", text) else text


def cursor_of(query: str) -> str:
    """Return a query string as an opaque cursor."""
    return base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")


def query_of_cursor(cursor: str) -> str:
    """Return the query string that a cursor holds.

    Raises:
        ArgumentError: this is no cursor of ours.
    """
    try:
        query = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        query = "#"
    if not _QUERY.fullmatch(query) or "#" in query:
        raise ArgumentError(f"argument {CURSOR!r}: not a cursor; give the one of an earlier result's `next`, unchanged")
    return query


MAX_ITEMS = 1_000
MAX_BYTES = 4 * 1024 * 1024
"""What one call fetches with ``_all_pages`` before it stops: items, and characters of JSON."""


async def all_pages(
    arguments: Mapping[str, Any],
    fetch: Callable[[Mapping[str, Any]], Awaitable[Reading]],
    progress: Callable[[int, int], Awaitable[None]],
) -> Reading:
    """Fetch pages until there are no more, or a cap is reached, and return them as one answer.

    The items of all pages stand in the list of the first page's body; ``pages`` says how many there were, ``next``
    goes on after the last one. A page that fails ends it: what came before is returned, and ``notice`` says why.

    Args:
        arguments: of the call.
        fetch: fetches the page of some arguments.
        progress: told after each page how many items and pages there are.
    """
    first = reading = await fetch({name: value for name, value in arguments.items() if name != ALL_PAGES})
    items = main_list(first.structured["body"]) if first.ok else None
    if items is None:
        return first
    pages, size, notice = 1, size_of(items), ""
    while (following := reading.structured.get("next")) and len(items) < MAX_ITEMS and size < MAX_BYTES:
        await progress(len(items), pages)
        try:
            reading = await fetch(following)
        except UpstreamError as error:
            notice = _failed(pages + 1, str(error))
            break
        more = main_list(reading.structured["body"]) if reading.ok else None
        if more is None:
            notice = _failed(pages + 1, reading.error or "it has no list")
            break
        items.extend(more)
        size += size_of(more)
        pages += 1
    structured = {**first.structured, "pages": pages}
    structured.pop("next", None)
    if isinstance(first.structured["body"], dict) and "next_page_token" in first.structured["body"]:
        # Of the first page only the list is kept as it was: its token would lead back to the second one.
        first.structured["body"]["next_page_token"] = (following or {}).get("next_page_token", "")
    if following:
        structured["next"] = following
    if notice or following:
        structured["notice"] = notice or f"stopped after {len(items):,} items; `next` goes on"
    return replace(first, structured=structured)


def _failed(page: int, why: str) -> str:
    return f"page {page} failed: {why.rstrip('.')}; `next` tries it again"
