"""The way to a vendor: there, refused, silent, not trusted, and with another idea of the time."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge.doctor import reach as module
from bridge.doctor.reach import reach
from bridge.vendors import official_vendors, vendor_of_file
from tests.upstream_server import Upstream

ZOOM = official_vendors()["zoom"]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_vendor_that_refuses_is_there_and_gets_no_token(upstream: Upstream) -> None:
    upstream.answers(401, {"code": 124})
    way, clock = reach([ZOOM], {"zoom": upstream.url})
    assert (way.state, clock.state) == ("ok", "ok")
    assert way.text.startswith(f"{upstream.url.removeprefix('http://')} answers in ")
    assert upstream.only.header("authorization") is None
    assert upstream.only.raw_path == "/v2/users/me"


def test_clocks_that_are_apart_are_a_problem(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: time.time() + 90, monotonic=time.monotonic))
    _, clock = reach([ZOOM], {"zoom": upstream.url})
    assert clock.state == "problem"
    assert re.fullmatch(r"this computer's is (89|9\d) s ahead", clock.text)


def test_a_vendor_in_trouble_is_a_warning(upstream: Upstream) -> None:
    upstream.answers(503)
    (way,) = reach([ZOOM], {"zoom": upstream.url})
    assert (way.state, way.mend) == ("warning", "try again later")


def test_nobody_there_is_a_problem_with_its_mend() -> None:
    (way,) = reach([ZOOM], {"zoom": "http://127.0.0.1:1"})
    assert way.state == "problem"
    assert "127.0.0.1:1" in way.text
    assert "HTTPS_PROXY" in way.mend


def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (way,) = reach([ZOOM], {"zoom": f"http://127.0.0.1:{silent.getsockname()[1]}"})
    assert way.text.endswith(" in 0.2 s")


def test_a_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://me:s3cret@127.0.0.1:1")
    (way,) = reach([ZOOM], {"zoom": "http://vendor.invalid"})
    assert way.text.endswith("(through the proxy 127.0.0.1:1)")
    assert "s3cret" not in str(way)


def test_a_vendor_of_a_file_is_not_asked() -> None:
    assert reach([vendor_of_file(Path("shop.yaml"))], {}) == []
