"""What the core says otherwise on purpose: known, explained, and told when it is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import SpecFormatError
from bridge.spec.core_deviations import Deviation, core_deviations, unexplained
from bridge.spec.core_drift import Drift

KEYS = Deviation("acme/widgets", "GET /widgets parameters/kind", "any value", "The list is one of samples.")


def found(what: str = "any value, officially a", place: str = KEYS.place) -> Drift:
    return Drift("acme/widgets", place, what)


def test_a_known_deviation_is_not_reported() -> None:
    other = found(place="GET /widgets parameters/max")
    assert unexplained([found(), other], [KEYS]) == [other]


def test_a_known_deviation_explains_no_other_drift_at_its_place() -> None:
    drift = found("type string, officially integer")
    assert unexplained([drift], [KEYS])[0] == drift


def test_a_deviation_that_no_longer_applies_is_reported() -> None:
    assert unexplained([], [KEYS]) == [Drift(KEYS.document, KEYS.place, "known deviation, gone: any value")]


def test_every_shipped_deviation_has_a_place_and_a_reason_and_comes_once() -> None:
    shipped = core_deviations()
    assert shipped
    assert len({(entry.document, entry.place, entry.what) for entry in shipped}) == len(shipped)
    for entry in shipped:
        assert entry.place.split(" ")[0] in ("GET", "POST", "PUT", "PATCH", "DELETE")
        assert entry.reason.endswith(".")
        assert "\n" not in entry.place


@pytest.mark.parametrize("text", ["[", "3", "- document: acme/widgets", "- 3", "a: b"])
def test_a_file_of_another_shape_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deviations.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SpecFormatError, match=rf"{path}: not a file of deviations"):
        core_deviations(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecFormatError, match="not a file of deviations"):
        core_deviations(tmp_path / "missing.yaml")
