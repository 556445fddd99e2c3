"""names.lock: a name once given stays, whatever documents come, change or go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.catalogue.names_lock import (
    NamesLock,
    lock_key,
    names_lock_text,
    read_names_lock,
    relocked_names,
)
from bridge.catalogue.naming import tool_names
from bridge.errors import LockError
from bridge.spec.operation import Operation
from bridge.vendors import BaseUrlRule
from tests.catalogue.builders import operations
from tests.documents import ACME

PATH = Path("names.lock")
EMPTY = NamesLock(PATH, {})
URL = "https://api.acme.example/v1"


def locked(found: list[Operation], before: NamesLock = EMPTY, **more: object) -> NamesLock:
    given = {"core": (), "max_length": 46, **more}
    return relocked_names(before, ACME, found, **given)  # type: ignore[arg-type]


def named(found: list[Operation], lock: NamesLock, **more: object) -> dict[str, str]:
    """Return the names by ``METHOD /path``."""
    names = tool_names(found, locked=lock.of(ACME, found), **more)  # type: ignore[arg-type]
    return {operation.key: names[operation.identity] for operation in found}


ROOMS = ("GET", "/chat/rooms", "listRooms")
OTHER_ROOMS = ("GET", "/contact_center/rooms", "listRooms")


class TestNames:
    def test_a_second_operation_of_the_name_does_not_rename_the_first(self) -> None:
        lock = locked(operations(ROOMS))
        both = operations(OTHER_ROOMS, ROOMS)
        assert named(both, lock) == {
            "GET /contact_center/rooms": "acme_list_rooms_contact_center",
            "GET /chat/rooms": "acme_list_rooms",
        }
        assert named(both, EMPTY)["GET /chat/rooms"] == "acme_list_rooms_chat"

    def test_another_operation_id_or_summary_renames_nothing(self) -> None:
        lock = locked(operations(ROOMS))
        assert named(operations(("GET", "/chat/rooms", "getAllRooms", "Get rooms")), lock) == {
            "GET /chat/rooms": "acme_list_rooms"
        }

    def test_a_parameter_of_the_path_that_is_called_otherwise_renames_nothing(self) -> None:
        lock = locked(operations(("GET", "/rooms/{id}", "getRoom")))
        assert named(operations(("GET", "/rooms/{roomId}", "fetchRoom")), lock) == {
            "GET /rooms/{roomId}": "acme_get_room"
        }

    def test_the_name_of_what_vanished_is_nobody_elses_and_waits_for_it(self) -> None:
        lock = locked(operations(ROOMS))
        without = locked(operations(OTHER_ROOMS), lock)
        assert named(operations(OTHER_ROOMS), without) == {"GET /contact_center/rooms": "acme_list_rooms_center"}
        assert without.vendors["acme"][f"GET {URL}/chat/rooms"] == "acme_list_rooms"
        assert named(operations(ROOMS), without) == {"GET /chat/rooms": "acme_list_rooms"}

    def test_a_name_is_free_again_once_it_is_pruned(self) -> None:
        pruned = locked(operations(OTHER_ROOMS), locked(operations(ROOMS)), prune=True)
        assert pruned.vendors["acme"] == {f"GET {URL}/contact_center/rooms": "acme_list_rooms"}

    def test_what_people_name_wins_and_leaves_the_lock_alone(self) -> None:
        found = operations(ROOMS, OTHER_ROOMS)
        lock = locked(found)
        chat, contact_center = found
        given = {chat.identity: "acme_rooms", contact_center.identity: "acme_list_rooms_chat"}
        assert named(found, lock, given=given) == {
            "GET /chat/rooms": "acme_rooms",
            "GET /contact_center/rooms": "acme_list_rooms_chat",
        }
        # A name that people gave away: its operation gets another one meanwhile, and the lock stays as it is.
        assert named(found, lock, given={contact_center.identity: "acme_list_rooms_chat"})["GET /chat/rooms"] not in (
            "acme_list_rooms_chat",
            "acme_list_rooms_contact_center",
        )
        assert locked(found, lock) == lock

    def test_a_name_that_is_longer_than_asked_for_is_made_anew(self) -> None:
        found = operations(("GET", "/x", "", "List the very long names of rooms"))
        lock = locked(found)
        (name,) = named(found, lock, max_length=20).values()
        assert len(name) <= 20
        assert locked(found, lock, max_length=20).vendors["acme"] == {f"GET {URL}/x": name}

    def test_a_core_name_holds_until_another_one_is_locked(self) -> None:
        core = operations(("GET", "/rooms", "listRooms"))
        official = operations(("GET", "/rooms", "getRoomsV2"))
        assert named(official, EMPTY, core=core) == {"GET /rooms": "acme_list_rooms"}
        assert named(official, locked(official), core=core) == {"GET /rooms": "acme_get_rooms_v2"}

    def test_a_base_url_of_the_overrides_renames_nothing(self) -> None:
        lock = locked(operations(ROOMS))
        moved = replace(ACME, base_urls=(BaseUrlRule("https://eu.acme.example/v1"),))
        (operation,) = operations(ROOMS, vendor=moved)
        assert operation.identity == "GET https://eu.acme.example/v1/chat/rooms"
        assert lock_key(operation, ACME) == f"GET {URL}/chat/rooms"
        assert lock.of(ACME, [operation]).names == {operation.identity: "acme_list_rooms"}


OPERATION = st.tuples(
    st.sampled_from(["GET", "POST"]),
    st.sampled_from(["/rooms", "/rooms/{id}", "/rooms/{roomId}", "/chat/rooms", "/v2/rooms", "/people"]),
    st.sampled_from(["listRooms", "getRoom", "getRoom_2", "rooms", ""]),
)
DOCUMENT = st.lists(OPERATION, max_size=6, unique_by=lambda entry: entry[:2])


@given(st.lists(DOCUMENT, min_size=1, max_size=4))
def test_whatever_documents_come_a_name_is_given_once_and_to_one(versions: list[list[tuple[str, str, str]]]) -> None:
    lock = EMPTY
    ever: dict[str, str] = {}
    for version in versions:
        found = operations(*version)
        lock = locked(found, lock)
        names = named(found, lock)
        assert len(set(names.values())) == len(found)
        assert lock == locked(found, lock)
        for key, name in names.items():
            assert ever.setdefault(key, name) == name or "{" in key
        ever |= names


class TestFile:
    def test_it_is_read_as_it_was_written_in_the_order_of_the_urls(self, tmp_path: Path) -> None:
        lock = locked(operations(("POST", "/rooms", "createRoom"), OTHER_ROOMS, ("GET", "/rooms", "listRooms")))
        path = tmp_path / "names.lock"
        path.write_text(names_lock_text(lock), "utf-8")
        assert path.read_text("utf-8").splitlines()[-4:] == [
            "[acme]",
            f'"GET {URL}/contact_center/rooms" = "acme_list_rooms_contact_center"',
            f'"GET {URL}/rooms" = "acme_list_rooms"',
            f'"POST {URL}/rooms" = "acme_create_room"',
        ]
        assert read_names_lock(path) == replace(lock, path=path)

    def test_no_file_holds_no_names(self, tmp_path: Path) -> None:
        assert read_names_lock(tmp_path / "names.lock").vendors == {}

    def test_a_path_that_nobody_could_read_is_not_written(self) -> None:
        assert locked(operations(("GET", "/a\u202eb", "listRooms"))).vendors == {"acme": {}}

    @pytest.mark.parametrize(
        ("lines", "sentence"),
        [
            ("webex = 1", "'webex' is no table of names"),
            ('[webex]\n"/people" = "webex_a"', "'/people' of [webex] is no operation, such as 'GET https://"),
            ('[webex]\n"GET /a" = "Webex A"', "'Webex A' of 'GET /a' is no tool name"),
            ('[webex]\n"GET /a" = 5', "5 of 'GET /a' is no tool name"),
            (f'[webex]\n"GET /a" = "{"a" * 65}"', f"'{'a' * 65}' of 'GET /a' is no tool name"),
            (
                '[webex]\n"GET /a" = "webex_a"\n"GET /b" = "webex_a"',
                "the name 'webex_a' is given twice: to 'GET /a' and to 'GET /b'; remove one line",
            ),
        ],
    )
    def test_a_mistake_of_a_person_is_one_sentence(self, tmp_path: Path, lines: str, sentence: str) -> None:
        path = tmp_path / "names.lock"
        path.write_text(f"version = 1\n{lines}\n", "utf-8")
        with pytest.raises(LockError) as raised:
            read_names_lock(path)
        assert str(raised.value).startswith(f"{path}: {sentence}")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=30), st.integers(0, 200), st.integers(0, 30))
    def test_a_file_that_was_edited_by_hand_is_read_or_one_sentence(
        self, tmp_path: Path, typed: str, place: int, removed: int
    ) -> None:
        text = names_lock_text(locked(operations(ROOMS, OTHER_ROOMS)))
        start = len(text) - min(place, len(text))
        path = tmp_path / "names.lock"
        path.write_bytes((text[:start] + typed + text[start + removed :]).encode("utf-8", "surrogatepass"))
        said = str(path)
        try:
            read_names_lock(path)
        except LockError as error:
            said = str(error)
        assert said.startswith(str(path))
