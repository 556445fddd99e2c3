from __future__ import annotations

from typing import Any

import pytest

from bridge.spec.response import Response, ResponseMedia, responses_of
from tests.documents import document, operation, reference


def test_responses_come_in_the_order_of_the_document() -> None:
    found = operation(
        responses={
            "404": {"description": "No such thing."},
            "200": {
                "description": "The thing.",
                "content": {"application/json": {"schema": {"type": "object", "nullable": True}, "example": {"a": 1}}},
            },
            "default": {"description": "Anything else."},
        }
    )
    assert responses_of(found) == (
        Response("404", "No such thing.", {}),
        Response("200", "The thing.", {"application/json": ResponseMedia({"type": ["object", "null"]}, {"a": 1})}),
        Response("default", "Anything else.", {}),
    )


def test_references_in_a_response_are_followed() -> None:
    lent = document(
        components={
            "responses": {
                "Thing": {"description": "A thing.", "content": {"text/json": {"schema": reference("Thing")}}}
            },
            "schemas": {"Thing": {"type": "string", "example": "a"}},
        }
    )
    (found,) = responses_of(operation(of=lent, responses={"200": {"$ref": "#/components/responses/Thing"}}))
    assert found == Response("200", "A thing.", {"text/json": ResponseMedia({"type": "string"}, "a")})


@pytest.mark.parametrize("responses", [None, [], "200", 5])
def test_without_readable_responses_there_are_none(responses: Any) -> None:
    assert responses_of(operation(responses=responses)) == ()


@pytest.mark.parametrize(
    "response",
    [None, "Fine.", {"$ref": "#/nowhere"}, {"content": None}, {"content": []}, {"content": {"text/csv": None}}],
)
def test_a_response_that_cannot_be_read_is_an_empty_one(response: Any) -> None:
    assert responses_of(operation(responses={"200": response})) == (Response("200", "", {}),)
