from __future__ import annotations

import asyncio
import gc

import pytest

from bridge.upstream import throttle as module
from bridge.upstream.throttle import Throttle, Throttles


async def throttled(seconds: float = 0.0) -> Throttle:
    throttle = Throttle()
    entered = await throttle.enter()
    throttle.close(seconds)
    throttle.leave(entered, answered=False)
    return throttle


async def entering(throttle: Throttle, callers: int) -> list[asyncio.Task[int]]:
    """Let callers come, and give all that need not wait the time to enter."""
    tasks = [asyncio.create_task(throttle.enter()) for _ in range(callers)]
    for _ in range(3 * callers):
        await asyncio.sleep(0)
    return tasks


async def dismiss(tasks: list[asyncio.Task[int]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_nobody_waits_before_the_vendor_refuses() -> None:
    throttle = Throttle()
    assert throttle.is_free
    tasks = await entering(throttle, 500)
    assert all(task.done() for task in tasks)


async def test_nobody_sends_before_the_time_that_the_vendor_asks_for_and_then_one_alone() -> None:
    throttle = await throttled(0.05)
    assert not throttle.is_free
    assert 0 < throttle.opens_in <= 0.05
    loop = asyncio.get_running_loop()
    begun = loop.time()
    tasks = await entering(throttle, 3)
    assert not any(task.done() for task in tasks)
    await tasks[0]
    assert loop.time() - begun >= 0.045
    await entering(throttle, 0)
    assert [task.done() for task in tasks] == [True, False, False]
    await dismiss(tasks)


async def test_each_answer_lets_one_more_in_until_nobody_waits() -> None:
    throttle = await throttled()
    tasks = await entering(throttle, 100)
    running = []
    while not all(task.done() for task in tasks):
        inside = [task for task in tasks if task.done()]
        running.append(len(inside))
        tasks = [task for task in tasks if not task.done()]
        for task in inside:
            throttle.leave(task.result(), answered=True)
        await asyncio.sleep(0)
        await entering(throttle, 0)
        for _ in range(300):
            await asyncio.sleep(0)
    assert running[:4] == [1, 2, 4, 8]
    for task in tasks:
        throttle.leave(task.result(), answered=True)
    assert throttle.is_free


async def test_who_waits_is_served_in_turn() -> None:
    throttle = await throttled()
    order: list[int] = []

    async def one(number: int) -> None:
        entered = await throttle.enter()
        order.append(number)
        await asyncio.sleep(0)
        throttle.leave(entered, answered=False)

    await asyncio.gather(*(one(number) for number in range(20)))
    assert order == list(range(20))


async def test_an_answer_to_what_was_sent_before_the_refusal_lets_nobody_in() -> None:
    throttle = Throttle()
    before = [await throttle.enter() for _ in range(3)]
    throttle.close(0)
    for entered in before:
        throttle.leave(entered, answered=True)
    tasks = await entering(throttle, 2)
    assert [task.done() for task in tasks] == [True, False]
    await dismiss(tasks)


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    throttle = await throttled()
    tasks = await entering(throttle, 4)
    await dismiss(tasks[1:3])
    throttle.leave(tasks[0].result(), answered=False)
    await entering(throttle, 0)
    assert await asyncio.wait_for(tasks[3], 1) == tasks[0].result()


async def test_throttles_are_kept_by_vendor_and_digest_and_forgotten_when_nobody_needs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LINGER", 0.02)
    throttles = Throttles()
    first = throttles.of("zoom", "d1")
    assert throttles.of("zoom", "d1") is first
    assert throttles.of("webex", "d1") is not first
    assert throttles.of("zoom", "d2") is not first
    first.close(0)
    del first
    gc.collect()
    assert len(throttles) == 1
    await asyncio.sleep(0.05)
    gc.collect()
    assert len(throttles) == 0
