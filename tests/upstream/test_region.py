"""The region of a token: only the vendor's own hosts, and only in the place of the global one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.errors import TokenError
from bridge.upstream.region import checked_api_url, in_region
from bridge.vendors import official_vendors

ZOOM, WEBEX = official_vendors()["zoom"], official_vendors()["webex"]


@pytest.mark.parametrize("url", ["https://api.zoom.us", "https://api-eu.zoom.us", "https://api-us.zoom.us/"])
def test_the_vendors_own_hosts_are_taken(url: str) -> None:
    assert checked_api_url(url, ZOOM) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "http://api.zoom.us",
        "https://api.zoom.us.evil.example",
        "https://evil.example/api.zoom.us",
        "https://evil.example#api.zoom.us",
        "https://evil.example?.zoom.us",
        "https://api-eu.zoom.us@evil.example",
        "https://user:s3cret@api.zoom.us",
        "https://api.zoom.us:8443",
        "https://api-a.evil.zoom.us",
        "https://api-.zoom.us",
        "https://API.zoom.us\n",
        "https://api.zoom.us/elsewhere",
        "https://[broken",
        "//api.zoom.us",
        "",
        5,
        ["https://api.zoom.us"],
    ],
)
def test_anything_else_is_refused_and_not_repeated(url: Any) -> None:
    with pytest.raises(TokenError, match="names an API that is none of Zoom's; the token is not used") as caught:
        checked_api_url(url, ZOOM)
    assert "evil" not in str(caught.value)


def test_a_vendor_without_regions_names_none() -> None:
    assert checked_api_url("https://evil.example", WEBEX) is None
    assert checked_api_url("https://evil.example", replace(WEBEX, oauth=None)) is None
    assert checked_api_url(None, ZOOM) is None


def test_the_global_host_gives_way_to_the_region() -> None:
    url = "https://api.zoom.us/v2/users/me?a=%2F&b=?"
    assert in_region(url, ZOOM, "https://api-eu.zoom.us") == "https://api-eu.zoom.us/v2/users/me?a=%2F&b=?"
    assert in_region(url, ZOOM, None) == url


def test_a_base_url_that_the_overrides_name_stays() -> None:
    url = "https://api-au.zoom.us/v2/users/me"
    assert in_region(url, ZOOM, "https://api-eu.zoom.us") == url
