"""Where a vendor is reached: its own base URLs, or another host in their place."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

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
    parts = urlsplit(url)
    if not equals or vendor not in known:
        raise OptionError(f"{named_by} {text!r}: give VENDOR=URL with a vendor that is served: {', '.join(known)}")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise OptionError(f"{named_by} {text!r}: {url!r} is no URL such as http://127.0.0.1:9000")
    if parts.path.strip("/"):
        raise OptionError(f"{named_by} {text!r}: only scheme and host are replaced; leave out the path {parts.path!r}")
    return vendor, url.rstrip("/")
