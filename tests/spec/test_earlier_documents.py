"""What specs diff compares with: a folder, what is locked, what was locked before; and what is not there any more."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from bridge.errors import LockError, SpecNotFoundError
from bridge.lock_file import SPECS_LOCK
from bridge.spec.earlier_documents import Comparison, compare_with
from bridge.spec.kept_documents import KEPT, keep_documents, remember_lock
from bridge.spec.specs_lock import locked_document, specs_lock_text
from bridge.spec.store import DocumentRef, VendorDocuments, stored_documents
from tests.documents import ACME
from tests.mirror_server import openapi


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store" / "acme").mkdir(parents=True)
    for name in ("shop", "depot"):
        put(tmp_path / "store", name, "1")
    return tmp_path / "store"


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    (tmp_path / "locks").mkdir()
    return tmp_path / "locks"


def put(store: Path, name: str, version: str) -> None:
    """Put a version of a document into the store, as a pull does."""
    beside = store / "beside"
    beside.write_text(json.dumps(openapi(f"Acme {name.title()}", tags=[{"name": version}])), "utf-8")
    beside.replace(store / "acme" / f"acme-{name}.json")


def now(store: Path, *names: str) -> VendorDocuments:
    known = stored_documents(store, ACME)
    return VendorDocuments(ACME, known, tuple(ref for ref in known if not names or ref.name in names), (), store)


def lock(store: Path, locks: Path) -> None:
    known = stored_documents(store, ACME)
    keep_documents(store, known, ())
    remember_lock(store, locks / SPECS_LOCK)
    text = specs_lock_text({ref.label: locked_document(ref.read(), {}) for ref in known})
    (locks / SPECS_LOCK).write_text(text, "utf-8")


def versions(refs: tuple[DocumentRef, ...]) -> dict[str, str]:
    return {ref.name: ref.read().content["tags"][0]["name"] for ref in refs}


def compared(store: Path, locks: Path, against: str, *names: str) -> Comparison:
    (found,) = compare_with([now(store, *names)], against, locks)
    return found


def test_a_folder_is_taken_as_it_is(store: Path, locks: Path, tmp_path: Path) -> None:
    shutil.copytree(store, tmp_path / "old")
    put(store, "shop", "2")
    found = compared(store, locks, str(tmp_path / "old"))
    assert versions(found.before.known) == {"shop": "1", "depot": "1"}
    assert versions(found.now.known) == {"shop": "2", "depot": "1"}
    assert found.lost == ()


def test_what_is_locked_is_found_after_the_store_got_another_version(store: Path, locks: Path) -> None:
    lock(store, locks)
    put(store, "shop", "2")
    assert versions(compared(store, locks, "locked").before.known) == {"shop": "1", "depot": "1"}


def test_what_was_locked_before_the_lock_changed(store: Path, locks: Path) -> None:
    lock(store, locks)
    put(store, "shop", "2")
    lock(store, locks)
    assert versions(compared(store, locks, "locked").before.known) == {"shop": "2", "depot": "1"}
    assert versions(compared(store, locks, "previous").before.known) == {"shop": "1", "depot": "1"}


def test_another_lock_file_for_example_an_older_one(store: Path, locks: Path, tmp_path: Path) -> None:
    lock(store, locks)
    shutil.copy(locks / SPECS_LOCK, tmp_path / "older.lock")
    put(store, "shop", "2")
    lock(store, locks)
    assert versions(compared(store, locks, str(tmp_path / "older.lock")).before.known)["shop"] == "1"


def test_a_version_that_is_gone_is_lost_on_both_sides_unless_the_store_has_it(store: Path, locks: Path) -> None:
    lock(store, locks)
    put(store, "shop", "2")
    shutil.rmtree(store / KEPT)
    found = compared(store, locks, "locked")
    assert found.lost == ("acme/shop",)
    assert versions(found.before.known) == versions(found.now.known) == {"depot": "1"}


def test_what_is_selected_is_selected_on_both_sides(store: Path, locks: Path) -> None:
    lock(store, locks)
    (store / "acme" / "acme-depot.json").unlink()
    whole = compared(store, locks, "locked")
    assert set(versions(whole.before.selected)) == {"shop", "depot"}
    put(store, "depot", "1")
    found = compared(store, locks, "locked", "depot")
    assert versions(found.before.selected) == versions(found.now.selected) == {"depot": "1"}
    assert set(versions(found.before.known)) == {"shop", "depot"}


def test_a_vendor_without_any_official_document_is_left_out(locks: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert compare_with([now(tmp_path / "empty")], str(tmp_path / "empty"), locks) == []


def test_what_is_not_there_is_one_sentence(store: Path, locks: Path) -> None:
    with pytest.raises(LockError, match=r"specs\.lock: no such file; `cli\.py specs lock` writes it"):
        compared(store, locks, "locked")
    lock(store, locks)
    said = f"--against previous: {locks / SPECS_LOCK} has not changed yet, or not with this store"
    with pytest.raises(LockError, match=re.escape(said)):
        compared(store, locks, "previous")
    with pytest.raises(SpecNotFoundError, match="--against lokced: no such folder or file; give locked, previous"):
        compared(store, locks, "lokced")
