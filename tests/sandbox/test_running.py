"""The sandbox as a server: ports, start and stop, what it says while it runs."""

from __future__ import annotations

import socket
import threading
import time

import httpx2
import pytest

from bridge.errors import OptionError
from bridge.sandbox import Sandbox
from tests.documents import operation

HEADERS = {"Authorization": "Bearer t0ken"}


def test_every_vendor_has_a_loopback_port_of_its_own() -> None:
    with Sandbox({"zoom": [operation()], "webex": [operation(path="/people")]}) as sandbox:
        assert all(url.startswith("http://127.0.0.1:") for url in sandbox.urls.values())
        with httpx2.Client(headers=HEADERS) as client:
            assert client.get(f"{sandbox.urls['zoom']}/v1/things").status_code == 200
            assert client.get(f"{sandbox.urls['webex']}/v1/people").status_code == 200
            assert client.get(f"{sandbox.urls['webex']}/v1/things").status_code == 404


def test_nothing_listens_before_and_after() -> None:
    sandbox = Sandbox({"zoom": [operation()]})
    assert sandbox.urls == {}
    with sandbox:
        url = sandbox.urls["zoom"]
    assert sandbox.urls == {}
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(url)


def test_it_can_be_started_again_and_stopped_twice() -> None:
    sandbox = Sandbox({"zoom": [operation()]})
    for _ in range(2):
        sandbox.start()
        assert httpx2.get(f"{sandbox.urls['zoom']}/v1/things", headers=HEADERS).status_code == 200
        sandbox.stop()
    sandbox.stop()


def test_a_given_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with Sandbox({"zoom": []}, ports={"zoom": port}) as sandbox:
        assert sandbox.urls == {"zoom": f"http://127.0.0.1:{port}"}


def test_a_port_that_is_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        sandbox = Sandbox({"webex": [], "zoom": []}, ports={"zoom": port})
        with pytest.raises(OptionError, match=rf"sandbox of zoom: cannot listen at 127\.0\.0\.1, port {port}: "):
            sandbox.start()
        assert sandbox.urls == {}


def test_a_port_for_another_vendor_is_refused() -> None:
    with pytest.raises(OptionError, match="a port for 'zom', which is not served; did you mean 'zoom'"):
        Sandbox({"zoom": []}, ports={"zom": 8000})


def test_each_request_is_logged_without_its_query(capfd: pytest.CaptureFixture[str]) -> None:
    log: list[tuple[str, str, str, int]] = []
    with Sandbox({"acme": [operation()]}, on_request=lambda *line: log.append(line)) as sandbox:
        httpx2.get(f"{sandbox.urls['acme']}/v1/things?token=s3cr3t", headers=HEADERS)
        httpx2.post(f"{sandbox.urls['acme']}/v1/a%2Fb", headers=HEADERS)
    assert log == [("acme", "GET", "/v1/things", 400), ("acme", "POST", "/v1/a%2Fb", 404)]
    assert capfd.readouterr() == ("", "")


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with Sandbox({"zoom": [operation()]}) as sandbox, httpx2.Client(headers=HEADERS) as client:
        took = []
        for _ in range(9):
            begun = time.perf_counter()
            client.get(f"{sandbox.urls['zoom']}/v1/things")
            took.append(time.perf_counter() - begun)
    # Without TCP_NODELAY every answer on a kept connection takes 40 ms and more.
    assert min(took) < 0.03


def test_waiting_ends_with_the_server() -> None:
    with Sandbox({"zoom": [operation()]}) as sandbox:
        threading.Timer(0.1, sandbox.stop).start()
        sandbox.wait()
    sandbox.wait()


def test_ctrl_c_ends_waiting_and_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox({"zoom": [operation()]})
    seen: list[str] = []

    def interrupt(*_: object) -> None:
        monkeypatch.undo()
        seen.extend(sandbox.urls)
        raise KeyboardInterrupt

    start = sandbox.start

    def start_and_be_interrupted() -> None:
        start()
        monkeypatch.setattr(sandbox._thread, "is_alive", interrupt)

    monkeypatch.setattr(sandbox, "start", start_and_be_interrupted)
    with sandbox:
        sandbox.wait()
    assert (seen, sandbox.urls) == (["zoom"], {})
