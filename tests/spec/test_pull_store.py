from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import SpecError, SpecNotFoundError
from bridge.spec.pull_store import PULLED, Staging, Version, digest, read_versions, store_to_fill, write_versions
from bridge.spec.store import default_store

VERSION = Version("https://docs.acme.example/shop.json", "0" * 64, '"abc"', "Mon, 05 Jan 2026 10:00:00 GMT")


def put(staging: Staging, target: Path, text: str) -> tuple[Path, Path]:
    place = staging.place(target)
    place.write_text(text, "utf-8")
    return place, target


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- where it is ------------------------------------------------


def test_a_store_to_fill_need_not_be_there(tmp_path: Path) -> None:
    option, named = tmp_path / "option", tmp_path / "named"
    assert store_to_fill(option, {"BRIDGE_SPECS_DIR": str(named)}) == option
    assert store_to_fill(None, {"BRIDGE_SPECS_DIR": str(named)}) == named
    assert store_to_fill(None, {}) == store_to_fill(None, {"BRIDGE_SPECS_DIR": ""}) == default_store()


def test_a_file_cannot_be_filled(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SpecNotFoundError, match=r"^--specs-dir .*file: is a file, not a folder"):
        store_to_fill(file, {})
    with pytest.raises(SpecNotFoundError, match=r"^BRIDGE_SPECS_DIR .*file: is a file, not a folder"):
        store_to_fill(None, {"BRIDGE_SPECS_DIR": str(file)})


# --- what is known of versions ----------------------------------


def test_versions_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert read_versions(tmp_path) == {}
    write_versions(tmp_path, {"acme/shop": VERSION, "acme/depot": Version("https://x.example", "1")})
    write_versions(tmp_path, {"acme/shop": VERSION})
    assert read_versions(tmp_path) == {"acme/shop": VERSION}
    assert everything(tmp_path) == [PULLED]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": 1, "b": null}', b"[" * 100_000])
def test_a_broken_file_of_versions_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PULLED).write_bytes(content)
    assert read_versions(tmp_path) == {}


@pytest.mark.parametrize("etag", ["a\r\nX-Injected: 1", "caf\u00e9", 7, None, ["x"]])
def test_a_validator_that_cannot_be_sent_is_passed_over(tmp_path: Path, etag: object) -> None:
    entry = {"url": VERSION.url, "sha256": VERSION.sha256, "etag": etag}
    (tmp_path / PULLED).write_text(json.dumps({"bad": entry, "good": {**entry, "etag": "x"}}), "utf-8")
    assert set(read_versions(tmp_path)) == {"good"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["url", "sha256", "etag", "x"]), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(), _JSON))
def test_whatever_stands_in_the_file_the_versions_can_be_sent(tmp_path: Path, content: dict[str, object]) -> None:
    (tmp_path / PULLED).write_text(json.dumps(content), "utf-8")
    for version in read_versions(tmp_path).values():
        assert all(value.isascii() and value.isprintable() for value in (version.etag, version.last_modified))


def test_versions_that_cannot_be_written_are_no_error(tmp_path: Path) -> None:
    (tmp_path / PULLED).mkdir()
    write_versions(tmp_path, {"acme/shop": VERSION})
    write_versions(tmp_path / "none", {"acme/shop": VERSION})
    assert everything(tmp_path) == [PULLED]


def test_a_digest_of_nothing_is_empty(tmp_path: Path) -> None:
    assert digest(tmp_path / "none") == digest(tmp_path) == ""
    (tmp_path / "file").write_bytes(b"abc")
    assert digest(tmp_path / "file").startswith("ba7816bf")


# --- all or nothing ---------------------------------------------


def test_new_documents_replace_the_old_ones_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    shop, users = tmp_path / "store" / "acme" / "shop.json", tmp_path / "store" / "zoom" / "users.json"
    for text in ("old", "new"):
        with Staging() as staging:
            staging.store([put(staging, shop, text), put(staging, users, text)])
        assert shop.read_text() == users.read_text() == text
        assert everything(tmp_path / "store") == ["acme", "acme/shop.json", "zoom", "zoom/users.json"]


def test_a_new_document_is_in_nobodys_way_before_it_is_stored(tmp_path: Path) -> None:
    shop = tmp_path / "acme" / "shop.json"
    with Staging() as staging:
        put(staging, shop, "new")
        assert list((tmp_path / "acme").glob("*.json")) == []
    assert everything(tmp_path) == []


def test_folders_that_were_made_for_nothing_are_removed_again(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    with Staging() as staging:
        put(staging, tmp_path / "acme" / "shop.json", "new")
        put(staging, tmp_path / "far" / "away" / "shop.json", "new")
    assert everything(tmp_path) == ["acme"]


@pytest.mark.parametrize("links", [True, False])
def test_when_one_cannot_be_replaced_all_are_what_they_were(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _refuse)
    old, new, folder = (tmp_path / f"{name}.json" for name in ("old", "new", "folder"))
    old.write_text("old", "utf-8")
    folder.mkdir()
    with Staging() as staging:
        moves = [put(staging, old, "changed"), put(staging, new, "new"), put(staging, folder, "folder")]
        with pytest.raises(SpecError, match=r"folder\.json: cannot be replaced: .*; nothing was stored$"):
            staging.store(moves)
    assert old.read_text() == "old"
    assert everything(tmp_path) == ["folder.json", "old.json"]


def _refuse(*_: object, **__: object) -> None:
    raise OSError(95, "Operation not supported")


def test_a_store_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Staging() as staging, pytest.raises(SpecError, match=r"acme: cannot be written: [A-Z]"):
        staging.place(tmp_path / "file" / "acme" / "shop.json")
