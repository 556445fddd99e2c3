from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import SpecError, SpecNotFoundError
from bridge.shipped import user_agent
from bridge.spec.pull_fetch import Fetched, Limits
from bridge.spec.pull_http import HttpOrigin, Reach, pause, retry_after
from bridge.spec.pull_store import Version
from bridge.spec.pull_wanted import Wanted
from tests.documents import ACME
from tests.mirror_server import Mirror, Reply, running_mirror

PATH = "/acme/acme-shop.json"
SHOP = Wanted(ACME, ACME.documents[0], named=True)
QUICK = Limits(
    max_bytes=1000,
    connect_seconds=1,
    read_seconds=0.2,
    document_seconds=5,
    pause_seconds=0.01,
    longest_pause_seconds=0.05,
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with running_mirror() as server:
        yield server


class Fetcher:
    """One fetch after the other, each with its own client."""

    def __init__(self, mirror: Mirror, place: Path) -> None:
        self.mirror = mirror
        self.place = place
        self.received = 0

    def fetch(self, known: Version | None = None, limits: Limits = QUICK, *, allow_http: bool = True) -> Fetched:
        """Fetch the shop's document from the mirror."""

        def count(size: int) -> None:
            self.received += size

        async def run() -> Fetched:
            async with HttpOrigin(self.mirror.url, limits, count, allow_http=allow_http) as origin:
                return await origin.fetch(SHOP, known, self.place)

        return asyncio.run(run())

    def refused(self, limits: Limits = QUICK) -> str:
        """Return why a fetch failed."""
        with pytest.raises(SpecError) as refusal:
            self.fetch(limits=limits)
        return str(refusal.value)


@pytest.fixture
def fetcher(mirror: Mirror, tmp_path: Path) -> Fetcher:
    return Fetcher(mirror, tmp_path / "new.json")


# --- a document comes -------------------------------------------


def test_a_document_is_written_as_it_came_with_its_validators(fetcher: Fetcher) -> None:
    reply = Reply(body=b'{"a": 1}', headers={"ETag": 'W/"x"', "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"})
    fetcher.mirror.serves(PATH, reply)
    fetched = fetcher.fetch()
    assert fetched == Fetched(True, fetcher.mirror.url + PATH, 'W/"x"', "Mon, 05 Jan 2026 10:00:00 GMT")
    assert fetcher.place.read_bytes() == b'{"a": 1}'
    assert fetcher.received == 8


def test_we_say_who_we_are_and_send_no_conditions_without_a_version(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"{}", headers={"Set-Cookie": "a=b; Path=/"}))
    fetcher.fetch()
    ((_, headers),) = fetcher.mirror.requests
    assert headers["user-agent"] == user_agent()
    assert {"if-none-match", "if-modified-since", "authorization", "cookie"}.isdisjoint(headers)


def test_a_version_that_still_holds_is_not_sent_again(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"{}", headers={"ETag": '"x"'}))
    known = Version(fetcher.mirror.url + PATH, "", '"x"', "Mon, 05 Jan 2026 10:00:00 GMT")
    assert fetcher.fetch(known) == Fetched(False, known.url, known.etag, known.last_modified)
    ((_, headers),) = fetcher.mirror.requests
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"x"', known.last_modified)
    assert not fetcher.place.exists()


def test_a_version_from_another_url_is_not_asked_after(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"{}", headers={"ETag": '"x"'}))
    assert fetcher.fetch(Version("https://elsewhere.example/", "", '"x"')).modified
    ((_, headers),) = fetcher.mirror.requests
    assert "if-none-match" not in headers


def test_not_modified_without_a_question_is_no_answer(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(304))
    assert fetcher.refused().startswith("127.0.0.1 answered 304 Not Modified")


def test_a_gzipped_document_is_unpacked(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}))
    fetcher.fetch()
    assert fetcher.place.read_bytes() == b'{"a": 1}'


# --- limits -----------------------------------------------------


@pytest.mark.parametrize("length", [None, -1])
def test_a_document_over_the_limit_is_given_up(fetcher: Fetcher, length: int | None) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b" " * 1001, length=length))
    assert fetcher.refused().startswith("the answer from 127.0.0.1 is larger than ")
    assert len(fetcher.mirror.requests) == 1
    fetcher.mirror.serves(PATH, Reply(body=b" " * 1000, length=length))
    assert fetcher.fetch().modified


def test_what_swells_over_the_limit_when_it_is_unpacked_is_given_up(fetcher: Fetcher) -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    limits = Limits(max_bytes=100_000)
    assert len(bomb) < 2000
    fetcher.mirror.serves(PATH, Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    assert "is larger than" in fetcher.refused(limits)
    assert fetcher.place.stat().st_size <= limits.max_bytes


def test_an_encoding_that_was_not_asked_for_is_refused(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"x", headers={"Content-Encoding": "gzip, gzip"}))
    assert "is encoded as 'gzip, gzip', which was not asked for" in fetcher.refused()


def test_an_answer_that_does_not_come_in_time_is_asked_for_again(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"{}", delay=1), Reply(body=b"{}"))
    assert fetcher.fetch().modified
    assert len(fetcher.mirror.requests) == 2


def test_an_answer_that_never_comes_in_time_is_a_failure(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"{}", delay=1))
    assert fetcher.refused() == "no answer from 127.0.0.1 in time (ReadTimeout) (tried 3 times)"


def test_one_try_has_an_end_however_patient_each_read_is(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b"{}", delay=1))
    limits = Limits(document_seconds=0.1, tries=1)
    assert fetcher.refused(limits) == "no whole answer from 127.0.0.1 in 0.1 seconds (tried 1 times)"


# --- tries ------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_three_times(fetcher: Fetcher, status: int) -> None:
    fetcher.mirror.serves(PATH, Reply(status), Reply(status), Reply(body=b"{}"))
    assert fetcher.fetch().modified
    fetcher.mirror.requests.clear()
    fetcher.mirror.serves(PATH, Reply(status))
    assert fetcher.refused().startswith(f"127.0.0.1 answered {status} ")
    assert len(fetcher.mirror.requests) == 3


def test_an_answer_that_broke_off_is_asked_for_again_and_begun_anew(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(body=b'{"a": 1, "b', length=500), Reply(body=b"{}"))
    assert fetcher.fetch().modified
    assert fetcher.place.read_bytes() == b"{}"
    fetcher.mirror.serves(PATH, Reply(body=b'{"a": 1, "b', length=500))
    assert fetcher.refused().startswith("the answer from 127.0.0.1 broke off: ")


def test_nobody_at_the_other_end_is_tried_and_named(fetcher: Fetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        fetcher.mirror.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert fetcher.refused().startswith("no answer from 127.0.0.1: ConnectError: ")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_what_will_not_pass_is_not_tried_again(fetcher: Fetcher, status: int) -> None:
    fetcher.mirror.serves(PATH, Reply(status))
    assert fetcher.refused().startswith(f"127.0.0.1 answered {status} ")
    assert len(fetcher.mirror.requests) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_told_from_what_failed(fetcher: Fetcher, status: int) -> None:
    fetcher.mirror.serves(PATH, Reply(status))
    with pytest.raises(SpecNotFoundError, match=str(status)):
        fetcher.fetch()
    assert len(fetcher.mirror.requests) == 1


def test_the_pause_grows_with_jitter_up_to_a_limit() -> None:
    limits = Limits(pause_seconds=1, longest_pause_seconds=60)
    for _ in range(50):
        assert 0.5 <= pause(1, None, limits) <= 1.5
        assert 1 <= pause(2, None, limits) <= 3
    assert pause(30, None, limits) == 60


def test_retry_after_is_honoured_up_to_a_limit() -> None:
    limits = Limits(longest_pause_seconds=60)
    now = datetime(2026, 1, 5, 10, 0, 0, tzinfo=UTC)
    assert pause(1, retry_after("7", now), limits) == 7
    assert pause(1, retry_after("3600", now), limits) == 60
    assert retry_after("Mon, 05 Jan 2026 10:00:30 GMT", now) == 30
    assert retry_after("Mon, 05 Jan 2026 09:00:00 GMT", now) == 0
    assert retry_after("soon", now) is retry_after("", now) is retry_after("-1", now) is None


@given(st.text() | st.integers().map(str) | st.datetimes().map(lambda when: when.strftime("%a, %d %b %Y %H:%M:%S GMT")))
def test_any_retry_after_gives_a_pause_within_the_limit(value: str) -> None:
    limits = Limits()
    asked = retry_after(value, datetime.now(UTC))
    assert 0 <= pause(1, asked, limits) <= limits.longest_pause_seconds


# --- where requests go ------------------------------------------


def test_a_redirect_within_the_host_is_followed_relative_or_not(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(302, headers={"Location": "/moved"}))
    fetcher.mirror.serves("/moved", Reply(308, headers={"Location": f"{fetcher.mirror.url}/again"}))
    fetcher.mirror.serves("/again", Reply(body=b"{}"))
    assert fetcher.fetch().url == fetcher.mirror.url + PATH
    assert fetcher.mirror.paths == [PATH, "/moved", "/again"]


def test_a_redirect_to_another_host_or_port_is_not_followed(fetcher: Fetcher) -> None:
    with running_mirror() as other:
        port = other.url.rpartition(":")[2]
        for target in (other.url, f"http://localhost:{port}", f"//127.0.0.1:{port}", fetcher.mirror.url[:-1]):
            fetcher.mirror.serves(PATH, Reply(301, headers={"Location": f"{target}/x"}))
            assert fetcher.refused().endswith("which is not followed: it leads to another host")
        assert other.requests == []


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "it leads to another host"),
        ("file:///etc/passwd", "it is not HTTPS"),
        ("http://me:secret@127.0.0.1/", "it carries a user name or password"),
        ("", "and not where to"),
        ("https://127.0.0.1:port/", "and not where to"),
    ],
)
def test_a_redirect_to_what_is_no_document_is_not_followed(fetcher: Fetcher, location: str, reason: str) -> None:
    fetcher.mirror.serves(PATH, Reply(302, headers={"Location": location}))
    refusal = fetcher.refused()
    assert refusal.endswith(reason)
    assert "secret" not in refusal
    assert fetcher.mirror.paths == [PATH]


def test_redirects_have_an_end(fetcher: Fetcher) -> None:
    fetcher.mirror.serves(PATH, Reply(302, headers={"Location": PATH}))
    assert fetcher.refused() == "127.0.0.1 redirected more than 5 times"
    assert len(fetcher.mirror.requests) == 6


def test_plain_http_is_not_asked_unless_it_is_permitted(fetcher: Fetcher) -> None:
    with pytest.raises(SpecError, match="is not asked: it is plain HTTP; --allow-http permits it"):
        fetcher.fetch(allow_http=False)
    assert fetcher.mirror.requests == []


def test_references_of_a_document_are_never_fetched(fetcher: Fetcher) -> None:
    references = {"$ref": f"{fetcher.mirror.url}/other.json", "externalDocs": {"url": f"{fetcher.mirror.url}/docs"}}
    fetcher.mirror.serves(PATH, Reply(body=json.dumps(references).encode()))
    fetcher.fetch()
    assert fetcher.mirror.paths == [PATH]


@pytest.mark.parametrize(
    ("url", "within"),
    [
        ("https://docs.acme.example/other.json", True),
        ("https://DOCS.acme.example:443/other.json", True),
        ("http://docs.acme.example/other.json", False),
        ("https://docs.acme.example:8443/other.json", False),
        ("https://docs.acme.example./other.json", False),
        ("https://docs.acme.example.evil.example/", False),
        ("https://evil.example/?docs.acme.example", False),
        ("https://docs.acme.example@evil.example/", False),
        ("https://acme.example/", False),
        ("https://127.0.0.1/", False),
    ],
)
def test_the_reach_is_the_hosts_of_the_sources_over_https(url: str, within: bool) -> None:
    reach = Reach.of([source.url for source in ACME.documents], allow_http=False)
    assert (reach.refusal(httpx2.URL(url)) == "") is within


@given(st.text(st.characters(codec="ascii"), max_size=30))
def test_wherever_a_redirect_points_only_the_host_itself_is_reached(location: str) -> None:
    reach = Reach.of(["https://docs.acme.example/shop.json"], allow_http=False)
    try:
        target = httpx2.URL("https://docs.acme.example/shop.json").join(location)
    except (httpx2.InvalidURL, ValueError):
        return
    if not reach.refusal(target):
        request = httpx2.Request("GET", target)
        assert (request.url.scheme, request.headers["host"]) == ("https", "docs.acme.example")


def test_a_client_that_cannot_be_made_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:1")
    with pytest.raises(SpecError, match=r"^no HTTP client: .*HTTPS_PROXY"):
        HttpOrigin(None, QUICK, print)
