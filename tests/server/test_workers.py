"""Worker processes: they share the work, are replaced, and end well, whoever ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

WORK = """
import os, signal, sys, time
from bridge.server.workers import Workers

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # whole lines, whoever else writes

def work(worker):
    signal.signal(signal.SIGTERM, lambda *_: told.append(1))
    told = []
    os.write(2, f"number {{worker}} {{os.getpid()}}\\n".encode())
    say("started", os.getpid())
    if {hasty}:
        os.kill(os.getppid(), signal.SIGTERM)
    if {fails}:
        raise RuntimeError("on purpose")
    while not told:
        time.sleep(0.01)
    say("ended", os.getpid())

say("parent", os.getpid())
Workers(2, work, ending=lambda: say("no more")).run()
say("parent ended")
"""


def started(*, fails: bool = False, hasty: bool = False) -> subprocess.Popen[str]:
    """Start a parent and its two workers."""
    return subprocess.Popen(
        [sys.executable, "-c", WORK.format(fails=fails, hasty=hasty)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path.cwd(),
    )


def pids(process: subprocess.Popen[str], count: int = 2) -> list[int]:
    """Return the next workers that say that they have started."""
    assert process.stdout is not None
    found: list[int] = []
    while len(found) < count:
        line = process.stdout.readline()
        assert line, "no more of them will start"
        word, _, number = line.strip().partition(" ")
        if word == "started":
            found.append(int(number))
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_parent_ends_each_worker_well(number: int) -> None:
    with started() as process:
        workers = pids(process)
        process.send_signal(number)
        out, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert sorted(line for line in out.splitlines() if line.startswith("ended")) == sorted(
        f"ended {worker}" for worker in workers
    )
    assert out.splitlines()[-1] == "parent ended"
    assert out.splitlines().count("no more") == 1


def test_a_signal_while_they_are_started_ends_those_that_are() -> None:
    with started(hasty=True) as process:
        out, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    count = {word: sum(line.startswith(word) for line in out.splitlines()) for word in ("started", "ended")}
    assert count["started"] >= 1
    assert out.splitlines()[-1] == "parent ended"


def test_a_worker_has_the_number_of_the_one_whose_place_it_takes() -> None:
    with started() as process:
        first, second = pids(process)
        os.kill(second, signal.SIGKILL)
        (third,) = pids(process, 1)
        process.terminate()
        _, said = process.communicate(timeout=30)
    lines = [line.split() for line in said.splitlines() if line.startswith("number ")]
    numbers = {int(pid): number for _, number, pid in lines}
    assert {numbers[first], numbers[second]} == {"0", "1"}
    assert numbers[third] == numbers[second]


def test_a_worker_that_dies_is_replaced() -> None:
    with started() as process:
        first, second = pids(process)
        os.kill(first, signal.SIGKILL)
        (third,) = pids(process, 1)
        assert third not in (first, second)
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"worker process {first} ended with -9" in said


def test_workers_that_die_as_soon_as_they_start_end_it_all_with_an_error() -> None:
    with started(fails=True) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "RuntimeError: on purpose" in said
    assert "not every worker process ended well" in said


def test_workers_end_when_their_parent_is_killed() -> None:
    with started() as process:
        workers = pids(process)
        process.kill()
        out, _ = process.communicate(timeout=30)  # until the last one has closed the pipe
    assert sorted(out.splitlines()) == sorted(f"ended {worker}" for worker in workers)
