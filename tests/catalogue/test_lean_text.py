"""What is left of the vendors' prose: the meaning, and what bears on a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.lean_text import (
    lean_description,
    lean_note,
    written_description,
    written_note,
)
from bridge.catalogue.overrides_tools import LONGEST_DESCRIPTION
from bridge.catalogue.prose import known_stems, stems

ZOOM = """Use this API to list the [users](https://example.com) of an account.

**Prerequisites:**
* A Pro plan
* A license

**[Scopes](https://example.com):** `user:read:admin`

**[Granular Scopes](https://example.com):** `user:read:list_users:admin`

**[Rate Limit Label](https://example.com):** `MEDIUM`
"""


def note(text: str, *known: str, limit: int = 120, enough: int = 2, enum: tuple[str, ...] = ()) -> str:
    return lean_note(text, known_stems(known), limit=limit, enough=enough, enum=frozenset(enum))


class TestDescriptions:
    def test_scopes_rate_label_and_prerequisites_are_left_to_meta(self) -> None:
        assert lean_description("List users", ZOOM) == "List the users of an account."

    @pytest.mark.parametrize(
        "sentence",
        [
            "This API requires a full administrator auth token with a scope of `spark-admin:people_write`.",
            "Requires any role with `cjp:config_read` scope.",
            "For details see [this article](https://example.com).",
            "Specify the room ID in the `roomId` parameter in the URI.",
            "Not supported in Gov cluster",
            "Long result sets will be split into multiple [pages](/docs/basics#pagination).",
        ],
    )
    def test_what_is_about_tokens_and_other_pages_goes(self, sentence: str) -> None:
        assert lean_description("Get room", f"Get a room.\n\n{sentence}") == "Get a room."

    def test_what_bears_on_a_call_stays(self) -> None:
        text = "Update a room.\n\nRooms are nice places.\n\n**NOTE**: Only the title can be changed."
        assert lean_description("Update Room", text) == "Update a room. Only the title can be changed."

    def test_the_summary_comes_first_where_the_first_sentence_tells_something_else(self) -> None:
        text = "Please delete the teams one by one."
        assert lean_description("Remove group", text) == "Remove group. Delete the teams one by one."

    def test_the_summary_alone_is_enough(self) -> None:
        assert lean_description("Get room", "") == "Get room."
        assert lean_description("", "") == ""

    @given(st.text(max_size=300), st.text(max_size=3_000))
    def test_any_text_gives_a_description_of_bounded_length(self, summary: str, description: str) -> None:
        assert len(lean_description(summary, description)) <= LONGEST_DESCRIPTION

    def test_what_was_written_for_models_stays_whole(self) -> None:
        text = "List rooms. Rooms are nice; find ids\nwith `acme_find`."
        assert written_description(text) == "List rooms. Rooms are nice; find ids with acme_find."


class TestNotes:
    def test_what_the_name_says_is_not_said_again(self) -> None:
        assert note("The unique identifier of the call queue.", "callQueueId") == ""
        assert note("Delete the call pickup from this organization.", "orgId", "delete call pickup") == ""

    def test_a_unit_or_form_always_says_something(self) -> None:
        assert note("The time step, in seconds.", "timeStep") == "Time step, in seconds"

    def test_the_lead_is_shortened(self) -> None:
        assert note("Whether to play loud music while callers wait.", "music") == "Play loud music while callers wait"
        assert note("This field indicates whether the host pays the bill.", "x") == "Whether the host pays the bill"

    def test_what_many_parameters_share_has_a_short_form(self) -> None:
        shared = (
            "ID of the organization. Only admin users of another organization (such as partners) may use this parameter"
            " as the default is the same organization as the token used to access API."
        )
        assert note(shared, "orgId") == "Default: the token's own"

    def test_further_sentences_stay_where_they_bear_on_the_call(self) -> None:
        text = "The greeting of the menu. It is nice. Required if `greeting` is `CUSTOM`."
        assert note(text, "greeting", "menu") == "Required if 'greeting' is CUSTOM"

    def test_the_values_of_an_enumeration_are_explained_not_repeated(self) -> None:
        text = "The rule:\n* `1` - Allowed for all\n* `2` - Blocked"
        assert note(text, "rule", enum=("1", "2")) == "1: Allowed for all; 2: Blocked"
        assert note("Kind. Possible values are `ON` and `OFF`.", "kind", enum=("ON", "OFF")) == ""

    def test_values_that_only_the_prose_lists_stay(self) -> None:
        assert note("The type:\n* `1` - instant\n* `2`", "type") == "1: instant; 2"

    def test_one_example_of_a_list_will_do(self) -> None:
        text = "Filter by name. Fields: id.\n\nThe examples below show queries\n* id==1\n* id!=2\n* id=in=(1,2)"
        assert note(text, "filter").endswith("E.g. id==1")

    def test_what_is_too_long_is_cut_at_a_word(self) -> None:
        cut = note("Colour of the shiny things that stand around in the very long corridor of the house", limit=40)
        assert cut == "Colour of the shiny things that..."

    def test_what_default_and_limits_say_is_not_said_again(self) -> None:
        text = "Weight of the parcel. Default is 5. Maximum length is 9."
        known = known_stems(["weight"])
        assert lean_note(text, known, limit=90, has_default=True, has_limits=True) == "Weight of the parcel"

    def test_a_note_written_for_models_is_not_cut(self) -> None:
        text = "Organization; see `webex_list_organizations`."
        assert written_note(text, stems("orgId")) == "Organization; see webex_list_organizations"
        assert written_note("The room id.", stems("roomId")) == ""

    @given(st.text(max_size=2_000), st.integers(40, 200), st.lists(st.text(max_size=9), max_size=3))
    def test_any_text_gives_a_note_of_bounded_length(self, text: str, limit: int, enum: list[str]) -> None:
        assert len(note(text, "name", limit=limit, enum=tuple(enum))) <= 3 * limit
