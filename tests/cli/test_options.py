"""What --spec, --specs-dir and --overrides select, and which folders --files-dir opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.catalogue.permissions import Permissions
from bridge.cli.options import files_dirs, find_catalogue, read_overrides, selection
from bridge.errors import OptionError, OverridesError, SpecNotFoundError
from tests.cli.shop import write


def test_without_options_both_vendors_are_selected() -> None:
    assert [entry.vendor.name for entry in selection(None, None)] == ["webex", "zoom"]


def test_the_store_is_the_option_then_the_variable_then_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for store in (one, other):
        store.mkdir()
    assert selection(None, None)[0].store == tmp_path / "home" / "data" / "zoom-webex-bridge" / "specs"
    monkeypatch.setenv("BRIDGE_SPECS_DIR", str(other))
    assert selection(None, None)[0].store == other
    assert selection(None, one)[0].store == one


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(SpecNotFoundError, match=r"^--specs-dir /nowhere: no such folder"):
        selection(None, Path("/nowhere"))


def test_dev_null_curates_nothing(tmp_path: Path) -> None:
    documents = selection([str(write(tmp_path))], None)
    assert [tool.name for tool in find_catalogue([str(write(tmp_path))], None, [Path("/dev/null")]).ready().tools] == [
        "shop_list_orders",
        "shop_create_order",
        "shop_delete_order",
        "shop_set_picture",
    ]
    assert not read_overrides([Path("/dev/null")], documents).problems


def test_an_overrides_file_lies_over_the_earlier_ones(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.yaml", "two.yaml")]
    for file, name in zip(files, ("shop_first", "shop_second"), strict=True):
        file.write_text(f"shop:\n  tools:\n    listOrders:\n      name: {name}\n", "utf-8")
    assert find_catalogue([str(write(tmp_path))], None, files).ready().tools[0].name == "shop_second"


def test_overrides_in_the_working_directory_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "home" / "overrides.yaml"
    here.write_text("shop:\n  exclude:\n    - tag: Orders\n", "utf-8")
    path = str(write(tmp_path))
    assert [tool.name for tool in find_catalogue([path], None, None).ready().tools] == ["shop_set_picture"]
    monkeypatch.setenv("BRIDGE_OVERRIDES", "/dev/null")
    assert len(find_catalogue([path], None, None).ready().tools) == 4


def test_overrides_with_errors_stop_the_work_and_are_all_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("shop:\n  nme: x\n  tols: y\n", "utf-8")
    with pytest.raises(OverridesError) as raised:
        find_catalogue([str(write(tmp_path))], None, [wrong]).ready()
    said = str(raised.value)
    assert said.startswith("the overrides have errors:\n")
    assert f"{wrong}:2:" in said
    assert f"{wrong}:3:" in said


def test_folders_of_files_are_taken_without_links_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path.resolve() / "files"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert files_dirs(None) == ()
    assert files_dirs([Path("link"), tmp_path, Path("~/files")]) == (folder, tmp_path.resolve(), folder)


def test_what_is_no_folder_of_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name in ("missing", "file", "circle"):
        with pytest.raises(OptionError, match=f"^--files-dir {tmp_path / name}: "):
            files_dirs([tmp_path / name])


class TestFindCatalogue:
    def test_the_first_time_it_is_ready_before_it_is_kept_and_the_next_time_compiled(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BRIDGE_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.delenv("BRIDGE_NO_CACHE", raising=False)
        chosen = ([str(write(tmp_path))], None, [Path("/dev/null")], Permissions(read_only=True))
        first = find_catalogue(*chosen)
        assert first.compiled is not None
        assert first.catalogue.kept_in is not None
        assert not first.catalogue.kept_in.exists()
        compiled = first.ready()
        assert compiled.kept_in == first.catalogue.kept_in
        assert compiled.kept_in.exists()
        second = find_catalogue(*chosen)
        assert second.compiled is None
        assert second.catalogue.kept_in == compiled.kept_in
        for found in (first.catalogue, compiled, second.catalogue):
            assert [tool.name for tool in found.tools] == ["shop_list_orders"]

    def test_without_a_cache_there_is_nothing_to_keep(self, tmp_path: Path) -> None:
        found = find_catalogue([str(write(tmp_path))], None, [Path("/dev/null")], cached=False)
        assert (found.compiled, found.catalogue.kept_in) == (None, None)
        assert found.ready() is found.catalogue
