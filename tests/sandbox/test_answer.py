"""Answers: what a document promises, in the form in which it is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.sandbox.answer import DOWNLOAD_PATH, Answer, answer_of
from tests.documents import operation


def answer(responses: dict[str, Any]) -> Answer:
    return answer_of(operation(responses=responses))


def of_media(media_type: str, schema: Any = None, **media: Any) -> Answer:
    content = {media_type: {**({"schema": schema} if schema is not None else {}), **media}}
    return answer({"200": {"description": "", "content": content}})


OBJECT = {"type": "object", "properties": {"id": {"type": "integer"}}}


def test_the_lowest_success_is_answered() -> None:
    assert answer({"404": {}, "202": {}, "201": {}, "default": {}}).status == 201


def test_a_range_of_successes_is_a_200() -> None:
    assert answer({"2XX": {}}).status == 200


def test_no_declared_content_means_no_body() -> None:
    assert answer({"204": {}}) == Answer(204)
    assert answer({"202": {"description": ""}}) == Answer(202)


def test_a_204_has_no_body_whatever_is_declared() -> None:
    assert answer({"204": {"content": {"application/json": {"schema": OBJECT}}}}) == Answer(204)


def test_no_declared_success_is_an_empty_object() -> None:
    assert answer({"404": {}}) == Answer(200, b"{}", "application/json")


def test_a_declared_redirect_leads_to_a_download() -> None:
    assert answer({"302": {}, "404": {}}) == Answer(302, headers={"location": DOWNLOAD_PATH})
    assert answer({"3XX": {}}).status == 302


def test_the_example_of_the_document_is_answered() -> None:
    assert json.loads(of_media("application/json", OBJECT, example={"id": 7, "more": True}).body) == {
        "id": 7,
        "more": True,
    }


def test_an_example_written_as_json_text_is_parsed() -> None:
    assert of_media("application/json", OBJECT, example='{"id": 7}').body == b'{"id": 7}'
    assert of_media("application/json", None, example="[1]").body == b"[1]"


def test_an_example_of_another_type_gives_way_to_an_instance() -> None:
    assert of_media("application/json", OBJECT, example="not an object").body == b'{"id": 1}'
    assert of_media("application/json", OBJECT, example=[1]).body == b'{"id": 1}'


def test_a_text_stays_a_text_where_one_is_declared() -> None:
    assert of_media("application/json", {"type": "string"}, example="[1]").body == b'"[1]"'


def test_without_example_an_instance_is_answered() -> None:
    assert of_media("application/json", OBJECT).body == b'{"id": 1}'


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("undefined", "application/json"),
        ("application/json;charset=UTF-8", "application/json;charset=UTF-8"),
        ("application/hal+json", "application/hal+json"),
    ],
)
def test_json_by_any_name_is_json(declared: str, sent: str) -> None:
    found = of_media(declared, OBJECT)
    assert (found.media_type, found.body) == (sent, b'{"id": 1}')


def test_json_is_preferred_to_other_media_types() -> None:
    content = {"text/csv": {}, "application/json": {"schema": OBJECT}}
    assert answer({"200": {"description": "", "content": content}}).media_type == "application/json"


@pytest.mark.parametrize(
    ("media_type", "begins"),
    [
        ("text/vtt", b"text"),
        ("text/csv; charset=utf-8", b"text"),
        ("application/pdf", b"%PDF"),
        ("image/png", b"\x89PNG"),
        ("audio/wav", b"RIFF"),
        ("application/octet-stream", b"\x00"),
        ("video/mp4", b"\x00"),
    ],
)
def test_other_media_types_get_a_few_bytes(media_type: str, begins: bytes) -> None:
    found = of_media(media_type, {"type": "string", "format": "binary"})
    assert found.media_type == media_type
    assert found.body.startswith(begins)


def test_the_example_of_a_text_is_answered() -> None:
    assert of_media("text/vtt", example="WEBVTT").body == b"WEBVTT"
