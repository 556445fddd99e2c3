"""What the shell completes, asked as the script of ``--show-completion`` asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.shipped import DISTRIBUTION
from tests.cli.shop import write


def completed(*words: str | Path) -> list[str]:
    """Return what completes the last of the words behind the command."""
    line = " ".join([DISTRIBUTION, *map(str, words)])
    env = {"COMP_WORDS": line, "COMP_CWORD": str(len(words)), "_ZOOM_WEBEX_BRIDGE_COMPLETE": "complete_bash"}
    ran = CliRunner().invoke(app, [], prog_name=DISTRIBUTION, env=env)
    assert (ran.exit_code, ran.stderr) == (0, "")
    return ran.stdout.split()


def test_commands_and_options_are_completed() -> None:
    assert completed("list-t") == ["list-tools"]
    assert "--spec" in completed("serve", "--sp")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("we", "webex"),
        ("zoom", "zoom"),
        ("zoom/me", "zoom/meetings"),
        ("webex/hot", "webex/hot-desking"),
    ],
)
def test_a_spec_is_completed_to_a_vendor_or_a_document(typed: str, expected: str) -> None:
    assert expected in completed("serve", "--spec", typed)


def test_official_documents_are_completed_where_they_are_stored(tmp_path: Path) -> None:
    (tmp_path / "zoom").mkdir()
    (tmp_path / "zoom" / "phone.json").write_text("{}", "utf-8")
    assert completed("serve", "--specs-dir", tmp_path, "--spec", "zoom/") == ["zoom/phone"]


def test_a_spec_that_is_the_path_of_a_file_is_left_to_the_shell() -> None:
    assert completed("serve", "--spec", "./pet") == []
    assert completed("serve", "--specs-dir", "/no/such/folder", "--spec", "zoom/") == []


@pytest.mark.parametrize("command", ["show-tool", "call"])
def test_names_of_tools_are_completed_among_those_that_the_options_select(command: str, tmp_path: Path) -> None:
    shop = write(tmp_path)
    assert completed(command, "--spec", shop, "shop_list_o") == ["shop_list_orders"]
    assert completed(command, "--spec", shop, "zoom_list") == []


def test_a_mistake_on_the_line_completes_nothing_and_prints_no_error() -> None:
    assert completed("show-tool", "--spec", "nonsense", "z") == []
