"""specs.lock: which version of each document is meant, and whether the store has it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import LockError
from bridge.lock_file import SPECS_LOCK
from bridge.spec.pull_store import Version, digest
from bridge.spec.specs_lock import (
    LockedDocument,
    check_frozen,
    compared_with_lock,
    locked_document,
    read_specs_lock,
    relocked,
    specs_lock_text,
)
from bridge.spec.store import VendorDocuments, stored_documents
from tests.documents import ACME
from tests.mirror_server import openapi

DAY = datetime.date(2026, 11, 26)


def entry(name: str = "shop", **more: Any) -> LockedDocument:
    values = {"title": "Acme Shop", "url": "https://a.example", "date": DAY, "operations": 2, "sha256": "a" * 64}
    return LockedDocument("acme", name, **{**values, **more})


def store_of(folder: Path, *names: str) -> VendorDocuments:
    (folder / "acme").mkdir(exist_ok=True)
    for name in names:
        (folder / "acme" / f"acme-{name}.json").write_text(json.dumps(openapi(f"Acme {name.title()}")), "utf-8")
    known = stored_documents(folder, ACME)
    return VendorDocuments(ACME, known, known, (), folder)


def locked(documents: VendorDocuments, **versions: Version) -> dict[str, LockedDocument]:
    return {ref.label: locked_document(ref.read(), versions) for ref in documents.known}


def write(folder: Path, lock: dict[str, LockedDocument]) -> None:
    (folder / SPECS_LOCK).write_text(specs_lock_text(lock), "utf-8")


def test_a_version_is_digest_title_operations_date_and_url(tmp_path: Path) -> None:
    documents = store_of(tmp_path, "shop")
    (found,) = locked(documents).values()
    path = documents.known[0].path
    came = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC).date()
    published = "https://docs.acme.example/shop.json"
    assert found == entry(url=published, date=came, sha256=digest(path))


def test_the_url_is_where_it_was_fetched_if_that_is_known(tmp_path: Path) -> None:
    documents = store_of(tmp_path, "shop")
    ref = documents.known[0]
    fetched = Version("https://mirror.example/shop.json", digest(ref.path))
    assert locked_document(ref.read(), {ref.label: fetched}).url == fetched.url
    stale = Version("https://mirror.example/shop.json", "b" * 64)
    assert locked_document(ref.read(), {ref.label: stale}).url == "https://docs.acme.example/shop.json"


class TestRelocked:
    def test_the_same_version_keeps_its_entry(self) -> None:
        before = {"acme/shop": entry()}
        again = entry(date=datetime.date(2027, 1, 1), url="https://mirror.example")
        assert relocked(before, {"acme/shop": again}) == before

    def test_another_version_takes_its_place_and_others_stay(self) -> None:
        before = {"acme/shop": entry(), "acme/depot": entry("depot")}
        now = {"acme/shop": entry(sha256="b" * 64)}
        assert relocked(before, now) == {**before, **now}
        assert relocked(before, now, dropped=["acme/depot"]) == now


class TestComparedWithLock:
    def test_a_store_as_it_was_locked_differs_in_nothing(self, tmp_path: Path) -> None:
        documents = store_of(tmp_path, "shop", "depot")
        write(tmp_path, locked(documents))
        assert compared_with_lock([documents], tmp_path) == (2, [])
        check_frozen([documents], tmp_path)

    def test_each_document_that_differs_has_a_line(self, tmp_path: Path) -> None:
        lock = locked(store_of(tmp_path, "shop", "depot"))
        write(tmp_path, lock)
        (tmp_path / "acme" / "acme-depot.json").unlink()
        (tmp_path / "acme" / "acme-shop.json").write_text(json.dumps(openapi("Acme Shop", tags=[])), "utf-8")
        documents = store_of(tmp_path, "more")
        stored = digest(tmp_path / "acme" / "acme-shop.json")[:12]
        with pytest.raises(LockError) as raised:
            check_frozen([documents], tmp_path)
        assert str(raised.value).splitlines() == [
            f"--frozen: the store is not what {tmp_path / SPECS_LOCK} says:",
            "acme/depot: locked, not in the store",
            "acme/more: in the store, not locked",
            f"acme/shop: another version: locked {lock['acme/shop'].sha256[:12]} of {lock['acme/shop'].date}, "
            f"stored {stored}",
        ]

    def test_other_vendors_do_not_matter(self, tmp_path: Path) -> None:
        documents = store_of(tmp_path, "shop")
        write(tmp_path, {**locked(documents), "zoom/users": LockedDocument("zoom", "users", "", "", DAY, 1, "c" * 64)})
        assert compared_with_lock([documents], tmp_path) == (1, [])

    def test_without_a_lock_nothing_can_be_compared(self, tmp_path: Path) -> None:
        with pytest.raises(LockError, match=r"specs\.lock: no such file; `cli\.py specs lock` writes it"):
            check_frozen([store_of(tmp_path, "shop")], tmp_path)


LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


class TestFile:
    def test_it_has_a_table_a_document_in_order(self) -> None:
        lock = {"acme/shop": entry(), "acme/depot": entry("depot", title="Depot", url="")}
        assert specs_lock_text(lock).split("\n\n", 2)[2] == (
            '[acme.depot]\ntitle = "Depot"\nurl = ""\ndate = 2026-11-26\noperations = 2\n'
            f'sha256 = "{"a" * 64}"\n\n'
            '[acme.shop]\ntitle = "Acme Shop"\nurl = "https://a.example"\ndate = 2026-11-26\noperations = 2\n'
            f'sha256 = "{"a" * 64}"\n'
        )

    @given(st.lists(st.tuples(LABELS, st.text(st.characters(exclude_categories=["Cs"]))), unique_by=lambda e: e[0]))
    def test_it_is_read_as_it_was_written(
        self, tmp_path_factory: pytest.TempPathFactory, names: list[tuple[str, str]]
    ) -> None:
        lock = {f"acme/{name}": entry(name, title=title) for name, title in names}
        folder = tmp_path_factory.getbasetemp()
        write(folder, lock)
        assert read_specs_lock(folder / SPECS_LOCK) == lock

    def test_no_file_is_no_lock(self, tmp_path: Path) -> None:
        assert read_specs_lock(tmp_path / SPECS_LOCK) is None

    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            ("operations = 2", 'operations = "two"', "'operations' of [acme.shop] is 'two', not a whole number"),
            ("operations = 2", "operations = true", "'operations' of [acme.shop] is True, not a whole number"),
            ("date = 2026-11-26", "", "'date' of [acme.shop] is missing, not a date"),
            ("a" * 64, "abc", "'sha256' of [acme.shop] is 'abc', not 64 hexadecimal digits"),
            ("date =", 'note = "x"\ndate =', "[acme.shop] has an unknown key 'note'"),
            ("[acme.shop]", "[acme]\nshop = 1\n[other.shop]", "[acme.shop] is no table"),
            ("[acme.shop]", "acme = 1\n[other.shop]", "'acme' is no table of documents"),
        ],
    )
    def test_a_mistake_of_a_person_is_one_sentence(
        self, tmp_path: Path, before: str, after: str, sentence: str
    ) -> None:
        path = tmp_path / SPECS_LOCK
        text = specs_lock_text({"acme/shop": entry()})
        assert before in text
        path.write_text(text.replace(before, after), "utf-8")
        with pytest.raises(LockError) as raised:
            read_specs_lock(path)
        assert str(raised.value).startswith(f"{path}: {sentence} (restore it")
