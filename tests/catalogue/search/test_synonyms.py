"""The table of the trade's words: whole, consistent, and extended by the overrides."""

from __future__ import annotations

from collections import Counter

import yaml

from bridge.catalogue.search.stemming import stem
from bridge.catalogue.search.synonyms import ACTIONS, FILE, Meaning, Synonyms, phrase_of, shipped_synonyms
from bridge.shipped import shipped_path
from bridge.vendors import official_vendors


def test_phrases_are_stems_without_determiners() -> None:
    assert phrase_of("End the Calls") == ("end", "call")
    assert phrase_of("voiceMail") == (stem("voice"), "mail")


def test_a_group_means_the_same_both_ways() -> None:
    meanings = shipped_synonyms().meanings
    for one, other in (("passcode", "pin"), ("pin", "passcode"), ("dnd", "do not disturb")):
        assert phrase_of(other) in [meaning.phrase for meaning in meanings[phrase_of(one)]]


def test_what_people_say_means_one_way() -> None:
    meanings = shipped_synonyms().meanings
    assert ("licens",) in [meaning.phrase for meaning in meanings[("seat",)]]
    assert ("seat",) not in [meaning.phrase for meaning in meanings.get(("licens",), ())]


def test_every_verb_has_actions_and_every_plain_verb_is_one_or_a_part_of_one() -> None:
    table = shipped_synonyms()
    assert all(actions and set(actions) <= set(ACTIONS) for actions in table.verbs.values())
    words = {word for phrase in table.verbs for word in phrase} | table.fillers
    assert table.plain_verbs - words <= {"bulk", "batch", "much", "often", "long"}


def test_areas_are_documents_that_there_are() -> None:
    documents = {f"{name}/{source.name}" for name, vendor in official_vendors().items() for source in vendor.documents}
    assert set(shipped_synonyms().areas) <= documents


def test_factors_are_shares() -> None:
    table = shipped_synonyms()
    left = [scope.unmentioned for scope in table.scopes] + [area.unmentioned for area in table.areas.values()]
    assert all(0 < share <= 1 for share in left)


def test_no_key_of_the_table_stands_twice() -> None:
    pending = [yaml.compose(shipped_path(FILE).read_text("utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert [key for key, count in Counter(keys).items() if count > 1] == []
            pending.extend(value for _, value in node.value)


def test_no_noun_has_the_stem_of_a_verb() -> None:
    verbs = {phrase[0] for phrase in shipped_synonyms().verbs if len(phrase) == 1} - shipped_synonyms().nouns_too
    assert verbs.isdisjoint(map(stem, ("location", "connection", "meeting", "recording", "user", "number", "schedule")))


def test_a_table_from_json_is_the_same() -> None:
    table = shipped_synonyms()
    assert Synonyms.from_json(table.to_json()) == table


def test_groups_of_a_vendor_are_added_and_the_table_itself_stays() -> None:
    table = shipped_synonyms()
    extended = table.extended({"webex": [["gizmo", "call park"]]})
    assert extended.meanings[("gizmo",)] == (Meaning(("call", "park"), 0.92, "webex"),)
    assert ("gizmo",) not in table.meanings
    assert table.extended({}) == table
