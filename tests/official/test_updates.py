"""An update of the official documents, from one real version to the next: no tool is renamed, each change is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.catalogue.build import build_catalogue, core_operations, read_repaired
from bridge.catalogue.impact import impact_of
from bridge.catalogue.names_lock import NamesLock, names_lock_text, read_names_lock, relocked_names
from bridge.catalogue.naming import DEFAULT_MAX_LENGTH
from bridge.catalogue.overrides import Overrides, load_overrides
from bridge.catalogue.tool_spec import Catalogue
from bridge.shipped import shipped_path
from bridge.spec.operation import operations_of
from bridge.spec.operation_diff import operation_diff
from bridge.spec.store import VendorDocuments, select_documents
from bridge.vendors import official_vendors

pytestmark = pytest.mark.official

NONE = Overrides((), {}, ())


@pytest.fixture(scope="module")
def older_specs() -> Path:
    """Return the folder of an earlier version of Webex documents."""
    named = os.environ.get("BRIDGE_OLDER_SPECS_DIR")
    if not named:
        pytest.skip("BRIDGE_OLDER_SPECS_DIR does not name a folder of earlier official documents")
    return Path(named)


def locked(documents: VendorDocuments, lock: NamesLock) -> NamesLock:
    found = operations_of(read_repaired(documents.known, documents.vendor))
    core = core_operations(documents, documents.vendor)
    return relocked_names(lock, documents.vendor, found, core=core, max_length=DEFAULT_MAX_LENGTH)


def names(catalogue: Catalogue) -> dict[str, str]:
    return {tool.operation.identity: tool.name for tool in catalogue.tools}


def webex(store: Path) -> VendorDocuments:
    (found,) = select_documents(["webex"], store)
    return found


@pytest.mark.parametrize("curated", [False, True], ids=["bare", "shipped overrides"])
def test_no_operation_that_both_versions_have_is_renamed(
    older_specs: Path, official_specs: Path, tmp_path: Path, curated: bool
) -> None:
    curation = load_overrides([shipped_path("overrides.yaml")], official_vendors()) if curated else NONE
    path = tmp_path / "names.lock"
    lock = locked(webex(older_specs), NamesLock(path, {}))
    path.write_text(names_lock_text(lock), "utf-8")
    before = names(build_catalogue([webex(older_specs)], curation, read_names_lock(path)))
    unlocked = names(build_catalogue([webex(official_specs)], curation))
    path.write_text(names_lock_text(locked(webex(official_specs), read_names_lock(path))), "utf-8")
    after = names(build_catalogue([webex(official_specs)], curation, read_names_lock(path)))
    both = before.keys() & after.keys()
    assert (len(before), len(after), len(both)) == (313, 1_781, 312)
    assert [(before[identity], after[identity]) for identity in both if before[identity] != after[identity]] == []
    assert sum(before[identity] != unlocked[identity] for identity in both) > 25  # it is the lock that holds them
    assert len(set(after.values())) == len(after)
    (vanished,) = before.keys() - after.keys()
    assert vanished in read_names_lock(path).vendors["webex"]


def test_a_lock_that_is_written_for_the_first_time_renames_nothing(official_specs: Path) -> None:
    curation = load_overrides([shipped_path("overrides.yaml")], official_vendors())
    for documents in select_documents([], official_specs):
        lock = locked(documents, NamesLock(Path("names.lock"), {}))
        assert names(build_catalogue([documents], curation, lock)) == names(build_catalogue([documents], curation))
        assert locked(documents, lock) == lock


def test_what_changed_is_found(older_specs: Path, official_specs: Path) -> None:
    old, new = webex(older_specs), webex(official_specs)
    chosen = {ref.name for ref in old.known}
    new = VendorDocuments(
        new.vendor, new.known, tuple(ref for ref in new.known if ref.name in chosen), new.core, new.store
    )
    before, after = build_catalogue([old], NONE), build_catalogue([new], NONE)
    found = operation_diff(before.vendors[0].operations, after.vendors[0].operations)
    counts = {kind: sum(entry.kind == kind for entry in found) for kind in ("added", "removed", "changed")}
    assert counts == {"added": 21, "removed": 1, "changed": 44}
    assert operation_diff(after.vendors[0].operations, after.vendors[0].operations) == []
    impact = impact_of(before, after, {entry.operation.identity for entry in found})
    assert sum(tool.effect == "appears" for tool in impact.tools) == 21
    assert sum(tool.effect == "vanishes" for tool in impact.tools) == 1
