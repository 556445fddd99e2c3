"""Where a vendor says that its API is for a token: Zoom names a regional host with each token that it issues."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bridge.errors import TokenError
from bridge.upstream.base_url import redirected_base
from bridge.vendors import Vendor


def checked_api_url(text: object, vendor: Vendor) -> str | None:
    """Return scheme and host of the ``api_url`` of a token answer, None where the vendor names no hosts so.

    Raises:
        TokenError: it is not a host that ``specs/sources.yaml`` lets the vendor name: the token must not go there.
    """
    allowed = vendor.oauth.api_hosts if vendor.oauth else None
    if allowed is None or text is None:
        return None
    try:
        parts = urlsplit(text) if isinstance(text, str) else None
        fits = parts is not None and parts.scheme == "https" and re.fullmatch(allowed, parts.netloc)
    except ValueError:
        fits = None
    if not fits or parts is None or parts.path.strip("/") or parts.query or parts.fragment:
        raise TokenError(
            f"the answer with the token for {vendor.title} names an API that is none of {vendor.title}'s; "
            "the token is not used"
        )
    return f"https://{parts.netloc}"


def in_region(url: str, vendor: Vendor, api_url: str | None) -> str:
    """Return a request's URL at the host that the token is for.

    Only the vendor's global host gives way: a base URL of the overrides was meant as it stands.
    """
    if api_url is None or vendor.me is None or urlsplit(url)[:2] != urlsplit(vendor.me)[:2]:
        return url
    path, question, query = url.partition("?")
    return f"{redirected_base(path, api_url)}{question}{query}"
