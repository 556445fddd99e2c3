"""The scopes that tools need, by kind of app."""

from __future__ import annotations

from dataclasses import replace

from bridge.catalogue.scope_list import ScopeList, scope_lists
from bridge.catalogue.tool_spec import ToolSpec
from tests.catalogue.builders import tool
from tests.documents import ACME, document, operation

ZOOM = replace(ACME, name="zoom")


def scoped(*scopes: str) -> ToolSpec:
    return tool(operation(of=document(vendor=ZOOM), security=[{"oauth": list(scopes)}]))


def test_of_zooms_alternatives_the_narrowest_is_taken_for_each_kind_of_app() -> None:
    roles = scoped("role:write:admin", "role:read:admin", "role:read:list_roles", "role:read:list_roles:admin")
    users = scoped("user:read", "user:read:admin", "user:read:user:master")
    assert scope_lists("zoom", [roles, users, scoped()]) == [
        ScopeList("zoom", "classic, admin", ("role:read:admin", "user:read:admin"), 2, 0, 1),
        ScopeList("zoom", "granular, admin", ("role:read:list_roles:admin",), 1, 1, 1),
        ScopeList("zoom", "granular, master", ("user:read:user:master",), 1, 1, 1),
        ScopeList("zoom", "granular, user", ("role:read:list_roles",), 1, 1, 1),
        ScopeList("zoom", "classic, user", ("user:read",), 1, 1, 1),
    ]


def test_a_scope_that_one_tool_needs_anyway_serves_the_others_too() -> None:
    (found,) = scope_lists("zoom", [scoped("role:read:admin", "role:write:admin"), scoped("role:write:admin")])
    assert (found.scopes, found.tools) == (("role:write:admin",), 2)


def test_of_other_vendors_all_are_taken_for_their_prose_does_not_say() -> None:
    tools = [scoped("spark:b_read", "spark:b_write"), scoped("spark:a_read"), scoped()]
    assert scope_lists("webex", tools) == [
        ScopeList("webex", "", ("spark:a_read", "spark:b_read", "spark:b_write"), 2, 0, 1)
    ]
