from __future__ import annotations

from typing import Any

import pytest

from bridge.upstream.advice import advice

SCOPES = ("meeting:read", "meeting:read:admin")


def said(vendor: str, status: int, body: Any = None, scopes: tuple[str, ...] = SCOPES) -> str:
    return advice(vendor, status, body, scopes=scopes, remedy="put a new one into the header x-zoom-access-token")


@pytest.mark.parametrize(
    ("vendor", "status", "body"), [("webex", 401, None), ("zoom", 401, {}), ("zoom", 400, {"code": 124})]
)
def test_a_bad_token_says_where_a_new_one_goes(vendor: str, status: int, body: Any) -> None:
    assert said(vendor, status, body).endswith("put a new one into the header x-zoom-access-token.")


@pytest.mark.parametrize(
    ("vendor", "status", "body"), [("zoom", 400, {"code": 4711}), ("zoom", 401, {"code": 4700}), ("webex", 403, None)]
)
def test_a_missing_scope_is_named(vendor: str, status: int, body: Any) -> None:
    assert "one of meeting:read, meeting:read:admin" in said(vendor, status, body)


def test_a_refusal_of_an_operation_without_known_scopes_speaks_of_the_owner() -> None:
    assert "administrator" in said("webex", 403, None, ())


def test_a_wrong_region_names_the_right_one() -> None:
    body = {"message": "Use https://analytics-calling-eu.webexapis.com/v1/cdr_feed instead"}
    assert "https://analytics-calling-eu.webexapis.com/v1/cdr_feed" in said("webex", 451, body)


@pytest.mark.parametrize(("status", "word"), [(404, "ids"), (423, "locked"), (428, "malware")])
def test_other_errors_say_what_to_do(status: int, word: str) -> None:
    assert word in said("webex", status)


@pytest.mark.parametrize("status", [400, 409, 429, 500])
def test_where_the_vendor_has_said_it_all_nothing_is_added(status: int) -> None:
    assert said("zoom", status, {"code": 300}) == ""
