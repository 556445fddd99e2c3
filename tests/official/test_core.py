"""The built-in core beside the vendors' official documents: no fact in it is ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.spec.core_check import check_core
from bridge.vendors import official_vendors

pytestmark = pytest.mark.official


@pytest.mark.parametrize(("vendor", "operations"), [("webex", 1_781), ("zoom", 1_719)])
def test_every_fact_of_the_core_is_the_vendors(official_specs: Path, vendor: str, operations: int) -> None:
    found = check_core(official_vendors()[vendor], official_specs)
    assert found is not None
    assert found.official == operations
    assert found.drift == ()
