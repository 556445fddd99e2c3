"""What an account needs is found in the prose."""

from __future__ import annotations

import pytest

from bridge.catalogue.prerequisites import prerequisites


@pytest.mark.parametrize(
    ("description", "found"),
    [
        (
            "Gets it.\n\n**Prerequisites:**\n* A Pro plan\n* A [license](https://a.example)\n\n**Scopes:** `a:b`\n* c",
            ["A Pro plan", "A license"],
        ),
        ("Gets it.\n\n**Prerequisite**: Pro or higher account.", ["Pro or higher account."]),
        ("Un-assign tags from a room  **Prerequisites:** * A Pro plan * A license", ["A Pro plan", "A license"]),
        ("Gets it.\n\n* An item of another list", []),
        ("It has no requisites.", []),
        ("", []),
    ],
)
def test_the_entries_of_the_section_are_found(description: str, found: list[str]) -> None:
    assert prerequisites(description) == found
