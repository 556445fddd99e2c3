from __future__ import annotations

import pytest

from bridge.server.progress import Progress


async def test_the_number_grows_with_each_report_and_is_that_of_the_items() -> None:
    told: list[tuple[float, str]] = []

    async def keep(progress: float, message: str) -> None:
        told.append((progress, message))

    progress = Progress(keep)
    await progress.waits("waiting")
    await progress.pages(1200, 3)
    await progress.waits("waiting again")
    await progress.pages(1200, 4)
    assert [number for number, _ in told] == pytest.approx([0.001, 1200, 1200.001, 1200.002])
    assert [message for _, message in told] == [
        "waiting",
        "1,200 items of 3 pages",
        "waiting again",
        "1,200 items of 4 pages",
    ]
