"""Locked documents stay at hand when the store gets newer ones, for a while."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.spec import kept_documents as module
from bridge.spec.kept_documents import KEPT, keep_documents, kept_documents, previous_lock, remember_lock
from bridge.spec.pull_store import digest
from bridge.spec.specs_lock import LockedDocument, locked_document
from bridge.spec.store import DocumentRef, stored_documents
from tests.documents import ACME
from tests.mirror_server import openapi


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "acme").mkdir()
    for name in ("shop", "depot"):
        replaced(tmp_path, name, f"Acme {name.title()}")
    return tmp_path


def replaced(store: Path, name: str, title: str) -> Path:
    """Put a document into the store as a pull does: written beside, then renamed."""
    path = store / "acme" / f"acme-{name}.json"
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(openapi(title)), "utf-8")
    return beside.replace(path)


def locked(refs: tuple[DocumentRef, ...]) -> dict[str, LockedDocument]:
    return {ref.label: locked_document(ref.read(), {}) for ref in refs}


def test_a_locked_document_is_found_after_the_store_got_another(store: Path) -> None:
    refs = stored_documents(store, ACME)
    lock = locked(refs)
    keep_documents(store, refs, ())
    assert (store / KEPT / f"{digest(refs[0].path)}.json").read_bytes() == refs[0].path.read_bytes()
    replaced(store, "shop", "Another Shop")
    found, gone = kept_documents(store, lock, ACME)
    assert [(ref.label, ref.read().title) for ref in found] == [
        ("acme/shop", "Acme Shop"),
        ("acme/depot", "Acme Depot"),
    ]
    assert gone == []
    assert stored_documents(store, ACME) == refs  # what is kept is no document of the store


def test_a_document_that_somebody_copies_another_over_is_found_too(store: Path) -> None:
    refs = stored_documents(store, ACME)
    lock = locked(refs)
    keep_documents(store, refs, ())
    refs[0].path.write_text("{}", "utf-8")
    assert kept_documents(store, lock, ACME)[1] == []


def test_a_copy_that_is_not_what_its_name_says_is_gone_until_it_is_kept_again(store: Path) -> None:
    refs = stored_documents(store, ACME)
    lock = locked(refs)
    keep_documents(store, refs, ())
    (store / KEPT / f"{digest(refs[0].path)}.json").write_text("{}", "utf-8")
    found, gone = kept_documents(store, lock, ACME)
    assert ([ref.label for ref in found], gone) == (["acme/depot"], ["acme/shop"])
    keep_documents(store, refs, ())
    assert kept_documents(store, lock, ACME)[1] == []


def test_what_nobody_needed_for_a_long_time_is_dropped(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = stored_documents(store, ACME)
    lock = locked(refs)
    shop = lock["acme/shop"].sha256
    keep_documents(store, refs, ())
    replaced(store, "shop", "Another Shop")
    replaced(store, "depot", "Another Depot")
    keep_documents(store, stored_documents(store, ACME), ())
    assert len(list((store / KEPT).iterdir())) == 4
    monkeypatch.setattr(module, "KEPT_SECONDS", -1)
    keep_documents(store, (), [shop])
    assert [path.stem for path in (store / KEPT).iterdir()] == [shop]


def test_a_store_that_cannot_be_written_keeps_nothing_and_fails_nothing(store: Path) -> None:
    (store / KEPT).write_text("in the way", "utf-8")
    keep_documents(store, stored_documents(store, ACME), ())
    remember_lock(store, store / "specs.lock")
    assert (store / KEPT).read_text("utf-8") == "in the way"


def test_what_a_lock_said_before_is_kept_for_each_lock(store: Path) -> None:
    ours, theirs = store / "a.lock", store / "b.lock"
    ours.write_text("ours", "utf-8")
    remember_lock(store, ours)
    remember_lock(store, theirs)  # there is none yet
    ours.write_text("new", "utf-8")
    assert previous_lock(store, ours).read_text("utf-8") == "ours"
    assert not previous_lock(store, theirs).exists()
