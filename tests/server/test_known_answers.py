"""What clients ask first, and what is kept of the answers."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.server.known_answers import _MOST, _MOST_FILES, FIRST_REQUESTS, KnownAnswers, answers_path, question_of

VERSION = "io.modelcontextprotocol/protocolVersion"
CLIENT = "io.modelcontextprotocol/clientInfo"
LIST = question_of("tools/list", {}) or ""
PING = question_of("ping", None) or ""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of the answers."""
    return tmp_path / "a.answers"


def no_tools() -> bytes:
    """Stand for a listing that nobody should need."""
    raise AssertionError


class TestQuestionOf:
    def test_who_asks_does_not_matter(self) -> None:
        asked = {"protocolVersion": "2025-11-25", "capabilities": {"roots": {}}}
        one, other = ({**asked, "clientInfo": {"name": name, "version": "1"}} for name in ("a", "b"))
        assert question_of("initialize", one) == question_of("initialize", other)
        meta = {VERSION: "2026-07-28", CLIENT: {"name": "a"}, "progressToken": 7}
        assert question_of("tools/list", {"_meta": meta}) == question_of(
            "tools/list", {"_meta": {VERSION: "2026-07-28"}}
        )

    def test_protocol_capabilities_and_cursor_do(self) -> None:
        questions = [
            question_of("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}}),
            question_of("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}}),
            question_of("initialize", {"protocolVersion": "2025-06-18", "capabilities": {"sampling": {}}}),
            question_of("tools/list", {}),
            question_of("tools/list", {"cursor": "x"}),
            question_of("tools/list", {"_meta": {VERSION: "2026-07-28"}}),
        ]
        assert None not in questions
        assert len(set(questions)) == len(questions)

    @given(st.text().filter(lambda method: method not in FIRST_REQUESTS))
    def test_nothing_else_is_a_question(self, method: str) -> None:
        assert question_of(method, {}) is None

    def test_nor_is_what_is_very_long(self) -> None:
        assert question_of("tools/list", {"cursor": "x" * 5_000}) is None


class TestAnswersPath:
    def test_it_goes_with_the_catalogue_the_options_and_what_fastmcp_reads(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        catalogue = tmp_path / "a.catalogue"
        first = answers_path(catalogue, "what it says", {})
        assert first == answers_path(catalogue, "what it says", {"FASTMCP_LOG_ENABLED": "false"})
        assert first is not None
        assert first.name.startswith("a.")
        other = [answers_path(catalogue, "else", {}), answers_path(tmp_path / "b.catalogue", "what it says", {})]
        (tmp_path / ".env").write_text("FASTMCP_DEBUG=1")
        other.append(answers_path(catalogue, "what it says", {}))
        assert len({first, *other}) == 4

    def test_settings_of_fastmcps_in_the_environment_are_too_much_to_know(self, tmp_path: Path) -> None:
        assert answers_path(tmp_path / "a.catalogue", "", {"FASTMCP_STRICT_INPUT_VALIDATION": "1"}) is None


class TestKnownAnswers:
    def test_what_one_start_learns_the_next_one_knows(self, path: Path) -> None:
        first = KnownAnswers(path)
        assert not first
        first.learn(PING, {}, "mark")
        first.learn(LIST, {"tools": "mark", "é": 1}, "mark")
        second = KnownAnswers(path)
        assert second
        assert second.result(PING, no_tools) == b"{}"
        listed = second.result(LIST, lambda: b'[{"name":"mark"}]')
        assert listed is not None
        assert json.loads(listed) == {"tools": [{"name": "mark"}], "é": 1}
        assert second.result("else", no_tools) is None

    def test_the_first_answer_stays(self, path: Path) -> None:
        known = KnownAnswers(path)
        known.learn(PING, {"a": 1}, "mark")
        known.learn(PING, {"a": 2}, "mark")
        assert KnownAnswers(path).result(PING, no_tools) == b'{"a":1}'
        assert known.agrees(PING, {"a": 1}, "another mark")
        assert not known.agrees(PING, {"a": 2}, "mark")

    def test_once_it_is_forgotten_no_start_knows_it(self, path: Path) -> None:
        known = KnownAnswers(path)
        known.learn(PING, {}, "mark")
        known.forget()
        assert not known
        assert not path.exists()
        known.forget()

    def test_once_it_is_closed_nothing_is_learned(self, path: Path) -> None:
        known = KnownAnswers(path)
        known.close()
        known.learn(PING, {}, "mark")
        assert not known.keeps
        assert not path.exists()

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"ZWBRIDGE-CATALOGUE\x01\n" + b"0" * 40])
    def test_a_damaged_file_is_passed_over_and_made_anew(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        known = KnownAnswers(path)
        assert not known
        known.learn(PING, {}, "mark")
        assert KnownAnswers(path)

    def test_a_folder_that_cannot_be_written_is_done_without(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        known = KnownAnswers(tmp_path / "file" / "a.answers")
        with caplog.at_level(logging.INFO, "bridge.cache"):
            known.learn(PING, {}, "mark")
            known.learn(LIST, {}, "mark")
        assert caplog.text.count("what clients ask first is not kept for the next start") == 1

    def test_there_is_an_end_to_what_is_kept(self, path: Path) -> None:
        known = KnownAnswers(path)
        for number in range(_MOST + 5):
            known.learn(str(number), {}, "mark")
        assert not known.keeps
        assert KnownAnswers(path).result(str(_MOST - 1), no_tools) == b"{}"
        assert KnownAnswers(path).result(str(_MOST), no_tools) is None

    def test_few_files_go_with_one_catalogue(self, tmp_path: Path) -> None:
        (tmp_path / "b.x.answers").write_text("of another catalogue")
        for number in range(_MOST_FILES + 3):
            KnownAnswers(tmp_path / f"a.{number}.answers").learn(PING, {}, "mark")
        assert len(list(tmp_path.glob("a.*.answers"))) == _MOST_FILES
        assert (tmp_path / f"a.{_MOST_FILES + 2}.answers").exists()
        assert (tmp_path / "b.x.answers").exists()
