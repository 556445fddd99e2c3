"""Where the lines of the audit log go: a private file, begun anew in time, or stderr."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from bridge.errors import OptionError
from bridge.server import audit_log as module
from bridge.server.app import build_server
from bridge.server.audit_log import AuditLog
from bridge.server.live import LiveCatalogue
from bridge.server.tool import Upstream
from bridge.upstream.client import UpstreamClient
from tests import upstream_server
from tests.documents import operation
from tests.tools import OneToken, catalogue_of, parameter, spec_of

GET = spec_of(operation("GET", "/things/{id}", parameters=[parameter("id", "path")]))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that is not there yet."""
    return tmp_path / "audit.log"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_only_its_owner_may_read_it_also_where_it_was_there_before(file: Path) -> None:
    file.write_text("")
    file.chmod(0o644)
    log = AuditLog(file)
    log.write({"a": 1})
    log.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert lines(file) == [{"a": 1}]


def test_it_is_begun_anew_in_time(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    log = AuditLog(file)
    for number in range(50):
        log.write({"number": number})
    log.close()
    names = sorted(path.name for path in file.parent.iterdir())
    assert names == ["audit.log", *(f"audit.log.{number}" for number in range(1, module.KEPT + 1))]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in file.parent.iterdir())
    assert lines(file)[-1] == {"number": 49}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
async def test_a_full_disk_breaks_no_call_and_is_reported_once(
    upstream: upstream_server.Upstream, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fchmod", lambda *_: None)
    log = AuditLog(Path("/dev/full"))
    calls = Upstream(UpstreamClient(), OneToken(), {"acme": upstream.url})
    server = build_server(LiveCatalogue(catalogue_of([GET])), calls, audit_log=log)
    async with Client(server) as client:
        results = [await client.call_tool_mcp("acme_do", {"id": "1"}) for _ in range(3)]
    log.close()
    assert not [result for result in results if result.is_error]
    said = [entry.getMessage() for entry in caplog.records if entry.name == "bridge.server.audit_log"]
    full = os.strerror(errno.ENOSPC)
    assert said == [f"the audit log cannot be written ({full}): calls go on, and are not recorded"]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"^--audit-log .*no-such/audit.log: cannot be written: No such file"):
        AuditLog(tmp_path / "no-such" / "audit.log")


def test_without_a_file_it_is_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    AuditLog().write({"a": "é\n"})
    out, err = capsys.readouterr()
    assert (out, err) == ("", '{"a":"\\u00e9\\n"}\n')
