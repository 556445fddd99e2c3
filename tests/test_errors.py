from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import errors
from bridge.errors import BridgeError, SpecError, SpecFormatError, SpecNotFoundError, did_you_mean, nearest


def _exceptions() -> list[type[BridgeError]]:
    members = (member for _, member in inspect.getmembers(errors, inspect.isclass))
    return [member for member in members if issubclass(member, BridgeError)]


def test_the_public_exceptions_are_these() -> None:
    assert {kind.__name__ for kind in _exceptions()} == {
        "BridgeError",
        "SpecError",
        "SpecNotFoundError",
        "SpecFormatError",
        "OverridesError",
        "LockError",
        "OptionError",
        "ToolNotFoundError",
        "NotAllowedError",
        "ArgumentError",
        "CacheFormatError",
        "IndexFormatError",
        "TokenError",
        "UpstreamError",
        "NotSentError",
        "UnansweredError",
        "ConnectionLostError",
        "SavingError",
    }


@pytest.mark.parametrize("kind", _exceptions())
def test_every_exception_is_described_and_drawn_in_the_tree(kind: type[BridgeError]) -> None:
    assert kind.__doc__
    assert kind.__name__ in (errors.__doc__ or "")


def test_what_is_wrong_with_a_document_is_caught_as_one_kind() -> None:
    assert issubclass(SpecNotFoundError, SpecError)
    assert issubclass(SpecFormatError, SpecError)


def test_an_exception_prints_as_its_sentence() -> None:
    assert str(SpecNotFoundError("shop.json: no such file")) == "shop.json: no such file"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("webx", "webex"), ("WEBEX", "webex"), ("zom", "zoom"), ("teams", None), ("", None)],
)
def test_the_nearest_name_is_found_whatever_the_case(name: str, expected: str | None) -> None:
    assert nearest(name, ["webex", "zoom"]) == expected


def test_the_nearest_name_is_given_in_its_own_case() -> None:
    assert nearest("listpeople", ["listPeople", "getPerson"]) == "listPeople"


def test_a_suggestion_ends_a_sentence_or_is_empty() -> None:
    assert did_you_mean("webx", ["webex"]) == "; did you mean 'webex'?"
    assert did_you_mean("qqq", ["webex"]) == ""
    assert did_you_mean("webex", []) == ""


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_what_is_suggested_is_always_known(name: str, known: list[str]) -> None:
    found = nearest(name, known)
    assert found is None or found in known
