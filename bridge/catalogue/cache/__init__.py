"""The compiled catalogue: what documents, overrides, version and options give, on disk, loaded in milliseconds."""

from bridge.catalogue.cache.address import address_of, shipped_inputs, stored_inputs
from bridge.catalogue.cache.store import DIRECTORY_VARIABLE, OFF_VARIABLE, CatalogueCache, Entry, cache_folder

__all__ = [
    "DIRECTORY_VARIABLE",
    "OFF_VARIABLE",
    "CatalogueCache",
    "Entry",
    "address_of",
    "cache_folder",
    "shipped_inputs",
    "stored_inputs",
]
