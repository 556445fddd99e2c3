"""The built-in core beside the vendors' official documents: no fact in it is ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.spec.core_check import check_core
from bridge.spec.store import core_documents, stored_documents
from bridge.spec.structure import each_operation
from bridge.vendors import official_vendors

pytestmark = pytest.mark.official


@pytest.mark.parametrize(("vendor", "operations"), [("webex", 1_781), ("zoom", 1_719)])
def test_every_fact_of_the_core_is_the_vendors(official_specs: Path, vendor: str, operations: int) -> None:
    found = check_core(official_vendors()[vendor], official_specs)
    assert found is not None
    assert found.official == operations
    assert found.drift == ()


def test_every_feature_group_of_the_calling_document_has_its_list_and_its_get(official_specs: Path) -> None:
    webex = official_vendors()["webex"]
    (calling,) = (ref for ref in stored_documents(official_specs, webex) if ref.name == "cloud-calling")
    groups: dict[str, set[str]] = {}
    for site in each_operation(calling.read()):
        if site.method == "GET" and site.operation.get("deprecated") is not True:
            for tag in site.operation["tags"]:
                groups.setdefault(feature_group(tag), set()).add(without_names(site.path))
    core = {
        without_names(site.path)
        for ref in core_documents(webex)
        for site in each_operation(ref.read())
        if site.method == "GET"
    }
    there = {group: (paths, paths & core) for group, paths in groups.items()}
    assert len(there) > 40
    lists, single = "of its lists", "of its single things"
    missing = [
        f"{group}: none {what}, such as {min(kind(paths))}"
        for group, (paths, ours) in sorted(there.items())
        for what, kind in ((lists, listing), (single, getting))
        if kind(paths) and not kind(ours)
    ]
    assert not missing, "\n".join(missing)


def feature_group(tag: str) -> str:
    """Return a tag without doubled spaces and without the number of a part or phase."""
    return re.sub(r"\s*\(\d+/\d+\)$|( With UserHub)? Phase ?\d+$", "", " ".join(tag.split()))


def without_names(path: str) -> str:
    """Return a path whose parameters have no names, which the vendors spell in several ways."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def listing(paths: set[str]) -> set[str]:
    """Return the paths of lists and of settings."""
    return {path for path in paths if not path.endswith("}")}


def getting(paths: set[str]) -> set[str]:
    """Return the paths that end in the id of a single thing."""
    return {path for path in paths if path.endswith("}")}
