"""What a process and its children have used: CPU seconds, peak memory. Linux, by ``/proc``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds of user and system, wall seconds, and peak memory in MB (10^6 bytes)."""

    cpu: float
    wall: float
    memory: float


def tree(pid: int) -> list[int]:
    """Return the process and all its descendants that live."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and its descendants, ended ones included; in steps of 10 ms."""
    total = 0
    for member in tree(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / _TICKS


def running_seconds(pid: int) -> float:
    """Return the CPU seconds of the threads that a process and its descendants have now, to the nanosecond.

    What has ended since does not count: for servers that neither start nor end anything meanwhile.
    """
    threads = (thread for member in tree(pid) for thread in Path(f"/proc/{member}/task").iterdir())
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


@contextmanager
def on_their_own(pids: Iterable[int]) -> Iterator[None]:
    """Keep processes on one CPU and this process on the others, where there are others.

    A caller and a server that take turns would be moved from CPU to CPU, and their caches with them.
    """
    mine = os.sched_getaffinity(0)
    theirs = {max(mine)}
    if len(mine) > 1:
        for pid in pids:
            for member in tree(pid):
                for thread in Path(f"/proc/{member}/task").iterdir():
                    os.sched_setaffinity(int(thread.name), theirs)
        os.sched_setaffinity(0, mine - theirs)
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)


def peak_memory(pid: int) -> float:
    """Return the peak resident memory of a process and its descendants, in MB; shared pages count each time."""
    return sum(_kilobytes(member, "status", "VmHWM:") for member in tree(pid)) * 1024 / 1e6


def resident_memory(pid: int) -> float:
    """Return the resident memory of a process and its descendants now, in MB; shared pages count each time."""
    return sum(_kilobytes(member, "status", "VmRSS:") for member in tree(pid)) * 1024 / 1e6


def proportional_memory(pid: int) -> float:
    """Return the memory of a process and its descendants in MB, a page that several share counted once (PSS)."""
    return sum(_kilobytes(member, "smaps_rollup", "Pss:") for member in tree(pid)) * 1024 / 1e6


def _kilobytes(pid: int, file: str, key: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1])
    return 0


def use_of(command: Sequence[str], environ: Mapping[str, str]) -> Use:
    """Run a command to its end.

    Its memory is that of the kernel's book, in which a child begins with what its parent has: keep this one small.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Use(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024 / 1e6)


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return a user's environment in which nothing is set that changes what is measured.

    Args:
        folder: the home, and with it where caches go.
        variables: what is set beside it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(folder), "PYTHONPATH": str(Path.cwd()), **variables}


PYTHON = sys.executable
