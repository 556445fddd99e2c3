"""SIGHUP, and who is asked by it."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from bridge.server.hangup import Postponed, asked_by_sighup


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP")
class TestAskedBySighup:
    def test_the_signal_asks_and_afterwards_is_what_it_was(self) -> None:
        asked: list[int] = []
        before = signal.getsignal(signal.SIGHUP)
        with asked_by_sighup(lambda: asked.append(1)):
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGHUP)
        assert asked == [1, 1]
        assert signal.getsignal(signal.SIGHUP) == before

    def test_where_there_is_no_such_signal_nothing_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "win32")
        before = signal.getsignal(signal.SIGHUP)
        with asked_by_sighup(lambda: None):
            assert signal.getsignal(signal.SIGHUP) == before


class TestPostponed:
    def test_what_is_asked_before_anybody_can_answer_is_asked_once(self) -> None:
        asked: list[int] = []
        postponed = Postponed()
        postponed.ask()
        postponed.ask()
        postponed.lead_to(lambda: asked.append(1))
        assert asked == [1]

    def test_what_is_asked_afterwards_is_passed_on(self) -> None:
        asked: list[int] = []
        postponed = Postponed()
        postponed.lead_to(lambda: asked.append(1))
        assert asked == []
        postponed.ask()
        postponed.ask()
        assert asked == [1, 1]
