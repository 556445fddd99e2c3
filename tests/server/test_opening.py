"""The first requests of a client, over pipes: what is answered early, and what the server is left with."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.server.known_answers import KnownAnswers, question_of
from bridge.server.live import LiveCatalogue
from bridge.server.opening import Opening
from tests.documents import operation
from tests.tools import catalogue_of, spec_of

VERSION = "io.modelcontextprotocol/protocolVersion"
MODERN = {"_meta": {VERSION: "2026-07-28"}}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}}
LIVE = LiveCatalogue(catalogue_of([spec_of(operation("GET", "/things"), "acme_list")]))
TOOLS = json.loads(LIVE.exposure.listing_json)
ANSWERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("initialize", HELLO, {"serverInfo": {"name": "x"}}),
    ("ping", {}, {}),
    ("tools/list", {}, {"tools": "mark"}),
    ("tools/list", MODERN, {"tools": "mark", "resultType": "complete"}),
]
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def knowing(path: Path | None = None) -> KnownAnswers:
    """Return answers to what ``ANSWERS`` says."""
    known = KnownAnswers(path)
    for method, params, result in ANSWERS:
        question = question_of(method, params)
        assert question is not None
        if path is None:
            known._answers[question] = json.dumps(result).split('"mark"', 1)
        known.learn(question, result, "mark")
    return known


def request(number: Any, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}


def line(message: Any) -> bytes:
    """Return a message as it is sent."""
    return json.dumps(message).encode() + b"\n"


def opened(opening: Opening, pieces: Sequence[bytes], *, hang_up: bool = True) -> list[dict[str, Any]]:
    """Let a client send pieces, and return the answers it gets early."""
    source, client = os.pipe()
    reader, sink = os.pipe()

    def send() -> None:
        for piece in pieces:
            os.write(client, piece)
        if hang_up:
            os.close(client)

    sender = threading.Thread(target=send)
    sender.start()
    opening.answer(source, sink)
    sender.join()
    for number in (sink, source, *(() if hang_up else (client,))):
        os.close(number)
    with os.fdopen(reader, "rb") as file:
        return [json.loads(found) for found in file]


def test_a_client_that_asks_what_is_known_has_it_without_a_server() -> None:
    opening = Opening(knowing(), LIVE)
    asked = [request(0, "initialize", HELLO), INITIALIZED, request("a", "tools/list"), request(2, "ping")]
    sent = b"".join(map(line, asked))
    answers = opened(opening, [sent])
    assert [answer["id"] for answer in answers] == [0, "a", 2]
    assert answers[1]["result"] == {"tools": TOOLS}
    assert opening.received == sent
    assert opening.is_over


def test_a_sessionless_client_has_its_listing_at_once() -> None:
    opening = Opening(knowing(), LIVE)
    (answer,) = opened(opening, [line(request(1, "tools/list", MODERN))])
    assert answer == {"jsonrpc": "2.0", "id": 1, "result": {"tools": TOOLS, "resultType": "complete"}}


def test_from_the_first_thing_that_is_not_known_everything_is_left_to_the_server() -> None:
    opening = Opening(knowing(), LIVE)
    call = request(1, "tools/call", {"name": "acme_list"})
    sent = [line(request(0, "initialize", HELLO)), line(call) + line(request(2, "ping"))]
    assert [answer["id"] for answer in opened(opening, sent)] == [0]
    assert opening.received == b"".join(sent)
    assert not opening.is_over


@pytest.mark.parametrize(
    "messages",
    [
        [request(1, "tools/list")],
        [request(1, "tools/list", MODERN), request(2, "initialize", HELLO)],
        [request(1, "initialize", HELLO), request(2, "tools/list", MODERN)],
        [request(1, "initialize", HELLO), request(2, "initialize", HELLO)],
        [request(1, "initialize", HELLO), request(1, "ping")],
        [request(1, "initialize", HELLO), request(True, "ping")],
        [request(1, "initialize", HELLO), request(1.5, "ping")],
        [request(1, "initialize", HELLO), request(None, "ping")],
        [request(1, "initialize", HELLO), request(2, "ping", {"_meta": {VERSION: "2026-07-28"}})],
        [request(1, "initialize", HELLO), {"jsonrpc": "2.0", "id": 7, "result": {}}],
        [request(1, "initialize", HELLO), {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {}}],
        [request(1, "initialize", HELLO), {"id": 2, "method": "ping"}],
        [request(1, "initialize", HELLO), [request(2, "ping")]],
    ],
)
def test_what_a_server_would_not_simply_answer_is_left_to_it(messages: list[Any]) -> None:
    opening = Opening(knowing(), LIVE)
    *earlier, _ = messages
    assert len(opened(opening, [b"".join(map(line, messages))])) == len(earlier)
    assert not opening.is_over


def test_where_nothing_is_known_nothing_is_read() -> None:
    opening = Opening(KnownAnswers(None), LIVE)
    assert opened(opening, [line(request(1, "initialize", HELLO))]) == []
    assert (opening.received, opening.is_over) == (b"", False)


def test_a_client_that_asks_nothing_is_not_waited_for() -> None:
    opening = Opening(knowing(), LIVE)
    assert opened(opening, [], hang_up=False) == []
    assert not opening.is_over


def test_half_a_message_at_the_end_is_left_to_the_server() -> None:
    opening = Opening(knowing(), LIVE)
    assert opened(opening, [line(request(1, "initialize", HELLO)) + b'{"jsonrpc"'])[0]["id"] == 1
    assert not opening.is_over


def test_a_client_that_no_longer_reads_is_left_to_the_server() -> None:
    opening = Opening(knowing(), LIVE)
    source, client = os.pipe()
    reader, sink = os.pipe()
    os.close(reader)
    os.write(client, line(request(1, "initialize", HELLO)))
    opening.answer(source, sink)
    for number in (source, client, sink):
        os.close(number)
    assert not opening.is_over


@given(cuts=st.lists(st.integers(0, 400), max_size=6))
def test_in_whatever_pieces_it_comes_the_answers_are_the_same(cuts: list[int]) -> None:
    asked = [request(0, "initialize", HELLO), INITIALIZED, request(1, "tools/list"), request(2, "tools/call")]
    sent = b"".join(map(line, asked))
    places = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    opening = Opening(knowing(), LIVE)
    answers = opened(opening, [sent[one:other] for one, other in pairwise(places)])
    assert [answer["id"] for answer in answers] == [0, 1]
    assert sent.startswith(opening.received)


@given(st.lists(st.one_of(st.binary(max_size=30), st.recursive(st.none() | st.text(), st.lists).map(line))))
def test_nothing_that_a_client_sends_breaks_it(lines: list[bytes]) -> None:
    opening = Opening(knowing(), LIVE)
    assert opened(opening, [entry.replace(b"\n", b"") + b"\n" for entry in lines]) == []


class TestHoldsBack:
    def test_the_servers_own_answer_goes_nowhere_where_the_client_has_it(self) -> None:
        opening = Opening(knowing(), LIVE)
        opened(opening, [line(request(1, "initialize", HELLO))])
        answer = {"jsonrpc": "2.0", "id": 1, "result": ANSWERS[0][2]}
        assert opening.holds_back(1, line(answer), "m")
        assert not opening.holds_back(1, line(answer), "m")
        assert not opening.holds_back(None, line(answer), "m")

    @pytest.mark.parametrize("other", [{"result": {"serverInfo": {"name": "y"}}}, {"error": {"code": -1}}])
    def test_an_answer_that_is_another_one_now_is_reported_and_forgotten(
        self, tmp_path: Path, other: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        path = tmp_path / "a.answers"
        opening = Opening(knowing(path), LIVE)
        opened(opening, [line(request(1, "initialize", HELLO))])
        with caplog.at_level(logging.WARNING, "bridge.cache"):
            assert opening.holds_back(1, line({"jsonrpc": "2.0", "id": 1, **other}), "m")
        assert "answered otherwise now" in caplog.text
        assert not KnownAnswers(path)

    def test_what_is_not_known_yet_is_learned_from_the_servers_answer(self, tmp_path: Path) -> None:
        path = tmp_path / "a.answers"
        opening = Opening(KnownAnswers(path), LIVE)
        opening.note(1, "tools/list", {})
        opening.note(2, "tools/call", {})
        opening.note(3, "ping", {})
        assert not opening.holds_back(1, line({"id": 1, "result": {"tools": "a mark"}}), "a mark")
        assert not opening.holds_back(2, line({"id": 2, "result": {}}), "a mark")
        assert not opening.holds_back(3, line({"id": 3, "error": {}}), "a mark")
        known = KnownAnswers(path)
        question = question_of("tools/list", {})
        assert question is not None
        assert known.result(question, lambda: b"[]") == b'{"tools":[]}'
        ping = question_of("ping", {})
        assert ping is not None
        assert known.result(ping, lambda: b"") is None
