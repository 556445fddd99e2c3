"""The built-in core as a catalogue and as an index: real documents that are always there."""

from __future__ import annotations

import pytest

from bridge.catalogue.search import SearchIndex
from bridge.catalogue.tool_spec import Catalogue


@pytest.fixture(scope="session")
def index(core: Catalogue) -> SearchIndex:
    """Return the index of the core."""
    return SearchIndex.build(core)
