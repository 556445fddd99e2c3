"""Where a vendor is reached: another host in the place of its own, and what --upstream takes."""

from __future__ import annotations

import pytest

from bridge.errors import OptionError
from bridge.upstream.base_url import parse_upstream, redirected_base

KNOWN = {"webex": 1, "zoom": 2}


class TestRedirectedBase:
    @pytest.mark.parametrize(
        ("base_url", "upstream", "expected"),
        [
            ("https://api.zoom.us/v2", "http://127.0.0.1:9000", "http://127.0.0.1:9000/v2"),
            ("https://api.zoom.us/v2", "https://proxy.example/", "https://proxy.example/v2"),
            ("https://webexapis.com", "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("https://webexapis.com/a%2Fb/v1/", "http://[::1]:9000", "http://[::1]:9000/a%2Fb/v1"),
            ("/api/v3", "http://localhost:9000", "http://localhost:9000/api/v3"),
            ("", "http://localhost:9000", "http://localhost:9000"),
        ],
    )
    def test_scheme_and_host_are_replaced_and_the_path_is_kept(
        self, base_url: str, upstream: str, expected: str
    ) -> None:
        assert redirected_base(base_url, upstream) == expected

    @pytest.mark.parametrize("upstream", [None, ""])
    def test_without_a_replacement_the_base_url_is_the_vendors(self, upstream: str | None) -> None:
        assert redirected_base("https://api.zoom.us/v2", upstream) == "https://api.zoom.us/v2"


class TestParseUpstream:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("webex=http://127.0.0.1:9000", ("webex", "http://127.0.0.1:9000")),
            ("zoom=https://proxy.example/", ("zoom", "https://proxy.example")),
            ("zoom=http://[::1]:9000", ("zoom", "http://[::1]:9000")),
        ],
    )
    def test_a_vendor_and_a_url(self, text: str, expected: tuple[str, str]) -> None:
        assert parse_upstream(text, KNOWN, "--upstream") == expected

    @pytest.mark.parametrize("text", ["http://127.0.0.1:9000", "slack=http://h", "=http://h", "webex", ""])
    def test_a_vendor_that_is_not_served_is_refused_with_those_that_are(self, text: str) -> None:
        with pytest.raises(OptionError, match="give VENDOR=URL with a vendor that is served: webex, zoom"):
            parse_upstream(text, KNOWN, "--upstream")

    @pytest.mark.parametrize(
        "url",
        [
            *("", "127.0.0.1:9000", "ftp://h", "http://", "http://:80", "http://h?a=1", "http://h#a"),
            *("http://h:port", "http://h:99999", "http://[::1"),
        ],
    )
    def test_what_is_no_http_url_is_refused(self, url: str) -> None:
        with pytest.raises(OptionError, match=r"BRIDGE_UPSTREAM_WEBEX .* is no URL such as http://127.0.0.1:9000"):
            parse_upstream(f"webex={url}", KNOWN, "BRIDGE_UPSTREAM_WEBEX")

    def test_a_path_is_refused_because_paths_are_kept(self) -> None:
        with pytest.raises(OptionError, match="only scheme and host are replaced; leave out the path '/v1'"):
            parse_upstream("webex=http://h/v1", KNOWN, "--upstream")

    def test_a_password_is_refused_and_not_repeated(self) -> None:
        with pytest.raises(OptionError, match="leave out user and password") as caught:
            parse_upstream("webex=http://me:hunter2@h", KNOWN, "--upstream")
        assert "hunter2" not in str(caught.value)
