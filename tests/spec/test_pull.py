from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import SpecError, SpecNotFoundError
from bridge.spec import pull_store
from bridge.spec.pull import Pulled, pull
from bridge.spec.pull_fetch import Limits
from bridge.spec.pull_store import PULLED, read_versions
from bridge.spec.pull_wanted import Wanted
from bridge.vendors import Vendor
from tests.documents import ACME
from tests.mirror_server import Mirror, Reply, openapi, running_mirror

SHOP, DEPOT = "/acme/acme-shop.json", "/acme/acme-depot.json"
QUICK = Limits(read_seconds=0.5, pause_seconds=0.01, longest_pause_seconds=0.05)


class Counter:
    """A watcher that counts."""

    def __init__(self) -> None:
        self.size = 0
        self.documents = 0

    def received(self, size: int) -> None:
        self.size += size

    def finished(self) -> None:
        self.documents += 1


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with running_mirror() as server:
        server.document(SHOP, "Acme Shop")
        server.document(DEPOT, "Acme Depot")
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def wanted(vendor: Vendor = ACME, *named: str) -> list[Wanted]:
    return [Wanted(vendor, source, source.name in named) for source in vendor.documents]


def pulled(store: Path, mirror: Mirror | Path, *named: str) -> list[Pulled]:
    place = mirror.url if isinstance(mirror, Mirror) else mirror
    return pull(wanted(ACME, *named), store, Counter(), place, allow_http=True, limits=QUICK)


def results(found: list[Pulled]) -> list[str]:
    return [entry.result for entry in found]


def contents(store: Path) -> dict[str, bytes]:
    return {str(path.relative_to(store)): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def publishing(mirror: Mirror) -> Vendor:
    """Return a vendor whose own URLs are on the mirror."""
    documents = (replace(source, url=f"{mirror.url}/acme/{source.file}") for source in ACME.documents)
    return replace(ACME, documents=tuple(documents))


# --- what comes -------------------------------------------------


def test_documents_are_new_then_unchanged_then_changed(store: Path, mirror: Mirror) -> None:
    first = pulled(store, mirror)
    assert results(first) == ["new", "new"]
    assert [(entry.document, entry.operations, entry.file) for entry in first] == [
        ("acme/shop", 2, store / "acme" / "acme-shop.json"),
        ("acme/depot", 2, store / "acme" / "acme-depot.json"),
    ]
    assert [entry.size for entry in first] == [entry.file.stat().st_size for entry in first]
    mirror.document(SHOP, "Acme Shop", tags=[{"name": "changed"}])
    second = pulled(store, mirror)
    assert results(second) == ["changed", "unchanged"]
    assert json.loads(second[0].file.read_bytes())["tags"] == [{"name": "changed"}]
    assert second[1] == replace(first[1], result="unchanged")


def test_what_is_stored_is_asked_for_with_its_validators(store: Path, mirror: Mirror) -> None:
    pulled(store, mirror)
    mirror.requests.clear()
    assert results(pulled(store, mirror)) == ["unchanged", "unchanged"]
    assert all("if-none-match" in headers and "if-modified-since" in headers for _, headers in mirror.requests)


def test_the_same_bytes_again_are_unchanged_without_validators_too(store: Path, mirror: Mirror) -> None:
    pulled(store, mirror)
    (store / PULLED).write_bytes(b"broken")
    mirror.requests.clear()
    assert results(pulled(store, mirror)) == ["unchanged", "unchanged"]
    assert not any("if-none-match" in headers for _, headers in mirror.requests)
    assert set(read_versions(store)) == {"acme/shop", "acme/depot"}


def test_a_stored_document_that_somebody_changed_or_removed_is_fetched_whole(store: Path, mirror: Mirror) -> None:
    shop, depot = pulled(store, mirror)
    before = contents(store)
    shop.file.write_text("mine", "utf-8")
    depot.file.unlink()
    assert results(pulled(store, mirror)) == ["changed", "new"]
    assert contents(store) == before


def test_a_document_stored_under_another_of_its_names_is_replaced_there(store: Path, mirror: Mirror) -> None:
    (store / "acme").mkdir(parents=True)
    (store / "acme" / "store.json").write_text(json.dumps(openapi("Acme Depot", tags=[])), "utf-8")
    assert results(pulled(store, mirror)) == ["new", "changed"]
    assert set(contents(store)) == {PULLED, "acme/acme-shop.json", "acme/store.json"}


def test_other_files_of_the_store_are_left_alone(store: Path, mirror: Mirror) -> None:
    (store / "zoom").mkdir(parents=True)
    (store / "zoom" / "users.json").write_text("mine", "utf-8")
    pulled(store, mirror)
    assert contents(store)["zoom/users.json"] == b"mine"


def test_several_documents_are_fetched_at_once(store: Path, mirror: Mirror) -> None:
    mirror.together = threading.Barrier(2)
    watcher = Counter()
    found = pull(wanted(), store, watcher, mirror.url, allow_http=True)
    assert results(found) == ["new", "new"]
    assert watcher.documents == 2
    assert watcher.size == sum(entry.size or 0 for entry in found)


def test_without_a_mirror_the_vendors_own_urls_are_asked(store: Path, mirror: Mirror) -> None:
    found = pull(wanted(publishing(mirror)), store, Counter(), allow_http=True, limits=QUICK)
    assert results(found) == ["new", "new"]
    assert sorted(mirror.paths) == [DEPOT, SHOP]


def test_nothing_that_a_document_names_is_fetched(store: Path, mirror: Mirror) -> None:
    url = f"{mirror.url}/elsewhere.json"
    more: dict[str, Any] = {
        "externalDocs": {"url": url},
        "servers": [{"url": url}],
        "components": {"schemas": {"A": {"$ref": f"{url}#/A"}}, "pathItems": {"P": {"$ref": url}}},
    }
    mirror.serves(SHOP, Reply(body=openapi("Acme Shop", **more)))
    assert results(pulled(store, mirror)) == ["new", "new"]
    assert sorted(mirror.paths) == [DEPOT, SHOP]


# --- what fails -------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(body=b"<html>Sign in</html>"), "acme-shop.json, line 1, column 1: not JSON: Expecting value"),
        (Reply(body=b'{"openapi": "3.0.3", "info"'), "acme-shop.json, line 1, column 28: not JSON: "),
        (Reply(body=b""), "acme-shop.json, line 1, column 1: not JSON: "),
        (Reply(body=b"\xff\xfe{"), "acme-shop.json: not UTF-16 text"),
        (Reply(body=b"[" * 100_000), "acme-shop.json: nested too deeply"),
        (Reply(body=[]), "acme-shop.json: not an OpenAPI document: the top level is no object"),
        (Reply(body={"swagger": "2.0"}), "acme-shop.json: this is Swagger 2.0"),
        (Reply(body={"openapi": "4.0.0"}), "acme-shop.json: not an OpenAPI 3 document"),
        (Reply(body={"openapi": "3.1.0"}), "acme-shop.json: not an OpenAPI document that can be served"),
        (
            Reply(body=openapi("Acme\nDepot \u001b[31m")),
            r"another document came: its title is 'Acme\nDepot [31m', not 'Acme Shop'",
        ),
        (Reply(body=openapi("Acme Shop", paths={})), "what came has no operations"),
        (Reply(body=openapi("Acme Shop"), length=9999), "the answer from 127.0.0.1 broke off: "),
        (Reply(403), "127.0.0.1 answered 403 Forbidden: "),
        (Reply(500), "127.0.0.1 answered 500 Internal Server Error (tried 3 times)"),
        (Reply(302, headers={"Location": "https://elsewhere.example/"}), "127.0.0.1 redirected to https://elsewhere."),
    ],
)
@pytest.mark.parametrize("filled", [False, True])
def test_a_failed_pull_changes_nothing_and_says_why_in_one_line(
    tmp_path: Path, store: Path, mirror: Mirror, reply: Reply, problem: str, filled: bool
) -> None:
    if filled:
        pulled(store, mirror)
        mirror.document(DEPOT, "Acme Depot", tags=[])
    before = contents(store)
    mirror.serves(SHOP, reply)
    shop, depot = pulled(store, mirror)
    assert (shop.result, depot.result) == ("failed", "left")
    assert shop.problem.startswith(problem)
    assert "\n" not in shop.problem
    assert depot.problem == ""
    assert contents(store) == before
    assert store.exists() is filled
    assert not list(tmp_path.rglob(".pull-*"))


def test_every_document_that_fails_says_so(store: Path, mirror: Mirror) -> None:
    mirror.serves(SHOP, Reply(403))
    mirror.serves(DEPOT, Reply(body=b"no"))
    assert results(pulled(store, mirror)) == ["failed", "failed"]


def test_a_document_over_the_limit_is_a_failure(store: Path, mirror: Mirror) -> None:
    limits = replace(QUICK, max_bytes=10)
    shop, _ = pull(wanted(), store, Counter(), mirror.url, allow_http=True, limits=limits)
    assert (shop.result, "is larger than" in shop.problem) == ("failed", True)


def test_an_old_server_that_says_not_modified_of_a_document_that_broke_is_no_excuse(
    store: Path, mirror: Mirror
) -> None:
    shop, _ = pulled(store, mirror)
    shop.file.write_text(json.dumps(openapi("Acme Depot")), "utf-8")
    versions = read_versions(store)
    changed = replace(versions["acme/shop"], sha256=pull_store.digest(shop.file))
    pull_store.write_versions(store, {**versions, "acme/shop": changed})
    shop, depot = pulled(store, mirror)
    assert (shop.result, depot.result) == ("failed", "left")
    assert shop.problem.startswith("another document came")


def test_what_cannot_be_written_is_a_failure_of_its_document(
    store: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_place = pull_store.Staging.place

    def place(self: pull_store.Staging, target: Path) -> Path:
        found = true_place(self, target)
        return Path("/dev/full") if target.name == "acme-shop.json" else found

    monkeypatch.setattr(pull_store.Staging, "place", place)
    shop, depot = pulled(store, mirror)
    assert (shop.result, depot.result) == ("failed", "left")
    assert shop.problem == "cannot be written: No space left on device"


def test_a_store_in_the_place_of_a_file_is_one_sentence(tmp_path: Path, mirror: Mirror) -> None:
    (tmp_path / "acme").touch()
    with pytest.raises(SpecError, match="acme: cannot be written: "):
        pulled(tmp_path, mirror)
    assert mirror.requests == []


# --- mirrors ----------------------------------------------------


def test_a_folder_is_a_mirror_too(tmp_path: Path, store: Path, mirror: Mirror) -> None:
    pulled(tmp_path / "from", mirror)
    (tmp_path / "from" / PULLED).unlink()
    assert results(pulled(store, tmp_path / "from")) == ["new", "new"]
    assert contents(store) == contents(tmp_path / "from")
    assert results(pulled(store, tmp_path / "from")) == ["unchanged", "unchanged"]


def test_a_copy_from_a_folder_makes_no_request(store: Path, tmp_path: Path, mirror: Mirror) -> None:
    pulled(tmp_path / "from", mirror)
    mirror.requests.clear()
    pulled(store, tmp_path / "from")
    assert mirror.requests == []


def test_what_a_mirror_does_not_have_fails_only_where_it_was_named(tmp_path: Path, store: Path, mirror: Mirror) -> None:
    pulled(tmp_path / "from", mirror)
    (tmp_path / "from" / "acme" / "acme-depot.json").unlink()
    mirror.serves(DEPOT, Reply(404))
    for place in (mirror, tmp_path / "from"):
        shop, depot = pulled(store, place, "depot")
        assert (shop.result, depot.result) == ("left", "failed")
        assert not store.exists()
    for place in (mirror, tmp_path / "from"):
        found = pulled(store, place)
        assert results(found) == ["new", "not in the mirror"]
        assert (found[1].operations, found[1].size, found[1].problem) == (None, None, "")
        shutil.rmtree(store)


def test_what_the_vendor_itself_does_not_have_fails(store: Path, mirror: Mirror) -> None:
    mirror.serves(DEPOT, Reply(404))
    found = pull(wanted(publishing(mirror)), store, Counter(), allow_http=True, limits=QUICK)
    assert results(found) == ["left", "failed"]
    assert found[1].problem.startswith("127.0.0.1 answered 404 Not Found: http://")


def test_a_mirror_without_any_document_is_a_mistake(tmp_path: Path, store: Path) -> None:
    with pytest.raises(SpecNotFoundError, match="none of the documents is there; it must be laid out as"):
        pulled(store, tmp_path)
    assert not store.exists()


# --- whatever comes ---------------------------------------------

_PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["get", "/x", "$ref", "title", "parameters", "responses"]) | st.text(max_size=3), inner
        )
    ),
    max_leaves=10,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=40) | st.builds(lambda **top: json.dumps(top).encode(), paths=_PIECES, info=_PIECES))
def test_whatever_a_mirror_holds_it_is_stored_whole_or_refused_in_a_line(tmp_path: Path, data: bytes) -> None:
    folder, store = tmp_path / "from", tmp_path / "store"
    (folder / "acme").mkdir(parents=True, exist_ok=True)
    (folder / "acme" / "acme-shop.json").write_bytes(data)
    shop, _ = pulled(store, folder)
    assert shop.result == "failed"
    assert len(shop.problem.splitlines()) == 1
    assert not store.exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.dictionaries(st.sampled_from(["/a", "/b", "x"]), _PIECES) | _PIECES)
def test_a_document_of_odd_paths_is_stored_or_refused_in_a_line(tmp_path: Path, paths: object) -> None:
    folder, store = tmp_path / "from", tmp_path / "store"
    (folder / "acme").mkdir(parents=True, exist_ok=True)
    (folder / "acme" / "acme-shop.json").write_text(json.dumps(openapi("Acme Shop", paths=paths)), "utf-8")
    shop, _ = pulled(store, folder)
    assert (shop.result == "failed") == bool(shop.problem) == (not shop.operations)
