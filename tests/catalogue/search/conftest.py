"""The built-in core as a catalogue and as an index: real documents that are always there."""

from __future__ import annotations

import pytest

from bridge.catalogue.build import build_catalogue
from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.search import SearchIndex
from bridge.catalogue.tool_spec import Catalogue
from bridge.shipped import shipped_path
from bridge.spec.store import find_store, select_documents
from bridge.vendors import official_vendors


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Return the catalogue of the built-in core, with the shipped overrides."""
    documents = select_documents((), find_store(tmp_path_factory.mktemp("store")))
    return build_catalogue(documents, load_overrides([shipped_path("overrides.yaml")], official_vendors()))


@pytest.fixture(scope="session")
def index(core: Catalogue) -> SearchIndex:
    """Return the index of the core."""
    return SearchIndex.build(core)
