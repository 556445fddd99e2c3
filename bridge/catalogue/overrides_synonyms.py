"""The ``synonyms`` of a vendor in an override file: groups of phrases that mean the same to the search."""

from __future__ import annotations

from bridge.catalogue.overrides_nodes import Items, Leaf, Node, described
from bridge.catalogue.overrides_shape import Section

FEWEST = 2
"""Phrases that a group has at least: one alone means nothing else."""


def read_synonyms(section: Section) -> tuple[tuple[str, ...], ...]:
    """Return the groups under ``synonyms``; what is no group becomes a problem of the section and is left out."""
    node = section.node("synonyms")
    if node is None:
        return ()
    if not isinstance(node, Items):
        section.wrong("synonyms", node, "a list of groups such as [huddle, meeting]")
        return ()
    groups = (_group(section, entry) for entry in node.entries)
    return tuple(group for group in groups if group)


def _group(section: Section, node: Node) -> tuple[str, ...]:
    where = f"a group in 'synonyms' of {section.where}"
    if not isinstance(node, Items):
        section.error(node.place, f"{where} must be a list of texts such as [huddle, meeting], not {described(node)}")
        return ()
    texts: list[str] = []
    for entry in node.entries:
        if isinstance(entry, Leaf) and isinstance(entry.value, str) and entry.value.strip():
            texts.append(entry.value.strip())
        else:
            section.error(entry.place, f"{where} must have a text in every entry, not {described(entry)}")
    if len(texts) == len(node.entries) < FEWEST:
        section.error(node.place, f"{where} needs {FEWEST} texts or more")
    return tuple(texts) if len(texts) >= FEWEST else ()
