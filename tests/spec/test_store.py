from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.errors import SpecNotFoundError
from bridge.spec.store import (
    VendorDocuments,
    core_documents,
    default_store,
    find_store,
    select_documents,
    stored_documents,
)
from bridge.vendors import official_vendors
from tests.documents import ACME

EMPTY = '{"openapi": "3.0.3", "info": {"title": "Any", "version": "1"}, "paths": {}}'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with three Webex documents, one of them unknown to the sources, and one Zoom document."""
    folder = tmp_path / "store"
    for file in (
        "webex/webex-messaging.json",
        "webex/webex-admin.json",
        "webex/extra.json",
        "zoom/revenue-accelerator.json",
    ):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(EMPTY, "utf-8")
    return folder


def names(found: VendorDocuments) -> list[str]:
    return [ref.name for ref in found.selected]


def refused(spec: str, store: Path) -> str:
    with pytest.raises(SpecNotFoundError) as refusal:
        select_documents([spec], store)
    return str(refusal.value)


# --- where the store is -----------------------------------------


def test_the_option_comes_before_the_variable_and_the_variable_before_the_users_folder(tmp_path: Path) -> None:
    named, option = tmp_path / "named", tmp_path / "option"
    named.mkdir()
    option.mkdir()
    environ = {"BRIDGE_SPECS_DIR": str(named)}
    assert find_store(option, environ) == option
    assert find_store(None, environ) == named
    assert find_store(None, {}) == find_store(None, {"BRIDGE_SPECS_DIR": ""}) == default_store()


def test_a_store_that_is_named_and_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SpecNotFoundError, match=r"^--specs-dir .*none: no such folder; give one laid out as"):
        find_store(tmp_path / "none", {})
    file = tmp_path / "file.json"
    file.write_text(EMPTY, "utf-8")
    with pytest.raises(SpecNotFoundError, match=r"^BRIDGE_SPECS_DIR .*file\.json: is a file, not a folder"):
        find_store(None, {"BRIDGE_SPECS_DIR": str(file)})


def test_a_relative_store_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_store(Path("here"), {}) == tmp_path / "here"


# --- what is in it ----------------------------------------------


def test_stored_documents_come_in_the_order_of_the_sources_and_others_after_them(store: Path) -> None:
    found = stored_documents(store, official_vendors()["webex"])
    assert [(ref.name, ref.label, ref.origin) for ref in found] == [
        ("admin", "webex/admin", "official"),
        ("messaging", "webex/messaging", "official"),
        ("extra", "webex/extra", "official"),
    ]


@pytest.mark.parametrize("file", ["acme-depot.json", "depot.json", "store.json", "acme-store.json"])
def test_a_stored_document_is_known_by_file_name_name_and_alias(tmp_path: Path, file: str) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / file).write_text(EMPTY, "utf-8")
    (ref,) = stored_documents(tmp_path, ACME)
    assert ref.name == "depot"


def test_a_document_stored_under_two_names_comes_once(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    for file in ("shop.json", "acme-shop.json"):
        (tmp_path / "acme" / file).write_text(EMPTY, "utf-8")
    assert [ref.path.name for ref in stored_documents(tmp_path, ACME)] == ["acme-shop.json"]


def test_a_stored_document_is_read_as_the_vendors(store: Path) -> None:
    document = stored_documents(store, official_vendors()["webex"])[0].read()
    assert (document.label, document.vendor.name, document.origin) == ("webex/admin", "webex", "official")


def test_every_vendor_has_core_documents_that_can_be_read() -> None:
    for vendor in official_vendors().values():
        found = core_documents(vendor)
        assert found
        assert all(ref.read().content["paths"] and ref.origin == "core" for ref in found)


# --- what is selected -------------------------------------------


def test_without_specs_every_vendor_is_selected_whole(store: Path) -> None:
    webex, zoom = select_documents([], store)
    assert (webex.vendor.name, names(webex), webex.origin) == ("webex", ["admin", "messaging", "extra"], "official")
    assert (zoom.vendor.name, names(zoom)) == ("zoom", ["revenue-accelerator"])
    assert webex.core == core_documents(webex.vendor)


def test_without_a_stored_document_the_core_is_known(tmp_path: Path) -> None:
    (webex,) = select_documents(["webex"], tmp_path)
    assert webex.origin == "core"
    assert webex.known == webex.selected == webex.core
    (people,) = select_documents(["webex/people"], tmp_path)
    assert names(people) == ["people"]


def test_vendors_come_in_the_order_of_first_mention(store: Path) -> None:
    found = select_documents(["zoom/iq", "webex/messaging", "webex/admin", "zoom/revenue-accelerator"], store)
    assert [(entry.vendor.name, names(entry)) for entry in found] == [
        ("zoom", ["revenue-accelerator"]),
        ("webex", ["admin", "messaging"]),
    ]
    assert [ref.name for ref in found[1].known] == ["admin", "messaging", "extra"]


@pytest.mark.parametrize("specs", [["webex", "webex/admin"], ["webex/admin", "webex"]])
def test_a_whole_vendor_includes_its_documents(store: Path, specs: list[str]) -> None:
    (webex,) = select_documents(specs, store)
    assert names(webex) == ["admin", "messaging", "extra"]


def test_a_file_is_a_vendor_of_its_own(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pet Store.json").write_text(EMPTY, "utf-8")
    webex, pets = select_documents(["Pet Store.json", "webex/admin", str(tmp_path / "Pet Store.json")], store)
    assert names(webex) == ["admin"]
    assert (pets.vendor.name, pets.origin, pets.core) == ("pet_store", "file", ())
    assert pets.selected[0].label == str(tmp_path / "Pet Store.json")


def test_a_file_in_a_folder_called_like_a_vendor_is_a_file(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(store)
    (found,) = select_documents(["webex/extra.json"], store)
    assert (found.vendor.name, found.origin) == ("extra", "file")


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (
            "webx",
            "--spec webx: no such vendor or file; did you mean 'webex'?; give webex, zoom, <vendor>/<document>, or",
        ),
        ("Zoom", "--spec Zoom: no such vendor or file; did you mean 'zoom'?"),
        ("webx/admin", "--spec webx/admin: no such vendor or file; did you mean 'webex'?"),
        ("pets.yaml", "--spec pets.yaml: no such vendor or file; give webex, zoom, <vendor>/<document>, or the path"),
        ("~no-such-user-at-all/pets.yaml", "no such vendor or file"),
        ("", "no such vendor or file"),
        (
            "webex/admn",
            "--spec webex/admn: Webex has no such document; did you mean 'admin'?; there are admin, messaging",
        ),
        ("webex/", "--spec webex/: Webex has no such document; there are admin, messaging, extra"),
        ("zoom/meetings", "run `cli.py specs pull zoom/meetings`"),
        ("webex/device", "--spec webex/device: not in the store"),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(store: Path, spec: str, sentence: str) -> None:
    assert sentence in refused(spec, store)


def test_a_folder_is_no_document(tmp_path: Path, store: Path) -> None:
    assert refused(str(tmp_path), store).endswith("a folder, not a document; give a file, or --specs-dir for a store")


def test_two_files_may_not_give_the_same_vendor(tmp_path: Path, store: Path) -> None:
    for file in ("pets.json", "pets.yaml"):
        (tmp_path / file).write_text(EMPTY, "utf-8")
    specs = [str(tmp_path / "pets.json"), str(tmp_path / "pets.yaml")]
    with pytest.raises(SpecNotFoundError, match=re.escape("gives the vendor name 'pets' too; rename one file")):
        select_documents(specs, store)


def test_a_file_may_not_be_called_like_a_vendor(tmp_path: Path, store: Path) -> None:
    (tmp_path / "webex.json").write_text(EMPTY, "utf-8")
    assert "the file's name is that of the vendor 'webex'; rename the file" in refused(
        str(tmp_path / "webex.json"), store
    )
