"""Work that waits until the server answers."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from bridge.server.afterwork import Afterwork


class Work:
    """Notes how often it is done, and waits to be let go."""

    def __init__(self) -> None:
        self.done = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        self.may_end.wait(10)
        self.done += 1


@pytest.fixture
def work() -> Work:
    """Return some work."""
    return Work()


async def test_it_begins_in_a_thread_while_the_server_runs(work: Work) -> None:
    afterwork = Afterwork(work, delay=0)
    async with afterwork.begun():
        while not work.begun.is_set():
            await asyncio.sleep(0.001)
    work.may_end.set()
    afterwork.finish()
    assert work.done == 1


async def test_a_server_that_ends_before_does_it_at_its_end(work: Work) -> None:
    work.may_end.set()
    afterwork = Afterwork(work, delay=60)
    async with afterwork.begun():
        pass
    assert not work.begun.is_set()
    afterwork.finish()
    afterwork.finish()
    assert work.done == 1


def test_the_end_does_not_wait_for_ever(work: Work) -> None:
    afterwork = Afterwork(work)
    afterwork.finish(0.01)
    assert (work.begun.is_set(), work.done) == (True, 0)
    work.may_end.set()
    afterwork.finish()


def test_what_fails_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError("no such thing")

    with caplog.at_level(logging.ERROR, "bridge"):
        Afterwork(fail).finish()
    assert "the server goes on" in caplog.text
