"""Where a vendor is reached: its own base URLs, or another host in their place."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from bridge.errors import OptionError


def redirected_base(base_url: str, upstream: str | None) -> str:
    """Return a base URL with its scheme and host replaced by those of ``upstream``, its path kept."""
    if not upstream:
        return base_url
    host, path = urlsplit(upstream), urlsplit(base_url).path
    return f"{host.scheme}://{host.netloc}{path}".rstrip("/")


def parse_upstream(text: str, known: Mapping[str, object], named_by: str) -> tuple[str, str]:
    """Read ``webex=http://127.0.0.1:9000``.

    Raises:
        OptionError: no such vendor, or no http(s) URL.
    """
    vendor, equals, url = text.partition("=")
    if not equals or vendor not in known:
        raise OptionError(f"{named_by} {text!r}: give VENDOR=URL with a vendor that is served: {', '.join(known)}")
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise OptionError(f"{named_by} {text!r}: {url!r} is no URL such as http://127.0.0.1:9000")
    if "@" in parts.netloc:
        # Not repeated: there is a password in it. It would also replace the caller's token.
        raise OptionError(f"{named_by} {vendor}=...: leave out user and password; calls carry the caller's own token")
    if parts.path.strip("/"):
        raise OptionError(f"{named_by} {text!r}: only scheme and host are replaced; leave out the path {parts.path!r}")
    return vendor, url.rstrip("/")


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL, None if it has none: broken brackets, or a port that is no port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
