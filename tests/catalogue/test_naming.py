"""Every operation gets a name that is stable, unique and readable."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.naming import DEFAULT_MAX_LENGTH, path_words, tool_names
from bridge.spec.operation import Operation
from tests.catalogue.builders import documents_operations, operations
from tests.documents import ACME, NOBODY


def names(found: list[Operation], **given: object) -> dict[str, str]:
    """Return the names by ``METHOD /path``; where documents differ, those of the last one."""
    named = tool_names(found, **given)  # type: ignore[arg-type]
    return {operation.key: named[operation.identity] for operation in found}


@pytest.mark.parametrize(
    ("operation_id", "summary", "name"),
    [
        ("listPeople", "", "acme_list_people"),
        ("List Admin Audit Events", "", "acme_list_admin_audit_events"),
        ("list_draft_emails", "", "acme_list_draft_emails"),
        ("acmeListPeople", "", "acme_list_people"),
        ("acme", "", "acme_acme"),
        ("getaroom", "Get a Room", "acme_get_a_room"),
        ("", "Get a room", "acme_get_a_room"),
        ("getConfig_14", "Get a work type", "acme_get_a_work_type"),
        ("", "", "acme_get_shops_by_shop"),
        ("部屋", "", "acme_get_shops_by_shop"),
        ("2", "", "acme2"),
        ("getShop 7", "", "acme_get_shop7"),
        ("Registration 2", "", "acme_registration2"),
    ],
)
def test_a_name_is_the_vendor_and_the_operation_in_snake_case(operation_id: str, summary: str, name: str) -> None:
    (operation,) = operations(("GET", "/shops/by_shop", operation_id, summary))
    assert tool_names([operation]) == {operation.identity: name}


def test_ids_that_a_generator_numbered_give_way_to_the_summaries() -> None:
    found = names(operations(("GET", "/a", "getConfig", "Get a site"), ("GET", "/b", "getConfig1", "Get a team")))
    assert found == {"GET /a": "acme_get_a_site", "GET /b": "acme_get_a_team"}


def test_a_long_name_is_shortened_by_whole_words_and_keeps_verb_and_object() -> None:
    summary = "Retrieve the details of a specific forwarding schedule that is associated with a customer organization"
    (name,) = names(operations(("GET", "/x", "", summary))).values()
    assert len(name) <= DEFAULT_MAX_LENGTH
    assert name.startswith("acme_retrieve_")
    assert "schedule" in name.split("_")
    assert set(name.split("_")) <= {"acme", *summary.lower().split()}


def test_both_operations_of_a_clash_get_words_of_their_paths() -> None:
    found = names(operations(("GET", "/chat/rooms", "listRooms"), ("GET", "/contact_center/rooms", "listRooms")))
    assert found == {
        "GET /chat/rooms": "acme_list_rooms_chat",
        "GET /contact_center/rooms": "acme_list_rooms_contact_center",
    }


def test_words_of_a_path_tell_more_than_its_versions_and_parameters() -> None:
    found = names(
        operations(
            ("POST", "/directory/{orgId}/v2/groups", "createGroup"),
            ("POST", "/groups", "createGroup"),
            ("GET", "/v1/sites", "listSites"),
            ("GET", "/v2/sites", "listSites"),
            ("GET", "/desks/{deskId}/keys", "listKeys"),
            ("GET", "/desks/{shopId}/keys", "listKeys"),
        )
    )
    assert list(found.values()) == [
        "acme_create_group_directory",
        "acme_create_group",
        "acme_list_sites_v1",
        "acme_list_sites_v2",
        "acme_list_keys_desk",
        "acme_list_keys_shop",
    ]


def test_operations_of_one_name_and_path_are_told_apart_by_their_documents() -> None:
    shop = operations(
        ("GET", "/sources", "listSources"), vendor=replace(ACME, base_urls=()), server="https://a.example"
    )
    depot = operations(
        ("GET", "/sources", "listSources"),
        vendor=replace(ACME, base_urls=()),
        name="depot",
        server="https://b.example",
    )
    assert list(tool_names([*shop, *depot]).values()) == ["acme_list_sources_shop", "acme_list_sources_depot"]


def test_operations_of_one_name_path_and_document_are_told_apart_by_their_methods() -> None:
    found = names(operations(("PUT", "/sources", "saveSource"), ("PATCH", "/sources", "saveSource")))
    assert found == {"PUT /sources": "acme_save_source_put", "PATCH /sources": "acme_save_source_patch"}


def test_operations_with_the_same_words_everywhere_still_get_names_of_their_own() -> None:
    paths = ["/a-b", "/a_b", "/a.b", "/A/B"]
    found = names(operations(*(("GET", path, "getAB", "Get a b") for path in paths)))
    assert len(set(found.values())) == len(paths)
    assert all(re.fullmatch("[a-z][a-z_]*", name) for name in found.values())


def test_a_merged_operation_takes_its_name_from_the_first_document() -> None:
    found = documents_operations(("shop", [("GET", "/a", "listA")]), ("depot", [("GET", "/a", "readAs")]))
    assert names(found) == {"GET /a": "acme_list_a"}


def test_names_that_people_gave_stand_as_they_are() -> None:
    found = operations(("GET", "/a", "listA"), ("GET", "/b", "listB"))
    given = {found[0].identity: "whatever_2_" + "x" * 60}
    assert tool_names(found, given=given) == {**given, found[1].identity: "acme_list_b"}


def test_a_default_name_yields_to_a_name_that_people_gave() -> None:
    found = operations(("GET", "/a", "listA"), ("GET", "/b/things", "listB"))
    named = names(found, given={found[0].identity: "acme_list_b"})
    assert named == {"GET /a": "acme_list_b", "GET /b/things": "acme_list_b_things"}


def test_naming_one_operation_renames_no_other() -> None:
    found = operations(("GET", "/chat/rooms", "listRooms"), ("GET", "/phone/rooms", "listRooms"))
    assert names(found, given={found[0].identity: "chat_rooms"})["GET /phone/rooms"] == names(found)["GET /phone/rooms"]


def test_a_default_name_yields_to_one_that_is_taken_elsewhere() -> None:
    found = operations(("GET", "/a/things", "listA"))
    assert names(found, taken=["acme_list_a"]) == {"GET /a/things": "acme_list_a_things"}


def test_an_operation_of_the_core_keeps_the_name_that_it_has_there() -> None:
    core = operations(("GET", "/people", "findPeople"), ("GET", "/gone", "getGone"), name="people")
    official = operations(("GET", "/people", "ListPeopleV2"), ("GET", "/rooms", "listRooms"))
    assert names(official, core=core) == {"GET /people": "acme_find_people", "GET /rooms": "acme_list_rooms"}
    assert names(official, core=core)["GET /people"] == names(core)["GET /people"]


def test_an_official_operation_yields_to_the_name_of_the_core() -> None:
    core = operations(("GET", "/roles", "listRoles"))
    official = operations(("GET", "/roles", "roles"), ("GET", "/contact_center/roles", "listRoles"))
    assert names(official, core=core) == {
        "GET /roles": "acme_list_roles",
        "GET /contact_center/roles": "acme_list_roles_contact_center",
    }


def test_a_name_that_people_gave_wins_over_that_of_the_core() -> None:
    core = operations(("GET", "/people", "findPeople"))
    assert names(core, core=core, given={core[0].identity: "who"}) == {"GET /people": "who"}


def test_the_core_has_the_same_names_alone_whatever_people_named() -> None:
    core = operations(("GET", "/a/x", "getX"), ("GET", "/b/x", "getX"), name="things")
    given = {core[0].identity: "get_x"}
    official = operations(("GET", "/a/x", "A"), ("GET", "/b/x", "B"))
    assert names(core, given=given) == names(official, core=core, given=given)


def test_a_vendor_with_a_long_name_leaves_room_for_the_operation() -> None:
    vendor = replace(NOBODY, name="a_file_whose_name_goes_on_and_on_and_on_and_never_ends")
    (name,) = names(operations(("GET", "/a", "listThings"), vendor=vendor), max_length=30).values()
    assert name == "a_file_whose_na_list_things"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/people/{personId}", "people by person"),
        ("/things/{id}/parts/{thing_id}", "things by id parts thing"),
        ("/callQueues/{queue}/v2", "call queues queue v2"),
        ("/", ""),
    ],
)
def test_the_words_of_a_path_come_in_its_order_each_once(path: str, words: str) -> None:
    assert path_words(path) == words.split()


_IDS = (
    st.text(max_size=40)
    | st.text("-_./ ()'\N{RIGHT SINGLE QUOTATION MARK}", max_size=10)
    | st.sampled_from(["", "get", "getThing", "get_thing", "List Things", "x" * 300, "listAllTheThings" * 20, "get_2"])
)
_PATHS = st.text(max_size=20).map(lambda text: f"/{text}") | st.sampled_from(
    ["/", "/a", "/A", "/a/", "/a-b", "/a_b", "/{id}", "/{x}", "/" + "long/" * 60, "/日本", "/部屋", "/1/2"]
)
_OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["GET", "POST", "DELETE"]), _PATHS, _IDS, _IDS),
    max_size=12,
    unique_by=lambda entry: entry[:2],
)


@given(_OPERATIONS, st.integers(16, 64), st.sampled_from(["acme", "x", "a_long_vendor_name_of_a_file"]))
def test_any_operations_get_unique_valid_names_of_the_length_allowed(
    declared: list[tuple[str, str, str, str]], max_length: int, vendor: str
) -> None:
    found = operations(*declared, vendor=replace(NOBODY, name=vendor))
    named = tool_names(found, max_length=max_length)
    assert named.keys() == {operation.identity for operation in found}
    assert len(set(named.values())) == len(named)
    for name in named.values():
        assert re.fullmatch("[a-z][a-z0-9_]*", name)
        assert not re.search(r"_\d+$", name)
        assert len(name) <= max_length
    assert tool_names(found, max_length=max_length) == named


@given(_OPERATIONS, st.data())
def test_any_core_keeps_its_names_when_official_documents_are_there(
    declared: list[tuple[str, str, str, str]], data: st.DataObject
) -> None:
    core = operations(*declared[::2], name="core")
    others = data.draw(st.lists(_IDS, min_size=len(declared), max_size=len(declared)))
    official = operations(*((method, path, name) for (method, path, *_), name in zip(declared, others, strict=True)))
    named = tool_names(official, core=core)
    assert {identity: named[identity] for identity in tool_names(core)} == tool_names(core)
    assert len(set(named.values())) == len(official)
