from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.spec.scopes import operation_scopes, rate_label
from tests.documents import JSON, document


def scopes(security: Any = None, **operation: Any) -> list[str]:
    top = {"security": security} if security is not None else {}
    return operation_scopes(document(**top), operation)


def test_security_names_scopes() -> None:
    declared = [{"oauth": ["meeting:read", "meeting:read:admin"]}, {"key": []}]
    assert operation_scopes(document(), {"security": declared}) == ["meeting:read", "meeting:read:admin"]


def test_the_security_of_the_document_holds_where_the_operation_has_none() -> None:
    assert scopes([{"oauth": ["user:read"]}]) == ["user:read"]
    assert operation_scopes(document(security=[{"oauth": ["user:read"]}]), {"security": []}) == []


def test_macro_and_granular_scopes_are_alternatives_each_once() -> None:
    extensions = {"x-macro-scopes": ["user:read", "user:read:admin"], "x-granular-scopes": ["user:read:user:admin"]}
    found = operation_scopes(document(), {"security": [{"oauth": ["user:read"]}], "x-extensions": extensions})
    assert found == ["user:read", "user:read:admin", "user:read:user:admin"]


def test_a_scope_may_stand_alone_instead_of_in_a_list() -> None:
    assert scopes(**{"x-extensions": {"x-macro-scopes": " user:read"}}) == ["user:read"]
    assert operation_scopes(document(), {"security": [{"oauth": "user:read"}]}) == ["user:read"]


@pytest.mark.parametrize(
    "text",
    [
        "**Scopes:** `phone:read`,`phone:read:admin`\n\n**Granular Scopes:** `phone:read:list_lines:admin`",
        "**[Scopes](https://docs.example/scopes):** `phone:read`, `phone:read:admin`\n"
        "**[Granular Scopes](https://docs.example/scopes):** `phone:read:list_lines:admin`",
        "**Scopes**: `phone:read` `phone:read:admin`\n**Granular Scopes**: ` phone:read:list_lines:admin `",
    ],
)
def test_the_blocks_of_zooms_prose_name_scopes(text: str) -> None:
    text = f"Lists lines. Use `meeting:read` elsewhere.\n\n{text}\n\n**Rate Limit Label:** `LIGHT`"
    assert scopes(description=text) == ["phone:read", "phone:read:admin", "phone:read:list_lines:admin"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Needs `spark-admin:people_read`.", ["spark-admin:people_read"]),
        ("Needs spark:people_read or spark:people_write.", ["spark:people_read", "spark:people_write"]),
        (
            "One of `cjp:config_read`, `cjp-x:read`, `cjds:org_read`.",
            ["cjp:config_read", "cjp-x:read", "cjds:org_read"],
        ),
        ("With 'cloud-contact-center:pod_conv'", ["cloud-contact-center:pod_conv"]),
        ("Scope identity:people_rw; again `identity:people_rw`", ["identity:people_rw"]),
        ("meeting:schedules_write and analytics:read_all", ["meeting:schedules_write", "analytics:read_all"]),
        ("See https://acme.example/spark:people_read or note:this", []),
        ("The meeting: a talk. spark:", []),
        ("", []),
    ],
)
def test_webexs_prose_names_scopes(text: str, expected: list[str]) -> None:
    assert scopes(description=text) == expected


def test_the_prose_is_not_read_where_scopes_are_declared() -> None:
    found = operation_scopes(document(), {"security": [{"oauth": ["a:b"]}], "description": "`spark:people_read`"})
    assert found == ["a:b"]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"x-rate-limit-label": "HEAVY"}, "HEAVY"),
        ({"x-rate-limit-label": " light "}, "LIGHT"),
        ({"x-rate-limit-label": "", "description": "Rate Limit Label: `LIGHT`"}, "LIGHT"),
        ({"description": "**Rate Limit Label:** `RESOURCE-INTENSIVE`"}, "RESOURCE-INTENSIVE"),
        ({"description": "**[Rate Limit Label](https://docs.example/LIGHT):** `MEDIUM`"}, "MEDIUM"),
        ({"description": "**Rate limit label:** heavy"}, "HEAVY"),
        ({"description": "A light\nRate Limit Label\nheavy"}, None),
        ({"description": "Heavy use is limited."}, None),
        ({"description": None}, None),
        ({}, None),
    ],
)
def test_the_rate_label_is_declared_or_stands_in_the_prose(operation: dict[str, Any], expected: str | None) -> None:
    assert rate_label(operation) == expected


@given(JSON, JSON, JSON, st.text(max_size=30))
def test_scopes_are_texts_each_once_whatever_is_declared(security: Any, extensions: Any, macro: Any, text: str) -> None:
    for extended in (extensions, {"x-macro-scopes": macro, "x-granular-scopes": extensions}):
        operation = {"security": security, "x-extensions": extended, "description": text, "x-rate-limit-label": macro}
        found = operation_scopes(document(), operation)
        assert all(found)
        assert len(found) == len(set(found))
        assert rate_label(operation) is None or isinstance(rate_label(operation), str)
