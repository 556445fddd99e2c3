"""What the command line lets through: a listing without the rest, and a reason for each that is missing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.permissions import EVERYTHING, Permissions, parse_rule, restricted
from bridge.catalogue.tool_spec import Catalogue, ToolAnnotations, ToolSpec, VendorCatalogue
from bridge.errors import OptionError
from bridge.spec.operation import Operation
from bridge.spec.store import VendorDocuments
from tests.catalogue.builders import tool
from tests.documents import ACME, NOBODY, document, operation

READS = ToolAnnotations(read_only=True, destructive=False, idempotent=True)
WRITES = ToolAnnotations(read_only=False, destructive=False, idempotent=False)


def scoped(method: str, path: str, *scopes: str, **more: Any) -> Operation:
    return operation(method, path, security=[{"oauth": list(scopes)}], **more)


LIST = tool(
    scoped("GET", "/people", "acme:people_read", tags=["People"]), name="acme_list_people", annotations=READS, tags=()
)
CREATE = tool(
    scoped("POST", "/people", "acme:people_write", tags=["People"]), name="acme_create_person", annotations=WRITES
)
DELETE = tool(scoped("DELETE", "/rooms/{id}"), name="acme_delete_room", annotations=WRITES, tags=("Rooms",))
ALL = [LIST, CREATE, DELETE]


def catalogue(*tools: ToolSpec) -> Catalogue:
    """Return a catalogue, one vendor after the other."""
    vendors = []
    for vendor in dict.fromkeys(entry.vendor.name for entry in tools):
        own = tuple(entry for entry in tools if entry.vendor.name == vendor)
        documents = VendorDocuments(own[0].vendor, (), (), (), Path("store"))
        vendors.append(VendorCatalogue(documents, tuple(entry.operation for entry in own), own, ()))
    return Catalogue(tuple(vendors), ())


def names(permissions: Permissions, *tools: ToolSpec) -> list[str]:
    return [tool.name for tool in restricted(catalogue(*(tools or ALL)), permissions).tools]


def allowing(*rules: str) -> Permissions:
    return Permissions(allow=tuple(parse_rule(rule, "--allow") for rule in rules))


def denying(*rules: str) -> Permissions:
    return Permissions(deny=tuple(parse_rule(rule, "--deny") for rule in rules))


def test_everything_is_the_catalogue_itself() -> None:
    whole = catalogue(*ALL)
    assert restricted(whole, EVERYTHING) is whole


def test_read_only_counts_annotations_as_curated() -> None:
    searching = replace(CREATE, name="acme_search_people", annotations=READS)
    logging_out = replace(LIST, name="acme_log_out", annotations=WRITES)
    kept = names(Permissions(read_only=True), *ALL, searching, logging_out)
    assert kept == ["acme_list_people", "acme_search_people"]


@pytest.mark.parametrize(
    ("rule", "matched"),
    [
        ("GET /people", [LIST]),
        ("/people", [LIST, CREATE]),
        ("/people/**", [LIST, CREATE]),
        ("* /rooms/*", [DELETE]),
        ("*", [LIST, CREATE, DELETE]),
        ("DELETE", [DELETE]),
        ("delete", [DELETE]),
        ("people", [LIST, CREATE]),
        ("Room*", [DELETE]),
        ("acme_delete_room", [DELETE]),
        ("acme_*_p*", [LIST, CREATE]),
        ("tag=People,method=GET", [LIST]),
        ("tag=People", [LIST, CREATE]),
        ("method=GET,method=DELETE", [LIST, DELETE]),
        ("document=acme/shop", [LIST, CREATE, DELETE]),
        ("scope=acme:*_write", [CREATE]),
        ("deprecated=false", [LIST, CREATE, DELETE]),
        ("path=/rooms/{id}", [DELETE]),
        ("{tag: People, method: [GET, DELETE]}", [LIST]),
    ],
)
def test_a_rule_is_a_selector_a_method_a_tag_or_a_name(rule: str, matched: list[ToolSpec]) -> None:
    assert names(allowing(rule)) == [tool.name for tool in ALL if tool in matched]
    assert names(denying(rule)) == [tool.name for tool in ALL if tool not in matched]


def test_deny_goes_before_allow_and_several_rules_add_up() -> None:
    both = Permissions(allow=allowing("People", "Rooms").allow, deny=denying("DELETE").deny)
    assert names(both) == ["acme_list_people", "acme_create_person"]


@pytest.mark.parametrize(
    ("option", "rule", "said"),
    [
        ("--deny", "acme_delete_rom", "--deny 'acme_delete_rom' matches no tool; did you mean 'acme_delete_room'?"),
        ("--allow", "/persons", "--allow '/persons' matches no tool"),
        ("--deny", "FETCH /x", "--deny 'FETCH /x': 'FETCH' is no HTTP method; did you mean 'PATCH'? (in --deny)"),
        ("--deny", "tagg=x", "--deny 'tagg=x': unknown key 'tagg' in a selector in --deny; did you mean 'tag'?"),
        ("--deny", "{tag: [", "--deny '{tag: [': not YAML"),
        ("--deny", "{}", "--deny '{}': a selector in --deny is empty"),
        ("--deny", " ", "--deny: give a selector, a tag or a tool's name"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_one_sentence(option: str, rule: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        names(allowing(rule) if option == "--allow" else denying(rule))
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_rule_or_one_sentence(text: str) -> None:
    with suppress(OptionError):
        assert parse_rule(text, "--deny").matches(LIST) in (True, False)


class TestScopes:
    def test_what_names_scopes_needs_one_of_them_and_the_rest_stays(self) -> None:
        assert names(Permissions(scopes=frozenset({"acme:people_read"}))) == ["acme_list_people", "acme_delete_room"]

    def test_scopes_that_a_document_names_are_alternatives(self) -> None:
        either = replace(LIST, operation=scoped("GET", "/people", "acme:people_read", "acme:admin"))
        assert names(Permissions(scopes=frozenset({"acme:admin"})), either) == ["acme_list_people"]

    def test_of_a_vendor_that_names_none_of_them_nothing_is_known(self) -> None:
        foreign = tool(scoped("GET", "/pets", "pets:read", of=document(vendor=NOBODY)), name="petstore_list_pets")
        known = Permissions(scopes=frozenset({"acme:people_read"}))
        found = restricted(catalogue(*ALL, foreign), known)
        assert "petstore_list_pets" in found.by_name
        assert found.permissions is not None
        assert found.permissions.refusal(foreign) == ""
        assert found.permissions.refusal(CREATE) == "--scopes has none of acme:people_write"

    @pytest.mark.parametrize(
        ("scopes", "said"),
        [
            ({"acme:people_reed"}, "none|acme:people_reed; did you mean 'acme:people_read'?"),
            (set(), "--scopes: no operation names any of none"),
        ],
    )
    def test_scopes_that_nobody_names_are_an_error(self, scopes: set[str], said: str) -> None:
        with pytest.raises(OptionError) as caught:
            names(Permissions(scopes=frozenset(scopes)))
        assert said.removeprefix("none|") in str(caught.value)


def test_a_name_that_is_withheld_is_told_from_one_that_is_not_there() -> None:
    found = restricted(catalogue(*ALL), denying("DELETE"))
    assert found.not_found("acme_delete_room") == "acme_delete_room is not allowed here: --deny 'DELETE'"
    assert found.not_found("acme_list_people_") == "no tool 'acme_list_people_'; did you mean 'acme_list_people'?"
    assert [(tool.name, reason) for tool, reason in found.vendors[0].withheld] == [
        ("acme_delete_room", "--deny 'DELETE'")
    ]


def test_the_vendor_of_a_rule_is_each_tools_own() -> None:
    assert ACME.source("store") is not None
    assert names(denying("document=shop")) == []
