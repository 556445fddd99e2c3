"""Every request carries its caller's token and every answer reaches its caller, whatever goes wrong meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.load import ListMode, run


@pytest.mark.parametrize("mode", ["full", "search"])
async def test_callers_do_not_meet_while_vendors_fail_and_clients_give_up(tmp_path: Path, mode: ListMode) -> None:
    report = await run(tmp_path, mode, calls=200, at_once=32, tokens=20)
    assert report.wrong == []
    assert report.kinds == dict.fromkeys(report.kinds, 20) | {"answered": 80}
