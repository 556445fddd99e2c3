"""Search: the right tool among thousands, found by what a person or a model says.

Lexical and structural: words with weights, verbs against methods, whose settings they are. No model, no download.

The parts: ``stemming`` and ``masking`` (text -> stems), ``synonyms`` (``specs/synonyms.yaml`` and the overrides'),
``entry`` (tool -> what is indexed), ``query`` (text -> what is asked for), ``index`` (the postings, built once),
``ranking`` (how well an entry answers a query), ``storage`` (the index as bytes).
"""

from bridge.catalogue.search.index import Hit, SearchIndex

__all__ = ["Hit", "SearchIndex"]
