"""What can be a base URL, and how an unknown name is told."""

from __future__ import annotations

import pytest

from bridge.catalogue.overrides_shape import is_base_url, unknown


@pytest.mark.parametrize(
    "url",
    [
        "https://webexapis.com/v1",
        "http://localhost:8080",
        "https://api.example.com/v2/",
        "http://[::1]:8000/api",
    ],
)
def test_a_base_url_is_absolute(url: str) -> None:
    assert is_base_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "webexapis.com/v1",
        "/v1",
        "ftp://example.com",
        "https://",
        "https:///v1",
        "https://example.com/v1?x=1",
        "https://example.com/#v1",
        "https://user:secret@example.com",
        "https://{region}.example.com",
        "https://example.com/a b",
        "https://example.com:port",
        "https://example.com:99999",
        "https://[::1",
        "https://example.com\\@evil.example",
    ],
)
def test_whatever_else_is_no_base_url(url: str) -> None:
    assert not is_base_url(url)


def test_an_unknown_name_is_told_with_the_nearest_or_with_all() -> None:
    assert unknown("key", "ulr", "a rule", ("url", "path")) == "unknown key 'ulr' in a rule; did you mean 'url'?"
    assert unknown("key", "zzz", "a rule", ("url", "path")) == "unknown key 'zzz' in a rule; there are url, path"
    assert unknown("key", "zzz", "a rule", ("url",)) == "unknown key 'zzz' in a rule; there is url"
