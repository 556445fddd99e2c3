"""Whether the vendor can be reached from here: proxy, TLS, and clocks that agree."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterator, Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from bridge.doctor.finding import Finding
from bridge.errors import UpstreamError
from bridge.upstream.base_url import redirected_base
from bridge.upstream.client import OutgoingRequest, UpstreamClient, VendorResponse
from bridge.vendors import Vendor

SECONDS = 5.0
"""What one vendor may take."""
APART_SECONDS = 60.0
"""Clocks further apart make tokens seem expired, or not yet good."""


def reach(vendors: Collection[Vendor], hosts: Mapping[str, str]) -> list[Finding]:
    """Send one request without a token to each vendor; its refusal is a good sign.

    Args:
        vendors: the official ones among them are asked.
        hosts: by vendor, scheme and host that replace those of its base URLs.
    """
    asked = {vendor: redirected_base(vendor.me, hosts.get(vendor.name)) for vendor in vendors if vendor.me}
    return asyncio.run(_all(asked))


async def _all(asked: Mapping[Vendor, str]) -> list[Finding]:
    async with UpstreamClient(timeout=httpx2.Timeout(SECONDS), max_body_bytes=1024 * 1024) as client:
        found = await asyncio.gather(*(_asked(client, vendor, url) for vendor, url in asked.items()))
    return [finding for findings in found for finding in findings]


async def _asked(client: UpstreamClient, vendor: Vendor, url: str) -> list[Finding]:
    about, host = f"way to {vendor.title}", urlsplit(url).netloc
    through = _proxy(url)
    begun = time.monotonic()
    try:
        async with asyncio.timeout(SECONDS):
            response = await client.send(OutgoingRequest("GET", url, {}, b""), None)
    except TimeoutError:
        return [Finding(about, "problem", f"no answer from {host} in {SECONDS:g} s{through}", _mend(through))]
    except UpstreamError as error:
        mend = "name its certificate authority in SSL_CERT_FILE" if "certificate" in str(error) else _mend(through)
        return [Finding(about, "problem", f"{error}{through}", mend)]
    taken = (time.monotonic() - begun) * 1000
    text = f"{host} answers in {taken:,.0f} ms{through}"
    if response.status >= 500:
        return [Finding(about, "warning", f"{text}, with {response.status}", "try again later")]
    return [Finding(about, "ok", text), *_clock(vendor, response)]


def _clock(vendor: Vendor, response: VendorResponse) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except ValueError:
        return
    apart = time.time() - theirs
    about = f"clock against {vendor.title}'s"
    if abs(apart) <= APART_SECONDS:
        yield Finding(about, "ok", f"{abs(apart):.0f} s apart")
        return
    text = f"this computer's is {abs(apart):,.0f} s {'ahead' if apart > 0 else 'behind'}"
    yield Finding(about, "problem", text, "set it by a time server: tokens seem expired, or not yet good")


def _proxy(url: str) -> str:
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if not proxy or proxy_bypass(parts.hostname or ""):
        return ""
    return f" (through the proxy {urlsplit(proxy).netloc.rpartition('@')[2]})"


def _mend(through: str) -> str:
    if through:
        return "check the proxy of HTTPS_PROXY, or except the host in NO_PROXY"
    return "check the network and its firewall; a proxy is named in HTTPS_PROXY"
