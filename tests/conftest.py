"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, print_blob=True)
settings.load_profile("default")


@pytest.fixture(scope="session")
def official_specs() -> Path:
    """Return the folder of the vendors' official documents, laid out as ``<vendor>/<document>.json``."""
    named = os.environ.get("BRIDGE_SPECS_DIR")
    if not named:
        pytest.skip("BRIDGE_SPECS_DIR does not name a folder of official documents (`cli.py specs pull` makes one)")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"BRIDGE_SPECS_DIR {folder}: no such folder")
    return folder
