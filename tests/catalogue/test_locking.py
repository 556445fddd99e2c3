"""Both lock files are written for what the store holds, beside the overrides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.catalogue.locking import LockChange, lock_documents
from bridge.catalogue.names_lock import read_names_lock
from bridge.catalogue.overrides import Overrides
from bridge.errors import LockError
from bridge.spec.specs_lock import read_specs_lock
from bridge.spec.store import VendorDocuments, stored_documents
from tests.catalogue.builders import declared_paths, overrides
from tests.documents import ACME, NOBODY

NONE = Overrides((), {}, ())
URL = "https://api.acme.example/v1"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store" / "acme").mkdir(parents=True)
    return tmp_path / "store"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def stored(store: Path, **documents: list[tuple[str, ...]]) -> VendorDocuments:
    """Put documents into the store, and return what is there."""
    for name, declared in documents.items():
        content = {"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": declared_paths(declared)}
        beside = store / "beside"
        beside.write_text(json.dumps(content), "utf-8")
        beside.replace(store / "acme" / f"acme-{name}.json")
    known = stored_documents(store, ACME)
    return VendorDocuments(ACME, known, known[:1], (), store)


def names(folder: Path) -> dict[str, str]:
    found = read_names_lock(folder / "names.lock").vendors.get("acme", {})
    return {key.replace(URL, ""): name for key, name in found.items()}


def digests(folder: Path) -> dict[str, str]:
    return {label: entry.sha256 for label, entry in (read_specs_lock(folder / "specs.lock") or {}).items()}


ROOMS = ("GET", "/rooms", "listRooms")
PEOPLE = ("GET", "/people", "listPeople")


def test_all_documents_are_locked_whatever_is_selected_and_then_nothing_changes(store: Path, folder: Path) -> None:
    found = stored(store, shop=[ROOMS], depot=[PEOPLE])
    change = lock_documents([found], NONE, folder)
    assert change == LockChange(folder, ("acme/depot", "acme/shop"), (), 2, ("acme_list_people", "acme_list_rooms"), ())
    assert set(digests(folder)) == {"acme/shop", "acme/depot"}
    assert names(folder) == {"GET /rooms": "acme_list_rooms", "GET /people": "acme_list_people"}
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert not lock_documents([found], NONE, folder).anything
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_only_the_named_documents_are_locked_anew(store: Path, folder: Path) -> None:
    lock_documents([stored(store, shop=[ROOMS], depot=[PEOPLE])], NONE, folder)
    before = digests(folder)
    found = stored(store, shop=[ROOMS, ("POST", "/rooms", "createRoom")], depot=[PEOPLE, ("GET", "/x", "listX")])
    change = lock_documents([found], NONE, folder, only=["acme/shop"])
    assert change.documents == ("acme/shop",)
    assert digests(folder)["acme/depot"] == before["acme/depot"]
    assert digests(folder)["acme/shop"] != before["acme/shop"]


def test_a_document_that_is_gone_is_forgotten_and_its_names_are_kept_until_they_are_pruned(
    store: Path, folder: Path
) -> None:
    lock_documents([stored(store, shop=[ROOMS], depot=[PEOPLE])], NONE, folder)
    (store / "acme" / "acme-depot.json").unlink()
    change = lock_documents([stored(store)], NONE, folder)
    assert (change.forgotten, change.freed_names) == (("acme/depot",), ())
    assert set(names(folder)) == {"GET /rooms", "GET /people"}
    change = lock_documents([stored(store)], NONE, folder, prune=True)
    assert (change.forgotten, change.freed_names) == ((), ("acme_list_people",))
    assert set(names(folder)) == {"GET /rooms"}


def test_the_overrides_say_how_long_names_may_get_and_what_they_name_stays_out(
    store: Path, folder: Path, tmp_path: Path
) -> None:
    curation = overrides(
        tmp_path, "acme:\n  naming: {max_length: 16}\n  tools:\n    GET /people: {name: acme_everybody}\n"
    )
    long = ("GET", "/long", "listTheVeryLongNames")
    lock_documents([stored(store, shop=[PEOPLE, long])], curation, folder)
    assert names(folder)["GET /people"] == "acme_list_people"
    assert len(names(folder)["GET /long"]) <= 16


def test_the_names_of_a_file_are_locked_and_its_version_is_not(tmp_path: Path, folder: Path, store: Path) -> None:
    found = stored(store, shop=[ROOMS])
    (ref,) = found.known
    of_file = VendorDocuments(NOBODY, (type(ref)(NOBODY, "petstore", "file", ref.path),), (), (), store)
    change = lock_documents([of_file], NONE, folder)
    assert (change.documents, change.new_names) == ((), ("petstore_list_rooms",))
    assert [path.name for path in folder.iterdir()] == ["names.lock"]


def test_a_broken_lock_stops_the_work_and_is_left_as_it_is(store: Path, folder: Path) -> None:
    (folder / "names.lock").write_text("garbage", "utf-8")
    with pytest.raises(LockError, match="it is no TOML"):
        lock_documents([stored(store, shop=[ROOMS])], NONE, folder)
    assert [(path.name, path.read_text("utf-8")) for path in folder.iterdir()] == [("names.lock", "garbage")]
